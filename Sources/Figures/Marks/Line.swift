// A curve through data points.

/// Straight lines through points in order, broken where a number is missing.
public struct Line: Hashable, Sendable, Codable, MarkConvertible {
  /// In units of the x axis.
  public var x: Numbers
  /// In units of the y axis.
  public var y: Numbers
  /// Name in the legend; none leaves the line out of it.
  public var label: String?
  /// `nil` takes the theme's next colour.
  public var color: Color?
  /// Points (1/72 inch); `nil` takes the theme's.
  public var width: Double?
  /// `nil` takes the theme's.
  public var dash: Dash?
  /// Drawn at every data point; `nil` takes the theme's, drawn at some points along the line.
  public var marker: Marker?

  /// Lines through (`x[i]`, `y[i]`); both must be equally long.
  public init<X: Sequence, Y: Sequence>(
    x: X, y: Y, label: String? = nil, color: Color? = nil, width: Double? = nil, dash: Dash? = nil,
    marker: Marker? = nil
  ) where X.Element: Plottable, Y.Element: Plottable {
    self.x = Numbers(x)
    self.y = Numbers(y)
    precondition(self.x.count == self.y.count, "Line: \(self.x.count) x for \(self.y.count) y")
    self.label = label
    self.color = color
    self.width = width
    self.dash = dash
    self.marker = marker
  }

  public var mark: Mark { .line(self) }
}
