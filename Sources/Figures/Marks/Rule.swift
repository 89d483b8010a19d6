// A straight line across the panel.

/// A reference line across the whole panel, at one x or one y.
public struct Rule: FigureMark {
  /// "rule".
  public static let kind = "rule"

  /// Which way the line runs.
  public enum Direction: String, Hashable, Sendable, Codable {
    /// At one y.
    case horizontal
    /// At one x.
    case vertical
  }

  /// Which way the line runs.
  public var direction: Direction
  /// The y of a horizontal line, the x of a vertical one; an automatic range includes it.
  public var value: Double
  /// Name in the legend; none leaves the rule out of it.
  public var label: String?
  /// The line's colour, opacity included.
  public var color: Color
  /// The line's width in points (1/72 inch).
  public var width: Double
  /// The line's dashes; `.dashed` unless stated.
  public var dash: Dash

  /// A horizontal line at `y`.
  public init(
    y: Double, label: String? = nil, color: Color = .gray, width: Double = 0.9, dash: Dash = .dashed
  ) {
    self.direction = .horizontal
    self.value = y
    self.label = label
    self.color = color
    self.width = width
    self.dash = dash
  }

  /// A vertical line at `x`.
  public init(
    x: Double, label: String? = nil, color: Color = .gray, width: Double = 0.9, dash: Dash = .dashed
  ) {
    self.init(y: x, label: label, color: color, width: width, dash: dash)
    direction = .vertical
  }
}

extension Rule {
  /// Rules state their look.
  public var styleSource: StyleSource { .none }

  /// Sets colour, width and dashes; rules have no markers.
  public func restyle(_ style: inout SeriesStyle) {
    style.color = color
    style.width = width
    style.dash = dash
    style.marker = .none
  }

  /// The x of a vertical line.
  public func extentX(in panel: Panel) -> AxisExtent { AxisExtent(direction == .vertical ? [value] : []) }

  /// The y of a horizontal line.
  public func extentY(in panel: Panel) -> AxisExtent { AxisExtent(direction == .horizontal ? [value] : []) }

  /// Draws the line from edge to edge.
  public func draw(on canvas: inout some Canvas, in plot: PlotArea, style: SeriesStyle) {
    let rect = plot.rect
    switch direction {
    case .horizontal:
      if let y = plot.y(value) { canvas.stroke(.segment(Point(rect.x, y), Point(rect.maxX, y)), style.stroke) }
    case .vertical:
      if let x = plot.x(value) { canvas.stroke(.segment(Point(x, rect.y), Point(x, rect.maxY)), style.stroke) }
    }
  }

  /// A line needs length to show its dashes.
  public var sampleWidth: Double { LegendSlot.lineWidth }

  /// A piece of the line.
  public func drawSample(on canvas: inout some Canvas, in slot: LegendSlot, style: SeriesStyle) {
    slot.drawLine(style, on: &canvas)
  }

  /// None: a rule runs right across, so every place of the legend is as good.
  public func ink(in plot: PlotArea, style: SeriesStyle, on canvas: some Canvas) -> [Ink] { [] }

  /// The one number, as x or as y.
  public func rows(in panel: Panel) -> [FigureRow] {
    [direction == .vertical ? FigureRow(x: value) : FigureRow(y: value)]
  }
}
