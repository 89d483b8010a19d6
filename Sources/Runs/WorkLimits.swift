// What a store may make when it does not have it.

/// Limits on training: a redrawing and a re-evaluation train nothing.
public struct WorkLimits: Hashable, Sendable {
  public var mayTrain: Bool
  /// Whether a published run of other numerics stands in for one that is missing. Who takes it must say so.
  public var acceptsOtherNumerics: Bool

  public init(mayTrain: Bool = true, acceptsOtherNumerics: Bool = false) {
    self.mayTrain = mayTrain
    self.acceptsOtherNumerics = acceptsOtherNumerics
  }
}
