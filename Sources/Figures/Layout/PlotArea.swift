// The plot of a panel as its marks see it.

/// The area between a panel's axes: where numbers have their places, and which other marks there are.
public struct PlotArea: Sendable {
  /// Axes and marks of the panel, in the order of drawing.
  public let panel: Panel
  /// Numbers at the left and right edge.
  public let xRange: ClosedRange<Double>
  /// Numbers at the lower and upper edge.
  public let yRange: ClosedRange<Double>
  /// Fonts and colours of the figure.
  public let theme: Theme
  /// The area in points (1/72 inch) from the top left corner of the figure.
  public package(set) var rect = Rect(x: 0, y: 0, width: 0, height: 0)

  package init(panel: Panel, xRange: ClosedRange<Double>, yRange: ClosedRange<Double>, theme: Theme) {
    self.panel = panel
    self.xRange = xRange
    self.yRange = yRange
    self.theme = theme
  }

  /// Horizontal place of a number, in points from the left; `nil` if it has none: not finite, or ≤ 0 on a logarithmic
  /// axis. Numbers beyond the range have places outside of `rect`.
  public func x(_ value: Double) -> Double? {
    panel.x.scale.fraction(of: value, in: xRange).map { rect.x + $0 * rect.width }
  }

  /// Vertical place of a number, in points from the top; `nil` if it has none, see `x(_:)`.
  public func y(_ value: Double) -> Double? {
    panel.y.scale.fraction(of: value, in: yRange).map { rect.maxY - $0 * rect.height }
  }

  /// The place of a pair of numbers; `nil` if either has none.
  public func point(_ x: Double, _ y: Double) -> Point? {
    guard let px = self.x(x), let py = self.y(y) else { return nil }
    return Point(px, py)
  }

  /// Vertical place of an end of a bar or band: what is ≤ 0 on a logarithmic axis ends below the plot. `nil` if the
  /// number is not finite.
  public func end(_ value: Double) -> Double? {
    if panel.y.scale == .log10, value <= 0 { return rect.maxY + rect.height }
    return y(value)
  }

  /// The places of pairs of numbers in order, parted where a pair has none.
  public func stretches(_ xs: Numbers, _ ys: Numbers) -> [[Point]] {
    var result: [[Point]] = [[]]
    for (x, y) in zip(xs.values, ys.values) {
      if let place = point(x, y) {
        result[result.count - 1].append(place)
      } else if !result[result.count - 1].isEmpty {
        result.append([])
      }
    }
    return result.filter { !$0.isEmpty }
  }

  /// Whether a place is inside the plot or on its edge.
  public func shows(_ place: Point) -> Bool { rect.expanded(by: 0.01).contains(place) }

  /// Draws an error bar between two numbers of the vertical axis at `x` points from the left, with ends `cap` points
  /// long on each side; nothing where an end is missing.
  public func drawErrorBar(
    from lower: Double?, to upper: Double?, x: Double, cap: Double = 2.2, color: Color, on canvas: inout some Canvas
  ) {
    guard let lower, let upper, let lines = errorBar(from: lower, to: upper, x: x, cap: cap) else { return }
    canvas.stroke(.lines(lines.map { [$0.0, $0.1] }), Stroke(color, width: 0.8))
  }

  /// The lines of an error bar, `nil` where an end has no place.
  func errorBar(from lower: Double, to upper: Double, x: Double, cap: Double) -> [(Point, Point)]? {
    guard let low = end(lower), let high = end(upper) else { return nil }
    return [
      (Point(x, low), Point(x, high)), (Point(x - cap, low), Point(x + cap, low)),
      (Point(x - cap, high), Point(x + cap, high)),
    ]
  }

  /// To the middle of a pixel at two pixels a point, so that thin upright or level lines are sharp.
  public static func sharp(_ value: Double) -> Double { (value * 2).rounded(.down) / 2 + 0.25 }
}

extension Panel {
  /// The panel's marks of one type, in order: for marks that share room with their like, such as bars.
  public func marks<M: FigureMark>(_ type: M.Type) -> [M] { marks.compactMap { $0.content as? M } }
}
