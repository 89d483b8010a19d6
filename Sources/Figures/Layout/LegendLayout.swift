// The legend: samples and names, inside a box or in rows outside.

/// One name of the legend and the mark that draws its sample.
struct LegendEntry: Equatable {
  let label: String
  let mark: any FigureMark
  let style: SeriesStyle
  /// The sample in room of its own width: what tells entries of one name apart.
  private let sample: RecordingCanvas

  private init(_ label: String, _ mark: any FigureMark, _ style: SeriesStyle) {
    self.label = label
    self.mark = mark
    self.style = style
    var sample = RecordingCanvas()
    mark.drawSample(on: &sample, in: LegendSlot(left: 0, middle: 0, width: mark.sampleWidth), style: style)
    self.sample = sample
  }

  /// The names of a panel, in order. Marks of one name, style and sample are one entry.
  static func entries(_ plan: PanelPlan) -> [LegendEntry] {
    var result: [LegendEntry] = []
    for (mark, style) in zip(plan.panel.marks, plan.styles) where mark.content.isInLegend {
      guard let label = mark.label, !label.isEmpty else { continue }
      let entry = LegendEntry(label, mark.content, style)
      if !result.contains(entry) { result.append(entry) }
    }
    return result
  }

  static func == (a: LegendEntry, b: LegendEntry) -> Bool {
    a.label == b.label && a.style == b.style && a.sample.commands == b.sample.commands
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
    sampleWidth = entries.map(\.mark.sampleWidth).max() ?? 0
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
      let left = PlotArea.sharp(edge.x)
      let top = PlotArea.sharp(edge.y)
      let box = Path.rect(
        Rect(
          x: left, y: top, width: PlotArea.sharp(edge.maxX) - left, height: PlotArea.sharp(edge.maxY) - top))
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
        let slot = LegendSlot(left: x, middle: middle, width: sampleWidth)
        entries[index].mark.drawSample(on: &canvas, in: slot, style: entries[index].style)
        block.draw(on: &canvas, x: x + sampleWidth + 5, top: y, alignment: 0, color: theme.textColor)
        x += columnWidths[column] + Self.columnGap
      }
      y += height + Self.rowGap
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
  /// Places that should stay visible: lines, data points, error bars, tops of bars, words.
  func ink(on canvas: some Canvas) -> [Ink] {
    zip(panel.marks, styles).flatMap { $0.content.ink(in: area, style: $1, on: canvas) }
  }
}
