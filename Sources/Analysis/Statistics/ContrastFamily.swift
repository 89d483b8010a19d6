// Several contrasts between methods, each over seeds, judged together by rules that were fixed before.

internal import Basics

/// A difference between two methods, seed by seed on the same images.
public struct SeedContrast: Hashable, Sendable {
  /// What is compared: `con − baseline`.
  public let name: String
  /// One difference a seed.
  public let differences: PairedDifferences
  /// Standard error over images of the differences averaged over seeds, in the unit of the differences; nil if it is not
  /// known.
  public let imageError: Double?

  /// A contrast with its differences.
  public init(_ name: String, _ differences: PairedDifferences, imageError: Double? = nil) {
    (self.name, self.differences, self.imageError) = (name, differences, imageError)
  }

  /// A contrast of accuracies from flags: whether each network of the first and of the second method is right, one list a
  /// seed, at least two seeds, all of the same images.
  ///
  /// - Parameter unit: what a share of 1 is in the unit of the differences: 100 for points.
  public init(_ name: String, first: [[Bool]], second: [[Bool]], unit: Double = 100) {
    let images = first.first?.count ?? 0
    precondition(
      first.count == second.count && (first + second).allSatisfy { $0.count == images } && images > 1,
      "SeedContrast \(name): \(first.map(\.count)) and \(second.map(\.count)) images")
    func share(_ flags: [Bool]) -> Double { unit * Double(flags.count { $0 }) / Double(images) }
    let (n, seeds) = (Double(images), Double(first.count))
    // For each image the difference averaged over seeds.
    let means = (0..<images).map { i in
      zip(first, second).reduce(0.0) { $0 + ($1.0[i] ? 1 : 0) - ($1.1[i] ? 1 : 0) } / seeds
    }
    let mean = means.reduce(0, +) / n
    let variance = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    self.init(
      name, PairedDifferences(first.map(share), minus: second.map(share)),
      imageError: unit * (variance / n).squareRoot())
  }

  /// The 95 % interval over images, mean ± 1.96 standard errors; nil if the error is not known.
  public var imageInterval: Measured? {
    imageError.map { Measured(differences.mean, uncertainty: 1.959963984540054 * $0) }
  }
}

/// Contrasts that are judged together: Student's tests over seeds with Holm's correction, and tests of equivalence.
public struct ContrastFamily: Hashable, Sendable {
  /// In the order in which they were asked.
  public let contrasts: [SeedContrast]
  /// The p-value of each after Holm's correction over all of them, 0…1.
  public let adjusted: [Double]
  /// The largest difference that is of no importance, in the unit of the differences.
  public let margin: Double
  /// The level of all tests, 0…1.
  public let level: Double

  /// A family of contrasts, with a margin above 0.
  public init(_ contrasts: [SeedContrast], margin: Double, level: Double = 0.05) {
    precondition(margin > 0 && level > 0 && level < 1, "ContrastFamily: margin \(margin), level \(level)")
    (self.contrasts, self.margin, self.level) = (contrasts, margin, level)
    adjusted = HolmCorrection(contrasts.map(\.differences.pValue)).adjusted
  }

  /// What the tests say of one contrast.
  public struct Verdict: Hashable, Sendable {
    /// Whether the first method is higher, or lower, by the corrected test and by the interval over images.
    public let isHigher: Bool, isLower: Bool
    /// Whether two one-sided tests place the mean within the margin.
    public let isEquivalent: Bool

    /// "higher", "lower", "equivalent", both where both hold, else "undecided".
    public var text: String {
      let words = (isHigher ? ["higher"] : []) + (isLower ? ["lower"] : []) + (isEquivalent ? ["equivalent"] : [])
      return words.isEmpty ? "undecided" : words.joined(separator: ", ")
    }
  }

  /// The verdict on the contrast at `index`.
  public func verdict(_ index: Int) -> Verdict {
    let contrast = contrasts[index]
    let mean = contrast.differences.mean
    var isDecided = adjusted[index] < level
    if let images = contrast.imageInterval, images.low <= 0, images.high >= 0 { isDecided = false }
    return Verdict(
      isHigher: isDecided && mean > 0, isLower: isDecided && mean < 0,
      isEquivalent: contrast.differences.equivalence(within: margin) < level)
  }
}
