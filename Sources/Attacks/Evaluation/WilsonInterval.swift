// Wilson's score interval. Wilson, JASA 22 (1927) 209–212.

internal import Basics

/// An interval for a probability, from successes among independent trials.
public struct WilsonInterval: Hashable, Sendable {
  /// The bounds of the interval, in 0…1.
  public let low: Double, high: Double

  /// The interval for `successes` of `trials`, which is 0…1 for no trials.
  ///
  ///     centre = (p̂ + z²/2n)/(1 + z²/n),  half-width = z/(1 + z²/n)·√(p̂(1 − p̂)/n + z²/4n²)
  ///
  /// - Parameter z: normal quantile of the two-sided level; 1.96 is 95 %.
  public init(successes: Int, trials: Int, z: Double = 1.959963984540054) {
    precondition(
      successes >= 0 && successes <= trials && z > 0, "WilsonInterval: \(successes) of \(trials), z \(z)")
    if trials == 0 {
      (low, high) = (0, 1)
      return
    }
    let n = Double(trials)
    let p = Double(successes) / n
    let centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    low = successes == 0 ? 0 : centre - half
    high = successes == trials ? 1 : centre + half
  }

  /// The two bounds in 0…1: low, high.
  public var bounds: [Double] { [low, high] }
}
