// Numbers as text for readers, whatever the locale.

internal import Tensors

/// Numbers as a reader wants them.
public enum NumberText {
  /// Up to four digits: "0.5935", "12.3", "40"; whole numbers in full up to a million; else "1.2×10⁻⁵". The minus sign
  /// is "−".
  public static func text(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "not a number" : value < 0 ? "−∞" : "∞" }
    if value == value.rounded(), abs(value) < 1e6 { return fixed(value, 0) }
    let exponent = exponent(value)
    if exponent < -3 || exponent > 5 {
      var power = 1.0
      for _ in 0..<abs(exponent) { power *= 10 }
      let mantissa = exponent < 0 ? value * power : value / power
      return trimmed(fixed(mantissa, 2)) + "×10" + superscript(exponent)
    }
    return trimmed(fixed(value, max(3 - exponent, 0)))
  }

  /// Digits in groups of three with narrow spaces from 10 000 on.
  public static func text(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var result = ""
    for (place, digit) in digits.enumerated() {
      if digits.count > 4, place > 0, (digits.count - place) % 3 == 0 { result += "\u{202F}" }
      result.append(digit)
    }
    return (value < 0 ? "\u{2212}" : "") + result
  }

  /// With a fixed number of decimals, 0…15; the minus sign is "−".
  public static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
    var power = 1.0
    for _ in 0..<decimals { power *= 10 }
    guard abs(value) * power < 9e18 else { return fixed(value, decimals - 1) }
    let scaled = Int64((abs(value) * power).rounded())
    var fraction = String(scaled % Int64(power))
    fraction = String(repeating: "0", count: max(0, decimals - fraction.count)) + fraction
    return (value < 0 && scaled > 0 ? "\u{2212}" : "") + String(scaled / Int64(power))
      + (decimals > 0 ? "." + fraction : "")
  }

  /// Decimals that an uncertainty, above 0, deserves: two digits where it begins with 1, else one.
  static func decimals(ofUncertainty value: Double) -> Int {
    let exponent = exponent(value)
    var leading = value
    for _ in 0..<abs(exponent) { leading = exponent < 0 ? leading * 10 : leading / 10 }
    return -exponent + (leading < 1.95 ? 1 : 0)
  }

  /// The power of ten of the first digit.
  private static func exponent(_ value: Double) -> Int {
    var rest = abs(value)
    guard rest > 0 else { return 0 }
    var result = 0
    while rest >= 10 {
      rest /= 10
      result += 1
    }
    while rest < 1 - 1e-12 {
      rest *= 10
      result -= 1
    }
    return result
  }

  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var text = text
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }

  private static func superscript(_ number: Int) -> String {
    let digits: [Character: Character] = [
      "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹", "-": "⁻",
    ]
    return String(String(number).map { digits[$0] ?? $0 })
  }
}
