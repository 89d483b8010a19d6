// Markers and error bars of more points than can be seen, as far as they can.

extension PlotArea {
  /// Draws the style's marker at the places that the plot shows. Of more than `Visibility.limit`, those are left out
  /// that later ones hide.
  func drawMarkers(at places: [Point], style: SeriesStyle, on canvas: inout some Canvas) {
    let visible = visibleMarkers(at: places, style: style)
    if style.marker.isOpen, style.color.opacity >= 1, places.count > Visibility.limit {
      let shapes = visible.map { style.marker.lines(at: $0.place, size: style.markerSize).map { [$0.0, $0.1] } }
      return Self.stroke(shapes, Stroke(style.color, width: SeriesStyle.openMarkerWidth), on: &canvas)
    }
    for (place, layers) in visible {
      var style = style
      if layers > 1, style.color.opacity < 1 {
        // Several that let through what is below, one upon the other: 1 − (1 − opacity)ⁿ.
        let below = (1..<layers).reduce(1 - style.color.opacity) { rest, _ in rest * (1 - style.color.opacity) }
        style.color.opacity = 1 - below
      }
      style.drawMarker(at: place, on: &canvas)
    }
  }

  /// The places of the markers that can be seen, in order, and for how many each stands.
  func visibleMarkers(at places: [Point], style: SeriesStyle) -> [(place: Point, layers: Int)] {
    let shown = places.filter(shows)
    if shown.count <= Visibility.limit || style.marker == .none { return shown.map { ($0, 1) } }
    // From the last, which covers the others.
    let area = rect.expanded(by: style.markerSize + 2)
    if style.marker.isOpen {
      var coverage = InkCoverage(area, opacity: style.color.opacity, lineWidth: SeriesStyle.openMarkerWidth)
      return merged(
        shown.reversed().filter { coverage.adds(lines: style.marker.lines(at: $0, size: style.markerSize)) }
      ).reversed()
    }
    var coverage = InkCoverage(area, opacity: style.color.opacity)
    let squares = style.marker.squares(size: style.markerSize, detail: coverage.detail)
    let uncovered = shown.reversed().filter { coverage.adds(squares, at: $0) }
    return merged(uncovered).reversed()
  }

  /// The first of the places in each square of a grid, with their number, if the places are too many for a file; the grid
  /// has as many squares as a file may have markers.
  private func merged(_ places: [Point]) -> [(place: Point, layers: Int)] {
    let most = 20_000
    if places.count <= most { return places.map { ($0, 1) } }
    let side = (rect.width * rect.height / Double(most)).squareRoot()
    let columns = Int(rect.width / side) + 2
    var known: [Int: Int] = [:]
    var result: [(place: Point, layers: Int)] = []
    for place in places {
      let square = Int((place.y - rect.y) / side) * columns + Int((place.x - rect.x) / side)
      if let index = known[square] {
        result[index].layers += 1
      } else {
        known[square] = result.count
        result.append((place, 1))
      }
    }
    return result
  }

  /// Draws error bars, each between two numbers of the vertical axis at a place in points from the left. Of more than
  /// `Visibility.limit`, those are left out that others cover.
  func drawErrorBars(
    _ bars: [(lower: Double, upper: Double, x: Double, cap: Double)], color: Color, on canvas: inout some Canvas
  ) {
    let stroke = Stroke(color, width: 0.8)
    var coverage = bars.count > Visibility.limit ? InkCoverage(rect, opacity: color.opacity, lineWidth: 0.8) : nil
    var seen: [[[Point]]] = []
    for bar in bars {
      guard let lines = errorBar(from: bar.lower, to: bar.upper, x: bar.x, cap: bar.cap),
        // Where the upright line shows nothing new, its caps lie among the lines of others.
        coverage?.adds(lines: [lines[0]]) != false
      else { continue }
      seen.append(lines.map { [$0.0, $0.1] })
    }
    Self.stroke(seen, stroke, together: coverage != nil, on: &canvas)
  }

  /// Strokes shapes of a few lines each, if wanted a hundred at a time where that looks the same.
  private static func stroke(
    _ shapes: [[[Point]]], _ stroke: Stroke, together: Bool = true, on canvas: inout some Canvas
  ) {
    let step = together && stroke.color.opacity >= 1 ? 100 : 1
    for start in stride(from: 0, to: shapes.count, by: step) {
      canvas.stroke(.lines(shapes[start..<min(start + step, shapes.count)].flatMap { $0 }), stroke)
    }
  }
}

extension Marker {
  /// The squares that a shape with an inside and its white rim cover.
  fileprivate func squares(size: Double, detail: Double) -> ConvexSquares {
    let rim = SeriesStyle.rimWidth / 2
    let radius = size / 2
    // The outline moved outwards by the rim; all of these shapes are about 0.8 radii wide within.
    let corners = path(at: Point(0, 0), size: size + rim / 0.8 * 2).elements.compactMap { element -> Point? in
      switch element {
      case .move(let point), .line(let point): point
      case .circle, .close: nil
      }
    }
    return ConvexSquares(radius: 1.4 * radius + 2 * rim, detail: detail) { point in
      if corners.isEmpty { return hypotenuse(point.x, point.y) <= radius + rim }
      let sides = zip(corners, corners.dropFirst() + corners.prefix(1)).map { a, b in
        (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x)
      }
      return sides.allSatisfy { $0 >= 0 } || sides.allSatisfy { $0 <= 0 }
    }
  }

  /// The lines of a shape without an inside.
  fileprivate func lines(at place: Point, size: Double) -> [(Point, Point)] {
    var result: [(Point, Point)] = []
    var last = place
    for element in path(at: place, size: size).elements {
      switch element {
      case .move(let point): last = point
      case .line(let point):
        result.append((last, point))
        last = point
      case .circle, .close: break
      }
    }
    return result
  }
}
