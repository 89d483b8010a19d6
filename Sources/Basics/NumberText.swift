// Numbers as text for readers, whatever the locale.

/// Numbers as a reader wants them, in tables, in sentences and on axes.
public enum NumberText {
  /// The minus sign U+2212, as wide as a plus sign.
  public static let minus = "\u{2212}"

  /// Up to four digits: "0.5935", "12.3", "40"; whole numbers in full up to a million; else "1.2×10⁻⁵". The minus sign
  /// is "−".
  public static func text(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "not a number" : value < 0 ? "−∞" : "∞" }
    if value == value.rounded(), abs(value) < 1e6 { return fixed(value, decimals: 0) }
    let exponent = exponent(value)
    if exponent < -3 || exponent > 5 {
      // The powers of the smallest and largest numbers are beyond Double: in two steps.
      let far = max(abs(exponent) - 300, 0)
      let (first, second) = (power(of: abs(exponent) - far), power(of: far))
      let mantissa = exponent < 0 ? value * first * second : value / first / second
      return trimmed(fixed(mantissa, decimals: 2)) + "×" + self.power(exponent: exponent)
    }
    return trimmed(fixed(value, decimals: max(3 - exponent, 0)))
  }

  /// A whole number with its digits in groups of three, narrow spaces between them, from 10 000 on; the minus sign is
  /// "−".
  public static func text(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var result = ""
    for (place, digit) in digits.enumerated() {
      if digits.count > 4, place > 0, (digits.count - place) % 3 == 0 { result += "\u{202F}" }
      result.append(digit)
    }
    return (value < 0 ? minus : "") + result
  }

  /// With so many decimals, 0…15 and no more or fewer, half away from zero, and never "−0": "−0.50". Decimals that a Double of this size does
  /// not have are left out. Beyond 10¹⁵, and for what is no number, Swift's own text.
  ///
  /// - Parameter minus: the sign before a negative number, "−" unless it is "-" for programs.
  public static func fixed(_ value: Double, decimals: Int, minus: String = NumberText.minus) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return value.description.replacing("-", with: minus) }
    let decimals = min(max(decimals, 0), 15)
    let power = power(of: decimals)
    guard abs(value) * power < 9e15 else { return fixed(value, decimals: decimals - 1, minus: minus) }
    let scaled = Int64((abs(value) * power).rounded())
    var fraction = String(scaled % Int64(power))
    fraction = String(repeating: "0", count: max(0, decimals - fraction.count)) + fraction
    return (value < 0 && scaled > 0 ? minus : "") + String(scaled / Int64(power)) + (decimals > 0 ? "." + fraction : "")
  }

  /// 10 to the power, correctly rounded for |exponent| ≤ 22.
  package static func power(of exponent: Int) -> Double {
    var result = 1.0
    for _ in 0..<abs(exponent) { result *= 10 }
    return exponent < 0 ? 1 / result : result
  }

  /// A power of ten: "10⁻³".
  package static func power(exponent: Int) -> String { "10" + superscript(exponent) }

  /// "2.5×10⁻³"; a mantissa of one is left out, and zero is "0".
  package static func scientific(_ value: Double, exponent: Int, decimals: Int) -> String {
    if value == 0 { return "0" }
    let mantissa = fixed(value / power(of: exponent), decimals: decimals)
    return mantissa == "1" ? power(exponent: exponent) : mantissa + "×" + power(exponent: exponent)
  }

  /// A whole number as an exponent: "⁻¹²".
  package static func superscript(_ number: Int) -> String {
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    let text = String(number.magnitude).compactMap(\.wholeNumberValue).map { digits[$0] }
    return (number < 0 ? "⁻" : "") + String(text)
  }

  /// Decimals that an uncertainty, above 0, deserves: two digits where it begins with 1, else one.
  package static func decimals(ofUncertainty value: Double) -> Int {
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
}
