// What a build used and made, cell by cell: `.workbench/builds/<scale>/<notebook>.json`. It tells the next build whether
// anything must run again, `workbench why` what has changed, and a report's manifest where its figures come from.

public import Channel
internal import FileSystem
internal import Foundation

/// The record of a notebook's last build at one scale.
public struct BuildRecord: Codable, Sendable, Equatable {
  /// Raised when the form of the file changes; files of another form are not read.
  public static let currentVersion = 1

  public var version = BuildRecord.currentVersion
  /// The notebook's path from the project's root.
  public var notebook: String
  public var scale: Scale
  /// The parameters' values, the defaults too.
  public var parameters: [String: String]
  public var dataDirectory: String?
  /// The workbench and the compiler that the program was made with.
  public var library: String
  /// SHA-256 of everything that the program says and reads at its start; nil when the cells are of several programs.
  public var program: String?
  /// Whether the program came to its end without a failure.
  public var isFinished: Bool
  /// Cells in order, as far as they ran.
  public var cells: [CellRecord]
  /// The values and claims of the text in order.
  public var inline: [InlineRecord]
  /// What the program looked at besides, as it was when it had ended.
  public var inputs: [InputFile]
  /// Why the next build must run whatever has changed, nil if it need not.
  public var mustRun: String?

  /// Every file that the cells wrote.
  public var files: [FileRecord] { cells.flatMap(\.files) }
}

/// What one cell used and made.
public struct CellRecord: Codable, Sendable, Equatable {
  public var label: String?
  /// SHA-256 of its code.
  public var code: String
  /// Its outputs, duration, and the runs, numbers and drawings of `uses`.
  public var result: CellResult
  /// The files of its figures.
  public var files: [FileRecord]

  public var runs: [RunUse] { result.uses.compactMap { if case .run(let use) = $0 { use } else { nil } } }
  public var numbers: [NumbersUse] { result.uses.compactMap { if case .numbers(let use) = $0 { use } else { nil } } }
  public var drawings: [DrawingUse] { result.uses.compactMap { if case .drawing(let use) = $0 { use } else { nil } } }
}

/// A value or claim of the text.
public struct InlineRecord: Codable, Sendable, Equatable {
  /// As it was written.
  public var code: String
  /// Nil where the program did not come to it.
  public var result: InlineResult?
}

/// A file that a cell wrote.
public struct FileRecord: Codable, Sendable, Equatable {
  /// Relative to the output folder, or absolute if it lies elsewhere.
  public var path: String
  public var sha256: String
}

extension BuildRecord {
  /// Where the record of a notebook lies.
  public static func path(root: String, scale: Scale, name: String) -> String {
    "\(root)/.workbench/builds/\(scale.rawValue)/\(name).json"
  }

  /// The record of the notebook `notebook` at `path`; nil if there is none that can be read.
  public init?(path: String, notebook: String) {
    struct Head: Decodable { var version: Int }
    guard let bytes = FileManager.default.contents(atPath: path),
      (try? JSONDecoder().decode(Head.self, from: bytes))?.version == Self.currentVersion,
      let record = try? JSONDecoder().decode(Self.self, from: bytes), record.notebook == notebook
    else { return nil }
    self = record
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
