// What a build used and made, cell by cell: `.workbench/builds/<scale>/<notebook>.json`. It tells the next build whether
// anything must run again, `workbench why` what has changed, and a report's manifest where its figures come from.

internal import Basics
package import Channel
package import Execution
internal import FileSystem
internal import Foundation
package import Pages

/// The record of a notebook's last build at one scale.
package struct BuildRecord: Codable, Sendable, Equatable {
  /// Raised when the form of the file changes; files of another form are not read.
  package static let currentVersion = 1

  package var version = BuildRecord.currentVersion
  /// The notebook's path from the project's root.
  package var notebook: String
  package var scale: Scale
  /// The parameters' values, the defaults too.
  package var parameters: [String: String]
  package var dataDirectory: String?
  /// The workbench and the compiler that the program was made with.
  package var library: String
  /// SHA-256 of everything that the program says and reads at its start; nil when the cells are of several programs.
  package var program: String?
  /// Whether the program came to its end without a failure.
  package var isFinished: Bool
  /// Cells in order, as far as they ran.
  package var cells: [CellRecord]
  /// The values and claims of the text in order.
  package var inline: [InlineRecord]
  /// What the program looked at besides, as it was when it had ended.
  package var inputs: [InputFile]
  /// Why the next build must run whatever has changed, nil if it need not.
  package var mustRun: String?

  /// Every file that the cells wrote.
  package var files: [FileRecord] { cells.flatMap(\.files) }
}

/// What one cell used and made.
package struct CellRecord: Codable, Sendable, Equatable {
  package var label: String?
  /// SHA-256 of its code.
  package var code: String
  /// Its outputs, duration, and the runs, numbers and drawings of `uses`.
  package var result: CellResult
  /// The files of its figures.
  package var files: [FileRecord]

  package var runs: [RunUse] { result.uses.compactMap { if case .run(let use) = $0 { use } else { nil } } }
  package var numbers: [NumbersUse] { result.uses.compactMap { if case .numbers(let use) = $0 { use } else { nil } } }
  package var drawings: [DrawingUse] { result.uses.compactMap { if case .drawing(let use) = $0 { use } else { nil } } }
}

/// A value or claim of the text.
package struct InlineRecord: Codable, Sendable, Equatable {
  /// What is computed for it.
  package var code: String
  /// Nil where the program did not come to it.
  package var result: InlineResult?
}

extension BuildRecord {
  /// Where the record of a notebook lies.
  package static func path(root: String, scale: Scale, name: String) -> String {
    "\(ProjectLayout(root: root).builds(scale: scale.name))/\(name).json"
  }

  /// The record of the notebook `notebook` at `path`; nil if there is none that can be read.
  package init?(path: String, notebook: String) {
    struct Head: Decodable { var version: Int }
    guard let bytes = FileManager.default.contents(atPath: path),
      (try? JSONDecoder().decode(Head.self, from: bytes))?.version == Self.currentVersion,
      let record = try? JSONDecoder().decode(Self.self, from: bytes), record.notebook == notebook, record.isInOrder
    else { return nil }
    self = record
  }

  /// Whether the cells have the numbers of some notebook's: from 0, rising. Anybody may have written to the file.
  private var isInOrder: Bool {
    let indices = cells.map(\.result.cell)
    return (indices.first ?? 0) >= 0 && (indices.last ?? 0) < 1 << 24 && zip(indices, indices.dropFirst()).allSatisfy(<)
  }

  /// Writes the record in one step.
  func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try Files.makeFolder(Files.folder(of: path))
    try AtomicFile.write(Array(try encoder.encode(self)), to: path)
  }

  /// Seconds that computing of numbers took are known only by the build that did it: the others take them over.
  mutating func takeOverSeconds(from earlier: BuildRecord?) {
    guard let earlier else { return }
    var known: [String: Double] = [:]
    for use in earlier.cells.flatMap(\.numbers) { known[use.key] = use.seconds }
    for cell in cells.indices {
      for (index, use) in cells[cell].result.uses.enumerated() {
        guard case .numbers(var numbers) = use, numbers.seconds == nil else { continue }
        numbers.seconds = known[numbers.key]
        cells[cell].result.uses[index] = .numbers(numbers)
      }
    }
  }
}
