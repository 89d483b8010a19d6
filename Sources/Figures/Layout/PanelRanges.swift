// Which numbers the axes of a panel span.

/// The ranges of both axes of a panel, from what its axes state and its marks need.
struct PanelRanges {
  let x: ClosedRange<Double>
  let y: ClosedRange<Double>

  /// The ranges of `panel`, whose y is shared with all of `panels`; `panel` is one of them.
  ///
  /// Throws `FigureError.nonPositive` and `FigureError.range`.
  init(_ panels: [Panel], xOf panel: Panel) throws(FigureError) {
    let xs = try Self.extents(panel, axis: panel.x) { $0.extentX(in: panel) }
    var ys: [AxisExtent] = []
    for other in panels { ys += try Self.extents(other, axis: other.y) { $0.extentY(in: other) } }
    var axis = panel.x
    if let names = axis.categories {
      axis.minimum = -0.5
      axis.maximum = max(1, Double(names.count)) - 0.5
    }
    x = try Self.range(axis, showing: xs, exactly: xs)
    y = try Self.range(panel.y, showing: ys, exactly: panel.marks.map { $0.content.extentY(in: panel) })
  }

  /// What the marks of a panel need of an axis. Values themselves must have a place on it; ends need not.
  private static func extents(
    _ panel: Panel, axis: Axis, of extent: (any FigureMark) -> AxisExtent
  ) throws(FigureError) -> [AxisExtent] {
    var result: [AxisExtent] = []
    for mark in panel.marks {
      let own = extent(mark.content)
      if axis.scale == .log10, axis.nonPositive == .error,
        let index = own.values.values.firstIndex(where: { $0.isFinite && $0 <= 0 })
      {
        throw .nonPositive(
          axis: axis.label, series: mark.label ?? "", index: index, value: own.values.values[index])
      }
      result.append(own)
    }
    return result
  }

  /// The range of an axis that shows all extents; `own` are those that may fix its ends.
  private static func range(
    _ stated: Axis, showing extents: [AxisExtent], exactly own: [AxisExtent]
  ) throws(FigureError) -> ClosedRange<Double> {
    var axis = stated
    var shown = extents.flatMap { $0.values.values + $0.ends }
    if axis.scale == .linear, extents.contains(where: \.standsOnZero) {
      shown.removeAll { !$0.isFinite }
      shown.append(0)
      // No air below what stands on 0, nor above what hangs from it.
      if axis.minimum == nil, shown.allSatisfy({ $0 >= 0 }) { axis.minimum = 0 }
      if axis.maximum == nil, shown.allSatisfy({ $0 <= 0 }), shown.contains(where: { $0 < 0 }) { axis.maximum = 0 }
    }
    for exact in own.compactMap(\.exact) {
      axis.minimum = axis.minimum ?? exact.lowerBound
      axis.maximum = axis.maximum ?? exact.upperBound
    }
    if let headroom = extents.map(\.headroom).max(), headroom > 0, let highest = shown.max() {
      shown.append(highest * (1 + headroom))
    }
    guard let range = axis.scale.range(showing: shown, minimum: axis.minimum, maximum: axis.maximum),
      axis.scale == .linear || range.lowerBound > 0
    else {
      throw .range(
        axis: axis.label, minimum: axis.minimum ?? shown.min() ?? 0, maximum: axis.maximum ?? shown.max() ?? 0)
    }
    return range
  }
}
