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

    /// Its 95 % interval, Newcombe's for shares of different images (Statistics in Medicine 17 (1998) 873–890, method 10).
    public var gapInterval: Measured {
      Measured(successes: training.robustCount, trials: training.images)
        .minus(Measured(successes: test.robustCount, trials: test.images))
    }
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
          [paper.label, "here, 95 %"] + found.map { report.interval(of: $0).percents }
            + [percentBounds(row.gapInterval.low, row.gapInterval.high)],
          [paper.label, "paper"] + paper.accuracies.map { fixed($0, 2) } + [paper.gap.map { fixed($0, 1) } ?? "–"],
          [paper.label, "paper, 95 %"]
            + right.map { WilsonInterval(successes: $0, trials: paper.images).percents } + [""],
        ]
      })
  }

  /// Each row against the one before it on the same images: who is more robust, or that this cannot be said, and the
  /// least difference that as many images see with a probability of 80 % where the two differ on as large a share.
  ///
  /// Throws `EvaluationRequestError` if two neighbours were evaluated on different images or with another radius.
  public func neighbours() throws -> Table {
    Table(
      header: OutcomePair.columns + ["Verdict"],
      rows: try zip(rows, rows.dropFirst()).map { first, second in
        let pair = try OutcomePair(first, second)
        return pair.cells() + [pair.verdict(pair.mcNemar.pValue)]
      })
  }
}

extension OutcomePair {
  /// Two rows of a table. Throws `EvaluationRequestError` if they were evaluated on different images or with another
  /// radius.
  init(_ first: RobustnessTable.Row, _ second: RobustnessTable.Row) throws {
    let comparison = try ReportComparison(second.report, first.report)
    self.init(
      first.published.label, second.published.label, images: comparison.range.count, comparison.mcNemar,
      comparison.bootstrap)
  }
}

extension WilsonInterval {
  /// Percent with one decimal: "[56.5, 62.5]".
  public var percents: String { percentBounds(low, high) }
}
