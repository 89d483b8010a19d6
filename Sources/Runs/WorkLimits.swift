// What a store may make when it does not have it.

/// Limits on training: a redrawing and a re-evaluation train nothing.
public struct WorkLimits: Hashable, Sendable {
  /// Whether a network that is not stored may be trained.
  public var mayTrain: Bool
  /// Whether a published run of other numerics stands in for one that is missing. Who takes it must say so.
  public var acceptsOtherNumerics: Bool

  /// Limits of a session's work; by default everything may be made and only numbers of this version are taken.
  public init(mayTrain: Bool = true, acceptsOtherNumerics: Bool = false) {
    self.mayTrain = mayTrain
    self.acceptsOtherNumerics = acceptsOtherNumerics
  }
}
