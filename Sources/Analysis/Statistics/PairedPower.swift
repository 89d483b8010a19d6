// How large a difference of two accuracies must be for a paired test to see it.

internal import Basics

/// The power of McNemar's test of two networks on the same images, in its normal approximation. Connor, Biometrics 43
/// (1987) 207–211; Miettinen, Biometrics 24 (1968) 339–352.
///
/// With ψ the share of images that one network has right and the other not, and δ the difference of their accuracies:
///
///     power = Φ((|δ|·√n − z_{1−α/2}·√ψ)/√(ψ − δ²))
public struct PairedPower: Hashable, Sendable {
  /// Images.
  public let images: Int
  /// ψ: the share of images on which the two differ, 0…1.
  public let discordance: Double
  /// α: the level of the two-sided test, 0…1.
  public let level: Double

  /// - Parameters:
  ///   - images: at least 1.
  ///   - discordance: the share of images on which the two differ, 0…1, as found or as supposed.
  ///   - level: of the two-sided test; with Holm's correction over m tests the strictest is level/m.
  public init(images: Int, discordance: Double, level: Double = 0.05) {
    precondition(
      images > 0 && (0...1).contains(discordance) && level > 0 && level < 1,
      "PairedPower: \(images) images, discordance \(discordance), level \(level)")
    (self.images, self.discordance, self.level) = (images, discordance, level)
  }

  /// Of a test that was made: its number of images and the share on which the two differed.
  public init(_ test: McNemarTest, images: Int, level: Double = 0.05) {
    self.init(
      images: images, discordance: Double(test.onlyFirst + test.onlySecond) / Double(max(images, 1)), level: level)
  }

  /// The standard error of the difference where there is none: √(ψ/n).
  public var standardError: Double { (discordance / Double(images)).squareRoot() }

  /// The probability of finding a difference `difference` of accuracies, −ψ…ψ.
  public func power(of difference: Double) -> Double {
    precondition(abs(difference) <= discordance, "PairedPower: a difference of \(difference) with \(discordance)")
    if discordance == 0 { return 0 }
    let n = Double(images)
    let spread = (discordance - difference * difference).squareRoot()
    let reached = abs(difference) * n.squareRoot() - Normal.quantile(1 - level / 2) * discordance.squareRoot()
    return spread > 0 ? Normal.cumulative(reached / spread) : reached > 0 ? 1 : 0
  }

  /// The least difference of accuracies that is found with probability `power`; nil if even ψ itself is not.
  public func detectable(power: Double = 0.8) -> Double? {
    precondition(power > level && power < 1, "PairedPower: a power of \(power) at level \(level)")
    if self.power(of: discordance) < power { return nil }
    return bisect(0...discordance) { self.power(of: $0) < power }
  }

  /// Images that it would take to find `difference` with probability `power`, where as large a share differ.
  public func imagesNeeded(toFind difference: Double, power: Double = 0.8) -> Int {
    precondition(
      difference != 0 && abs(difference) <= discordance, "PairedPower: a difference of \(difference)")
    let z = Normal.quantile(1 - level / 2) * discordance.squareRoot()
    let spread = Normal.quantile(power) * (discordance - difference * difference).squareRoot()
    let root = (z + spread) / abs(difference)
    return Int((root * root).rounded(.up))
  }
}
