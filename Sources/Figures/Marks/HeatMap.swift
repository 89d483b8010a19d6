// Numbers on a grid, as colours.

internal import Basics
package import Images

/// A grid of coloured cells, with a colour bar at the right of its panel.
public struct HeatMap: FigureMark {
  /// "heat map".
  public static let kind = "heat map"

  /// Middles of the columns, rising in equal steps.
  public var x: Numbers
  /// Middles of the rows, rising in equal steps.
  public var y: Numbers
  /// Row by row, first the row of the lowest y: `values[row * x.count + column]`.
  public var values: Numbers
  /// What the numbers are, written beside the colour bar.
  public var label: String?
  /// The colours, from the lowest number to the highest.
  public var colormap: Colormap
  /// How numbers are laid out along the colour bar; on a logarithmic one, values ≤ 0 are gaps.
  public var scale: AxisScale
  /// Numbers at the ends of the colour bar; `nil` spans the values.
  public var range: ClosedRange<Double>?

  /// Cells around (`x[column]`, `y[row]`); `values` are `y.count` rows of `x.count`. Both axes must be linear.
  public init<X: Sequence, Y: Sequence, V: Sequence>(
    x: X, y: Y, values: V, label: String? = nil, colormap: Colormap = .viridis, scale: AxisScale = .linear,
    range: ClosedRange<Double>? = nil
  ) where X.Element: Plottable, Y.Element: Plottable, V.Element: Plottable {
    self.x = Numbers(x)
    self.y = Numbers(y)
    self.values = Numbers(values)
    precondition(
      self.values.count == self.x.count * self.y.count,
      "HeatMap: \(self.values.count) values for \(self.y.count) rows of \(self.x.count)")
    for axis in [self.x, self.y] {
      let steps = zip(axis.values, axis.values.dropFirst()).map { $1 - $0 }
      let mean = steps.reduce(0, +) / Double(max(1, steps.count))
      precondition(
        steps.allSatisfy { $0 > 0 && abs($0 - mean) <= 1e-3 * mean }, "HeatMap: \(axis.values) are not equal steps")
    }
    self.label = label
    self.colormap = colormap
    self.scale = scale
    self.range = range
  }
}

extension HeatMap {
  /// The name stands beside the colour bar instead.
  public var isInLegend: Bool { false }

  /// Cells have the colours of the colour map.
  public var styleSource: StyleSource { .none }

  /// Exactly the columns.
  public func extentX(in panel: Panel) -> AxisExtent { Self.extent(x) }

  /// Exactly the rows.
  public func extentY(in panel: Panel) -> AxisExtent { Self.extent(y) }

  /// The colours of the cells.
  public var colorBar: ColorBar? {
    ColorBar(colormap, showing: values, scale: scale, range: range, label: label)
  }

  /// Draws the cells as one image.
  public func draw(on canvas: inout some Canvas, in plot: PlotArea, style: SeriesStyle) {
    guard values.count > 0, let xs = Self.edges(x), let ys = Self.edges(y),
      let topLeft = plot.point(xs.lowerBound, ys.upperBound), let bottomRight = plot.point(xs.upperBound, ys.lowerBound)
    else { return }
    canvas.image(
      image,
      in: Rect(x: topLeft.x, y: topLeft.y, width: bottomRight.x - topLeft.x, height: bottomRight.y - topLeft.y))
  }

  /// The whole plot.
  public func ink(in plot: PlotArea, style: SeriesStyle, on canvas: some Canvas) -> [Ink] { Ink.area(plot.rect) }

  /// One row a cell, with its number as value.
  public func rows(in panel: Panel) -> [FigureRow] {
    let cells = values.values.indices
    return FigureRow.rows(
      x: Numbers(cells.map { x.values[$0 % x.count] }, isSingle: x.isSingle),
      y: Numbers(cells.map { y.values[$0 / x.count] }, isSingle: y.isSingle), value: values)
  }

  /// One pixel a cell, the row of the highest y on top.
  package var image: PNGImage {
    let bar = ColorBar(colormap, showing: values, scale: scale, range: range)
    var rgba: [UInt8] = []
    for row in (0..<y.count).reversed() {
      for column in 0..<x.count {
        let color = bar.color(of: values.values[row * x.count + column])
        rgba += [color.red, color.green, color.blue, 1].map { UInt8(($0 * 255).rounded()) }
      }
    }
    return PNGImage(width: x.count, height: y.count, rgba: rgba)
  }

  private static func extent(_ middles: Numbers) -> AxisExtent {
    let edges = edges(middles)
    return AxisExtent(Numbers(edges.map { [$0.lowerBound, $0.upperBound] } ?? [Double]()), exact: edges)
  }

  /// From the outer edge of the first cell to that of the last; a lone cell is one wide.
  private static func edges(_ middles: Numbers) -> ClosedRange<Double>? {
    guard let first = middles.values.first, let last = middles.values.last else { return nil }
    let half = middles.count > 1 ? (last - first) / Double(middles.count - 1) / 2 : 0.5
    return first - half...last + half
  }
}
