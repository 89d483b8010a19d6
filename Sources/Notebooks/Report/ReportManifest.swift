// report/manifest.json and report/SHA256SUMS: what the report is made of, for machines.

internal import Basics
internal import FileSystem
internal import Foundation

/// The outputs of a report with where each came from.
public struct ReportManifest: Codable, Sendable, Equatable {
  public struct Chapter: Codable, Sendable, Equatable {
    public var notebook: String
    /// SHA-256 of its text.
    public var sha256: String
    /// Nil when it came to its end.
    public var failure: String?
  }

  public var title: String
  public var scale: String
  /// Version of the workbench and of its numerics.
  public var version: String
  public var numericsVersion: Int
  public var chapters: [Chapter]
  public var outputs: [OutputProvenance]

  static let path = "report/manifest.json"
  static let sums = "report/SHA256SUMS"

  func write(root: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    try AtomicFile.write(Array(try encoder.encode(self)) + [10], to: "\(root)/\(Self.path)")
  }

  /// The manifest of the project at `root`, nil when there is none that can be read.
  public init?(root: String) {
    guard let bytes = try? Files.read("\(root)/\(Self.path)"),
      let manifest = try? JSONDecoder().decode(ReportManifest.self, from: Data(bytes))
    else { return nil }
    self = manifest
  }

  init(
    title: String, scale: String, version: String, numericsVersion: Int, chapters: [Chapter],
    outputs: [OutputProvenance]
  ) {
    (self.title, self.scale, self.version, self.numericsVersion) = (title, scale, version, numericsVersion)
    (self.chapters, self.outputs) = (chapters, outputs)
  }

  /// Writes the sums of `files`, paths from the root, so that `sha256sum -c report/SHA256SUMS` checks them there.
  static func writeSums(of files: [String], root: String) throws {
    let lines = try Set(files).sorted().map { "\(Digest.sha256(try Files.read("\(root)/\($0)")))  \($0)\n" }
    try AtomicFile.write(lines.joined(), to: "\(root)/\(sums)")
  }

  /// Puts accepted files into the manifest and the sums of the project at `root`, where it has them.
  static func accept(_ blessing: Blessing, root: String) throws {
    if var manifest = ReportManifest(root: root), manifest.scale == blessing.scale {
      for place in manifest.outputs.indices where manifest.outputs[place].label == blessing.label {
        manifest.outputs[place].key = blessing.key ?? manifest.outputs[place].key
        for file in manifest.outputs[place].files.indices {
          let path = manifest.outputs[place].files[file].path
          guard let change = blessing.files.first(where: { $0.path == path }), let after = change.after else {
            continue
          }
          manifest.outputs[place].files[file].sha256 = after
        }
      }
      try manifest.write(root: root)
    }
    guard let bytes = try? Files.read("\(root)/\(sums)") else { return }
    // 64 digits and two blanks stand before each path.
    let listed = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { String($0.dropFirst(66)) }
    try writeSums(of: (listed + blessing.files.map(\.path)).filter { Files.exists("\(root)/\($0)") }, root: root)
  }
}
