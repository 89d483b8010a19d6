// Which colour stands for which number.

/// Colours for numbers: what a mark colours by, and what the bar beside its panel shows.
public struct ColorBar: Hashable, Sendable {
  /// The colours, from the lowest number to the highest.
  public var colormap: Colormap
  /// How numbers are laid out along the bar; on a logarithmic one, numbers ≤ 0 have no colour.
  public var scale: AxisScale
  /// The numbers at the ends of the bar.
  public var limits: ClosedRange<Double>
  /// What the numbers are, written beside the bar.
  public var label: String?

  /// A bar from `range`, or from the least to the greatest of the numbers shown where `range` is `nil` or, on a
  /// logarithmic scale, reaches to 0.
  public init(
    _ colormap: Colormap, showing values: Numbers, scale: AxisScale = .linear, range: ClosedRange<Double>? = nil,
    label: String? = nil
  ) {
    self.colormap = colormap
    self.scale = scale
    self.label = label
    limits = range ?? 0...0
    if scale == .linear || limits.lowerBound > 0, limits.lowerBound < limits.upperBound { return }
    let shown = values.values.filter { $0.isFinite && (scale == .linear || $0 > 0) }
    guard let low = shown.min(), let high = shown.max() else {
      limits = scale == .linear ? 0...1 : 1...10
      return
    }
    limits = low < high ? low...high : scale.range(showing: [low], minimum: nil, maximum: nil) ?? 0...1
  }

  /// The colour of a number: that of the nearer end beyond the limits, `colormap.missing` for one without a place.
  public func color(of value: Double) -> Color {
    colormap.color(at: scale.fraction(of: value, in: limits) ?? .nan)
  }
}
