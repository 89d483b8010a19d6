// Shapes at data points.

/// The shape drawn at a data point.
public enum Marker: String, Hashable, Sendable, Codable, CaseIterable {
  /// No marker.
  case none
  /// A disc.
  case circle
  /// A square on its side.
  case square
  /// A triangle that points up.
  case triangle
  /// A square on its corner.
  case diamond
  /// A triangle that points down.
  case invertedTriangle
  /// An upright cross of lines: +
  case plus
  /// A diagonal cross of lines: ×
  case cross

  /// Whether the shape is an outline without an inside.
  var isOpen: Bool { self == .plus || self == .cross }

  /// The shape around a point, about `size` points across. Sizes differ a little, so that all look equally heavy.
  func path(at c: Point, size: Double) -> Path {
    let r = size / 2
    func polygon(_ offsets: [(Double, Double)], _ factor: Double) -> Path {
      .polygon(offsets.map { Point(c.x + $0.0 * r * factor, c.y + $0.1 * r * factor) })
    }
    switch self {
    case .none: return Path()
    case .circle: return .circle(c, radius: r)
    case .square: return polygon([(-1, -1), (1, -1), (1, 1), (-1, 1)], 0.88)
    case .triangle: return polygon([(0, -1.15), (1.05, 0.75), (-1.05, 0.75)], 1.05)
    case .invertedTriangle: return polygon([(0, 1.15), (1.05, -0.75), (-1.05, -0.75)], 1.05)
    case .diamond: return polygon([(0, -1), (1, 0), (0, 1), (-1, 0)], 1.25)
    case .plus:
      return .segment(Point(c.x - r * 1.1, c.y), Point(c.x + r * 1.1, c.y))
        + .segment(Point(c.x, c.y - r * 1.1), Point(c.x, c.y + r * 1.1))
    case .cross:
      return .segment(Point(c.x - r, c.y - r), Point(c.x + r, c.y + r))
        + .segment(Point(c.x - r, c.y + r), Point(c.x + r, c.y - r))
    }
  }
}
