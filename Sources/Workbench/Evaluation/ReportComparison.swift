// Two evaluations of the same images, side by side.

public import Analysis
public import Attacks
internal import Tensors

/// Robust accuracies of two reports on the images they share, with paired tests.
public struct ReportComparison: Hashable, Sendable {
  /// Images that both reports have.
  public let range: Range<Int>
  /// The 95 % intervals of both robust accuracies, shares in 0…1.
  public let first: WilsonInterval, second: WilsonInterval
  /// Robust accuracy on the shared images, 0…1.
  public let firstAccuracy: Double, secondAccuracy: Double
  /// McNemar's exact test on the images that both have.
  public let mcNemar: McNemarTest
  /// The paired bootstrap of the difference of both accuracies.
  public let bootstrap: PairedBootstrap
  /// In what else the two evaluations differ, and what cannot be known; for people.
  public let notes: [String]

  /// Throws `EvaluationRequestError` if the reports share no images or differ in norm or radius, or if the images under
  /// the same numbers are not the same.
  public init(_ a: RobustnessReport, _ b: RobustnessReport, samples: Int = 10_000) throws {
    guard a.norm == b.norm, a.eps == b.eps else {
      throw EvaluationRequestError(
        "the reports have different threat models, \(a.norm.rawValue) \(a.eps) and \(b.norm.rawValue) \(b.eps); "
          + "evaluate both with the same --norm and --eps")
    }
    let low = max(a.range[0], b.range[0])
    let high = min(a.range[1], b.range[1])
    guard low < high else {
      throw EvaluationRequestError("the reports share no images: \(a.range) and \(b.range)")
    }
    if let first = a.split, let second = b.split, first != second {
      throw EvaluationRequestError(
        "the reports are of different images, those of the \(first) and of the \(second) split; "
          + "evaluate both with the same --split")
    }
    if let first = a.imagesSHA256, let second = b.imagesSHA256,
      let image = Self.firstDifference(first, a, second, b, low..<high)
    {
      throw EvaluationRequestError(
        "the reports are of different images: number \(image) is not the same in both; evaluate both with the same --data"
      )
    }
    notes = Self.notes(a, b)
    range = low..<high
    let x = Array(a.flags[low - a.range[0]..<high - a.range[0]])
    let y = Array(b.flags[low - b.range[0]..<high - b.range[0]])
    first = WilsonInterval(successes: x.count { $0 }, trials: x.count)
    second = WilsonInterval(successes: y.count { $0 }, trials: y.count)
    firstAccuracy = Double(x.count { $0 }) / Double(x.count)
    secondAccuracy = Double(y.count { $0 }) / Double(y.count)
    mcNemar = McNemarTest(x, y)
    bootstrap = PairedBootstrap(x, y, samples: samples)
  }

  /// The first image of `range` whose digits differ; `range.lowerBound` if there are too few of them.
  private static func firstDifference(
    _ first: String, _ a: RobustnessReport, _ second: String, _ b: RobustnessReport, _ range: Range<Int>
  ) -> Int? {
    let (first, second) = (Array(first.utf8), Array(second.utf8))
    return range.first { image in
      let (i, j) = (8 * (image - a.range[0]), 8 * (image - b.range[0]))
      return i + 8 > first.count || j + 8 > second.count || first[i..<i + 8] != second[j..<j + 8]
    }
  }

  private static func notes(_ a: RobustnessReport, _ b: RobustnessReport) -> [String] {
    var notes: [String] = []
    let lists = [a, b].map { $0.stages.map(\.attack).joined(separator: ", ") }
    if lists[0] != lists[1] {
      notes.append(
        "the attacks differ, \(lists[0]) and \(lists[1]): weaker ones leave more images standing, whatever the network")
    }
    if let first = a.mode, let second = b.mode, first != second {
      notes.append(
        "the modes differ, \(first.rawValue) and \(second.rawValue): compared is what all attacks together left")
    }
    let unknown = [("the first report", a), ("the second report", b)].filter { $0.1.imagesSHA256 == nil }.map(\.0)
    if !unknown.isEmpty {
      notes.append(
        "an earlier version wrote \(unknown.joined(separator: " and ")) without a hash of its images: that they are "
          + "the same is taken on trust")
    }
    return notes
  }

  /// What the tests say, at the 5 % level.
  public var verdict: String {
    if mcNemar.pValue >= 0.05 { return "undecided: the difference may be chance" }
    return firstAccuracy > secondAccuracy ? "the first is more robust" : "the second is more robust"
  }

  /// A few lines for people.
  public func text(names: (String, String)) -> String {
    let width = max(names.0.count, names.1.count)
    func line(_ name: String, _ accuracy: Double, _ interval: WilsonInterval) -> String {
      name + String(repeating: " ", count: width - name.count)
        + "  \(percent(accuracy)) robust  [\(percent(interval.low)), \(percent(interval.high))]"
    }
    func points(_ value: Double) -> String { (value > 0 ? "+" : "") + fixed(100 * value, 1) }
    return notes.map { "note: \($0)\n" }.joined() + """
      \(range.count) images, \(range)
      \(line(names.0, firstAccuracy, first))
      \(line(names.1, secondAccuracy, second))
      only the first robust: \(mcNemar.onlyFirst), only the second: \(mcNemar.onlySecond)
      difference \(points(bootstrap.difference)) points, 95 % [\(points(bootstrap.low)), \(points(bootstrap.high))] \
      (paired bootstrap); McNemar p = \(fixed(mcNemar.pValue, 4))
      \(verdict)
      """
  }
}
