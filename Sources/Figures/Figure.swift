// A figure: panels in a grid, a title above, a legend.

internal import Basics

/// A figure of one or several panels. A plain value: equal figures draw equal bytes.
///
/// ```swift
/// let figure = Figure(width: 420, height: 300, x: .linear("Epoch"), y: .log("Loss")) {
///   Line(x: epochs, y: training, label: "Training")
///   Line(x: epochs, y: test, label: "Test", dash: .dashed)
/// }
/// try figure.write(to: "figures/loss.pdf")
/// ```
public struct Figure: Hashable, Sendable, Codable, Drawing {
  /// The figure's width in points (1/72 inch).
  public var width: Double
  /// The figure's height in points (1/72 inch).
  public var height: Double
  /// Bold text above everything.
  public var title: String?
  /// Smaller text below the title.
  public var subtitle: String?
  /// The panels, row by row.
  public var panels: [Panel]
  /// How many panels stand side by side, at least 1.
  public var columns: Int
  /// Whether all panels have the same range of y, written at the leftmost ones only.
  public var sharesY: Bool
  /// Where the names of the series stand.
  public var legend: Legend
  /// Looks of the series that do not state theirs, and sizes of text.
  public var theme: Theme

  /// A figure of given panels. Width and height are in points (1/72 inch).
  public init(
    width: Double, height: Double, title: String? = nil, subtitle: String? = nil, panels: [Panel], columns: Int,
    sharesY: Bool = false, legend: Legend = .automatic, theme: Theme = .standard
  ) {
    precondition(width > 0 && height > 0, "Figure: \(width) × \(height) pt is no size")
    precondition(columns >= 1, "Figure: \(columns) columns")
    self.width = width
    self.height = height
    self.title = title
    self.subtitle = subtitle
    self.panels = panels
    self.columns = columns
    self.sharesY = sharesY
    self.legend = legend
    self.theme = theme
  }

  /// A figure of one panel that lists its marks. Width and height are in points (1/72 inch).
  public init(
    width: Double = 420, height: Double = 300, title: String? = nil, subtitle: String? = nil, x: Axis, y: Axis,
    legend: Legend = .automatic, theme: Theme = .standard, @MarkBuilder marks: () throws -> [Mark]
  ) rethrows {
    self.init(
      width: width, height: height, title: title, subtitle: subtitle,
      panels: [Panel(x: x, y: y, marks: try marks())], columns: 1, legend: legend, theme: theme)
  }

  /// A figure that lists its panels, `columns` side by side (all in one row if `nil`). Width and height are in points
  /// (1/72 inch).
  public init(
    width: Double = 560, height: Double = 260, columns: Int? = nil, title: String? = nil, subtitle: String? = nil,
    sharesY: Bool = false, legend: Legend = .automatic, theme: Theme = .standard,
    @PanelBuilder panels: () throws -> [Panel]
  ) rethrows {
    let panels = try panels()
    self.init(
      width: width, height: height, title: title, subtitle: subtitle, panels: panels,
      columns: columns ?? max(1, panels.count), sharesY: sharesY, legend: legend, theme: theme)
  }

  /// Width and height in points (1/72 inch).
  public var size: Size { Size(width, height) }

  /// Title, or the axis labels of the first panel: what a reader without the picture is told.
  public var summary: String {
    if let title { return title }
    guard let panel = panels.first else { return "Empty figure" }
    return [panel.y.label, panel.x.label].filter { !$0.isEmpty }.joined(separator: " over ")
  }

  /// Draws the figure over the area from (0, 0) to `size`.
  ///
  /// Throws `FigureError.nonPositive` for values ≤ 0 on a logarithmic axis, `FigureError.range` for an axis whose
  /// minimum is not below its maximum, and `FigureError.tooSmall` if no room is left between the labels.
  public func draw(on canvas: inout some Canvas) throws(FigureError) {
    try FigureLayout(self, on: canvas).draw(on: &canvas)
  }
}
