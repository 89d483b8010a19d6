// Room for a sample in the legend, and the usual samples.

/// The room beside a name in the legend where its mark draws a sample; lengths are points (1/72 inch).
public struct LegendSlot: Hashable, Sendable {
  /// From the left of the figure.
  public let left: Double
  /// Half the height of a capital of the name, from the top of the figure.
  public let middle: Double
  /// The largest `sampleWidth` of the legend's marks.
  public let width: Double

  /// What a line needs to show its dashes: 30 points.
  public static let lineWidth = 30.0

  package init(left: Double, middle: Double, width: Double) {
    self.left = left
    self.middle = middle
    self.width = width
  }

  /// The middle of the room.
  public var center: Point { Point(left + width / 2, middle) }

  /// Draws a line from end to end with the style's marker upon it.
  public func drawLine(_ style: SeriesStyle, on canvas: inout some Canvas) {
    canvas.stroke(.segment(Point(left, middle), Point(left + width, middle)), style.stroke)
    style.drawMarker(at: center, on: &canvas)
  }

  /// Fills a patch, 7 points high, about the middle.
  public func drawPatch(_ color: Color, width: Double, on canvas: inout some Canvas) {
    canvas.fill(.rect(Rect(x: center.x - width / 2, y: middle - 3.5, width: width, height: 7)), color)
  }
}
