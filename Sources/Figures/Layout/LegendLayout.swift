// The legend: samples and names, inside a box or in rows outside.

/// One name of the legend and what it looks like.
struct LegendEntry: Hashable {
  enum Sample: Hashable {
    case line
    case band(opacity: Double)
    case points(hasErrors: Bool)
    case bars
  }

  var label: String
  var sample: Sample
  var style: SeriesStyle

  /// The names of a panel, in order. A line and a band of one name are one entry.
  static func entries(_ plan: PanelPlan) -> [LegendEntry] {
    var result: [LegendEntry] = []
    for (mark, style) in zip(plan.panel.marks, plan.styles) {
      guard let label = mark.label, !label.isEmpty else { continue }
      var style = style
      let sample: Sample
      switch mark {
      case .line: sample = .line
      case .band(let band): sample = .band(opacity: band.opacity)
      case .points(let points): sample = .points(hasErrors: points.lower != nil)
      case .bars: sample = .bars
      case .rule:
        sample = .line
        style.marker = .none
      case .annotation, .heatMap: continue
      }
      let entry = LegendEntry(label: label, sample: sample, style: style)
      if !result.contains(entry) { result.append(entry) }
    }
    return result
  }
}

/// Entries in columns of equal width, measured and ready to draw.
struct LegendLayout {
  static let padding = 5.0
  private static let columnGap = 14.0
  private static let rowGap = 2.5

  let entries: [LegendEntry]
  let blocks: [TextBlock]
  let columns: Int
  let theme: Theme
  /// Room for a sample: lines need length to show their dashes.
  let sampleWidth: Double
  /// Without the padding of a box.
  private(set) var size: Size
  private let columnWidths: [Double]
  private let rowHeights: [Double]

  /// Lays entries out in at most `columns` columns within the width; names that are too long are broken.
  init(_ entries: [LegendEntry], columns: Int, width: Double, theme: Theme, on canvas: some Canvas) {
    self.entries = entries
    self.theme = theme
    sampleWidth = entries.contains { $0.sample == .line } ? 30 : 14
    let sample = sampleWidth + 5
    var count = max(1, min(columns, entries.count))
    var blocks: [TextBlock] = []
    var widths: [Double] = []
    while true {
      let most = (width - Double(count - 1) * Self.columnGap) / Double(count) - sample
      let limit = count == 1 ? max(most, 30) : .infinity
      blocks = entries.map { TextBlock($0.label, font: theme.textFont, width: limit, on: canvas) }
      widths = (0..<count).map { column in
        sample + (blocks.enumerated().filter { $0.offset % count == column }.map(\.element.width).max() ?? 0)
      }
      if count == 1 || widths.reduce(0, +) + Double(count - 1) * Self.columnGap <= width { break }
      count -= 1
    }
    let rows = (entries.count + count - 1) / count
    let heights = (0..<rows).map { row in
      blocks[(row * count)..<min((row + 1) * count, blocks.count)].map(\.height).max() ?? 0
    }
    self.blocks = blocks
    self.columns = count
    columnWidths = widths
    rowHeights = heights
    size = Size(
      widths.reduce(0, +) + Double(count - 1) * Self.columnGap,
      heights.reduce(0, +) + Double(max(0, rows - 1)) * Self.rowGap)
  }

  /// Draws the entries with the top left corner of the first at the point, in a white box with a thin frame if wanted.
  func draw(at origin: Point, inBox: Bool, on canvas: inout some Canvas) {
    if inBox {
      let edge = Rect(x: origin.x, y: origin.y, width: size.width, height: size.height).expanded(by: Self.padding)
      let left = PanelPlan.sharp(edge.x)
      let top = PanelPlan.sharp(edge.y)
      let box = Path.rect(
        Rect(
          x: left, y: top, width: PanelPlan.sharp(edge.maxX) - left, height: PanelPlan.sharp(edge.maxY) - top))
      canvas.fill(box, Color.white.opacity(0.9))
      canvas.stroke(box, Stroke(.gray(0.7), width: 0.5))
    }
    var y = origin.y
    for (row, height) in rowHeights.enumerated() {
      var x = origin.x
      for column in 0..<columns where row * columns + column < entries.count {
        let index = row * columns + column
        let block = blocks[index]
        let middle = y + block.extents.ascent - block.extents.capHeight / 2
        draw(entries[index], left: x, middle: middle, on: &canvas)
        block.draw(on: &canvas, x: x + sampleWidth + 5, top: y, alignment: 0, color: theme.textColor)
        x += columnWidths[column] + Self.columnGap
      }
      y += height + Self.rowGap
    }
  }

  private func draw(_ entry: LegendEntry, left: Double, middle: Double, on canvas: inout some Canvas) {
    let right = left + sampleWidth
    let center = Point(left + sampleWidth / 2, middle)
    let style = entry.style
    switch entry.sample {
    case .line:
      canvas.stroke(
        .segment(Point(left, middle), Point(right, middle)),
        Stroke(style.color, width: style.width, dash: style.dash))
      style.drawMarker(at: center, on: &canvas)
    case .band(let opacity):
      canvas.fill(
        .rect(Rect(x: center.x - sampleWidth * 0.35, y: middle - 3.5, width: sampleWidth * 0.7, height: 7)),
        style.color.opacity(min(1, opacity * 1.5)))
    case .points(let hasErrors):
      if hasErrors {
        canvas.stroke(
          .segment(Point(center.x, middle - 4.5), Point(center.x, middle + 4.5)), Stroke(style.color, width: 0.8))
      }
      style.drawMarker(at: center, on: &canvas)
    case .bars:
      canvas.fill(
        .rect(Rect(x: center.x - 5, y: middle - 3.5, width: 10, height: 7)), style.color.lightened(by: 0.15))
    }
  }
}

extension LegendLayout {
  /// The place where the box covers least of the marks, and how much: the length of lines and the number of points
  /// (8 pt each) under it.
  func bestPlace(in plan: PanelPlan, on canvas: some Canvas) -> (place: Legend.Place, covered: Double) {
    let inks = plan.ink(on: canvas)
    var best = (place: Legend.Place.topRight, covered: Double.infinity)
    for place in Legend.Place.allCases {
      let origin = origin(at: place, in: plan.plot)
      let box = Rect(x: origin.x, y: origin.y, width: size.width, height: size.height)
        .expanded(by: Self.padding + 3)
      let covered = inks.reduce(0) { $0 + (box.contains($1.place) ? $1.weight : 0) }
      if covered < best.covered { best = (place, covered) }
    }
    return best
  }

  /// Where the first entry starts if the box stands at a place of the plot.
  func origin(at place: Legend.Place, in plot: Rect) -> Point {
    let inset = Self.padding + 5
    let left = plot.x + inset
    let right = plot.maxX - inset - size.width
    let top = plot.y + inset
    let bottom = plot.maxY - inset - size.height
    let center = Point(plot.center.x - size.width / 2, plot.center.y - size.height / 2)
    return switch place {
    case .topLeft: Point(left, top)
    case .top: Point(center.x, top)
    case .topRight: Point(right, top)
    case .left: Point(left, center.y)
    case .right: Point(right, center.y)
    case .bottomLeft: Point(left, bottom)
    case .bottom: Point(center.x, bottom)
    case .bottomRight: Point(right, bottom)
    }
  }
}

extension PanelPlan {
  /// Places that should stay visible, with weights: lines every 4 points, data points, error bars, tops of bars, words.
  func ink(on canvas: some Canvas) -> [(place: Point, weight: Double)] {
    var result: [(place: Point, weight: Double)] = []
    func add(_ a: Point, _ b: Point, weight: Double = 1) {
      let length = hypotenuse(b.x - a.x, b.y - a.y)
      let steps = min(max(1, Int(length / 4)), 2000)
      for i in 0...steps {
        let t = Double(i) / Double(steps)
        result.append((Point(a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)), 4 * weight))
      }
    }
    for mark in panel.marks {
      switch mark {
      case .line(let line):
        for stretch in stretches(line.x, line.y) {
          for (a, b) in zip(stretch, stretch.dropFirst()) { add(a, b) }
          if stretch.count == 1 { result.append((stretch[0], 8)) }
        }
      case .band(let band):
        for i in 0..<band.x.count {
          if let x = x(band.x.values[i]), let low = end(band.lower.values[i]), let high = end(band.upper.values[i]) {
            add(Point(x, low), Point(x, high), weight: 0.3)
          }
        }
      case .points(let points):
        for i in 0..<points.x.count {
          guard let x = x(points.x.values[i]), let y = y(points.y.values[i]) else { continue }
          result.append((Point(x, y), 8))
          if let low = points.lower.flatMap({ end($0.values[i]) }),
            let high = points.upper.flatMap({ end($0.values[i]) })
          {
            add(Point(x, low), Point(x, high))
          }
        }
      case .bars(let bars):
        for i in 0..<bars.x.count {
          guard let rect = rect(of: bars, at: i) else { continue }
          for x in [rect.x, rect.center.x, rect.maxX] { add(Point(x, rect.y - 8), Point(x, rect.maxY)) }
          if let high = bars.upper.flatMap({ end($0.values[i]) }) {
            add(Point(rect.center.x, high - 8), Point(rect.center.x, rect.y))
          }
        }
      case .heatMap:
        for y in stride(from: plot.y, through: plot.maxY, by: 8) { add(Point(plot.x, y), Point(plot.maxX, y)) }
      case .annotation(let note):
        if let rect = rect(of: note, on: canvas) {
          for y in [rect.y, rect.center.y, rect.maxY] { add(Point(rect.x, y), Point(rect.maxX, y)) }
        }
      case .rule: break  // runs right across; every corner is as good
      }
    }
    return result
  }
}
