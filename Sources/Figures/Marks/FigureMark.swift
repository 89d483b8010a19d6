// What a mark can do. A new mark is one type that conforms; figures, legends and CSV files know no others.

/// Something drawn inside a panel, in the units of its axes: a line, bars, a contour of one's own.
///
/// A mark is a plain value whose stored properties are its numbers and its stated look; equal marks draw equal bytes, and
/// its encoding is what a figure's draw key follows from. A conforming type must state its `kind`, the numbers that its
/// axes must span, how it is drawn and what its rows in the CSV are. Everything else has a default: a name in the legend
/// where there is a `label`, the theme's next colour, a patch of that colour beside the name.
///
/// ```swift
/// struct Stems: FigureMark {
///   static let kind = "stems"
///   var x: Numbers
///   var y: Numbers
///   var label: String?
///   func extentX(in panel: Panel) -> AxisExtent { AxisExtent(x) }
///   func extentY(in panel: Panel) -> AxisExtent { AxisExtent(y, standsOnZero: true) }
///   func draw(on canvas: inout some Canvas, in plot: PlotArea, style: SeriesStyle) {
///     for (x, y) in zip(x.values, y.values) {
///       guard let top = plot.point(x, y), let foot = plot.point(x, 0) else { continue }
///       canvas.stroke(.segment(foot, top), Stroke(style.color, width: style.width))
///     }
///   }
///   func rows(in panel: Panel) -> [FigureRow] { FigureRow.rows(x: x, y: y) }
/// }
/// ```
public protocol FigureMark: Hashable, Sendable, Codable, MarkConvertible {
  /// What such a mark is, in lower-case words: "heat map". It stands in the CSV's column "kind", and in camel case in
  /// the figure's encoding.
  static var kind: String { get }

  /// The mark's name in the legend, the CSV and in errors; `nil`, the default, is a mark without a name.
  var label: String? { get }

  /// Whether a mark with a label stands in the legend; true unless stated.
  var isInLegend: Bool { get }

  /// Where the parts of the look come from that the mark does not state; `.theme` unless stated.
  var styleSource: StyleSource { get }

  /// Puts what the mark states of its look (a colour, a width) in the place of what `styleSource` gave. Does nothing
  /// unless stated.
  func restyle(_ style: inout SeriesStyle)

  /// What the panel's horizontal axis must show for this mark. `panel` holds its axes and all of its marks.
  func extentX(in panel: Panel) -> AxisExtent

  /// What the panel's vertical axis must show for this mark. `panel` holds its axes and all of its marks.
  func extentY(in panel: Panel) -> AxisExtent

  /// The colours and numbers of a bar at the right of the plot; `nil`, the default, is no bar. Of several in one panel
  /// the last is drawn.
  var colorBar: ColorBar? { get }

  /// Draws the mark, cut off at the edge of the plot, above the grid and below the frame.
  func draw(on canvas: inout some Canvas, in plot: PlotArea, style: SeriesStyle)

  /// Draws what stands whole on top of the frame and of all that `draw` drew: points, words. Nothing unless stated.
  func drawOnTop(on canvas: inout some Canvas, in plot: PlotArea, style: SeriesStyle)

  /// Room that the sample in the legend needs, in points: 14 unless stated. All samples of a legend get the largest.
  var sampleWidth: Double { get }

  /// Draws the sample beside the name in the legend; a patch of `style.color` unless stated.
  func drawSample(on canvas: inout some Canvas, in slot: LegendSlot, style: SeriesStyle)

  /// Places that a legend inside the plot should leave visible. Unless stated, they are those that `draw` and
  /// `drawOnTop` draw at. `canvas` measures text.
  func ink(in plot: PlotArea, style: SeriesStyle, on canvas: some Canvas) -> [Ink]

  /// The mark's numbers as rows of the figure's CSV in long form; none for a mark without numbers.
  func rows(in panel: Panel) -> [FigureRow]

  /// The mark as one column over x in the CSV's wide form; `nil`, the default, for a mark that is more than that.
  var column: (x: Numbers, y: Numbers)? { get }
}

extension FigureMark {
  /// The mark as an element of `Panel.marks`.
  public var mark: Mark { Mark(self) }

  /// No name.
  public var label: String? { nil }

  /// In the legend, if it has a label.
  public var isInLegend: Bool { true }

  /// The theme's next colour, dash and marker.
  public var styleSource: StyleSource { .theme }

  /// Leaves the look as it is.
  public func restyle(_ style: inout SeriesStyle) {}

  /// No colour bar.
  public var colorBar: ColorBar? { nil }

  /// Draws nothing on top of the frame.
  public func drawOnTop(on canvas: inout some Canvas, in plot: PlotArea, style: SeriesStyle) {}

  /// Room for a patch: 14 points.
  public var sampleWidth: Double { 14 }

  /// A patch of the mark's colour.
  public func drawSample(on canvas: inout some Canvas, in slot: LegendSlot, style: SeriesStyle) {
    slot.drawPatch(style.color.lightened(by: 0.15), width: 10, on: &canvas)
  }

  /// The places at which `draw` and `drawOnTop` draw.
  public func ink(in plot: PlotArea, style: SeriesStyle, on canvas: some Canvas) -> [Ink] {
    var recorder = MeasuredRecorder(measuredBy: canvas)
    draw(on: &recorder, in: plot, style: style)
    drawOnTop(on: &recorder, in: plot, style: style)
    return recorder.commands.flatMap(Ink.of)
  }

  /// No column in the wide form.
  public var column: (x: Numbers, y: Numbers)? { nil }
}

/// Keeps commands while another canvas measures the text.
private struct MeasuredRecorder<Base: Canvas>: Canvas {
  private(set) var commands: [DrawingCommand] = []
  private let base: Base

  init(measuredBy base: Base) { self.base = base }

  mutating func perform(_ command: DrawingCommand) { commands.append(command) }

  func extents(of text: String, font: Font) -> TextExtents { base.extents(of: text, font: font) }
}
