// Words at a place in the panel.

/// A short text at a data point.
public struct Annotation: FigureMark {
  /// "annotation".
  public static let kind = "annotation"

  /// Where the text stands as seen from its point.
  public enum Side: String, Hashable, Sendable, Codable {
    /// Over its point, 4 points (1/72 inch) away.
    case above
    /// Under its point, 4 points away.
    case below
    /// Before its point, 4 points away.
    case left
    /// After its point, 4 points away.
    case right
    /// Its middle on its point.
    case center
  }

  /// One line, or several parted by line ends.
  public var text: String
  /// The place of its point, in units of the x axis.
  public var x: Double
  /// The place of its point, in units of the y axis.
  public var y: Double
  /// Where the text stands as seen from its point.
  public var side: Side
  /// The colour of the text.
  public var color: Color

  /// Text beside (`x`, `y`), moved inwards where it would leave the panel.
  public init(_ text: String, x: Double, y: Double, side: Side = .above, color: Color = .gray(0.2)) {
    self.text = text
    self.x = x
    self.y = y
    self.side = side
    self.color = color
  }
}

extension Annotation {
  /// Annotations have no place in the legend.
  public var isInLegend: Bool { false }

  /// Annotations state their look.
  public var styleSource: StyleSource { .none }

  /// Sets the colour.
  public func restyle(_ style: inout SeriesStyle) { style.color = color }

  /// The x of its point.
  public func extentX(in panel: Panel) -> AxisExtent { AxisExtent([x]) }

  /// The y of its point.
  public func extentY(in panel: Panel) -> AxisExtent { AxisExtent([y]) }

  /// Nothing: words stand on top of the frame.
  public func draw(on canvas: inout some Canvas, in plot: PlotArea, style: SeriesStyle) {}

  /// Draws the text on a white ground that lets a little through.
  public func drawOnTop(on canvas: inout some Canvas, in plot: PlotArea, style: SeriesStyle) {
    guard let rect = rect(in: plot, on: canvas) else { return }
    canvas.fill(.rect(rect), Color.white.opacity(0.75))
    TextBlock(text, font: plot.theme.textFont, on: canvas)
      .draw(on: &canvas, x: rect.center.x, top: rect.y, alignment: 0.5, color: style.color)
  }

  /// Three lines across the text.
  public func ink(in plot: PlotArea, style: SeriesStyle, on canvas: some Canvas) -> [Ink] {
    guard let rect = rect(in: plot, on: canvas) else { return [] }
    return [rect.y, rect.center.y, rect.maxY].flatMap { Ink.line(Point(rect.x, $0), Point(rect.maxX, $0)) }
  }

  /// Annotations have no numbers of their own.
  public func rows(in panel: Panel) -> [FigureRow] { [] }

  /// Beside the point, moved inside the plot. `nil` if the point has no place.
  private func rect(in plot: PlotArea, on canvas: some Canvas) -> Rect? {
    guard let point = plot.point(x, y) else { return nil }
    let block = TextBlock(text, font: plot.theme.textFont, width: plot.rect.width - 4, on: canvas)
    let offset = 4.0
    var rect = Rect(
      x: point.x - block.width / 2, y: point.y - block.height / 2, width: block.width, height: block.height)
    switch side {
    case .above: rect.y = point.y - block.height - offset
    case .below: rect.y = point.y + offset
    case .left: rect.x = point.x - block.width - offset
    case .right: rect.x = point.x + offset
    case .center: break
    }
    rect.x = min(max(rect.x, plot.rect.x + 2), plot.rect.maxX - rect.width - 2)
    rect.y = min(max(rect.y, plot.rect.y + 2), plot.rect.maxY - rect.height - 2)
    return rect
  }
}
