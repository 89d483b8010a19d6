// What a legend inside a plot should leave visible.

/// A place that should stay visible, and how much it counts.
public struct Ink: Hashable, Sendable {
  /// In points from the top left corner of the figure.
  public var place: Point
  /// About the length in points of what is drawn there.
  public var weight: Double

  /// A place that counts as much as `weight` points of a line; a data point counts 8.
  public init(_ place: Point, weight: Double = 8) {
    self.place = place
    self.weight = weight
  }

  /// A straight line: a place every 4 points, each of which counts 4 times `weight`.
  public static func line(_ a: Point, _ b: Point, weight: Double = 1) -> [Ink] {
    let length = hypotenuse(b.x - a.x, b.y - a.y)
    let steps = min(max(1, Int(length / 4)), 2000)
    return (0...steps).map { i in
      let t = Double(i) / Double(steps)
      return Ink(Point(a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)), weight: 4 * weight)
    }
  }

  /// A rectangle full of ink: level lines `step` points apart.
  public static func area(_ rect: Rect, step: Double = 8) -> [Ink] {
    stride(from: rect.y, through: rect.maxY, by: step).flatMap { line(Point(rect.x, $0), Point(rect.maxX, $0)) }
  }

  /// What a drawing command leaves on the plot.
  package static func of(_ command: DrawingCommand) -> [Ink] {
    switch command {
    case .stroke(let path, _):
      path.outlines.flatMap { outline in zip(outline, outline.dropFirst()).flatMap { line($0, $1) } }
    case .fill(let path, _): inside(path.outlines)
    case .image(_, let rect): area(rect)
    case .text(let text, let place, let font, _, let angle):
      // About the middle of the letters; half an em is the usual width of one.
      line(
        Point(place.x + sine(angle * .pi / 180) * font.size / 3, place.y - cosine(angle * .pi / 180) * font.size / 3),
        Point(
          place.x + cosine(angle * .pi / 180) * font.size * 0.5 * Double(text.count),
          place.y - sine(angle * .pi / 180) * font.size * 0.5 * Double(text.count)))
    case .clip, .unclip: []
    }
  }

  /// Level lines 8 points apart within closed outlines, by the even-odd rule.
  private static func inside(_ outlines: [[Point]]) -> [Ink] {
    let heights = outlines.flatMap { $0.map(\.y) }
    guard let top = heights.min(), let bottom = heights.max() else { return [] }
    let lines = max(1, Int(((bottom - top) / 8).rounded()))
    return (0..<min(lines, 2000)).flatMap { i -> [Ink] in
      let y = top + (Double(i) + 0.5) * (bottom - top) / Double(lines)
      let crossings = outlines.flatMap { outline in
        zip(outline, outline.dropFirst() + outline.prefix(1)).compactMap { a, b -> Double? in
          (a.y <= y) == (b.y <= y) ? nil : a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x)
        }
      }.sorted()
      return stride(from: 0, to: crossings.count - 1, by: 2).flatMap {
        line(Point(crossings[$0], y), Point(crossings[$0 + 1], y))
      }
    }
  }
}

extension Path {
  /// The stretches as corners in order; a circle has 16.
  fileprivate var outlines: [[Point]] {
    var result: [[Point]] = []
    for element in elements {
      switch element {
      case .move(let point): result.append([point])
      case .line(let point):
        if result.isEmpty { result.append([]) }
        result[result.count - 1].append(point)
      case .circle(let center, let radius):
        result.append(
          (0...16).map { i in
            let angle = Double(i) / 8 * .pi
            return Point(center.x + radius * cosine(angle), center.y + radius * sine(angle))
          })
      case .close: if let last = result.last, let first = last.first { result[result.count - 1].append(first) }
      }
    }
    return result
  }
}
