// A number with its uncertainty.

internal import Attacks
internal import Basics

/// A value and the interval in which it lies with a probability of 95 %.
public struct Measured: Hashable, Sendable, Codable, CustomStringConvertible {
  /// What was measured.
  public var value: Double
  /// The ends of the interval, low ≤ value ≤ high.
  public var low: Double, high: Double
  /// How many independent cases it was found from, such as images; nil where that is not known.
  public var count: Int?

  /// A value with an interval, and from how many cases it was found.
  public init(_ value: Double, low: Double, high: Double, count: Int? = nil) {
    // Written so that "not a number" passes: a claim about it fails rather than the program.
    precondition(!(low > value) && !(value > high), "Measured: \(value) is not in [\(low), \(high)]")
    self.value = value
    self.low = low
    self.high = high
    self.count = count
  }

  /// A value with the same uncertainty on both sides, at least 0.
  public init(_ value: Double, uncertainty: Double) {
    self.init(value, low: value - uncertainty, high: value + uncertainty)
  }

  /// The share of successes among trials, at least one, with Wilson's interval.
  public init(successes: Int, trials: Int) {
    precondition(trials > 0, "Measured: no trials")
    let interval = WilsonInterval(successes: successes, trials: trials)
    self.init(Double(successes) / Double(trials), low: interval.low, high: interval.high, count: trials)
  }

  /// The mean of independent numbers, at least two, with 1.96 standard errors.
  public init(mean numbers: [Double]) {
    precondition(numbers.count > 1, "Measured: \(numbers.count) numbers have no spread")
    let n = Double(numbers.count)
    let mean = numbers.reduce(0, +) / n
    let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    self.init(mean, uncertainty: 1.959963984540054 * (variance / n).squareRoot())
    count = numbers.count
  }

  /// Half the length of the interval.
  public var uncertainty: Double { (high - low) / 2 }

  /// The same in another unit: `accuracy.scaled(by: 100)` is in percent. The factor is positive.
  public func scaled(by factor: Double) -> Measured {
    precondition(factor > 0, "Measured.scaled(by: \(factor))")
    return Measured(value * factor, low: low * factor, high: high * factor, count: count)
  }

  /// The difference from a number that was found from other cases. Its interval is Newcombe's squared sum (Statistics in
  /// Medicine 17 (1998) 873–890, method 10): each end is as far away as the root of the squares of both numbers' ends.
  public func minus(_ other: Measured) -> Measured {
    func root(_ x: Double, _ y: Double) -> Double { (x * x + y * y).squareRoot() }
    let difference = value - other.value
    return Measured(
      difference, low: difference - root(value - low, other.high - other.value),
      high: difference + root(high - value, other.value - other.low))
  }

  /// "0.676 ± 0.041"; "0.98 +0.01 −0.04" where the sides differ by more than half.
  public var description: String { text }
}

extension Measured {
  /// The uncertainty is rounded to two digits if it begins with 1, else to one; the value to the same place.
  private var text: String {
    let (below, above) = (value - low, high - value)
    let half = max(below, above)
    guard value.isFinite, half.isFinite, half > 0 else { return NumberText.text(value) }
    let decimals = min(max(NumberText.decimals(ofUncertainty: half), 0), 12)
    let number = NumberText.fixed(value, decimals: decimals)
    if min(below, above) < half / 2 {
      return
        "\(number) +\(NumberText.fixed(above, decimals: decimals)) \u{2212}\(NumberText.fixed(below, decimals: decimals))"
    }
    return "\(number) ± \(NumberText.fixed(uncertainty, decimals: decimals))"
  }
}
