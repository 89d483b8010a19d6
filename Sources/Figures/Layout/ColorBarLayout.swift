// A colour bar beside a plot: its ticks, its label, the room that they need.

internal import Images

/// A colour bar at the right of a plot, measured and ready to draw.
struct ColorBarLayout {
  private static let distance = 8.0
  private static let thickness = 9.0

  let bar: ColorBar
  let theme: Theme
  private let ticks: [Tick]
  private let label: TextBlock
  private let widest: Double

  init(_ bar: ColorBar, length: Double, theme: Theme, on canvas: some Canvas) {
    self.bar = bar
    self.theme = theme
    let intervals = max(1, Int(length / 26))
    ticks =
      bar.scale == .linear
      ? Ticks.linear(in: bar.limits, intervals: intervals) : Ticks.log(in: bar.limits, intervals: intervals)
    label = TextBlock(bar.label ?? "", font: theme.labelFont, width: max(length, 20), on: canvas)
    widest = ticks.map { canvas.extents(of: $0.label, font: theme.textFont).width }.max() ?? 0
  }

  /// Room to the right of the plot, in points.
  var width: Double {
    Self.distance + Self.thickness + PanelPlan.tickLength + PanelPlan.gap + widest
      + (label.lines.isEmpty ? 0 : PanelPlan.gap + label.height)
  }

  func draw(on canvas: inout some Canvas, beside plot: Rect) {
    let left = PlotArea.sharp(plot.maxX + Self.distance)
    let right = left + Self.thickness
    let top = PlotArea.sharp(plot.y)
    let bottom = PlotArea.sharp(plot.maxY)
    let rect = Rect(x: left, y: top, width: right - left, height: bottom - top)
    let steps = 128
    let pixels = (0..<steps).flatMap { step -> [UInt8] in
      let color = bar.colormap.color(at: 1 - (Double(step) + 0.5) / Double(steps))
      return [color.red, color.green, color.blue].map { UInt8(($0 * 255).rounded()) }
    }
    canvas.image(PNGImage(width: 1, height: steps, rgb: pixels), in: rect)
    var frame = Path.rect(rect)
    let digit = canvas.extents(of: "0", font: theme.textFont)
    for tick in ticks {
      guard let fraction = bar.scale.fraction(of: tick.value, in: bar.limits) else { continue }
      let y = plot.maxY - fraction * plot.height
      let length = (tick.isMajor ? 1 : 0.55) * PanelPlan.tickLength
      frame = frame + .segment(Point(right, PlotArea.sharp(y)), Point(right + length, PlotArea.sharp(y)))
      canvas.text(
        tick.label, at: Point(right + PanelPlan.tickLength + PanelPlan.gap, y + digit.capHeight / 2),
        font: theme.textFont, color: theme.textColor)
    }
    canvas.stroke(frame, Stroke(theme.frameColor, width: 0.5))
    label.drawUpright(
      on: &canvas, left: right + PanelPlan.tickLength + 2 * PanelPlan.gap + widest, center: plot.center.y,
      color: theme.textColor)
  }
}
