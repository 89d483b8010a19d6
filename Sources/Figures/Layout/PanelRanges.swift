// Which numbers the axes of a panel span.

/// The ranges of both axes of a panel, from what its axes state and its marks need.
struct PanelRanges {
  var x: ClosedRange<Double>
  var y: ClosedRange<Double>

  /// Throws `FigureError.nonPositive` and `FigureError.range`.
  init(_ panels: [Panel], xOf panel: Panel) throws(FigureError) {
    var xs: [Double] = []
    var ys: [Double] = []
    var bars: [Bars] = []
    for mark in panel.marks {
      xs += try Self.values(mark, isX: true, axis: panel.x)
      if case .bars(let series) = mark { bars.append(series) }
    }
    for other in panels {
      for mark in other.marks { ys += try Self.values(mark, isX: false, axis: other.y) }
    }
    var xAxis = panel.x
    var yAxis = panel.y
    if let names = panel.x.categories {
      xAxis.minimum = -0.5
      xAxis.maximum = max(1, Double(names.count)) - 0.5
    } else if !bars.isEmpty {
      let slot = Bars.slot(bars)
      xs += bars.flatMap { $0.x.values }.filter(\.isFinite).flatMap { [$0 - slot / 2, $0 + slot / 2] }
    }
    // Bars stand on 0: no air below it.
    let hasBars = panels.contains { $0.marks.contains { if case .bars = $0 { true } else { false } } }
    if hasBars, yAxis.scale == .linear {
      ys.removeAll { !$0.isFinite }
      ys.append(0)
      if yAxis.minimum == nil, ys.allSatisfy({ !($0 < 0) }) { yAxis.minimum = 0 }
      if yAxis.maximum == nil, ys.allSatisfy({ !($0 > 0) }), ys.contains(where: { $0 < 0 }) { yAxis.maximum = 0 }
    }
    // No air around a heat map.
    for case .heatMap(let map) in panel.marks {
      xAxis.minimum = xAxis.minimum ?? HeatMap.edges(map.x)?.lowerBound
      xAxis.maximum = xAxis.maximum ?? HeatMap.edges(map.x)?.upperBound
      yAxis.minimum = yAxis.minimum ?? HeatMap.edges(map.y)?.lowerBound
      yAxis.maximum = yAxis.maximum ?? HeatMap.edges(map.y)?.upperBound
    }
    if panels.contains(where: \.writesBarValues) {
      // Room for the numbers above the bars: a tenth of the tallest.
      ys += ys.max().map { [$0 * 1.1] } ?? []
    }
    x = try Self.range(xAxis, xs)
    y = try Self.range(yAxis, ys)
  }

  private static func range(_ axis: Axis, _ values: [Double]) throws(FigureError) -> ClosedRange<Double> {
    guard let range = axis.scale.range(showing: values, minimum: axis.minimum, maximum: axis.maximum),
      axis.scale == .linear || range.lowerBound > 0
    else {
      throw .range(
        axis: axis.label, minimum: axis.minimum ?? values.min() ?? 0, maximum: axis.maximum ?? values.max() ?? 0)
    }
    return range
  }

  /// The numbers of a mark that an automatic range shows. Values themselves must have a place on the axis; ends of
  /// bands and error bars need not.
  private static func values(_ mark: Mark, isX: Bool, axis: Axis) throws(FigureError) -> [Double] {
    let main: Numbers
    let ends: [Numbers?]
    switch mark {
    case .line(let line): (main, ends) = (isX ? line.x : line.y, [])
    case .band(let band): (main, ends) = isX ? (band.x, []) : ([], [band.lower, band.upper])
    case .points(let points):
      (main, ends) = isX ? (points.x, []) : (points.y, [points.lower, points.upper])
    case .bars(let bars): (main, ends) = isX ? (bars.x, []) : (bars.heights, [bars.lower, bars.upper])
    case .rule(let rule): (main, ends) = (rule.direction == .vertical) == isX ? ([rule.value], []) : ([], [])
    case .heatMap(let map):
      let edges = HeatMap.edges(isX ? map.x : map.y)
      (main, ends) = (Numbers(edges.map { [$0.lowerBound, $0.upperBound] } ?? [Double]()), [])
    case .annotation(let note): (main, ends) = (isX ? [note.x] : [note.y], [])
    }
    if axis.scale == .log10, axis.nonPositive == .error,
      let index = main.values.firstIndex(where: { $0.isFinite && $0 <= 0 })
    {
      throw .nonPositive(
        axis: axis.label, series: mark.label ?? "", index: index, value: main.values[index])
    }
    return main.values + ends.flatMap { $0?.values ?? [] }
  }
}

extension Panel {
  fileprivate var writesBarValues: Bool {
    y.scale == .linear && marks.contains { if case .bars(let bars) = $0 { bars.values != nil } else { false } }
  }
}

extension Bars {
  /// Width that the bars of all series at one place share: the least distance between places, or 1.
  static func slot(_ series: [Bars]) -> Double {
    let places = Set(series.flatMap { $0.x.values }.filter(\.isFinite)).sorted()
    return zip(places, places.dropFirst()).map { $1 - $0 }.min() ?? 1
  }
}
