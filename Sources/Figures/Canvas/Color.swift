// Colours as sRGB, with the few that the figures of the field are drawn in.

internal import Basics

/// An sRGB colour; every component lies in [0, 1].
public struct Color: Hashable, Sendable, Codable {
  /// The red component, in [0, 1].
  public var red: Double
  /// The green component, in [0, 1].
  public var green: Double
  /// The blue component, in [0, 1].
  public var blue: Double
  /// 1 covers what lies below, 0 leaves it as it is.
  public var opacity: Double

  /// A colour from components in [0, 1].
  public init(red: Double, green: Double, blue: Double, opacity: Double = 1) {
    precondition(
      [red, green, blue, opacity].allSatisfy { (0...1).contains($0) },
      "Color: components must lie in 0...1, got \(red), \(green), \(blue), \(opacity)")
    self.red = red
    self.green = green
    self.blue = blue
    self.opacity = opacity
  }

  /// A colour from its usual six digits: `Color(hex: 0xD55E00)`.
  public init(hex: UInt32, opacity: Double = 1) {
    precondition(hex <= 0xFFFFFF, "Color: \(hex) has more than six hexadecimal digits")
    self.init(
      red: Double(hex >> 16) / 255, green: Double(hex >> 8 & 255) / 255, blue: Double(hex & 255) / 255,
      opacity: opacity)
  }

  /// A shade of grey: 0 is black, 1 is white.
  public static func gray(_ level: Double) -> Color { Color(red: level, green: level, blue: level) }

  /// The same colour with another opacity in [0, 1].
  public func opacity(_ opacity: Double) -> Color {
    Color(red: red, green: green, blue: blue, opacity: opacity)
  }

  /// The colour mixed with white: 0 leaves it as it is, 1 gives white.
  public func lightened(by share: Double) -> Color {
    func mix(_ c: Double) -> Double { c + (1 - c) * share }
    return Color(red: mix(red), green: mix(green), blue: mix(blue), opacity: opacity)
  }

  /// Relative luminance in [0, 1] by the weights of ITU-R BT.709 on the encoded components: good enough to choose
  /// black or white text on top.
  public var luma: Double { 0.2126 * red + 0.7152 * green + 0.0722 * blue }

  /// Black, `000000`.
  public static let black = Color(hex: 0x000000)
  /// White, `FFFFFF`.
  public static let white = Color(hex: 0xFFFFFF)
  /// `D7191C`, darker than `green`, so that they stay apart without colour vision and in grey print.
  public static let red = Color(hex: 0xD7191C)
  /// Blue, `1F4FD8`.
  public static let blue = Color(hex: 0x1F4FD8)
  /// Green, `1A9641`.
  public static let green = Color(hex: 0x1A9641)
  /// Orange of Okabe and Ito, `E69F00`.
  public static let orange = Color(hex: 0xE69F00)
  /// Purple, `7B3294`.
  public static let purple = Color(hex: 0x7B3294)
  /// Grey, `767676`.
  public static let gray = Color(hex: 0x767676)

  /// The palette of Okabe and Ito (2008) without its yellow, which is too light for lines on white.
  public static let okabeIto: [Color] = [
    0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x000000,
  ].map { Color(hex: $0) }
}
