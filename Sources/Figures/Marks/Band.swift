// The area between two curves.

/// A filled area between a lower and an upper curve: a confidence band, a range over seeds.
public struct Band: Hashable, Sendable, Codable, MarkConvertible {
  /// In units of the x axis.
  public var x: Numbers
  /// In units of the y axis.
  public var lower: Numbers
  /// In units of the y axis.
  public var upper: Numbers
  /// Name in the legend; none leaves the band out of it.
  public var label: String?
  /// `nil` takes the colour of the next line or points in the panel, else of the last.
  public var color: Color?
  /// In [0, 1].
  public var opacity: Double

  /// The area between (`x[i]`, `lower[i]`) and (`x[i]`, `upper[i]`); all three must be equally long.
  public init<X: Sequence, L: Sequence, U: Sequence>(
    x: X, lower: L, upper: U, label: String? = nil, color: Color? = nil, opacity: Double = 0.2
  ) where X.Element: Plottable, L.Element: Plottable, U.Element: Plottable {
    self.x = Numbers(x)
    self.lower = Numbers(lower)
    self.upper = Numbers(upper)
    precondition(
      self.x.count == self.lower.count && self.x.count == self.upper.count,
      "Band: \(self.x.count) x for \(self.lower.count) lower and \(self.upper.count) upper values")
    self.label = label
    self.color = color
    self.opacity = opacity
  }

  public var mark: Mark { .band(self) }
}
