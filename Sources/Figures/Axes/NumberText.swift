// Numbers as labels: a true minus sign, fixed decimals, powers of ten with superscripts.

/// How an axis writes its numbers.
public enum NumberFormat: Hashable, Sendable, Codable {
  /// As many decimals as the steps need; very large and very small numbers as powers of ten.
  case automatic
  /// The given number of decimals, 0 to 12.
  case decimals(Int)
  /// A share as percentage: 0.83 is "83%", with the given number of decimals.
  case percent(Int)
}

/// Text of numbers for labels, independent of any locale.
package enum NumberText {
  static let minus = "\u{2212}"

  /// 10 to the power, correctly rounded for |exponent| ≤ 22.
  static func power(of exponent: Int) -> Double {
    var result = 1.0
    for _ in 0..<abs(exponent) { result *= 10 }
    return exponent < 0 ? 1 / result : result
  }

  /// With exactly so many decimals: "−0.50". Never "−0".
  package static func fixed(_ value: Double, decimals: Int) -> String {
    let scale = power(of: decimals)
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 9e15 else { return value.description.replacing("-", with: minus) }
    let digits = Int(scaled)
    let unit = Int(scale)
    var text = String(digits / unit)
    if decimals > 0 {
      let fraction = String(digits % unit)
      text += "." + String(repeating: "0", count: decimals - fraction.count) + fraction
    }
    return value < 0 && digits != 0 ? minus + text : text
  }

  /// "10⁻³".
  static func power(exponent: Int) -> String { "10" + superscript(exponent) }

  /// "2.5×10⁻³"; a mantissa of one is left out, and zero is "0".
  static func scientific(_ value: Double, exponent: Int, decimals: Int) -> String {
    if value == 0 { return "0" }
    let mantissa = fixed(value / power(of: exponent), decimals: decimals)
    return mantissa == "1" ? power(exponent: exponent) : mantissa + "×" + power(exponent: exponent)
  }

  /// "⁻¹²".
  static func superscript(_ number: Int) -> String {
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    let text = String(abs(number)).compactMap(\.wholeNumberValue).map { digits[$0] }
    return (number < 0 ? "⁻" : "") + String(text)
  }

  static func text(_ value: Double, format: NumberFormat, automaticDecimals: Int) -> String {
    switch format {
    case .automatic: fixed(value, decimals: automaticDecimals)
    case .decimals(let count): fixed(value, decimals: count)
    case .percent(let count): fixed(value * 100, decimals: count) + "%"
    }
  }
}
