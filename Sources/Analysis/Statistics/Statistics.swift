// Whether a difference between two accuracies on the same images means something. Intervals of single accuracies are
// `WilsonInterval`s, in every robustness report.

internal import Basics
public import Tensors

/// McNemar's exact test of two classifiers on the same images. McNemar, Psychometrika 12 (1947) 153–157.
///
/// Only images on which the two differ count; if neither is better each of them is a fair coin.
public struct McNemarTest: Hashable, Sendable {
  /// Images that only the first, only the second has right.
  public let onlyFirst: Int, onlySecond: Int
  /// Two-sided p-value, 0…1: 2·P(Bin(n, ½) ≤ min), at most 1, with n = onlyFirst + onlySecond.
  public let pValue: Double

  /// - Parameters:
  ///   - first: true where the first is right, one an image.
  ///   - second: the same for the second, on the same images.
  public init(_ first: [Bool], _ second: [Bool]) {
    precondition(first.count == second.count, "McNemarTest: \(first.count) and \(second.count) images")
    self.init(
      onlyFirst: zip(first, second).count { $0 && !$1 }, onlySecond: zip(first, second).count { !$0 && $1 })
  }

  /// Counts of images that only the first, or only the second network has right.
  public init(onlyFirst: Int, onlySecond: Int) {
    precondition(onlyFirst >= 0 && onlySecond >= 0, "McNemarTest: \(onlyFirst), \(onlySecond)")
    self.onlyFirst = onlyFirst
    self.onlySecond = onlySecond
    let n = onlyFirst + onlySecond
    let least = min(onlyFirst, onlySecond)
    // P = C(n, m)/2ⁿ · (1 + m/(n − m + 1) + …): the largest term in logarithms, the others relative to it.
    var logTerm = -Double(n) * Maths.log(2.0 as Double)
    for j in 0..<least { logTerm += Maths.log(Double(n - j) / Double(j + 1)) }
    var sum = 1.0
    var term = 1.0
    for i in stride(from: least, to: 0, by: -1) {
      term *= Double(i) / Double(n - i + 1)
      sum += term
    }
    pValue = min(2 * Maths.exp(logTerm) * sum, 1)
  }
}

/// P-values of several tests asked together. Holm, Scandinavian Journal of Statistics 6 (1979) 65–70.
///
/// Calling a test decided where its adjusted value is at most α keeps the probability of even one wrong decision in the
/// family at α or below, whatever the dependence between the tests.
public struct HolmCorrection: Hashable, Sendable {
  /// In the order of the p-values given, each at least as large as that, 0…1.
  public let adjusted: [Double]

  /// - Parameter pValues: one a test, 0…1.
  public init(_ pValues: [Double]) {
    precondition(pValues.allSatisfy { (0...1).contains($0) }, "HolmCorrection: \(pValues)")
    var adjusted = pValues
    var largest = 0.0
    // With p₍₁₎ ≤ … ≤ p₍ₘ₎:  p̃₍ᵢ₎ = max over j ≤ i of min((m − j + 1)·p₍ⱼ₎, 1)
    for (rank, i) in pValues.indices.sorted(by: { pValues[$0] < pValues[$1] }).enumerated() {
      largest = max(largest, min(Double(pValues.count - rank) * pValues[i], 1))
      adjusted[i] = largest
    }
    self.adjusted = adjusted
  }
}

/// The difference of two accuracies on the same images, with a percentile interval from a paired bootstrap.
/// Efron & Tibshirani, An Introduction to the Bootstrap, 1993, §13.3.
public struct PairedBootstrap: Hashable, Sendable {
  /// Accuracy of the first minus that of the second, −1…1.
  public let difference: Double
  /// 95 % of the resampled differences lie between these.
  public let low: Double, high: Double

  /// Draws whole images, so that what both say about an image stays together. The same key gives the same interval.
  ///
  /// - Parameters:
  ///   - first: true where the first is right, one an image; at least one.
  ///   - second: the same for the second, on the same images.
  ///   - samples: resampled sets, at least 40.
  public init(_ first: [Bool], _ second: [Bool], samples: Int = 10_000, key: RandomKey = RandomKey(seed: 0)) {
    let n = first.count
    precondition(n == second.count && n > 0, "PairedBootstrap: \(n) and \(second.count) images")
    precondition(samples >= 40, "PairedBootstrap: \(samples) samples")
    let differences = zip(first, second).map { ($0 ? 1 : 0) - ($1 ? 1 : 0) }
    difference = Double(differences.reduce(0, +)) / Double(n)
    var stream = key.stream
    let sums = differences.withUnsafeBufferPointer { d in
      (0..<samples).map { _ in
        var sum = 0
        for _ in 0..<n { sum += d[stream.int(below: n)] }
        return sum
      }.sorted()
    }
    let tail = samples / 40  // 2.5 % on each side
    low = Double(sums[tail]) / Double(n)
    high = Double(sums[samples - 1 - tail]) / Double(n)
  }
}

/// Several curves over the same places as one: of repeated random directions, or of seeds.
public struct CurveSpread: Hashable, Sendable {
  /// Place by place.
  public let mean: [Double], least: [Double], greatest: [Double]

  /// At least one curve, all of one length.
  public init(_ curves: [[Double]]) {
    precondition(
      !curves.isEmpty && curves.allSatisfy { $0.count == curves[0].count },
      "CurveSpread: curves of \(curves.map(\.count)) values")
    let columns = curves[0].indices.map { i in curves.map { $0[i] } }
    mean = columns.map { $0.reduce(0, +) / Double($0.count) }
    least = columns.map { $0.min()! }
    greatest = columns.map { $0.max()! }
  }
}
