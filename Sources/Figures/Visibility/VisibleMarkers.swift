// Markers and error bars of more points than can be seen, as far as they can.

extension PlotArea {
  /// Draws the style's marker at the places that the plot shows. Of more than `Visibility.limit`, those are left out
  /// that later ones hide.
  func drawMarkers(at places: [Point], style: SeriesStyle, on canvas: inout some Canvas) {
    for (place, layers) in visibleMarkers(at: places, style: style) {
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
    var coverage =
      style.marker.isOpen
      ? InkCoverage(area, opacity: style.color.opacity, lineWidth: 1.2)
      : InkCoverage(area, opacity: style.color.opacity)
    let rim = 0.6
    let (reaches, covers) = style.marker.radii
    func squares(_ radius: Double) -> SquaresInDisc {
      SquaresInDisc(radius: radius * style.markerSize / 2 + rim, detail: coverage.detail)
    }
    let discs = (reaches: squares(reaches), covers: squares(covers))
    let uncovered = shown.reversed().filter { place in
      style.marker.isOpen
        ? coverage.adds(lines: style.marker.lines(at: place, size: style.markerSize))
        : coverage.adds(marker: discs, at: place)
    }
    return merged(uncovered).reversed()
  }

  /// The first of the places in each square of a grid, with their number, if the places are too many for a file; the grid
  /// has as many squares as a file may have markers.
  private func merged(_ places: [Point]) -> [(place: Point, layers: Int)] {
    let most = 40_000
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
    var coverage = bars.count > Visibility.limit ? InkCoverage(rect, opacity: color.opacity, lineWidth: 0.8) : nil
    for bar in bars {
      guard let lines = errorBar(from: bar.lower, to: bar.upper, x: bar.x, cap: bar.cap) else { continue }
      if coverage?.adds(lines: lines) == false { continue }
      canvas.stroke(.lines(lines.map { [$0.0, $0.1] }), Stroke(color, width: 0.8))
    }
  }
}

extension Marker {
  /// Radii in units of half the marker's size: of the disc about the shape, and of that within it.
  fileprivate var radii: (reaches: Double, covers: Double) {
    switch self {
    case .none, .circle, .plus, .cross: (1, 1)
    case .square: (1.25, 0.88)
    case .triangle, .invertedTriangle: (1.4, 0.58)
    case .diamond: (1.25, 0.88)
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
