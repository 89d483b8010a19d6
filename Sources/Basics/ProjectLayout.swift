// Where the files of a project lie: one list of all folders below its root.

/// The folders of a project. What lies below `.workbench` can be made again; `report/records` is committed.
package struct ProjectLayout: Hashable, Sendable {
  /// The project's folder, without a slash at its end.
  package let root: String

  package init(root: String) { self.root = root }

  /// The folder of everything that can be made again, below the root.
  package static let made = ".workbench"
  /// The folder of trained networks, below the root.
  package static let runs = made + "/runs"
  /// The folder of published networks, below the root.
  package static let records = "report/records"
  /// What tells a project's root: one of these lies in it.
  package static let marks = ["Package.swift", made]

  /// The folder of everything that can be made again.
  package var made: String { "\(root)/\(Self.made)" }
  /// The folder of trained networks, one folder a key in it.
  package var runs: String { "\(root)/\(Self.runs)" }
  /// The folder of derived numbers.
  package var numbers: String { "\(made)/data" }
  /// The folder of compiled notebooks, one folder a key in it.
  package var programs: String { "\(made)/programs" }
  /// The folder of notes on what figures were drawn from.
  package var drawn: String { "\(made)/drawn" }
  /// The folder of what is needed only while a process runs.
  package var scratch: String { "\(made)/scratch" }
  /// The folder of published networks.
  package var records: String { "\(root)/\(Self.records)" }
  /// The folder of published derived numbers.
  package var publishedNumbers: String { Self.publishedNumbers(in: records) }

  /// The folder of derived numbers in a folder of published networks.
  package static func publishedNumbers(in records: String) -> String { records + "/computed" }

  /// The folder of the records of notebooks' builds at a scale.
  package func builds(scale: String) -> String { "\(made)/builds/\(scale)" }
  /// The folder of what a check at a scale drew; a kind of new work keeps its networks and numbers beside it.
  package func check(scale: String, work: String? = nil) -> String {
    "\(made)/check/\(work.map { $0 + "-" } ?? "")\(scale)"
  }
  /// The folder of networks and numbers that a report at a scale makes anew.
  package func report(scale: String, work: String) -> String { "\(made)/report/\(work)-\(scale)" }
  /// The folder of committed figures of a scale.
  package func figures(scale: String) -> String { "\(root)/figures/\(scale)" }
}
