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

  /// In the order in which the pairs were asked for.
  public let tests: [Test]
  /// The columns of `RobustnessTable.neighbours`, and the adjusted p-value.
  public let table: Table

  /// Tests of `pairs` as one family. What can be seen is for the strictest of Holm's tests, at 5 % over their number.
  public init(_ pairs: [OutcomePair]) {
    let adjusted = HolmCorrection(pairs.map(\.mcNemar.pValue)).adjusted
    tests = zip(pairs, adjusted).map { pair, adjusted in
      Test(
        first: pair.first, second: pair.second, pValue: pair.mcNemar.pValue, adjusted: adjusted,
        moreRobust: pair.moreRobust(adjusted))
    }
    table = Table(
      header: OutcomePair.columns + ["Holm p", "Verdict"],
      rows: zip(pairs, adjusted).map {
        $0.cells(level: 0.05 / Double(pairs.count)) + [fixed($1, 3), $0.verdict($1)]
      })
  }

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
    /// Labels of the two rows.
    public var first: String, second: String

    /// Names as in `pairs(against:)`; a name without a row is found when the tests are made.
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
    return PairedTests(try family.map { try OutcomePair(try row($0.first), try row($0.second)) })
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
