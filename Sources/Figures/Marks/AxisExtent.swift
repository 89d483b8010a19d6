// What a mark asks of an axis whose range is not stated.

/// What one axis must show for one mark. Ends that the axis itself states always win.
public struct AxisExtent: Hashable, Sendable {
  /// Numbers that need a place. One ≤ 0 on a logarithmic axis is `FigureError.nonPositive`, unless the axis makes it a
  /// gap; its index there is the one in this column.
  public var values: Numbers
  /// Numbers that are shown but may lack a place, such as the ends of error bars.
  public var ends: [Double]
  /// What the axis spans without air around it, as for a heat map; `nil` leaves 4 % on each side.
  public var exact: ClosedRange<Double>?
  /// Whether a linear axis includes 0, and has no air beyond it where no number is on its other side.
  public var standsOnZero: Bool
  /// Room beyond the largest number, as a share of it; 0.1 for values written above bars.
  public var headroom: Double

  /// Numbers to show, and how.
  public init(
    _ values: Numbers = [], ends: [Double] = [], exact: ClosedRange<Double>? = nil, standsOnZero: Bool = false,
    headroom: Double = 0
  ) {
    self.values = values
    self.ends = ends
    self.exact = exact
    self.standsOnZero = standsOnZero
    self.headroom = headroom
  }
}
