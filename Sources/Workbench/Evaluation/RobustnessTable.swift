// A published table, trained and evaluated here, with the published rows beside it.

public import Analysis
public import Attacks
internal import Basics

/// Rows of a published table with what was found for each.
public struct RobustnessTable: Sendable {
  /// One row.
  public struct Row: Sendable {
    /// What was published.
    public var published: PublishedRow
    /// Of AutoAttack's standard list on the same test images for all rows.
    public var report: RobustnessReport
    /// Accuracies under one attack on training and on test images.
    public var training: Accuracies, test: Accuracies

    /// A published row with what was found. `report` must be of AutoAttack's standard list of four attacks.
    public init(_ published: PublishedRow, report: RobustnessReport, training: Accuracies, test: Accuracies) {
      precondition(
        report.stages.count == 4, "RobustnessTable: \(report.stages.map(\.attack)) is not AutoAttack's standard list")
      (self.published, self.report) = (published, report)
      (self.training, self.test) = (training, test)
    }

    /// Robust generalisation gap: training minus test robust accuracy, −1…1.
    public var gap: Double { training.robust - test.robust }
  }

  /// The rows in the order of the published table.
  public var rows: [Row]

  /// A table of these rows.
  public init(_ rows: [Row]) { self.rows = rows }

  /// Two lines a row for here and two for the paper: accuracies under the paper's columns with the robust generalisation
  /// gap, and the 95 % interval of each. Percent, and points.
  public var accuracies: Table {
    Table(
      header: ["Method", "Source"] + PublishedRow.columns + ["Gap"],
      rows: rows.flatMap { row in
        let report = row.report
        let found = [report.clean] + report.stages.map(\.robust) + [report.robust]
        let paper = row.published
        let right = paper.accuracies.map { Int(($0 * Double(paper.images) / 100).rounded()) }
        return [
          [paper.label, "here"] + found.map { fixed(100 * $0, 1) } + [points(row.gap)],
          [paper.label, "here, 95 %"] + found.map { report.interval(of: $0).percents } + [""],
          [paper.label, "paper"] + paper.accuracies.map { fixed($0, 2) } + [paper.gap.map { fixed($0, 1) } ?? "–"],
          [paper.label, "paper, 95 %"]
            + right.map { WilsonInterval(successes: $0, trials: paper.images).percents } + [""],
        ]
      })
  }

  /// Each row against the one before it on the same images: who is more robust, or that this cannot be said.
  ///
  /// Throws `EvaluationRequestError` if two neighbours were evaluated on different images or with another radius.
  public func neighbours() throws -> Table {
    Table(
      header: PairOfRows.columns + ["Verdict"],
      rows: try zip(rows, rows.dropFirst()).map { first, second in
        let pair = try PairOfRows(first, second)
        return pair.cells + [pair.verdict(pair.comparison.mcNemar.pValue)]
      })
  }
}

/// Two rows of a table, compared on the same images.
struct PairOfRows {
  let first: RobustnessTable.Row, second: RobustnessTable.Row
  /// Of the second with the first.
  let comparison: ReportComparison

  init(_ first: RobustnessTable.Row, _ second: RobustnessTable.Row) throws {
    (self.first, self.second) = (first, second)
    comparison = try ReportComparison(second.report, first.report)
  }

  static let columns = [
    "First", "Second", "Second − first", "95 %", "Only first", "Only second", "McNemar p",
  ]

  /// Texts under `columns`.
  var cells: [String] {
    let (test, bootstrap) = (comparison.mcNemar, comparison.bootstrap)
    return [
      first.published.label, second.published.label, points(bootstrap.difference),
      percentBounds(bootstrap.low, bootstrap.high), "\(test.onlySecond)", "\(test.onlyFirst)", fixed(test.pValue, 3),
    ]
  }

  /// The label of the row that is more robust by a test at the 5 % level; nil where that is undecided.
  func moreRobust(_ pValue: Double) -> String? {
    if pValue >= 0.05 { return nil }
    return (comparison.firstAccuracy > comparison.secondAccuracy ? second : first).published.label
  }

  func verdict(_ pValue: Double) -> String { moreRobust(pValue).map { "\($0) is more robust" } ?? "undecided" }
}

extension WilsonInterval {
  /// Percent with one decimal: "[56.5, 62.5]".
  public var percents: String { percentBounds(low, high) }
}

private func percentBounds(_ low: Double, _ high: Double) -> String {
  "[\(signed(fixed(100 * low, 1))), \(signed(fixed(100 * high, 1)))]"
}

/// A difference of shares in points.
private func points(_ difference: Double) -> String { signed(fixed(100 * difference, 1)) }

private func signed(_ number: String) -> String { number.replacing("-", with: "−") }
