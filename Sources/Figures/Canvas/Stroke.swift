// How a line is drawn, and the fonts of a drawing.

internal import Basics

/// Width, colour and dashes of a line.
public struct Stroke: Hashable, Sendable, Codable {
  /// The line's colour, opacity included.
  public var color: Color
  /// The line's width in points (1/72 inch).
  public var width: Double
  /// The line's dashes and gaps; `.solid` is unbroken.
  public var dash: Dash

  /// A line `width` points wide.
  public init(_ color: Color, width: Double = 0.5, dash: Dash = .solid) {
    self.color = color
    self.width = width
    self.dash = dash
  }
}

/// Dashes and gaps of a line, in multiples of its width; lines are drawn with flat ends.
public struct Dash: Hashable, Sendable, Codable {
  /// Lengths of dash, gap, dash, gap, …; empty for an unbroken line.
  public var pattern: [Double]

  /// Lengths of dash, gap, …, each above 0, in widths of the line.
  public init(_ pattern: [Double]) {
    precondition(
      pattern.allSatisfy { $0 > 0 && $0.isFinite }, "Dash: lengths must be positive, got \(pattern)")
    self.pattern = pattern
  }

  /// An unbroken line.
  public static let solid = Dash([])
  /// Dashes: – – –
  public static let dashed = Dash([4.5, 1.8])
  /// Dots: · · ·
  public static let dotted = Dash([1.2, 1.5])
  /// Dashes and dots: – · –
  public static let dashDotted = Dash([5, 1.6, 1.2, 1.6])
  /// Long dashes: — — —
  public static let longDashed = Dash([9, 2.5])
}

/// A size and weight of the one typeface of a drawing.
public struct Font: Hashable, Sendable, Codable {
  /// Size of the em square in points (1/72 inch).
  public var size: Double
  /// Whether the bold face is used.
  public var isBold: Bool

  /// A font of `size` points.
  public init(size: Double, isBold: Bool = false) {
    self.size = size
    self.isBold = isBold
  }

  /// Distance from one baseline to the next, in points.
  public var lineHeight: Double { size * 1.2 }
}

/// What a run of text on one line measures, in points.
public struct TextExtents: Hashable, Sendable {
  /// Advance from the start of the first character to where a next one would start.
  public var width: Double
  /// Height of the font above the baseline, the same for every text.
  public var ascent: Double
  /// Depth of the font below the baseline, the same for every text.
  public var descent: Double
  /// Height of an upright capital or digit above the baseline.
  public var capHeight: Double

  /// All four measures, in points.
  public init(width: Double, ascent: Double, descent: Double, capHeight: Double) {
    self.width = width
    self.ascent = ascent
    self.descent = descent
    self.capHeight = capHeight
  }
}
