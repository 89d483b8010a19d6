// A straight line across the panel.

/// A reference line across the whole panel, at one x or one y.
public struct Rule: Hashable, Sendable, Codable, MarkConvertible {
  /// Which way the line runs.
  public enum Direction: String, Hashable, Sendable, Codable {
    /// At one y.
    case horizontal
    /// At one x.
    case vertical
  }

  /// Which way the line runs.
  public var direction: Direction
  /// The y of a horizontal line, the x of a vertical one; an automatic range includes it.
  public var value: Double
  /// Name in the legend; none leaves the rule out of it.
  public var label: String?
  /// Opacity included.
  public var color: Color
  /// Points (1/72 inch).
  public var width: Double
  /// Dashed unless stated.
  public var dash: Dash

  /// A horizontal line at `y`.
  public init(
    y: Double, label: String? = nil, color: Color = .gray, width: Double = 0.9, dash: Dash = .dashed
  ) {
    self.direction = .horizontal
    self.value = y
    self.label = label
    self.color = color
    self.width = width
    self.dash = dash
  }

  /// A vertical line at `x`.
  public init(
    x: Double, label: String? = nil, color: Color = .gray, width: Double = 0.9, dash: Dash = .dashed
  ) {
    self.init(y: x, label: label, color: color, width: width, dash: dash)
    direction = .vertical
  }

  public var mark: Mark { .rule(self) }
}
