// One axis of a panel: what it says and which numbers it shows.

/// Label, scale, range and ticks of one axis.
public struct Axis: Hashable, Sendable, Codable {
  /// What becomes of values without a place on a logarithmic axis.
  public enum NonPositive: String, Hashable, Sendable, Codable {
    /// Drawing throws `FigureError.nonPositive`, naming series and index.
    case error
    /// The value is a gap.
    case gap
  }

  /// Text beside the axis; none if empty.
  public var label: String
  /// How numbers are laid out along the axis.
  public var scale: AxisScale
  /// The number at the lower end; `nil` follows the data.
  public var minimum: Double?
  /// The number at the upper end; `nil` follows the data.
  public var maximum: Double?
  /// Numbers that get a tick and a label; `nil` chooses round ones.
  public var ticks: [Double]?
  /// Names at 0, 1, 2, … instead of numbers; `nil` for an axis of numbers.
  public var categories: [String]?
  /// How tick labels write numbers.
  public var format: NumberFormat
  /// Whether faint lines cross the panel at the ticks.
  public var grid: Bool
  /// What becomes of values ≤ 0 if the scale is logarithmic. Ends of bands and error bars are never an error: they
  /// reach to the edge of the panel.
  public var nonPositive: NonPositive

  /// Every property at once; `.linear`, `.log` and `.categories` are shorter.
  public init(
    label: String = "", scale: AxisScale = .linear, minimum: Double? = nil, maximum: Double? = nil,
    ticks: [Double]? = nil, categories: [String]? = nil, format: NumberFormat = .automatic, grid: Bool = true,
    nonPositive: NonPositive = .error
  ) {
    self.label = label
    self.scale = scale
    self.minimum = minimum
    self.maximum = maximum
    self.ticks = ticks
    self.categories = categories
    self.format = format
    self.grid = grid
    self.nonPositive = nonPositive
  }

  /// Equal differences are equally long: `.linear("Epoch", 0...200)`, `.linear("Accuracy", from: 0)`.
  public static func linear(
    _ label: String = "", _ range: ClosedRange<Double>? = nil, from minimum: Double? = nil,
    to maximum: Double? = nil, ticks: [Double]? = nil, format: NumberFormat = .automatic, grid: Bool = true
  ) -> Axis {
    Axis(
      label: label, scale: .linear, minimum: range?.lowerBound ?? minimum, maximum: range?.upperBound ?? maximum,
      ticks: ticks, format: format, grid: grid)
  }

  /// Equal ratios are equally long: `.log("Loss (log scale)", 1e-2...1e2)`.
  public static func log(
    _ label: String = "", _ range: ClosedRange<Double>? = nil, from minimum: Double? = nil,
    to maximum: Double? = nil, ticks: [Double]? = nil, format: NumberFormat = .automatic, grid: Bool = true,
    nonPositive: NonPositive = .error
  ) -> Axis {
    Axis(
      label: label, scale: .log10, minimum: range?.lowerBound ?? minimum, maximum: range?.upperBound ?? maximum,
      ticks: ticks, format: format, grid: grid, nonPositive: nonPositive)
  }

  /// One name each at 0, 1, 2, …: the axis below bars.
  public static func categories(_ names: [String], label: String = "") -> Axis {
    Axis(label: label, categories: names, grid: false)
  }
}
