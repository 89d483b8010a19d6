// The area between two curves.

internal import Basics

/// A filled area between a lower and an upper curve: a confidence band, a range over seeds.
public struct Band: FigureMark {
  /// "band".
  public static let kind = "band"

  /// Where both curves are known, in units of the x axis.
  public var x: Numbers
  /// The lower curve, in units of the y axis.
  public var lower: Numbers
  /// The upper curve, in units of the y axis.
  public var upper: Numbers
  /// Name in the legend; none leaves the band out of it.
  public var label: String?
  /// `nil` takes the colour of the next line or points in the panel, else of the last.
  public var color: Color?
  /// How much the area covers what lies below it, in [0, 1].
  public var opacity: Double

  /// The area between (`x[i]`, `lower[i]`) and (`x[i]`, `upper[i]`); all three must be equally long.
  public init<X: Sequence, L: Sequence, U: Sequence>(
    x: X, lower: L, upper: U, label: String? = nil, color: Color? = nil, opacity: Double = 0.2
  ) where X.Element: Plottable, L.Element: Plottable, U.Element: Plottable {
    self.x = Numbers(x)
    self.lower = Numbers(lower)
    self.upper = Numbers(upper)
    precondition(
      self.x.count == self.lower.count && self.x.count == self.upper.count,
      "Band: \(self.x.count) x for \(self.lower.count) lower and \(self.upper.count) upper values")
    self.label = label
    self.color = color
    self.opacity = opacity
  }
}

extension Band {
  /// A band looks like the series after it.
  public var styleSource: StyleSource { .neighbor }

  /// Sets the colour, if one is stated.
  public func restyle(_ style: inout SeriesStyle) { style.color = color ?? style.color }

  /// All x.
  public func extentX(in panel: Panel) -> AxisExtent { AxisExtent(x) }

  /// Both curves; neither needs a place.
  public func extentY(in panel: Panel) -> AxisExtent { AxisExtent(ends: lower.values + upper.values) }

  /// Fills the area, parted where a number is missing.
  public func draw(on canvas: inout some Canvas, in plot: PlotArea, style: SeriesStyle) {
    let fill = style.color.opacity(opacity * style.color.opacity)
    for stretch in places(in: plot).split(whereSeparator: { $0 == nil }) where stretch.count > 1 {
      let ends = seen(stretch.compactMap { $0 })
      canvas.fill(.polygon(ends.map(\.low) + ends.reversed().map(\.high)), fill)
    }
  }

  /// A patch as pale as the area, a little darker since it is small.
  public func drawSample(on canvas: inout some Canvas, in slot: LegendSlot, style: SeriesStyle) {
    slot.drawPatch(style.color.opacity(min(1, opacity * 1.5)), width: slot.width * 0.7, on: &canvas)
  }

  /// Upright lines between the curves, which count little.
  public func ink(in plot: PlotArea, style: SeriesStyle, on canvas: some Canvas) -> [Ink] {
    seen(places(in: plot).compactMap { $0 }).flatMap { Ink.line($0.low, $0.high, weight: 0.3) }
  }

  /// x, lower and upper.
  public func rows(in panel: Panel) -> [FigureRow] { FigureRow.rows(x: x, lower: lower, upper: upper) }

  /// Of ends in more places than can be told apart, those that show both curves.
  private func seen(_ ends: [(low: Point, high: Point)]) -> [(low: Point, high: Point)] {
    if x.count <= Visibility.limit { return ends }
    return Visibility.columnExtremes(x: ends.map(\.low.x), heights: [ends.map(\.low.y), ends.map(\.high.y)])
      .map { ends[$0] }
  }

  /// The ends at each x; `nil` where one has no place.
  private func places(in plot: PlotArea) -> [(low: Point, high: Point)?] {
    x.values.indices.map { i in
      guard let x = plot.x(x.values[i]), let low = plot.end(lower.values[i]), let high = plot.end(upper.values[i])
      else { return nil }
      return (Point(x, low), Point(x, high))
    }
  }
}
