// How much work a notebook does: one word that every recipe reads.

/// How much work a run of a notebook does.
public enum Scale: String, Codable, CaseIterable, Sendable {
  /// Seconds: for changing a cell and looking.
  case draft
  /// Minutes on two cores, on the embedded data set.
  case demo
  /// Hours, on CIFAR-10.
  case cifar
  /// The numbers of the paper.
  case paper

  /// The value for this scale.
  public func pick<Value>(draft: Value, demo: Value, cifar: Value, paper: Value) -> Value {
    switch self {
    case .draft: draft
    case .demo: demo
    case .cifar: cifar
    case .paper: paper
    }
  }
}
