// Points, rectangles and paths of a drawing. The origin is at the top left, y grows downwards, the unit is the point.

/// A place on a canvas, in points (1/72 inch) from the top left corner.
public struct Point: Hashable, Sendable, Codable {
  /// Points from the left.
  public var x: Double
  /// Points from the top; it grows downwards.
  public var y: Double

  /// Points from the left and from the top.
  public init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }
}

/// Width and height in points (1/72 inch).
public struct Size: Hashable, Sendable, Codable {
  /// Points across.
  public var width: Double
  /// Points down.
  public var height: Double

  /// Points across and down.
  public init(_ width: Double, _ height: Double) {
    self.width = width
    self.height = height
  }
}

/// An upright rectangle, in points from the top left corner.
public struct Rect: Hashable, Sendable, Codable {
  /// The left edge.
  public var x: Double
  /// The upper edge.
  public var y: Double
  /// From the left to the right edge.
  public var width: Double
  /// From the upper to the lower edge.
  public var height: Double

  /// A rectangle by its top left corner and its size, in points.
  public init(x: Double, y: Double, width: Double, height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  /// The right edge, `x + width`.
  public var maxX: Double { x + width }

  /// The lower edge, `y + height`.
  public var maxY: Double { y + height }

  /// The middle of the rectangle.
  public var center: Point { Point(x + width / 2, y + height / 2) }

  /// The same rectangle with every edge moved outwards by `distance` points (inwards if negative).
  public func expanded(by distance: Double) -> Rect {
    Rect(x: x - distance, y: y - distance, width: width + 2 * distance, height: height + 2 * distance)
  }

  /// Whether the point lies inside or on an edge.
  public func contains(_ point: Point) -> Bool {
    point.x >= x && point.x <= maxX && point.y >= y && point.y <= maxY
  }
}

/// Straight lines and circles, to be stroked or filled.
public struct Path: Hashable, Sendable, Codable {
  /// One step of a path.
  public enum Element: Hashable, Sendable, Codable {
    /// Starts a new stretch at the point.
    case move(Point)
    /// A straight line from the last point.
    case line(Point)
    /// A full circle, a stretch of its own; the radius is in points.
    case circle(center: Point, radius: Double)
    /// A straight line back to where the stretch began.
    case close
  }

  /// The steps in the order of drawing.
  public var elements: [Element]

  /// A path of these steps.
  public init(_ elements: [Element] = []) { self.elements = elements }

  /// Straight lines through the points in order.
  public static func polyline(_ points: [Point]) -> Path {
    Path(points.enumerated().map { $0.offset == 0 ? .move($0.element) : .line($0.element) })
  }

  /// A closed stretch through the points in order.
  public static func polygon(_ points: [Point]) -> Path {
    Path(polyline(points).elements + (points.isEmpty ? [] : [.close]))
  }

  /// One straight line.
  public static func segment(_ a: Point, _ b: Point) -> Path { polyline([a, b]) }

  /// The outline of a rectangle, clockwise from its top left corner.
  public static func rect(_ r: Rect) -> Path {
    polygon([Point(r.x, r.y), Point(r.maxX, r.y), Point(r.maxX, r.maxY), Point(r.x, r.maxY)])
  }

  /// A full circle.
  public static func circle(_ center: Point, radius: Double) -> Path {
    Path([.circle(center: center, radius: radius)])
  }

  /// Both paths, one after the other.
  public static func + (a: Path, b: Path) -> Path { Path(a.elements + b.elements) }
}
