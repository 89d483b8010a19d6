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
  /// How often all of the theme's colours have been taken before: series of one colour and another round have other
  /// dashes and markers.
  public let round: Int

  /// The look that a theme has at a place of its cycle, counted from 0.
  ///
  /// Where the colours come round again, dashes and markers go one place further; a theme with one of them only goes on
  /// with those of `Dash` and `Marker`. So 245 lines look different in the standard theme.
  public init(_ theme: Theme, index: Int) {
    let (round, place) = index.quotientAndRemainder(dividingBy: theme.colors.count)
    self.round = round
    color = theme.colors[place]
    width = theme.lineWidth
    dash = Self.pick(place, round, of: theme.dashes, else: [.solid, .dashed, .dotted, .dashDotted, .longDashed])
    marker = Self.pick(
      place, round, of: theme.markers, else: [.square, .triangle, .diamond, .invertedTriangle, .cross, .plus])
    markerSize = theme.markerSize
    marksEveryPoint = false
    self.index = index
  }

  /// The theme's look at a place, one further in each round; where the theme has one look, the others come behind it.
  private static func pick<Look: Equatable>(
    _ place: Int, _ round: Int, of looks: [Look], else others: [Look]
  ) -> Look {
    if looks.count > 1 { return looks[(place + round) % looks.count] }
    let all = looks + others.filter { $0 != looks[0] }
    return all[round % all.count]
  }

  /// A line of this style's colour, width and dashes.
  public var stroke: Stroke { Stroke(color, width: width, dash: dash) }

  /// Width of the lines of a marker without an inside, in points.
  static let openMarkerWidth = 1.2
  /// Width of the white line about a marker with an inside, in points; half of it shows.
  static let rimWidth = 1.2

  /// Draws the marker about a place, with a thin white rim that keeps it apart from lines below.
  public func drawMarker(at place: Point, on canvas: inout some Canvas) {
    guard marker != .none else { return }
    let path = marker.path(at: place, size: markerSize)
    if marker.isOpen {
      canvas.stroke(path, Stroke(color, width: Self.openMarkerWidth))
    } else {
      canvas.stroke(path, Stroke(.white, width: Self.rimWidth))
      canvas.fill(path, color)
    }
  }
}
