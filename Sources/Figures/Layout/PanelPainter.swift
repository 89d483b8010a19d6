// Draws one panel: grid, marks, frame, ticks, labels.

internal import Basics

extension PanelPlan {
  /// Draws the panel in two passes over its marks: below the frame and cut off at it, then whole on top of it.
  func draw(on canvas: inout some Canvas) {
    drawGrid(on: &canvas)
    canvas.clipped(to: plot) { canvas in
      for (mark, style) in zip(panel.marks, styles) { mark.content.draw(on: &canvas, in: area, style: style) }
    }
    drawFrame(on: &canvas)
    // Points and words stand on top of the frame, whole.
    for (mark, style) in zip(panel.marks, styles) { mark.content.drawOnTop(on: &canvas, in: area, style: style) }
    drawTickLabels(on: &canvas)
    drawLabels(on: &canvas)
    colorBar?.draw(on: &canvas, beside: plot)
  }

  private func drawGrid(on canvas: inout some Canvas) {
    var major = Path()
    var minor = Path()
    func add(_ segment: Path, isMajor: Bool) { if isMajor { major = major + segment } else { minor = minor + segment } }
    if panel.x.grid, panel.x.categories == nil {
      for tick in xTicks {
        guard let x = area.x(tick.value).map(PlotArea.sharp), x > plot.x + 1, x < plot.maxX - 1 else { continue }
        add(.segment(Point(x, plot.y), Point(x, plot.maxY)), isMajor: tick.isMajor)
      }
    }
    if panel.y.grid {
      for tick in yTicks {
        guard let y = area.y(tick.value).map(PlotArea.sharp), y > plot.y + 1, y < plot.maxY - 1 else { continue }
        add(.segment(Point(plot.x, y), Point(plot.maxX, y)), isMajor: tick.isMajor)
      }
    }
    if !minor.elements.isEmpty { canvas.stroke(minor, Stroke(theme.gridColor.lightened(by: 0.55), width: 0.5)) }
    if !major.elements.isEmpty { canvas.stroke(major, Stroke(theme.gridColor, width: 0.5)) }
  }

  private func drawFrame(on canvas: inout some Canvas) {
    let left = PlotArea.sharp(plot.x)
    let right = PlotArea.sharp(plot.maxX)
    let top = PlotArea.sharp(plot.y)
    let bottom = PlotArea.sharp(plot.maxY)
    var path = Path.rect(Rect(x: left, y: top, width: right - left, height: bottom - top))
    for tick in xTicks {
      guard let x = area.x(tick.value).map(PlotArea.sharp) else { continue }
      path = path + .segment(Point(x, bottom), Point(x, bottom + (tick.isMajor ? 1 : 0.55) * Self.tickLength))
    }
    for tick in yTicks {
      guard let y = area.y(tick.value).map(PlotArea.sharp) else { continue }
      path = path + .segment(Point(left, y), Point(left - (tick.isMajor ? 1 : 0.55) * Self.tickLength, y))
    }
    canvas.stroke(path, Stroke(theme.frameColor, width: 0.5))
  }

  private func drawTickLabels(on canvas: inout some Canvas) {
    let font = theme.textFont
    let capHeight = canvas.extents(of: "0", font: font).capHeight
    if labelsY {
      let right = plot.x - Self.tickLength - Self.gap
      for tick in yTicks where !tick.label.isEmpty {
        guard let y = area.y(tick.value) else { continue }
        let width = canvas.extents(of: tick.label, font: font).width
        canvas.text(tick.label, at: Point(right - width, y + capHeight / 2), font: font, color: theme.textColor)
      }
    }
    let top = plot.maxY + Self.tickLength + Self.gap
    if panel.x.categories != nil { return drawNames(top: top, capHeight: capHeight, on: &canvas) }
    for tick in xTicks where !tick.label.isEmpty {
      guard let x = area.x(tick.value) else { continue }
      let width = canvas.extents(of: tick.label, font: font).width
      canvas.text(tick.label, at: Point(x - width / 2, top + capHeight + 1), font: font, color: theme.textColor)
    }
  }

  /// The names of a category axis, upright or slanted.
  private func drawNames(top: Double, capHeight: Double, on canvas: inout some Canvas) {
    let radians = Self.slant * .pi / 180
    for (index, name) in names.enumerated() {
      guard let x = area.x(Double(index)) else { continue }
      if namesAreSlanted {
        let start = Point(x + 3 - name.width * cosine(radians), top + capHeight * 0.8 + name.width * sine(radians))
        canvas.text(
          name.lines.first ?? "", at: start, font: theme.textFont, color: theme.textColor, angle: Self.slant)
      } else {
        name.draw(on: &canvas, x: x, top: top - 1, alignment: 0.5, color: theme.textColor)
      }
    }
  }

  private func drawLabels(on canvas: inout some Canvas) {
    let color = theme.textColor
    xLabel.draw(
      on: &canvas, x: plot.center.x, top: plot.maxY + margins.bottom - xLabel.height, alignment: 0.5, color: color)
    yLabel.drawUpright(on: &canvas, left: plot.x - margins.left, center: plot.center.y, color: color)
    title.draw(on: &canvas, x: plot.center.x, top: plot.y - Self.gap - title.height, alignment: 0.5, color: color)
  }
}
