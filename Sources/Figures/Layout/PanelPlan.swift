// Where the parts of one panel go.

internal import Basics

/// The plot rectangle of a panel and the ticks that fit along it.
struct PanelPlan {
  /// Room that labels take around the plot, in points.
  struct Margins {
    var top = 0.0
    var left = 0.0
    var bottom = 0.0
    var right = 0.0
  }

  /// Where the marks draw.
  private(set) var area: PlotArea
  let styles: [SeriesStyle]
  /// Whether labels are written along the y axis.
  let labelsY: Bool
  private(set) var xTicks: [Tick] = []
  private(set) var yTicks: [Tick] = []
  /// Names below a category axis; broken into lines.
  private(set) var names: [TextBlock] = []
  private(set) var namesAreSlanted = false
  private(set) var title: TextBlock
  private(set) var xLabel: TextBlock
  private(set) var yLabel: TextBlock
  private(set) var colorBar: ColorBarLayout?
  private(set) var margins = Margins()

  var panel: Panel { area.panel }
  var theme: Theme { area.theme }
  var plot: Rect { area.rect }

  static let tickLength = 3.0
  static let gap = 3.0
  static let slant = 35.0  // degrees, of names that do not fit upright

  init(_ panel: Panel, styles: [SeriesStyle], ranges: PanelRanges, theme: Theme, labelsY: Bool, on canvas: some Canvas)
  {
    area = PlotArea(panel: panel, xRange: ranges.x, yRange: ranges.y, theme: theme)
    self.styles = styles
    self.labelsY = labelsY
    title = TextBlock("", font: theme.panelTitleFont, on: canvas)
    xLabel = title
    yLabel = title
  }

  /// Chooses ticks and breaks labels for a plot in this rectangle, and works out the margins that they need.
  mutating func fit(_ plot: Rect, on canvas: some Canvas) {
    area.rect = plot
    title = TextBlock(panel.title ?? "", font: theme.panelTitleFont, width: max(plot.width, 20), on: canvas)
    xLabel = TextBlock(panel.x.label, font: theme.labelFont, width: max(plot.width, 20), on: canvas)
    yLabel = TextBlock(
      labelsY ? panel.y.label : "", font: theme.labelFont, width: max(plot.height, 20), on: canvas)
    let digit = canvas.extents(of: "0", font: theme.textFont)

    margins = Margins()
    margins.top = title.lines.isEmpty ? digit.capHeight / 2 : title.height + Self.gap

    yTicks = Self.ticks(panel.y, area.yRange, most: Int(plot.height / 26), length: plot.height) { _ in
      digit.ascent + 2
    }
    let widest = labelsY ? yTicks.map { canvas.extents(of: $0.label, font: theme.textFont).width }.max() ?? 0 : 0
    margins.left = Self.tickLength + (labelsY ? Self.gap + widest : 0)
    if !yLabel.lines.isEmpty { margins.left += Self.gap + 1 + yLabel.height }

    margins.bottom = Self.tickLength + Self.gap
    if let categories = panel.x.categories {
      fitNames(categories, on: canvas)
    } else {
      fitNumbers(capHeight: digit.capHeight, on: canvas)
    }
    for bar in panel.marks.compactMap(\.content.colorBar) {
      let layout = ColorBarLayout(bar, length: plot.height, theme: theme, on: canvas)
      margins.right = max(margins.right, layout.width)
      colorBar = layout
    }
    if !xLabel.lines.isEmpty { margins.bottom += Self.gap + xLabel.height }
  }

  private mutating func fitNumbers(capHeight: Double, on canvas: some Canvas) {
    func width(_ tick: Tick) -> Double { canvas.extents(of: tick.label, font: theme.textFont).width }
    xTicks = Self.ticks(
      panel.x, area.xRange, most: panel.x.scale == .log10 ? Int(plot.width / 32) : min(8, Int(plot.width / 36)),
      length: plot.width
    ) { width($0) + 8 }
    for tick in xTicks where tick.isMajor {
      let half = width(tick) / 2
      let x = area.x(tick.value) ?? 0
      margins.left = max(margins.left, half - (x - plot.x))
      margins.right = max(margins.right, half - (plot.maxX - x))
    }
    margins.bottom += capHeight + 1
  }

  private mutating func fitNames(_ categories: [String], on canvas: some Canvas) {
    xTicks = []
    let slot = plot.width / Double(max(1, categories.count))
    names = categories.map { TextBlock($0, font: theme.textFont, width: slot - 6, on: canvas) }
    let breaksWords = zip(categories, names).contains { name, block in
      block.lines.joined(separator: " ") != name.split(separator: " ").joined(separator: " ")
    }
    namesAreSlanted = breaksWords || names.contains { $0.lines.count > 3 }
    if namesAreSlanted {
      names = categories.map { TextBlock($0, font: theme.textFont, on: canvas) }
      let radians = Self.slant * .pi / 180
      let drop = (names.map { $0.width * sine(radians) }.max() ?? 0) + theme.textSize
      margins.bottom += drop
      for (index, name) in names.enumerated() {
        let overhang = name.width * cosine(radians) - slot * (Double(index) + 0.5)
        margins.left = max(margins.left, overhang)
      }
    } else {
      margins.bottom += names.map(\.height).max() ?? 0
    }
  }

  /// As many ticks as have room: `extent` is what the label of a tick needs along the axis.
  private static func ticks(
    _ axis: Axis, _ range: ClosedRange<Double>, most: Int, length: Double, extent: (Tick) -> Double
  ) -> [Tick] {
    if let values = axis.ticks {
      let shown = values.filter { $0 >= range.lowerBound && $0 <= range.upperBound }
      return shown.map { Tick($0, label(of: $0, axis: axis)) }
    }
    for intervals in stride(from: max(most, 1), through: 1, by: -1) {
      let ticks =
        axis.scale == .linear
        ? Ticks.linear(in: range, intervals: intervals, format: axis.format)
        : Ticks.log(in: range, intervals: intervals, format: axis.format)
      var end = -Double.infinity
      var fits = true
      for tick in ticks where tick.isMajor {
        guard let fraction = axis.scale.fraction(of: tick.value, in: range) else { continue }
        let half = extent(tick) / 2
        if fraction * length - half < end { fits = false }
        end = fraction * length + half
      }
      if fits, !ticks.isEmpty { return ticks }
    }
    return []
  }

  /// The label of a tick that the caller asked for: as many decimals as the number has.
  private static func label(of value: Double, axis: Axis) -> String {
    if axis.format == .automatic {
      if axis.scale == .log10 {
        for exponent in -30...30 where NumberText.power(of: exponent) == value {
          return NumberText.power(exponent: exponent)
        }
      }
      let text = value.description.replacing("-", with: NumberText.minus)
      return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
    return NumberText.text(value, format: axis.format, automaticDecimals: 0)
  }
}
