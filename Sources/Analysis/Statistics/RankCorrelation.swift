// Whether the order by one number is the order by another. Spearman, American Journal of Psychology 15 (1904) 72–101.

internal import Basics
public import Tensors

/// Spearman's rank correlation, −1…1, of numbers found for the same things.
public struct RankCorrelation: Hashable, Sendable {
  /// ρ: Pearson's correlation of the ranks, equal numbers sharing the mean of theirs; NaN if all of one kind are equal.
  public let value: Double
  /// How many pairs.
  public let count: Int

  /// Pairs of numbers; at least three, none of them NaN.
  public init(_ x: [Double], _ y: [Double]) {
    precondition(
      x.count == y.count && x.count > 2 && !(x + y).contains(where: \.isNaN),
      "RankCorrelation: \(x.count) and \(y.count) numbers")
    count = x.count
    value = Self.pearson(Self.ranks(x), Self.ranks(y))
  }

  /// The 95 % interval for independent pairs: Fisher's z with the variance (1 + ρ²/2)/(n − 3) of Bonett & Wright,
  /// Psychometrika 65 (2000) 23–28; all of −1…1 below four pairs.
  public var interval: Measured {
    guard count > 3, abs(value) < 1 else {
      return Measured(value, low: count > 3 ? value : -1, high: count > 3 ? value : 1)
    }
    func z(_ r: Double) -> Double { Maths.log((1 + r) / (1 - r)) / 2 }
    func r(_ z: Double) -> Double { 1 - 2 / (Maths.exp(2 * z) + 1) }
    let half = 1.959963984540054 * ((1 + value * value / 2) / Double(count - 3)).squareRoot()
    return Measured(value, low: r(z(value) - half), high: r(z(value) + half))
  }

  /// A percentile interval at 95 % for pairs that come in groups, as the two networks of one training do: whole groups are
  /// drawn. The same key gives the same interval.
  ///
  /// - Parameters:
  ///   - groups: the group of each pair; at least three different ones.
  ///   - samples: resampled sets, at least 40; those without two different numbers of either kind are drawn again.
  public static func interval(
    _ x: [Double], _ y: [Double], groups: [Int], samples: Int = 4000, key: RandomKey = RandomKey(seed: 0)
  ) -> Measured {
    let members = Dictionary(grouping: x.indices, by: { groups[$0] }).sorted { $0.key < $1.key }.map(\.value)
    precondition(
      x.count == groups.count && members.count > 2 && samples >= 40,
      "RankCorrelation: \(x.count) pairs in \(members.count) groups, \(samples) samples")
    let found = RankCorrelation(x, y).value
    if found.isNaN { return Measured(.nan, low: -1, high: 1) }
    var stream = key.stream
    var drawn: [Double] = []
    var attempts = 0
    while drawn.count < samples, attempts < 10 * samples {
      attempts += 1
      let chosen = (0..<members.count).flatMap { _ in members[stream.int(below: members.count)] }
      let value = pearson(ranks(chosen.map { x[$0] }), ranks(chosen.map { y[$0] }))
      if !value.isNaN { drawn.append(value) }
    }
    drawn.sort()
    let tail = drawn.count / 40  // 2.5 % on each side
    return Measured(
      found, low: min(drawn[tail], found), high: max(drawn[drawn.count - 1 - tail], found))
  }

  /// 1 for the least; equal numbers share the mean of the ranks that they take up.
  static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      let end = order[start...].firstIndex { values[$0] != values[order[start]] } ?? order.count
      for place in start..<end { ranks[order[place]] = Double(start + end + 1) / 2 }
      start = end
    }
    return ranks
  }

  private static func pearson(_ x: [Double], _ y: [Double]) -> Double {
    let n = Double(x.count)
    let (a, b) = (x.reduce(0, +) / n, y.reduce(0, +) / n)
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for (x, y) in zip(x, y) {
      xx += (x - a) * (x - a)
      yy += (y - b) * (y - b)
      xy += (x - a) * (y - b)
    }
    // Rounding may lead beyond ±1.
    return xx > 0 && yy > 0 ? min(max(xy / (xx * yy).squareRoot(), -1), 1) : .nan
  }
}
