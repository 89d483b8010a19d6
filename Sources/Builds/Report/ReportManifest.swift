// report/manifest.json and report/SHA256SUMS: what the report is made of, for machines.

internal import Basics
package import Channel
internal import FileSystem
internal import Foundation
package import Pages

/// The outputs of a report with where each came from.
package struct ReportManifest: Codable, Sendable, Equatable {
  package struct Chapter: Codable, Sendable, Equatable {
    package var notebook: String
    /// SHA-256 of its text.
    package var sha256: String
    /// Nil when it came to its end.
    package var failure: String?
  }

  package var title: String
  package var scale: String
  /// Version of the workbench and of its numerics.
  package var version: String
  package var numericsVersion: Int
  package var chapters: [Chapter]
  package var outputs: [OutputProvenance]

  /// Where the manifest of a report at `scale` lies, from the root.
  static func path(_ scale: Scale) -> String { SessionConfiguration.reportFolder(of: scale) + "/manifest.json" }
  /// Where the sums of a report at `scale` lie, from the root.
  package static func sums(_ scale: Scale) -> String { SessionConfiguration.reportFolder(of: scale) + "/SHA256SUMS" }

  /// Writes the manifest of the report at `scale`. Throws `FileError`.
  package func write(root: String, scale: Scale) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    try AtomicFile.write(Array(try encoder.encode(self)) + [10], to: "\(root)/\(Self.path(scale))")
  }

  /// The manifest of the report at `scale` of the project at `root`, nil when there is none that can be read.
  package init?(root: String, scale: Scale) {
    guard let bytes = try? Files.read("\(root)/\(Self.path(scale))"),
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
  package static func writeSums(of files: [String], root: String, scale: Scale) throws {
    let lines = try Set(files).sorted().map { "\(Digest.sha256(try Files.read("\(root)/\($0)")))  \($0)\n" }
    try AtomicFile.write(lines.joined(), to: "\(root)/\(sums(scale))")
  }
}
