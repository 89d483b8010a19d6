// Upright bars; several series stand side by side.

/// One series of bars from 0 to each height. All the series of a panel share its places side by side.
public struct Bars: Hashable, Sendable, Codable, MarkConvertible {
  /// Places of the bars: 0, 1, 2, … are the names of an `Axis.categories`.
  public var x: Numbers
  /// In units of the y axis.
  public var heights: Numbers
  /// Lower ends of the error bars, in units of the heights.
  public var lower: Numbers?
  /// Upper ends of the error bars, in units of the heights.
  public var upper: Numbers?
  /// Name in the legend; none leaves the bars out of it.
  public var label: String?
  /// `nil` takes the theme's next colour.
  public var color: Color?
  /// How the height is written above each bar; `nil` writes nothing.
  public var values: NumberFormat?

  /// Bars of the given heights at 0, 1, 2, …; a gap leaves its place empty.
  public init<H: Sequence>(
    _ heights: H, label: String? = nil, color: Color? = nil, values: NumberFormat? = nil
  ) where H.Element: Plottable {
    self.heights = Numbers(heights)
    self.x = Numbers(0..<self.heights.count)
    self.label = label
    self.color = color
    self.values = values
  }

  /// Bars with error bars from `height − error` to `height + error`.
  public init<H: Sequence, E: Sequence>(
    _ heights: H, error: E, label: String? = nil, color: Color? = nil, values: NumberFormat? = nil
  ) where H.Element: Plottable, E.Element: Plottable {
    self.init(heights, label: label, color: color, values: values)
    let error = Numbers(error)
    lower = .combine(self.heights, error, -)
    upper = .combine(self.heights, error, +)
  }

  /// Bars with error bars from `lower[i]` to `upper[i]`.
  public init<H: Sequence, L: Sequence, U: Sequence>(
    _ heights: H, lower: L, upper: U, label: String? = nil, color: Color? = nil, values: NumberFormat? = nil
  ) where H.Element: Plottable, L.Element: Plottable, U.Element: Plottable {
    self.init(heights, label: label, color: color, values: values)
    let lower = Numbers(lower)
    let upper = Numbers(upper)
    precondition(
      lower.count == self.heights.count && upper.count == self.heights.count,
      "Bars: \(lower.count) lower and \(upper.count) upper ends for \(self.heights.count) bars")
    self.lower = lower
    self.upper = upper
  }

  /// Bars at other places than 0, 1, 2, …: a histogram. As many places as heights.
  public init<X: Sequence, H: Sequence>(
    x: X, heights: H, label: String? = nil, color: Color? = nil, values: NumberFormat? = nil
  ) where X.Element: Plottable, H.Element: Plottable {
    self.init(heights, label: label, color: color, values: values)
    self.x = Numbers(x)
    precondition(self.x.count == self.heights.count, "Bars: \(self.x.count) x for \(self.heights.count) heights")
  }

  public var mark: Mark { .bars(self) }
}
