// Questions about a table's rows beyond its neighbours, asked together: an ablation as one family of paired tests.

internal import Analysis

/// Pairs of rows tested on the same images, with Holm's correction over all of them.
public struct PairedTests: Sendable {
  /// One pair.
  public struct Test: Hashable, Sendable {
    /// Labels of the two rows.
    public let first: String, second: String
    /// McNemar's exact p-value, and what it is among the others of the family: see `HolmCorrection`.
    public let pValue: Double, adjusted: Double
    /// The label of the row that is more robust, at the 5 % level for the whole family; nil where the tests cannot say.
    public let moreRobust: String?
  }

  public let tests: [Test]
  /// The columns of `RobustnessTable.neighbours`, and the adjusted p-value.
  public let table: Table

  /// What the tests say, in a sentence.
  public var sentence: String {
    let decided = tests.compactMap { test in
      test.moreRobust.map { "\($0) is more robust than \($0 == test.first ? test.second : test.first)" }
    }
    if decided.isEmpty { return "None of \(tests.count) differences can be told from chance." }
    return "\(decided.count) of \(tests.count) differences \(decided.count == 1 ? "is" : "are") more than chance: "
      + decided.joined(separator: ", ") + "."
  }
}

extension RobustnessTable {
  /// Two rows by their names: a recipe's, or those of an ensemble's members joined by `+`.
  public struct Pair: Hashable, Sendable {
    public var first: String, second: String

    public init(_ first: String, _ second: String) { (self.first, self.second) = (first, second) }
  }

  /// Every other row against the row `name`: `"baseline"`.
  public func pairs(against name: String) -> [Pair] {
    rows.map(\.name).filter { $0 != name }.map { Pair(name, $0) }
  }

  /// The row `name` against each of `others`: what a whole is worth against its parts.
  public func pairs(of name: String, against others: [String]) -> [Pair] { others.map { Pair($0, name) } }

  /// Tests of `pairs` as one family; a pair that stands twice is asked once.
  ///
  /// Throws `EvaluationRequestError` if there is no row of a name, or two rows were evaluated on different images or with
  /// another radius.
  public func tests(of pairs: [Pair]) throws -> PairedTests {
    var family: [Pair] = []
    for pair in pairs where !family.contains(pair) { family.append(pair) }
    let rows = try family.map { (first: try row($0.first), second: try row($0.second)) }
    // No more samples than there must be: the intervals come with the cells.
    let comparisons = try rows.map { try ReportComparison($0.second.report, $0.first.report, samples: 40) }
    let adjusted = HolmCorrection(comparisons.map(\.mcNemar.pValue)).adjusted
    var tests: [PairedTests.Test] = []
    var cells: [[String]] = []
    var header: [String] = []
    for ((pair, comparison), adjusted) in zip(zip(rows, comparisons), adjusted) {
      let winner = comparison.firstAccuracy > comparison.secondAccuracy ? pair.second : pair.first
      let test = PairedTests.Test(
        first: pair.first.published.label, second: pair.second.published.label, pValue: comparison.mcNemar.pValue,
        adjusted: adjusted, moreRobust: adjusted < 0.05 ? winner.published.label : nil)
      tests.append(test)
      let alone = try RobustnessTable([pair.first, pair.second]).neighbours()
      header = alone.header.dropLast() + ["Holm p", "Verdict"]
      cells.append(
        alone.rows[0].dropLast() + [fixed(adjusted, 3), test.moreRobust.map { "\($0) is more robust" } ?? "undecided"])
    }
    return PairedTests(tests: tests, table: Table(header: header, rows: cells))
  }

  private func row(_ name: String) throws -> Row {
    guard let found = rows.first(where: { $0.name == name }) else {
      throw EvaluationRequestError(
        "no row \"\(name)\" in this table; there are \(rows.map(\.name).joined(separator: ", "))")
    }
    return found
  }
}

extension RobustnessTable.Row {
  /// `swa-sn`; of an ensemble `h-js-swa-sn+h-min-swa-sn`.
  fileprivate var name: String { published.recipes.joined(separator: "+") }
}
