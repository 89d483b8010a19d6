// Where the parts of a figure go: titles on top, panels in a grid, legend inside, below or to the right.

/// A figure laid out for the fonts of one canvas.
struct FigureLayout {
  private static let padding = 6.0
  private static let panelGap = 16.0
  private static let legendGap = 8.0

  let figure: Figure
  private var title: TextBlock
  private var subtitle: TextBlock
  private var plans: [PanelPlan] = []
  /// Outside of the panels, with the place of its first entry.
  private var outerLegend: (layout: LegendLayout, origin: Point)?
  /// Inside a panel.
  private var innerLegends: [(layout: LegendLayout, origin: Point)] = []

  init(_ figure: Figure, on canvas: some Canvas) throws(FigureError) {
    self.figure = figure
    let theme = figure.theme
    let width = figure.width - 2 * Self.padding
    title = TextBlock(figure.title ?? "", font: theme.titleFont, width: max(20, width), on: canvas)
    subtitle = TextBlock(figure.subtitle ?? "", font: theme.textFont, width: max(20, width), on: canvas)

    let styles = SeriesStyle.resolve(figure)
    for (index, panel) in figure.panels.enumerated() {
      let ranges = try PanelRanges(figure.sharesY ? figure.panels : [panel], xOf: panel)
      plans.append(
        PanelPlan(
          panel, styles: styles[index], ranges: ranges, theme: theme,
          labelsY: !figure.sharesY || index % figure.columns == 0, on: canvas))
    }
    try placeLegends(on: canvas)
  }

  private mutating func placeLegends(on canvas: some Canvas) throws(FigureError) {
    let all = plans.flatMap(LegendEntry.entries).reduce(into: [LegendEntry]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    if all.isEmpty || figure.legend == .hidden { return try placePanels(in: area, on: canvas) }

    switch figure.legend {
    case .hidden: break
    case .below: try placeBelow(all, on: canvas)
    case .right:
      let layout = LegendLayout(all, columns: 1, width: figure.width * 0.3, theme: figure.theme, on: canvas)
      var rest = area
      rest.width -= layout.size.width + Self.legendGap * 1.5
      try placePanels(in: rest, on: canvas)
      let top = plans.first?.plot.y ?? rest.y
      outerLegend = (layout, Point(rest.maxX + Self.legendGap * 1.5, top + 1))
    case .inside, .at, .automatic:
      if figure.legend == .automatic, plans.count > 1 { return try placeBelow(all, on: canvas) }
      try placePanels(in: area, on: canvas)
      for plan in plans {
        let entries = LegendEntry.entries(plan)
        if entries.isEmpty { continue }
        let layout = LegendLayout(
          entries, columns: 1, width: plan.plot.width * 0.6, theme: figure.theme, on: canvas)
        var (place, covered) = layout.bestPlace(in: plan, on: canvas)
        if case .at(let wanted) = figure.legend { place = wanted }
        let isLarge =
          layout.size.height > 0.6 * plan.plot.height || layout.size.width > 0.7 * plan.plot.width
        if figure.legend == .automatic, covered > 0 || isLarge {
          innerLegends = []
          return try placeBelow(all, on: canvas)
        }
        innerLegends.append((layout, layout.origin(at: place, in: plan.plot)))
      }
    }
  }

  private mutating func placeBelow(_ entries: [LegendEntry], on canvas: some Canvas) throws(FigureError) {
    // As few rows as the width allows, then as many columns as fill these rows evenly.
    var layout = LegendLayout(entries, columns: entries.count, width: area.width, theme: figure.theme, on: canvas)
    let rows = (entries.count + layout.columns - 1) / layout.columns
    layout = LegendLayout(
      entries, columns: (entries.count + rows - 1) / rows, width: area.width, theme: figure.theme, on: canvas)
    var rest = area
    rest.height -= layout.size.height + Self.legendGap
    try placePanels(in: rest, on: canvas)
    // Below the plots rather than below the labels at their left, where it fits.
    let left = plans.map(\.plot.x).min() ?? area.x
    let right = plans.map(\.plot.maxX).max() ?? area.maxX
    let middle = (left + right) / 2 - layout.size.width / 2
    let x = min(max(middle, area.x), max(area.x, area.maxX - layout.size.width))
    outerLegend = (layout, Point(x, rest.maxY + Self.legendGap))
  }

  /// What the titles leave.
  private var area: Rect {
    var top = Self.padding
    if !title.lines.isEmpty { top += title.height + 2 }
    if !subtitle.lines.isEmpty { top += subtitle.height + 2 }
    if top > Self.padding { top += 2 }
    return Rect(
      x: Self.padding, y: top, width: figure.width - 2 * Self.padding, height: figure.height - top - Self.padding)
  }

  /// Gives all panels equal plots, with margins shared along rows and columns. Ticks depend on the plot and margins on
  /// the ticks; four rounds settle both.
  private mutating func placePanels(in area: Rect, on canvas: some Canvas) throws(FigureError) {
    if plans.isEmpty { return }
    let columns = figure.columns
    var margins = GridMargins(columns: columns, rows: (plans.count + columns - 1) / columns)
    for _ in 0..<4 {
      let plot = margins.plot(in: area, gap: Self.panelGap)
      guard plot.width >= 20, plot.height >= 20 else {
        throw .tooSmall(
          needed: Size(
            figure.width + Double(columns) * max(0, 20 - plot.width),
            figure.height + Double(margins.top.count) * max(0, 20 - plot.height)),
          given: figure.size)
      }
      var y = area.y
      for row in margins.top.indices {
        var x = area.x
        for column in 0..<columns {
          let index = row * columns + column
          if index < plans.count {
            plans[index].fit(
              Rect(x: x + margins.left[column], y: y + margins.top[row], width: plot.width, height: plot.height),
              on: canvas)
          }
          x += margins.left[column] + plot.width + margins.right[column] + Self.panelGap
        }
        y += margins.top[row] + plot.height + margins.bottom[row] + Self.panelGap / 2
      }
      margins.take(plans.map(\.margins))
    }
  }

  /// Room around the plots of a grid: left and right of each column, above and below each row, in points.
  private struct GridMargins {
    private(set) var left: [Double]
    private(set) var right: [Double]
    private(set) var top: [Double]
    private(set) var bottom: [Double]

    /// A first guess.
    init(columns: Int, rows: Int) {
      left = Array(repeating: 40, count: columns)
      right = Array(repeating: 0, count: columns)
      top = Array(repeating: 4, count: rows)
      bottom = Array(repeating: 30, count: rows)
    }

    /// What is left for each plot.
    func plot(in area: Rect, gap: Double) -> Size {
      let (columns, rows) = (Double(left.count), Double(top.count))
      return Size(
        (area.width - left.reduce(0, +) - right.reduce(0, +) - (columns - 1) * gap) / columns,
        (area.height - top.reduce(0, +) - bottom.reduce(0, +) - (rows - 1) * gap / 2) / rows)
    }

    /// The largest of each column and row.
    mutating func take(_ panels: [PanelPlan.Margins]) {
      for column in left.indices {
        let stack = panels.enumerated().filter { $0.offset % left.count == column }.map(\.element)
        left[column] = stack.map(\.left).max() ?? 0
        right[column] = stack.map(\.right).max() ?? 0
      }
      for row in top.indices {
        let line = panels.enumerated().filter { $0.offset / left.count == row }.map(\.element)
        top[row] = line.map(\.top).max() ?? 0
        bottom[row] = line.map(\.bottom).max() ?? 0
      }
    }
  }

  func draw(on canvas: inout some Canvas) {
    let color = figure.theme.textColor
    title.draw(on: &canvas, x: figure.width / 2, top: Self.padding, alignment: 0.5, color: color)
    let subtitleTop = Self.padding + (title.lines.isEmpty ? 0 : title.height + 2)
    subtitle.draw(
      on: &canvas, x: figure.width / 2, top: subtitleTop, alignment: 0.5, color: color.lightened(by: 0.25))
    for plan in plans { plan.draw(on: &canvas) }
    for (layout, origin) in innerLegends { layout.draw(at: origin, inBox: true, on: &canvas) }
    if let (layout, origin) = outerLegend { layout.draw(at: origin, inBox: false, on: &canvas) }
  }
}
