// report/manifest.json and report/SHA256SUMS: what the report is made of, for machines.

internal import Basics
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

  static let path = "report/manifest.json"
  package static let sums = "report/SHA256SUMS"

  package func write(root: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    try AtomicFile.write(Array(try encoder.encode(self)) + [10], to: "\(root)/\(Self.path)")
  }

  /// The manifest of the project at `root`, nil when there is none that can be read.
  package init?(root: String) {
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
  package static func writeSums(of files: [String], root: String) throws {
    let lines = try Set(files).sorted().map { "\(Digest.sha256(try Files.read("\(root)/\($0)")))  \($0)\n" }
    try AtomicFile.write(lines.joined(), to: "\(root)/\(sums)")
  }
}
