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

  /// Draws the cells as one image; more than four columns or rows a point (1/72 inch) are averaged.
  public func draw(on canvas: inout some Canvas, in plot: PlotArea, style: SeriesStyle) {
    guard values.count > 0, let xs = Self.edges(x), let ys = Self.edges(y),
      let topLeft = plot.point(xs.lowerBound, ys.upperBound), let bottomRight = plot.point(xs.upperBound, ys.lowerBound)
    else { return }
    let rect = Rect(x: topLeft.x, y: topLeft.y, width: bottomRight.x - topLeft.x, height: bottomRight.y - topLeft.y)
    canvas.image(image.averaged(toFit: rect.width / Visibility.detail, rect.height / Visibility.detail), in: rect)
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
    rgba.reserveCapacity(4 * values.count)
    for row in (0..<y.count).reversed() {
      for column in 0..<x.count {
        let color = bar.color(of: values.values[row * x.count + column])
        for component in [color.red, color.green, color.blue, 1] { rgba.append(UInt8((component * 255).rounded())) }
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

extension PNGImage {
  /// The image with at most so many pixels a side, each the mean of those that it stands for.
  fileprivate func averaged(toFit mostColumns: Double, _ mostRows: Double) -> PNGImage {
    let columns = Double(width) <= mostColumns ? width : max(1, Int(mostColumns))
    let rows = Double(height) <= mostRows ? height : max(1, Int(mostRows))
    if columns == width, rows == height { return self }
    var means: [UInt8] = []
    means.reserveCapacity(4 * columns * rows)
    for row in 0..<rows {
      let ys = row * height / rows..<(row + 1) * height / rows
      for column in 0..<columns {
        let xs = column * width / columns..<(column + 1) * width / columns
        let count = ys.count * xs.count
        for channel in 0..<4 {
          var sum = 0
          for y in ys { for x in xs { sum += Int(rgba[4 * (y * width + x) + channel]) } }
          means.append(UInt8((sum + count / 2) / count))
        }
      }
    }
    return PNGImage(width: columns, height: rows, rgba: means)
  }
}
