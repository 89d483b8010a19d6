// Two networks on the same images, compared image by image.

internal import Basics
public import Analysis
internal import Tensors

/// What was found of two networks on the same images: who is better, by how much, and what could have been seen.
public struct OutcomePair: Hashable, Sendable {
  /// Names of the two, for people.
  public let first: String, second: String
  /// Images that both were asked about.
  public let images: Int
  /// Of the second with the first: `onlyFirst` are the images that only the second has right.
  public let mcNemar: McNemarTest
  /// The accuracy of the second minus that of the first.
  public let bootstrap: PairedBootstrap

  /// Outcomes of two networks on the same images, at least one, in one order.
  public init(_ first: String, _ a: some PairedOutcomes, _ second: String, _ b: some PairedOutcomes) {
    let (x, y) = (a.outcomes, b.outcomes)
    precondition(
      x.count == y.count && !x.isEmpty, "OutcomePair: \(x.count) images of \(first), \(y.count) of \(second)")
    self.init(first, second, images: x.count, McNemarTest(y, x), PairedBootstrap(y, x))
  }

  init(_ first: String, _ second: String, images: Int, _ mcNemar: McNemarTest, _ bootstrap: PairedBootstrap) {
    (self.first, self.second, self.images) = (first, second, images)
    (self.mcNemar, self.bootstrap) = (mcNemar, bootstrap)
  }

  /// The least difference of accuracies that a test at `level` sees with a probability of 80 % on as many images, if two
  /// networks differ on as large a share of them; nil if it sees none.
  public func detectable(level: Double = 0.05) -> Double? {
    PairedPower(mcNemar, images: images, level: level).detectable()
  }

  static let columns = [
    "First", "Second", "Second − first", "95 %", "Only first", "Only second", "Seen with 80 %", "McNemar p",
  ]

  /// Texts under `columns`; what is seen is by a test at `level`.
  func cells(level: Double = 0.05) -> [String] {
    [
      first, second, points(bootstrap.difference), percentBounds(bootstrap.low, bootstrap.high),
      "\(mcNemar.onlySecond)", "\(mcNemar.onlyFirst)", detectable(level: level).map(points) ?? "–",
      fixed(mcNemar.pValue, 3),
    ]
  }

  /// The name of the one that is more robust by a test at the 5 % level; nil where that is undecided.
  func moreRobust(_ pValue: Double) -> String? {
    if pValue >= 0.05 { return nil }
    return bootstrap.difference > 0 ? second : first
  }

  func verdict(_ pValue: Double) -> String { moreRobust(pValue).map { "\($0) is more robust" } ?? "undecided" }
}

/// Shares as percent with one decimal: "[56.5, 62.5]".
func percentBounds(_ low: Double, _ high: Double) -> String { "[\(points(low)), \(points(high))]" }

/// A difference of shares in points, with one decimal.
func points(_ difference: Double) -> String { fixed(100 * difference, 1).replacing("-", with: "−") }
