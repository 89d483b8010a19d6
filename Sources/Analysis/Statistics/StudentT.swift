// Student's t: what a mean of few numbers says. Student, Biometrika 6 (1908) 1–25.

internal import Basics
internal import Tensors

/// Student's distribution with some degrees of freedom, and the power of its two-sided test.
public struct StudentT: Hashable, Sendable {
  /// Degrees of freedom, at least 1.
  public let freedom: Int

  /// The distribution with `freedom` degrees of freedom, at least 1.
  public init(freedom: Int) {
    precondition(freedom >= 1, "StudentT: \(freedom) degrees of freedom")
    self.freedom = freedom
  }

  /// P(T ≤ t), 0…1.
  public func cumulative(_ t: Double) -> Double {
    // P(|T| > t) = I_x(ν/2, ½) with x = ν/(ν + t²)
    let nu = Double(freedom)
    let tails = t.isInfinite ? 0 : incompleteBeta(nu / (nu + t * t), nu / 2, 0.5)
    return t > 0 ? 1 - tails / 2 : tails / 2
  }

  /// P(|T| ≥ |t|), 0…1: the two-sided p-value.
  public func twoSided(_ t: Double) -> Double { 2 * cumulative(-abs(t)) }

  /// The t below which T lies with probability `p`, 0 < p < 1.
  public func quantile(_ p: Double) -> Double {
    precondition(p > 0 && p < 1, "StudentT: quantile of \(p)")
    if p == 0.5 { return 0 }
    if p > 0.5 { return -quantile(1 - p) }
    var low = -1.0
    while cumulative(low) > p { low *= 2 }
    return bisect(low...0) { cumulative($0) < p }
  }

  /// The probability that the two-sided test at `level` finds a mean that is `shift` standard errors away from 0.
  ///
  ///     P(|Z + δ| > c·S),   S² = χ²_ν/ν:   ∫ [Φ(δ − c·s) + Φ(−δ − c·s)] f(s) ds
  public func power(shift: Double, level: Double = 0.05) -> Double {
    let nu = Double(freedom)
    let critical = quantile(1 - level / 2)
    // f(s) = 2·(ν/2)^{ν/2}/Γ(ν/2)·s^{ν−1}·e^{−νs²/2}
    let constant = Maths.log(2.0) + nu / 2 * Maths.log(nu / 2) - SpecialFunctions.logGamma(nu / 2)
    func density(_ s: Double) -> Double {
      if s == 0 { return freedom == 1 ? Maths.exp(constant) : 0 }
      return Maths.exp(constant + (nu - 1) * Maths.log(s) - nu * s * s / 2)
    }
    // Beyond 10/√ν above 1 nothing is left. Simpson's rule in √s, since with few degrees of freedom Φ falls fast near 0.
    let end = (1 + 10 / nu.squareRoot()).squareRoot()
    let parts = 2000
    let sum = (0...parts).reduce(0.0) { sum, i in
      let root = end * Double(i) / Double(parts)
      let s = root * root
      let weight: Double = i == 0 || i == parts ? 1 : i % 2 == 1 ? 4 : 2
      let found = Normal.cumulative(shift - critical * s) + Normal.cumulative(-shift - critical * s)
      return sum + weight * 2 * root * found * density(s)
    }
    return min(sum * end / Double(parts) / 3, 1)
  }

  /// How many standard errors away from 0 a mean must lie for the two-sided test at `level` to find it with probability
  /// `power`, level < power < 1.
  public func detectableShift(power: Double = 0.8, level: Double = 0.05) -> Double {
    precondition(power > level && power < 1, "StudentT: a power of \(power) at level \(level)")
    var high = 1.0
    while self.power(shift: high, level: level) < power { high *= 2 }
    return bisect(0...high) { self.power(shift: $0, level: level) < power }
  }
}

/// The standard normal distribution.
package enum Normal {
  /// P(Z ≤ z), 0…1.
  package static func cumulative(_ z: Double) -> Double {
    SpecialFunctions.complementaryError(-z / 2.0.squareRoot()) / 2
  }

  /// The z below which Z lies with probability `p`, 0 < p < 1.
  package static func quantile(_ p: Double) -> Double {
    precondition(p > 0 && p < 1, "Normal: quantile of \(p)")
    if p > 0.5 { return -quantile(1 - p) }
    return bisect(-40...0) { cumulative($0) < p }
  }
}

/// Where `isBelow` changes from true to false within `range`, to the last bit or nearly.
func bisect(_ range: ClosedRange<Double>, isBelow: (Double) -> Bool) -> Double {
  var (low, high) = (range.lowerBound, range.upperBound)
  for _ in 0..<100 {
    let middle = (low + high) / 2
    if middle <= low || middle >= high { break }
    if isBelow(middle) { low = middle } else { high = middle }
  }
  return (low + high) / 2
}

/// The regularised incomplete beta function I_x(a, b), 0…1, by its continued fraction (Abramowitz & Stegun 26.5.8).
func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
  if x <= 0 { return 0 }
  if x >= 1 { return 1 }
  // The fraction converges fast below the mean; above it, by the symmetry I_x(a, b) = 1 − I_{1−x}(b, a).
  if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
  let front = Maths.exp(
    SpecialFunctions.logGamma(a + b) - SpecialFunctions.logGamma(a) - SpecialFunctions.logGamma(b) + a * Maths.log(x)
      + b * Maths.log(1 - x))
  // Lentz's algorithm.
  func safe(_ value: Double) -> Double { abs(value) < 1e-300 ? 1e-300 : value }
  var c = 1.0
  var d = 1 / safe(1 - (a + b) * x / (a + 1))
  var fraction = d
  for m in 1...1000 {
    let m = Double(m)
    let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / safe(1 + even * d)
    c = safe(1 + even / c)
    fraction *= c * d
    let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / safe(1 + odd * d)
    c = safe(1 + odd / c)
    fraction *= c * d
    if abs(c * d - 1) < 1e-15 { break }
  }
  return front * fraction / a
}
