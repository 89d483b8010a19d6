// Data points, with error bars if wanted.

/// Separate points, each with an error bar if limits are given.
public struct Points: Hashable, Sendable, Codable, MarkConvertible {
  /// In units of the x axis.
  public var x: Numbers
  /// In units of the y axis.
  public var y: Numbers
  /// Lower ends of the error bars, in units of y.
  public var lower: Numbers?
  /// Upper ends of the error bars, in units of y.
  public var upper: Numbers?
  /// Name in the legend; none leaves the points out of it.
  public var label: String?
  /// `nil` takes the theme's next colour.
  public var color: Color?
  /// `nil` takes the theme's next marker.
  public var marker: Marker?
  /// Diameter in points (1/72 inch); `nil` takes the theme's.
  public var size: Double?

  /// Points at (`x[i]`, `y[i]`); both must be equally long.
  public init<X: Sequence, Y: Sequence>(
    x: X, y: Y, label: String? = nil, color: Color? = nil, marker: Marker? = nil, size: Double? = nil
  ) where X.Element: Plottable, Y.Element: Plottable {
    self.x = Numbers(x)
    self.y = Numbers(y)
    precondition(self.x.count == self.y.count, "Points: \(self.x.count) x for \(self.y.count) y")
    self.label = label
    self.color = color
    self.marker = marker
    self.size = size
  }

  /// Points with bars from `y − error` to `y + error`; errors must be as many as points.
  public init<X: Sequence, Y: Sequence, E: Sequence>(
    x: X, y: Y, error: E, label: String? = nil, color: Color? = nil, marker: Marker? = nil, size: Double? = nil
  ) where X.Element: Plottable, Y.Element: Plottable, E.Element: Plottable {
    self.init(x: x, y: y, label: label, color: color, marker: marker, size: size)
    let error = Numbers(error)
    lower = .combine(self.y, error, -)
    upper = .combine(self.y, error, +)
  }

  /// Points with bars from `lower[i]` to `upper[i]`, as many as points.
  public init<X: Sequence, Y: Sequence, L: Sequence, U: Sequence>(
    x: X, y: Y, lower: L, upper: U, label: String? = nil, color: Color? = nil, marker: Marker? = nil,
    size: Double? = nil
  ) where X.Element: Plottable, Y.Element: Plottable, L.Element: Plottable, U.Element: Plottable {
    self.init(x: x, y: y, label: label, color: color, marker: marker, size: size)
    let lower = Numbers(lower)
    let upper = Numbers(upper)
    precondition(
      lower.count == self.y.count && upper.count == self.y.count,
      "Points: \(lower.count) lower and \(upper.count) upper ends for \(self.y.count) points")
    self.lower = lower
    self.upper = upper
  }

  public var mark: Mark { .points(self) }
}
