// From numbers to places along an axis.

internal import Glibc

/// How numbers are laid out along an axis.
public enum AxisScale: String, Hashable, Sendable, Codable {
  /// Equal differences are equally long.
  case linear
  /// Equal ratios are equally long; only numbers above 0 have a place.
  case log10

  /// Where the value lies: 0 at the lower end of the range, 1 at its upper end, outside beyond them.
  ///
  /// `nil` if the value is not finite, or not above 0 on a logarithmic scale. Far outside, the result is cut to
  /// −50...50, because Cairo's coordinates have 24 bits.
  public func fraction(of value: Double, in range: ClosedRange<Double>) -> Double? {
    guard value.isFinite, range.lowerBound < range.upperBound else { return nil }
    let result: Double
    switch self {
    case .linear: result = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    case .log10:
      guard value > 0, range.lowerBound > 0 else { return nil }
      // log(v / lo) / log(hi / lo)
      result =
        (Glibc.log10(value) - Glibc.log10(range.lowerBound))
        / (Glibc.log10(range.upperBound) - Glibc.log10(range.lowerBound))
    }
    return min(max(result, -50), 50)
  }

  /// The value at a fraction of the range; undoes `fraction(of:in:)`.
  public func value(at fraction: Double, in range: ClosedRange<Double>) -> Double {
    switch self {
    case .linear: return range.lowerBound + fraction * (range.upperBound - range.lowerBound)
    case .log10:
      let low = Glibc.log10(range.lowerBound)
      let high = Glibc.log10(range.upperBound)
      return Glibc.pow(10, low + fraction * (high - low))
    }
  }

  /// A range that shows the values with a little air: 4 % of its length on each side.
  ///
  /// One value alone gets ±10 % (±0.5 around 0) on a linear scale and half a decade on a logarithmic one; no value at
  /// all gives 0...1, or 1...10.
  package func range(
    showing values: some Sequence<Double>, minimum: Double?, maximum: Double?
  ) -> ClosedRange<Double>? {
    var low = Double.infinity
    var high = -Double.infinity
    for value in values where value.isFinite && (self == .linear || value > 0) {
      low = min(low, value)
      high = max(high, value)
    }
    low = min(low, minimum ?? low, maximum ?? low)
    high = max(high, maximum ?? high, minimum ?? high)
    if low > high { return self == .linear ? 0...1 : 1...10 }
    if self == .log10, low <= 0 { return nil }
    let air: (low: Double, high: Double)
    switch self {
    case .linear where low == high:
      let half = low == 0 ? 0.5 : abs(low) * 0.1
      air = (low - half, high + half)
    case .linear: air = (low - 0.04 * (high - low), high + 0.04 * (high - low))
    case .log10 where low == high: air = (low / 10.0.squareRoot(), high * 10.0.squareRoot())
    case .log10:
      let factor = Glibc.pow(high / low, 0.04)
      air = (low / factor, high * factor)
    }
    let result = (low: minimum ?? air.low, high: maximum ?? air.high)
    return result.low < result.high && result.low.isFinite && result.high.isFinite ? result.low...result.high : nil
  }
}
