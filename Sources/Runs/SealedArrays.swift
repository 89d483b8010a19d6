// Safetensors files that know their run and their own checksum.
// The SHA-256 is part of the file's metadata and covers every byte of it, taken with 64 zeros in its own place. A side
// file would need two renames, and a kill between them would make a good checkpoint look corrupt.

internal import Basics
internal import FileSystem
public import Tensors

/// Arrays with the run and the step they belong to: a checkpoint, or final weights.
public struct SealedArrays: Sendable {
  /// The step after which they were taken.
  public let step: Int
  /// The arrays; the metadata are those that were handed in, and three of the store's own.
  public let file: SafetensorsFile

  static let runName = "workbench.run"
  static let stepName = "workbench.step"
  static let digestName = "workbench.sha256"
  private static let blank = String(repeating: "0", count: 64)

  /// The bytes of the file.
  static func encode(_ arrays: [String: SafetensorsArray], metadata: [String: String], run: RunKey, step: Int)
    -> [UInt8]
  {
    var metadata = metadata
    precondition(
      metadata[runName] == nil && metadata[stepName] == nil && metadata[digestName] == nil,
      "SealedArrays: metadata \(metadata.keys.sorted()) use the store's own names")
    metadata[runName] = run.hex
    metadata[stepName] = String(step)
    metadata[digestName] = blank
    var bytes = Safetensors.encode(arrays, metadata: metadata)
    guard let place = digestPlace(in: bytes) else { preconditionFailure("SealedArrays: no place for the checksum") }
    bytes.replaceSubrange(place, with: Array(Digest.sha256(bytes).utf8))
    return bytes
  }

  /// Reads and verifies `path`. Throws `FileError` if it cannot be read, `RunError` or `SafetensorsError` if it is not
  /// what was written for `run`.
  init(contentsOf path: String, run: RunKey) throws {
    var bytes = try Files.read(path)
    guard let place = Self.digestPlace(in: bytes) else {
      _ = try SafetensorsFile(bytes: bytes, name: path)  // a better reason, if the file is cut off
      throw RunError.damaged(path: path, reason: "no checksum; it was not written by a run store")
    }
    let stated = Array(bytes[place])
    bytes.replaceSubrange(place, with: Array(Self.blank.utf8))
    let actual = Array(Digest.sha256(bytes).utf8)
    bytes.replaceSubrange(place, with: stated)
    if stated != actual { throw RunError.damaged(path: path, reason: "its checksum (SHA-256) does not fit its bytes") }
    file = try SafetensorsFile(bytes: bytes, name: path)
    let found = file.metadata[Self.runName] ?? "?"
    if found != run.hex { throw RunError.foreign(path: path, found: found, expected: run) }
    guard let step = file.metadata[Self.stepName].flatMap({ Int($0) }) else {
      throw RunError.damaged(path: path, reason: "no step in its metadata")
    }
    self.step = step
  }

  /// Where the 64 digits are. Quotes inside names and values are escaped, so the text before them occurs only once.
  private static func digestPlace(in bytes: [UInt8]) -> Range<Int>? {
    guard let end = SafetensorsFile.headerCount(of: bytes) else { return nil }
    let mark = Array("\"\(digestName)\":\"".utf8)
    guard let found = bytes[8..<end].firstRange(of: mark), found.upperBound + 64 <= end else { return nil }
    return found.upperBound..<found.upperBound + 64
  }
}
