// Data points, with error bars if wanted.

internal import Basics

/// Separate points, each with an error bar if limits are given.
public struct Points: FigureMark {
  /// "points".
  public static let kind = "points"

  /// One number a data point, in units of the x axis.
  public var x: Numbers
  /// One number a data point, in units of the y axis.
  public var y: Numbers
  /// Lower ends of the error bars, in units of y.
  public var lower: Numbers?
  /// Upper ends of the error bars, in units of y.
  public var upper: Numbers?
  /// Name in the legend; none leaves the points out of it.
  public var label: String?
  /// `nil` takes the theme's next colour.
  public var color: Color?
  /// `nil` takes the theme's next marker.
  public var marker: Marker?
  /// Diameter in points (1/72 inch); `nil` takes the theme's.
  public var size: Double?

  /// Points at (`x[i]`, `y[i]`); both must be equally long.
  public init<X: Sequence, Y: Sequence>(
    x: X, y: Y, label: String? = nil, color: Color? = nil, marker: Marker? = nil, size: Double? = nil
  ) where X.Element: Plottable, Y.Element: Plottable {
    self.x = Numbers(x)
    self.y = Numbers(y)
    precondition(self.x.count == self.y.count, "Points: \(self.x.count) x for \(self.y.count) y")
    self.label = label
    self.color = color
    self.marker = marker
    self.size = size
  }

  /// Points with bars from `y − error` to `y + error`; errors must be as many as points.
  public init<X: Sequence, Y: Sequence, E: Sequence>(
    x: X, y: Y, error: E, label: String? = nil, color: Color? = nil, marker: Marker? = nil, size: Double? = nil
  ) where X.Element: Plottable, Y.Element: Plottable, E.Element: Plottable {
    self.init(x: x, y: y, label: label, color: color, marker: marker, size: size)
    let error = Numbers(error)
    lower = .combine(self.y, error, -)
    upper = .combine(self.y, error, +)
  }

  /// Points with bars from `lower[i]` to `upper[i]`, as many as points.
  public init<X: Sequence, Y: Sequence, L: Sequence, U: Sequence>(
    x: X, y: Y, lower: L, upper: U, label: String? = nil, color: Color? = nil, marker: Marker? = nil,
    size: Double? = nil
  ) where X.Element: Plottable, Y.Element: Plottable, L.Element: Plottable, U.Element: Plottable {
    self.init(x: x, y: y, label: label, color: color, marker: marker, size: size)
    let lower = Numbers(lower)
    let upper = Numbers(upper)
    precondition(
      lower.count == self.y.count && upper.count == self.y.count,
      "Points: \(lower.count) lower and \(upper.count) upper ends for \(self.y.count) points")
    self.lower = lower
    self.upper = upper
  }
}

extension Points {
  /// Sets what the points state; a circle where the theme has no marker.
  public func restyle(_ style: inout SeriesStyle) {
    style.color = color ?? style.color
    if style.marker == .none { style.marker = .circle }
    style.marker = marker ?? style.marker
    style.markerSize = size ?? style.markerSize
    style.marksEveryPoint = true
  }

  /// All x.
  public func extentX(in panel: Panel) -> AxisExtent { AxisExtent(x) }

  /// All y, and the ends of the error bars.
  public func extentY(in panel: Panel) -> AxisExtent {
    AxisExtent(y, ends: (lower?.values ?? []) + (upper?.values ?? []))
  }

  /// Draws the error bars.
  public func draw(on canvas: inout some Canvas, in plot: PlotArea, style: SeriesStyle) {
    guard let lower, let upper else { return }
    let bars = x.values.indices.compactMap { i in
      plot.x(x.values[i]).map { (lower: lower.values[i], upper: upper.values[i], x: $0, cap: 2.2) }
    }
    plot.drawErrorBars(bars, color: style.color, on: &canvas)
  }

  /// Draws the markers, whole where they stand on the frame.
  public func drawOnTop(on canvas: inout some Canvas, in plot: PlotArea, style: SeriesStyle) {
    plot.drawMarkers(at: plot.stretches(x, y).flatMap { $0 }, style: style, on: &canvas)
  }

  /// The marker, on a short error bar if there are any.
  public func drawSample(on canvas: inout some Canvas, in slot: LegendSlot, style: SeriesStyle) {
    let center = slot.center
    if lower != nil {
      canvas.stroke(
        .segment(Point(center.x, slot.middle - 4.5), Point(center.x, slot.middle + 4.5)),
        Stroke(style.color, width: 0.8))
    }
    style.drawMarker(at: center, on: &canvas)
  }

  /// The points and their error bars; of more points than can be told apart, some.
  public func ink(in plot: PlotArea, style: SeriesStyle, on canvas: some Canvas) -> [Ink] {
    let step = x.count > Visibility.limit ? x.count / Visibility.limit : 1
    return stride(from: 0, to: x.count, by: step).flatMap { i -> [Ink] in
      guard let place = plot.point(x.values[i], y.values[i]) else { return [] }
      guard let low = lower.flatMap({ plot.end($0.values[i]) }), let high = upper.flatMap({ plot.end($0.values[i]) })
      else { return [Ink(place)] }
      return [Ink(place)] + Ink.line(Point(place.x, low), Point(place.x, high))
    }
  }

  /// x, y and the ends of the error bars.
  public func rows(in panel: Panel) -> [FigureRow] { FigureRow.rows(x: x, y: y, lower: lower, upper: upper) }

  /// y over x, unless there are error bars.
  public var column: (x: Numbers, y: Numbers)? { lower == nil ? (x, y) : nil }
}
