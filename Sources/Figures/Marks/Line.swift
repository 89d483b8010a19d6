// A curve through data points.

internal import Basics

/// Straight lines through points in order, broken where a number is missing.
public struct Line: FigureMark {
  /// "line".
  public static let kind = "line"

  /// One number a data point, in units of the x axis.
  public var x: Numbers
  /// One number a data point, in units of the y axis.
  public var y: Numbers
  /// Name in the legend; none leaves the line out of it.
  public var label: String?
  /// `nil` takes the theme's next colour.
  public var color: Color?
  /// The line's width in points (1/72 inch); `nil` takes the theme's.
  public var width: Double?
  /// The line's dashes; `nil` takes the theme's next.
  public var dash: Dash?
  /// Drawn at every data point; `nil` takes the theme's, drawn at some points along the line.
  public var marker: Marker?

  /// Lines through (`x[i]`, `y[i]`); both must be equally long.
  public init<X: Sequence, Y: Sequence>(
    x: X, y: Y, label: String? = nil, color: Color? = nil, width: Double? = nil, dash: Dash? = nil,
    marker: Marker? = nil
  ) where X.Element: Plottable, Y.Element: Plottable {
    self.x = Numbers(x)
    self.y = Numbers(y)
    precondition(self.x.count == self.y.count, "Line: \(self.x.count) x for \(self.y.count) y")
    self.label = label
    self.color = color
    self.width = width
    self.dash = dash
    self.marker = marker
  }
}

extension Line {
  /// Sets what the line states. A marker that is stated stands at every point.
  public func restyle(_ style: inout SeriesStyle) {
    style.color = color ?? style.color
    style.width = width ?? style.width
    style.dash = dash ?? style.dash
    style.marksEveryPoint = marker != nil
    style.marker = marker ?? style.marker
  }

  /// All x.
  public func extentX(in panel: Panel) -> AxisExtent { AxisExtent(x) }

  /// All y.
  public func extentY(in panel: Panel) -> AxisExtent { AxisExtent(y) }

  /// Draws each stretch, and a dot where a number stands alone.
  public func draw(on canvas: inout some Canvas, in plot: PlotArea, style: SeriesStyle) {
    for pieces in plot.strokes(of: plot.stretches(x, y), style: style) {
      if pieces.count > 1 || pieces[0].count > 1 {
        plot.draw(pieces, style.stroke, on: &canvas)
      } else if style.marker == .none {
        // A lone number between gaps would vanish without a dot.
        canvas.fill(.circle(pieces[0][0], radius: style.width), style.color)
      }
    }
  }

  /// Draws the markers, at every point or at some along the line.
  public func drawOnTop(on canvas: inout some Canvas, in plot: PlotArea, style: SeriesStyle) {
    if style.marker == .none { return }
    let stretches = plot.stretches(x, y)
    let places =
      style.marksEveryPoint
      ? stretches.flatMap { $0 } : Self.spaced(plot.strokes(of: stretches, style: style).flatMap { $0 }, style)
    plot.drawMarkers(at: places, style: style, on: &canvas)
  }

  /// A line needs length to show its dashes.
  public var sampleWidth: Double { LegendSlot.lineWidth }

  /// A piece of the line with a marker.
  public func drawSample(on canvas: inout some Canvas, in slot: LegendSlot, style: SeriesStyle) {
    slot.drawLine(style, on: &canvas)
  }

  /// The stretches, and points that stand alone.
  public func ink(in plot: PlotArea, style: SeriesStyle, on canvas: some Canvas) -> [Ink] {
    let stretches = plot.stretches(x, y)
    if x.count > Visibility.limit { return plot.lines(of: stretches).flatMap { Ink.line($0.0, $0.1) } }
    return stretches.flatMap { stretch in
      stretch.count == 1 ? [Ink(stretch[0])] : plot.lines(of: [stretch]).flatMap { Ink.line($0.0, $0.1) }
    }
  }

  /// x and y.
  public func rows(in panel: Panel) -> [FigureRow] { FigureRow.rows(x: x, y: y) }

  /// y over x.
  public var column: (x: Numbers, y: Numbers)? { (x, y) }

  /// Points at least 26 points (1/72 inch) apart, starting a little later for each series.
  private static func spaced(_ stretches: [[Point]], _ style: SeriesStyle) -> [Point] {
    let distance = 26.0
    var result: [Point] = []
    for stretch in stretches {
      var walked = stretch.count < 3 ? distance : distance * (1 - Double(style.index % 4) / 4)
      for (index, place) in stretch.enumerated() {
        if index > 0 { walked += hypotenuse(place.x - stretch[index - 1].x, place.y - stretch[index - 1].y) }
        if walked >= distance {
          result.append(place)
          walked = 0
        }
      }
    }
    return result
  }
}
