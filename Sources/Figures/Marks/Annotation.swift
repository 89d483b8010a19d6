// Words at a place in the panel.

/// A short text at a data point.
public struct Annotation: Hashable, Sendable, Codable, MarkConvertible {
  /// Where the text stands as seen from its point.
  public enum Side: String, Hashable, Sendable, Codable {
    case above, below, left, right, center
  }

  /// One line, or several parted by line ends.
  public var text: String
  /// In units of the x axis.
  public var x: Double
  /// In units of the y axis.
  public var y: Double
  /// Where the text stands as seen from its point.
  public var side: Side
  /// Of the text.
  public var color: Color

  /// Text beside (`x`, `y`), moved inwards where it would leave the panel.
  public init(_ text: String, x: Double, y: Double, side: Side = .above, color: Color = .gray(0.2)) {
    self.text = text
    self.x = x
    self.y = y
    self.side = side
    self.color = color
  }

  public var mark: Mark { .annotation(self) }
}
