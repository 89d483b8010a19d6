// Draws one panel: grid, marks, frame, ticks, labels.

internal import Basics

extension PanelPlan {
  /// To the middle of a pixel at two pixels a point, so that thin upright lines are sharp.
  static func sharp(_ value: Double) -> Double { (value * 2).rounded(.down) / 2 + 0.25 }

  func draw(on canvas: inout some Canvas) {
    drawGrid(on: &canvas)
    canvas.clipped(to: plot) { canvas in
      for (mark, style) in zip(panel.marks, styles) { draw(mark, style, on: &canvas) }
    }
    drawFrame(on: &canvas)
    // Points and words stand on top of the frame, whole.
    for (mark, style) in zip(panel.marks, styles) { drawOnTop(mark, style, on: &canvas) }
    drawLabels(on: &canvas)
    colorBar?.draw(on: &canvas, beside: plot)
  }

  private func drawGrid(on canvas: inout some Canvas) {
    var major = Path()
    var minor = Path()
    func add(_ segment: Path, isMajor: Bool) { if isMajor { major = major + segment } else { minor = minor + segment } }
    if panel.x.grid, panel.x.categories == nil {
      for tick in xTicks {
        guard let x = x(tick.value).map(Self.sharp), x > plot.x + 1, x < plot.maxX - 1 else { continue }
        add(.segment(Point(x, plot.y), Point(x, plot.maxY)), isMajor: tick.isMajor)
      }
    }
    if panel.y.grid {
      for tick in yTicks {
        guard let y = y(tick.value).map(Self.sharp), y > plot.y + 1, y < plot.maxY - 1 else { continue }
        add(.segment(Point(plot.x, y), Point(plot.maxX, y)), isMajor: tick.isMajor)
      }
    }
    if !minor.elements.isEmpty { canvas.stroke(minor, Stroke(theme.gridColor.lightened(by: 0.55), width: 0.5)) }
    if !major.elements.isEmpty { canvas.stroke(major, Stroke(theme.gridColor, width: 0.5)) }
  }

  private func drawFrame(on canvas: inout some Canvas) {
    let left = Self.sharp(plot.x)
    let right = Self.sharp(plot.maxX)
    let top = Self.sharp(plot.y)
    let bottom = Self.sharp(plot.maxY)
    var path = Path.rect(Rect(x: left, y: top, width: right - left, height: bottom - top))
    for tick in xTicks {
      guard let x = x(tick.value).map(Self.sharp) else { continue }
      path = path + .segment(Point(x, bottom), Point(x, bottom + (tick.isMajor ? 1 : 0.55) * Self.tickLength))
    }
    for tick in yTicks {
      guard let y = y(tick.value).map(Self.sharp) else { continue }
      path = path + .segment(Point(left, y), Point(left - (tick.isMajor ? 1 : 0.55) * Self.tickLength, y))
    }
    canvas.stroke(path, Stroke(theme.frameColor, width: 0.5))
  }

  private func drawLabels(on canvas: inout some Canvas) {
    let font = theme.textFont
    let color = theme.textColor
    let digit = canvas.extents(of: "0", font: font)
    if labelsY {
      let right = plot.x - Self.tickLength - Self.gap
      for tick in yTicks where !tick.label.isEmpty {
        guard let y = y(tick.value) else { continue }
        let width = canvas.extents(of: tick.label, font: font).width
        canvas.text(tick.label, at: Point(right - width, y + digit.capHeight / 2), font: font, color: color)
      }
    }
    let top = plot.maxY + Self.tickLength + Self.gap
    if panel.x.categories != nil {
      for (index, name) in names.enumerated() {
        guard let x = x(Double(index)) else { continue }
        if namesAreSlanted {
          let radians = Self.slant * .pi / 180
          canvas.text(
            name.lines.first ?? "",
            at: Point(
              x + 3 - name.width * cosine(radians), top + digit.capHeight * 0.8 + name.width * sine(radians)),
            font: font, color: color, angle: Self.slant)
        } else {
          name.draw(on: &canvas, x: x, top: top - 1, alignment: 0.5, color: color)
        }
      }
    } else {
      for tick in xTicks where !tick.label.isEmpty {
        guard let x = x(tick.value) else { continue }
        let width = canvas.extents(of: tick.label, font: font).width
        canvas.text(tick.label, at: Point(x - width / 2, top + digit.capHeight + 1), font: font, color: color)
      }
    }
    xLabel.draw(
      on: &canvas, x: plot.center.x, top: plot.maxY + margins.bottom - xLabel.height, alignment: 0.5, color: color)
    yLabel.drawUpright(on: &canvas, left: plot.x - margins.left, center: plot.center.y, color: color)
    title.draw(on: &canvas, x: plot.center.x, top: plot.y - Self.gap - title.height, alignment: 0.5, color: color)
  }

  private func draw(_ mark: Mark, _ style: SeriesStyle, on canvas: inout some Canvas) {
    switch mark {
    case .line(let line):
      let stroke = Stroke(style.color, width: style.width, dash: style.dash)
      for stretch in stretches(line.x, line.y) {
        if stretch.count > 1 {
          canvas.stroke(.polyline(stretch), stroke)
        } else if style.marker == .none {
          // A lone number between gaps would vanish without a dot.
          canvas.fill(.circle(stretch[0], radius: style.width), style.color)
        }
      }
    case .band(let band): draw(band, style, on: &canvas)
    case .bars(let bars): draw(bars, style, on: &canvas)
    case .rule(let rule):
      let stroke = Stroke(style.color, width: style.width, dash: style.dash)
      switch rule.direction {
      case .horizontal:
        if let y = y(rule.value) { canvas.stroke(.segment(Point(plot.x, y), Point(plot.maxX, y)), stroke) }
      case .vertical:
        if let x = x(rule.value) { canvas.stroke(.segment(Point(x, plot.y), Point(x, plot.maxY)), stroke) }
      }
    case .points(let points):
      for i in 0..<points.x.count {
        guard let x = x(points.x.values[i]) else { continue }
        drawError(points.lower?.values[i], points.upper?.values[i], x: x, cap: 2.2, style.color, on: &canvas)
      }
    case .annotation: break
    case .heatMap(let map):
      guard map.values.count > 0, let xs = HeatMap.edges(map.x), let ys = HeatMap.edges(map.y),
        let left = x(xs.lowerBound), let right = x(xs.upperBound), let top = y(ys.upperBound),
        let bottom = y(ys.lowerBound)
      else { return }
      canvas.image(map.image, in: Rect(x: left, y: top, width: right - left, height: bottom - top))
    }
  }

  private func draw(_ band: Band, _ style: SeriesStyle, on canvas: inout some Canvas) {
    var lower: [Point] = []
    var upper: [Point] = []
    func finish() {
      if lower.count > 1 {
        canvas.fill(.polygon(lower + upper.reversed()), style.color.opacity(band.opacity * style.color.opacity))
      }
      lower = []
      upper = []
    }
    for i in 0..<band.x.count {
      if let x = x(band.x.values[i]), let low = end(band.lower.values[i]), let high = end(band.upper.values[i]) {
        lower.append(Point(x, low))
        upper.append(Point(x, high))
      } else {
        finish()
      }
    }
    finish()
  }

  private func draw(_ bars: Bars, _ style: SeriesStyle, on canvas: inout some Canvas) {
    for i in 0..<bars.x.count {
      guard let rect = rect(of: bars, at: i) else { continue }
      canvas.fill(.rect(rect), style.color.lightened(by: 0.15))
      drawError(
        bars.lower?.values[i], bars.upper?.values[i], x: rect.center.x, cap: min(3, rect.width / 4), theme.textColor,
        on: &canvas)
    }
    if ranges.y.lowerBound < 0, let zero = y(0).map(Self.sharp), zero < plot.maxY {
      canvas.stroke(.segment(Point(plot.x, zero), Point(plot.maxX, zero)), Stroke(theme.frameColor, width: 0.5))
    }
  }

  /// Where a bar stands: the series of the panel share its slot side by side, 80 % of it filled.
  func rect(of bars: Bars, at index: Int) -> Rect? {
    let all = panel.marks.compactMap { if case .bars(let bars) = $0 { bars } else { nil } }
    guard let place = all.firstIndex(of: bars), let top = y(bars.heights.values[index]) else { return nil }
    let slot = Bars.slot(all)
    guard let left = x(bars.x.values[index] - 0.4 * slot), let right = x(bars.x.values[index] + 0.4 * slot) else {
      return nil
    }
    let width = (right - left) / Double(all.count)
    let base = end(0) ?? plot.maxY
    return Rect(
      x: left + Double(place) * width + 0.02 * width, y: min(top, base), width: width * 0.96, height: abs(base - top))
  }

  private func drawError(
    _ lower: Double?, _ upper: Double?, x: Double, cap: Double, _ color: Color, on canvas: inout some Canvas
  ) {
    guard let lower, let upper, let low = end(lower), let high = end(upper) else { return }
    let path =
      Path.segment(Point(x, low), Point(x, high)) + .segment(Point(x - cap, low), Point(x + cap, low))
      + .segment(Point(x - cap, high), Point(x + cap, high))
    canvas.stroke(path, Stroke(color, width: 0.8))
  }

  private func drawOnTop(_ mark: Mark, _ style: SeriesStyle, on canvas: inout some Canvas) {
    switch mark {
    case .line(let line):
      let stretches = stretches(line.x, line.y)
      let places = style.marksEveryPoint ? stretches.flatMap { $0 } : spaced(stretches, style)
      for place in places where plot.expanded(by: 0.01).contains(place) { style.drawMarker(at: place, on: &canvas) }
    case .points(let points):
      for place in stretches(points.x, points.y).flatMap({ $0 }) where plot.expanded(by: 0.01).contains(place) {
        style.drawMarker(at: place, on: &canvas)
      }
    case .annotation(let note):
      if let rect = rect(of: note, on: canvas) {
        canvas.fill(.rect(rect), Color.white.opacity(0.75))
        TextBlock(note.text, font: theme.textFont, on: canvas)
          .draw(on: &canvas, x: rect.center.x, top: rect.y, alignment: 0.5, color: style.color)
      }
    case .bars(let bars):
      guard let format = bars.values else { return }
      for i in 0..<bars.x.count {
        guard let rect = rect(of: bars, at: i) else { continue }
        let text = NumberText.text(bars.heights.values[i], format: format, automaticDecimals: 2)
        let font = Font(size: theme.textSize * 0.85)
        let top = min(rect.y, bars.upper.flatMap { end($0.values[i]) } ?? rect.y)
        let extents = canvas.extents(of: text, font: font)
        var baseline = top - 2.5
        var color = theme.textColor
        if baseline - extents.capHeight < plot.y + 1.5 {
          // No room above: inside the bar, below its error bar.
          baseline = max(rect.y, bars.lower.flatMap { end($0.values[i]) } ?? rect.y) + 3.5 + extents.capHeight
          color = style.color.luma > 0.55 ? .black : .white
        }
        if bars.heights.values[i] < 0 {
          let bottom = max(rect.maxY, bars.lower.flatMap { end($0.values[i]) } ?? rect.maxY)
          (baseline, color) = (min(bottom + 2.5 + extents.capHeight, plot.maxY - 2), theme.textColor)
        }
        canvas.text(text, at: Point(rect.center.x - extents.width / 2, baseline), font: font, color: color)
      }
    case .band, .rule, .heatMap: break
    }
  }

  /// Points of a line at least 26 points apart, starting a little later for each series.
  private func spaced(_ stretches: [[Point]], _ style: SeriesStyle) -> [Point] {
    guard style.marker != .none else { return [] }
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

  /// Where an annotation stands: beside its point, moved inside the plot. `nil` if its point has no place.
  func rect(of note: Annotation, on canvas: some Canvas) -> Rect? {
    guard let x = x(note.x), let y = y(note.y) else { return nil }
    let block = TextBlock(note.text, font: theme.textFont, width: plot.width - 4, on: canvas)
    let offset = 4.0
    var rect = Rect(x: x - block.width / 2, y: y - block.height / 2, width: block.width, height: block.height)
    switch note.side {
    case .above: rect.y = y - block.height - offset
    case .below: rect.y = y + offset
    case .left: rect.x = x - block.width - offset
    case .right: rect.x = x + offset
    case .center: break
    }
    rect.x = min(max(rect.x, plot.x + 2), plot.maxX - rect.width - 2)
    rect.y = min(max(rect.y, plot.y + 2), plot.maxY - rect.height - 2)
    return rect
  }
}

extension SeriesStyle {
  /// The marker, with a thin white rim that keeps it apart from lines below.
  func drawMarker(at place: Point, on canvas: inout some Canvas) {
    guard marker != .none else { return }
    let path = marker.path(at: place, size: markerSize)
    if marker.isOpen {
      canvas.stroke(path, Stroke(color, width: 1.2))
    } else {
      canvas.stroke(path, Stroke(.white, width: 1.2))
      canvas.fill(path, color)
    }
  }
}
