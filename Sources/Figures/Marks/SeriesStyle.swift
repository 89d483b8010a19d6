// What a mark looks like once theme and neighbours have had their say.

/// Where a mark takes the parts of its look from that it does not state.
public enum StyleSource: Hashable, Sendable {
  /// The next place in the theme's cycle. A name that returns, in this panel or another, keeps its place.
  case theme
  /// The next mark of the panel that takes its look from the theme, else the last before it: a band about a curve.
  case neighbor
  /// The theme's first place, without taking it from others: for marks that state their look.
  case none
}

/// Colour, line and marker of one mark.
public struct SeriesStyle: Hashable, Sendable {
  /// Of lines, areas and markers.
  public var color: Color
  /// Of lines, in points (1/72 inch).
  public var width: Double
  /// Dashes of lines.
  public var dash: Dash
  /// The shape at data points.
  public var marker: Marker
  /// Diameter of the marker in points (1/72 inch).
  public var markerSize: Double
  /// Whether the marker stands at every data point, rather than at some along a line.
  public var marksEveryPoint: Bool
  /// Place in the theme's cycle, counted from 0, which also shifts markers along a line so that those of several lines
  /// do not coincide.
  public let index: Int

  /// The look that a theme has at a place of its cycle, counted from 0.
  public init(_ theme: Theme, index: Int) {
    color = theme.colors[index % theme.colors.count]
    width = theme.lineWidth
    dash = theme.dashes[index % theme.dashes.count]
    marker = theme.markers[index % theme.markers.count]
    markerSize = theme.markerSize
    marksEveryPoint = false
    self.index = index
  }

  /// A line of this style's colour, width and dashes.
  public var stroke: Stroke { Stroke(color, width: width, dash: dash) }

  /// Draws the marker about a place, with a thin white rim that keeps it apart from lines below.
  public func drawMarker(at place: Point, on canvas: inout some Canvas) {
    guard marker != .none else { return }
    let path = marker.path(at: place, size: markerSize)
    if marker.isOpen {
      canvas.stroke(path, Stroke(color, width: 1.2))
    } else {
      canvas.stroke(path, Stroke(.white, width: 1.2))
      canvas.fill(path, color)
    }
  }
}
