// What a cell produced.

package import Channel
package import NotebookText

/// A piece of a cell's output, in the order it came.
package enum CellOutput: Sendable, Equatable, Codable {
  package enum Stream: String, Sendable, Codable { case standardOutput, standardError }

  case text(Stream, String)
  /// A figure's name and its files, relative to the output directory.
  case figure(name: String, files: [String])
  /// A table, and files of it relative to the output directory.
  case table(header: [String], rows: [[String]], files: [String] = [])
  case markdown(String)
  /// TeX of a display formula, and the notebook's line that showed it.
  case formula(tex: String, line: Int)

  package var isText: Bool { if case .text = self { true } else { false } }

  /// Files of a figure or a table, relative to the output directory.
  package var files: [String] {
    switch self {
    case .figure(_, let files), .table(_, _, let files): files
    case .text, .markdown, .formula: []
    }
  }
}

/// What a cell produced, and how long it took.
package struct CellResult: Sendable, Equatable, Codable {
  package var cell: Int
  package var outputs: [CellOutput] = []
  /// The runs, numbers and drawings behind the outputs, in order.
  package var uses: [CellUse] = []
  /// Nil while the cell runs.
  package var duration: Duration?
  package var failure: CellFailure?

  package init(cell: Int, outputs: [CellOutput] = [], failure: CellFailure? = nil) {
    self.cell = cell
    self.outputs = outputs
    self.failure = failure
  }
}

/// Why a notebook stopped.
package struct CellFailure: Sendable, Equatable, Codable, CustomStringConvertible {
  package enum Kind: String, Sendable, Codable {
    case compileError, thrownError, trap, endedEarly, parameter, interrupted, overBudget, notComputed, brokenConnection
  }

  package var kind: Kind
  package var message: String
  package var location: SourceLocation?
  /// The source line and a mark below it.
  package var excerpt: String?
  /// Further places of the notebook on the way to the failure, innermost first.
  package var callers: [SourceLocation] = []

  package init(
    kind: Kind, message: String, location: SourceLocation? = nil, excerpt: String? = nil, callers: [SourceLocation] = []
  ) {
    self.kind = kind
    self.message = message
    self.location = location
    self.excerpt = excerpt
    self.callers = callers
  }

  package var exitCode: ExitStatus {
    switch kind {
    case .compileError: .compileError
    case .thrownError: .thrownError
    case .trap: .trap
    case .endedEarly: .endedEarly
    case .parameter: .usage
    case .interrupted: .interrupted
    case .overBudget: .overBudget
    case .notComputed: .failure
    case .brokenConnection: .brokenConnection
    }
  }

  /// What kind of failure it is, in two words.
  package var title: String {
    switch kind {
    case .compileError: "error"
    case .thrownError: "error thrown"
    case .trap: "trap"
    case .endedEarly: "ended early"
    case .parameter: "parameter error"
    case .interrupted: "interrupted"
    case .overBudget: "over budget"
    case .notComputed: "not computed"
    case .brokenConnection: "connection broken"
    }
  }

  package var description: String {
    var lines = [(location.map { "\($0): " } ?? "") + "\(title): \(message)"]
    if let excerpt { lines.append(excerpt) }
    lines += callers.map { "  called from \($0)" }
    return lines.joined(separator: "\n")
  }
}
