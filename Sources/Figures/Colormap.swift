// Colours for numbers. Viridis by Smith and van der Walt (2015) at nine places, a diverging run by Brewer; between
// the places the components are interpolated.

internal import Basics

/// A run of colours from low to high.
public struct Colormap: Hashable, Sendable, Codable {
  /// Colours at equal distances from 0 to 1; at least two.
  public var stops: [Color]
  /// The colour of gaps.
  public var missing: Color

  /// A run through at least two colours.
  public init(_ stops: [Color], missing: Color = .gray(0.85)) {
    precondition(stops.count >= 2, "Colormap: \(stops.count) colours are no run")
    self.stops = stops
    self.missing = missing
  }

  /// The colour at a fraction; below 0 the first, above 1 the last, `missing` for NaN.
  public func color(at fraction: Double) -> Color {
    if fraction.isNaN { return missing }
    let place = min(max(fraction, 0), 1) * Double(stops.count - 1)
    let index = min(Int(place), stops.count - 2)
    let t = place - Double(index)
    let a = stops[index]
    let b = stops[index + 1]
    func mix(_ p: Double, _ q: Double) -> Double { min(1, max(0, p + t * (q - p))) }
    return Color(red: mix(a.red, b.red), green: mix(a.green, b.green), blue: mix(a.blue, b.blue))
  }

  /// Dark violet to yellow, evenly lighter.
  public static let viridis = Colormap(
    [0x440154, 0x472D7B, 0x3B528B, 0x2C728E, 0x21918C, 0x28AE80, 0x5EC962, 0xADDC30, 0xFDE725].map { Color(hex: $0) })

  /// White to black.
  public static let grays = Colormap([.white, .black])

  /// Blue over white to red, for numbers about a middle.
  public static let diverging = Colormap(
    [0x2166AC, 0x67A9CF, 0xD1E5F0, 0xF7F7F7, 0xFDDBC7, 0xEF8A62, 0xB2182B].map { Color(hex: $0) })
}
