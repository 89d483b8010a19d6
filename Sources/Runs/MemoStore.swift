// Derived numbers that are computed once: a figure's data survive the process that made them.

internal import Basics
internal import FileSystem

/// Values by what they were computed from, one JSON file each: `<root>/<kind>/<SHA-256>.json`.
///
/// Doubles and Floats come back to the bit; NaN and the infinities are the strings "NaN", "Infinity" and "-Infinity",
/// and all NaNs are one.
public struct MemoStore: Sendable {
  /// The folder of the numbers: one folder a kind, one file a key.
  public let root: String
  /// A folder laid out like the root that is read when the root lacks a value; nothing is written there.
  public let published: String?
  /// Whether a value that is not stored may be computed.
  public let mayCompute: Bool

  /// The numbers in `root`, and those in `published` where it lacks them. With `mayCompute` false, numbers that are in
  /// neither are refused with `RunError.notStored`.
  public init(root: String, published: String? = nil, mayCompute: Bool = true) {
    self.root = root
    self.published = published
    self.mayCompute = mayCompute
  }

  /// Copies the value in `file` (`<kind>/<SHA-256>.json`) to the same place in `folder`. Throws `FileError`.
  public func publish(_ file: String, into folder: String) throws {
    let source = [root, published].compactMap { $0.map { $0 + "/" + file } }.first(where: Files.exists)
    guard let source else { throw FileError(action: "read", path: root + "/" + file, code: 2) }
    try Files.makeFolder(Files.folder(of: folder + "/" + file))
    try AtomicFile.write(try Files.read(source), to: folder + "/" + file)
  }

  /// The value stored for (`kind`, `key`, `version`), or that of `compute`, which is then stored.
  ///
  /// Put everything that decides the value into `key`, and raise `version` when `compute` itself changes. Several
  /// threads or processes that ask at once compute it once. A file that was damaged is set aside and computed anew. The
  /// first answer has passed through the same text as all later ones. Throws `FileError` before computing if the store
  /// cannot be written.
  public func value<Value: Codable>(
    kind: String, key: some Encodable, version: Int, compute: () throws -> Value
  ) throws -> Value {
    try RunError.check(name: kind)
    let inputs = try Self.inputs(kind, key, version)
    let folder = root + "/" + kind
    let name = Digest.sha256(inputs.canonical)
    let path = "\(folder)/\(name).json"
    if let value = try? stored(Value.self, path, inputs) { return value }
    if let published, let value = try? stored(Value.self, "\(published)/\(kind)/\(name).json", inputs) { return value }
    guard mayCompute else {
      throw RunError.notStored("\(kind) (\(name.prefix(10)))", remedy: "without --replot it is computed")
    }
    try Files.makeFolder(folder)
    guard let lock = try FileLock.acquire("\(folder)/\(name).lock", waiting: true) else {
      throw RunError.damaged(path: path, reason: "its lock could not be taken")
    }
    defer {
      try? Files.remove("\(folder)/\(name).lock")
      lock.release()
    }
    // Another may have computed it while this one waited.
    if Files.exists(path) {
      do {
        return try stored(Value.self, path, inputs)
      } catch is RunError {
        _ = try Files.setAside(path, as: name)
      }
    }
    let start = ContinuousClock.now
    let tree = try CanonicalJSON.tree(of: compute())
    let hundredths = Int(((ContinuousClock.now - start) / .seconds(1) * 100).rounded())
    guard case .object(let members) = inputs else { preconditionFailure("inputs are an object") }
    let file = JSON.object(
      members + [
        JSON.Member("seconds", .number("\(Double(hundredths) / 100)")),
        JSON.Member("sha256", .string(Digest.sha256(tree.canonical))), JSON.Member("value", tree),
      ])
    try AtomicFile.write(file.pretty, to: path)
    return try CanonicalJSON.value(Value.self, from: tree)
  }

  /// The data key of (`kind`, `key`, `version`): 64 hexadecimal digits.
  public static func key(kind: String, key: some Encodable, version: Int) throws -> String {
    Digest.sha256(try inputs(kind, key, version).canonical)
  }

  /// Seconds that computing the value of a data key took, as its file says; nil if it does not.
  public func seconds(kind: String, key: String) -> Double? {
    for folder in [root, published].compactMap(\.self) {
      guard let bytes = try? Files.read("\(folder)/\(kind)/\(key).json"), let file = try? JSON(parsing: bytes) else {
        continue
      }
      if case .number(let text) = file["seconds"] { return Double(text) }
    }
    return nil
  }

  /// Whether something is stored under a data key.
  public func contains(kind: String, key: String) -> Bool {
    [root, published].contains { $0.map { Files.exists("\($0)/\(kind)/\(key).json") } ?? false }
  }

  private static func inputs(_ kind: String, _ key: some Encodable, _ version: Int) throws -> JSON {
    JSON.object([
      JSON.Member("key", try CanonicalJSON.tree(of: key)), JSON.Member("kind", .string(kind)),
      JSON.Member("version", .number(String(version))),
    ])
  }

  private func stored<Value: Decodable>(_ type: Value.Type, _ path: String, _ inputs: JSON) throws -> Value {
    let bytes = try Files.read(path)
    do {
      let file = try JSON(parsing: bytes)
      guard let tree = file["value"], file["sha256"]?.string == Digest.sha256(tree.canonical),
        ["key", "kind", "version"].allSatisfy({ file[$0]?.canonical == inputs[$0]?.canonical })
      else { throw RunError.damaged(path: path, reason: "its checksum or its inputs do not fit") }
      return try CanonicalJSON.value(type, from: tree)
    } catch let error as RunError {
      throw error
    } catch {
      throw RunError.damaged(path: path, reason: CanonicalJSON.explain(error))
    }
  }
}
