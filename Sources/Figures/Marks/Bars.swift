// Upright bars; several series stand side by side.

internal import Basics

/// One series of bars from 0 to each height. All the series of a panel share its places side by side.
public struct Bars: FigureMark {
  /// "bars".
  public static let kind = "bars"

  /// Places of the bars: 0, 1, 2, … are the names of an `Axis.categories`.
  public var x: Numbers
  /// How high each bar is above 0, in units of the y axis.
  public var heights: Numbers
  /// Lower ends of the error bars, in units of the heights.
  public var lower: Numbers?
  /// Upper ends of the error bars, in units of the heights.
  public var upper: Numbers?
  /// Name in the legend; none leaves the bars out of it.
  public var label: String?
  /// `nil` takes the theme's next colour.
  public var color: Color?
  /// How the height is written above each bar; `nil` writes nothing.
  public var values: NumberFormat?

  /// Bars of the given heights at 0, 1, 2, …; a gap leaves its place empty.
  public init<H: Sequence>(
    _ heights: H, label: String? = nil, color: Color? = nil, values: NumberFormat? = nil
  ) where H.Element: Plottable {
    self.heights = Numbers(heights)
    self.x = Numbers(0..<self.heights.count)
    self.label = label
    self.color = color
    self.values = values
  }

  /// Bars with error bars from `height − error` to `height + error`.
  public init<H: Sequence, E: Sequence>(
    _ heights: H, error: E, label: String? = nil, color: Color? = nil, values: NumberFormat? = nil
  ) where H.Element: Plottable, E.Element: Plottable {
    self.init(heights, label: label, color: color, values: values)
    let error = Numbers(error)
    lower = .combine(self.heights, error, -)
    upper = .combine(self.heights, error, +)
  }

  /// Bars with error bars from `lower[i]` to `upper[i]`.
  public init<H: Sequence, L: Sequence, U: Sequence>(
    _ heights: H, lower: L, upper: U, label: String? = nil, color: Color? = nil, values: NumberFormat? = nil
  ) where H.Element: Plottable, L.Element: Plottable, U.Element: Plottable {
    self.init(heights, label: label, color: color, values: values)
    let lower = Numbers(lower)
    let upper = Numbers(upper)
    precondition(
      lower.count == self.heights.count && upper.count == self.heights.count,
      "Bars: \(lower.count) lower and \(upper.count) upper ends for \(self.heights.count) bars")
    self.lower = lower
    self.upper = upper
  }

  /// Bars at other places than 0, 1, 2, …: a histogram. As many places as heights.
  public init<X: Sequence, H: Sequence>(
    x: X, heights: H, label: String? = nil, color: Color? = nil, values: NumberFormat? = nil
  ) where X.Element: Plottable, H.Element: Plottable {
    self.init(heights, label: label, color: color, values: values)
    self.x = Numbers(x)
    precondition(self.x.count == self.heights.count, "Bars: \(self.x.count) x for \(self.heights.count) heights")
  }
}

extension Bars {
  /// Sets the colour, if one is stated.
  public func restyle(_ style: inout SeriesStyle) { style.color = color ?? style.color }

  /// The places, with half the width that all series share there on each side.
  public func extentX(in panel: Panel) -> AxisExtent {
    let slot = Self.slot(panel.marks(Bars.self))
    return AxisExtent(x, ends: x.values.filter(\.isFinite).flatMap { [$0 - slot / 2, $0 + slot / 2] })
  }

  /// Heights, error bars and 0; a tenth more where the values are written above.
  public func extentY(in panel: Panel) -> AxisExtent {
    AxisExtent(
      heights, ends: (lower?.values ?? []) + (upper?.values ?? []), standsOnZero: true,
      headroom: values != nil && panel.y.scale == .linear ? 0.1 : 0)
  }

  /// Fills the bars, draws their error bars, and a line at 0 where the axis goes below it.
  public func draw(on canvas: inout some Canvas, in plot: PlotArea, style: SeriesStyle) {
    let rects = rects(in: plot)
    if rects.count > Visibility.limit {
      for rect in Self.seen(rects) { Self.fill(rect, style, on: &canvas) }
      drawErrorBars(at: rects, on: &canvas, in: plot)
    } else {
      for (i, rect) in rects.enumerated() {
        guard let rect else { continue }
        Self.fill(rect, style, on: &canvas)
        plot.drawErrorBar(
          from: lower?.values[i], to: upper?.values[i], x: rect.center.x, cap: min(3, rect.width / 4),
          color: plot.theme.textColor, on: &canvas)
      }
    }
    if plot.yRange.lowerBound < 0, let zero = plot.y(0).map(PlotArea.sharp), zero < plot.rect.maxY {
      canvas.stroke(
        .segment(Point(plot.rect.x, zero), Point(plot.rect.maxX, zero)), Stroke(plot.theme.frameColor, width: 0.5))
    }
  }

  private func drawErrorBars(at rects: [Rect?], on canvas: inout some Canvas, in plot: PlotArea) {
    guard let lower, let upper else { return }
    let bars = rects.indices.compactMap { i in
      rects[i].map { (lower: lower.values[i], upper: upper.values[i], x: $0.center.x, cap: min(3, $0.width / 4)) }
    }
    plot.drawErrorBars(bars, color: plot.theme.textColor, on: &canvas)
  }

  /// Bars whose edges cannot be told apart, each such group as one: of more bars than paper shows.
  private static func seen(_ rects: [Rect?]) -> [Rect] {
    struct Edges: Hashable {
      let left: Int
      let right: Int
    }
    var groups: [Edges: Int] = [:]
    var result: [Rect] = []
    for rect in rects.lazy.compactMap({ $0 }) {
      let edges = Edges(left: Int(rect.x / Visibility.detail), right: Int(rect.maxX / Visibility.detail))
      guard let group = groups[edges] else {
        groups[edges] = result.count
        result.append(rect)
        continue
      }
      let (left, top) = (min(result[group].x, rect.x), min(result[group].y, rect.y))
      let (right, bottom) = (max(result[group].maxX, rect.maxX), max(result[group].maxY, rect.maxY))
      result[group] = Rect(x: left, y: top, width: right - left, height: bottom - top)
    }
    return result
  }

  /// Fills a bar. Where the theme's colours come round again the bars are pale, with an edge.
  private static func fill(_ rect: Rect, _ style: SeriesStyle, on canvas: inout some Canvas) {
    canvas.fill(.rect(rect), style.color.lightened(by: min(0.15 + 0.5 * Double(style.round), 1)))
    if style.round > 0 { canvas.stroke(.rect(rect), Stroke(style.color, width: 0.8, dash: style.dash)) }
  }

  /// A patch that is filled as the bars are.
  public func drawSample(on canvas: inout some Canvas, in slot: LegendSlot, style: SeriesStyle) {
    Self.fill(Rect(x: slot.center.x - 5, y: slot.middle - 3.5, width: 10, height: 7), style, on: &canvas)
  }

  /// Writes the values, if they are wanted; among more bars than can be told apart, those that have room.
  public func drawOnTop(on canvas: inout some Canvas, in plot: PlotArea, style: SeriesStyle) {
    guard let format = values else { return }
    let font = Font(size: plot.theme.textSize * 0.85)
    let rects = rects(in: plot)
    for (i, rect) in rects.enumerated() {
      guard let rect, rects.count <= Visibility.limit || rect.width > font.size / 2 else { continue }
      let text = NumberText.text(heights.values[i], format: format, automaticDecimals: 2)
      let extents = canvas.extents(of: text, font: font)
      let (baseline, color) = place(ofValue: i, at: rect, capHeight: extents.capHeight, in: plot, style: style)
      canvas.text(text, at: Point(rect.center.x - extents.width / 2, baseline), font: font, color: color)
    }
  }

  /// Baseline and colour of a written value: above the bar and its error bar, below a negative one, and inside where
  /// there is no room above.
  private func place(
    ofValue i: Int, at rect: Rect, capHeight: Double, in plot: PlotArea, style: SeriesStyle
  ) -> (baseline: Double, color: Color) {
    let lowest = lower.flatMap { plot.end($0.values[i]) }
    if heights.values[i] < 0 {
      return (min(max(rect.maxY, lowest ?? rect.maxY) + 2.5 + capHeight, plot.rect.maxY - 2), plot.theme.textColor)
    }
    let baseline = min(rect.y, upper.flatMap { plot.end($0.values[i]) } ?? rect.y) - 2.5
    if baseline - capHeight >= plot.rect.y + 1.5 { return (baseline, plot.theme.textColor) }
    return (max(rect.y, lowest ?? rect.y) + 3.5 + capHeight, style.color.luma > 0.55 ? .black : .white)
  }

  /// The upright edges and middles of the bars up to the written values, and the error bars.
  public func ink(in plot: PlotArea, style: SeriesStyle, on canvas: some Canvas) -> [Ink] {
    let rects = rects(in: plot)
    if rects.count > Visibility.limit {
      return Self.seen(rects).flatMap { Ink.line(Point($0.center.x, $0.y - 8), Point($0.center.x, $0.maxY), weight: 3) }
    }
    return rects.enumerated().flatMap { i, rect -> [Ink] in
      guard let rect else { return [] }
      let edges = [rect.x, rect.center.x, rect.maxX].flatMap { Ink.line(Point($0, rect.y - 8), Point($0, rect.maxY)) }
      guard let high = upper.flatMap({ plot.end($0.values[i]) }) else { return edges }
      return edges + Ink.line(Point(rect.center.x, high - 8), Point(rect.center.x, rect.y))
    }
  }

  /// The place, by its name where the axis has names, the height, and the ends of the error bars.
  public func rows(in panel: Panel) -> [FigureRow] {
    FigureRow.rows(x: x, y: heights, lower: lower, upper: upper).enumerated().map { i, row in
      var row = row
      row.x = panel.x.name(of: x, at: i)
      return row
    }
  }

  /// Heights over places, unless there are error bars.
  public var column: (x: Numbers, y: Numbers)? { lower == nil ? (x, heights) : nil }

  /// Where the bars stand: the series of the panel share each place side by side, 80 % of it filled. `nil` for a bar
  /// without a place.
  private func rects(in plot: PlotArea) -> [Rect?] {
    let all = plot.panel.marks(Bars.self)
    let slot = Self.slot(all)
    guard let place = all.firstIndex(of: self) else { return [] }
    let base = plot.end(0) ?? plot.rect.maxY
    return x.values.indices.map { i in
      guard let top = plot.y(heights.values[i]), let left = plot.x(x.values[i] - 0.4 * slot),
        let right = plot.x(x.values[i] + 0.4 * slot)
      else { return nil }
      let width = (right - left) / Double(all.count)
      return Rect(
        x: left + Double(place) * width + 0.02 * width, y: min(top, base), width: width * 0.96, height: abs(base - top))
    }
  }

  /// Width that the bars of all series at one place share: the least distance between places, or 1.
  private static func slot(_ series: [Bars]) -> Double {
    let places = Set(series.flatMap { $0.x.values }.filter(\.isFinite)).sorted()
    return zip(places, places.dropFirst()).map { $1 - $0 }.min() ?? 1
  }
}
