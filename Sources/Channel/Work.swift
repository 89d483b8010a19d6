// The three costs of a notebook: drawing, evaluating, training. A run says which of them it pays again.

/// What a run of a notebook takes from the store, and what it makes anew.
public enum Work: String, Codable, CaseIterable, Sendable {
  /// What is stored is taken, what is missing is made.
  case missing
  /// Drawn from stored numbers: nothing is trained or evaluated.
  case replot
  /// Stored networks are evaluated anew: nothing is trained.
  case reevaluate
  /// Networks are trained anew, and evaluated.
  case retrain
}
