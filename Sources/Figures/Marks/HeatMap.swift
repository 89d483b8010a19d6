// Numbers on a grid, as colours.

package import Images

/// A grid of coloured cells, with a colour bar at the right of its panel.
public struct HeatMap: Hashable, Sendable, Codable, MarkConvertible {
  /// Middles of the columns, rising in equal steps.
  public var x: Numbers
  /// Middles of the rows, rising in equal steps.
  public var y: Numbers
  /// Row by row, first the row of the lowest y: `values[row * x.count + column]`.
  public var values: Numbers
  /// Beside the colour bar.
  public var label: String?
  /// From the lowest number to the highest.
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

  public var mark: Mark { .heatMap(self) }

  /// From the outer edge of the first cell to that of the last; a lone cell is one wide.
  static func edges(_ middles: Numbers) -> ClosedRange<Double>? {
    guard let first = middles.values.first, let last = middles.values.last else { return nil }
    let half = middles.count > 1 ? (last - first) / Double(middles.count - 1) / 2 : 0.5
    return first - half...last + half
  }

  /// Numbers at the ends of the colour bar.
  var limits: ClosedRange<Double> {
    if let range, scale == .linear || range.lowerBound > 0, range.lowerBound < range.upperBound { return range }
    let shown = values.values.filter { $0.isFinite && (scale == .linear || $0 > 0) }
    guard let low = shown.min(), let high = shown.max() else { return scale == .linear ? 0...1 : 1...10 }
    return low < high ? low...high : scale.range(showing: [low], minimum: nil, maximum: nil) ?? 0...1
  }

  /// One pixel a cell, the row of the highest y on top.
  package var image: PNGImage {
    let limits = limits
    var rgba: [UInt8] = []
    for row in (0..<y.count).reversed() {
      for column in 0..<x.count {
        let value = values.values[row * x.count + column]
        let color = colormap.color(at: scale.fraction(of: value, in: limits) ?? .nan)
        rgba += [color.red, color.green, color.blue, 1].map { UInt8(($0 * 255).rounded()) }
      }
    }
    return PNGImage(width: x.count, height: y.count, rgba: rgba)
  }
}
