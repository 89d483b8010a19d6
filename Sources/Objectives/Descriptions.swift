// What printing says of formulas: their names and how long they are, never their steps.

extension Divergence: CustomStringConvertible {
  /// "divergence h-js, a formula of 14 steps".
  public var description: String { "divergence \(name), \(tape.summary)" }
}

extension TracedLoss: CustomStringConvertible {
  /// "loss margin, a formula of 14 steps".
  public var description: String { "loss \(name), \(tape.summary)" }
}

extension TracedPairLoss: CustomStringConvertible {
  /// "loss trades, a formula of 14 steps".
  public var description: String { "loss \(name), \(tape.summary)" }
}

extension ConsistencyLoss: CustomStringConvertible {
  /// "consistency h-js, temperature 1.0, weight 2.0".
  public var description: String { "consistency \(divergence.name), temperature \(temperature), weight \(weight)" }
}

extension AttackGoal: CustomStringConvertible {
  /// "the cross-entropy", or "a formula" and the noise that it starts from.
  public var description: String {
    (loss == nil ? "the cross-entropy" : "a formula") + (noise.map { ", from noise of \($0)" } ?? "")
  }
}

extension Objective: CustomStringConvertible {
  /// "trades: a formula of adversarial and natural image, attacked by a formula, natural images apart".
  public var description: String { "\(name): \(summary)" }
}

extension CustomTerm: CustomStringConvertible {
  /// The term in its own words.
  public var description: String { term.summary }
}

extension EnsembleClassifier: CustomStringConvertible {
  /// "ensemble of 3 classifiers, 10 classes".
  public var description: String { "ensemble of \(members.count) classifiers, \(classCount) classes" }
}

extension CrossEntropy: CustomStringConvertible {
  /// "cross-entropy of 64 labels".
  public var description: String { "cross-entropy of \(labels.count) labels" }
}

extension Tape {
  var summary: String { "a formula of \(operations.count) steps" }
}

extension LogitDifference: CustomStringConvertible {
  /// "difference of two logits of 64 images".
  public var description: String { "difference of two logits of \(labels.count) images" }
}

extension DLR: CustomStringConvertible {
  /// "difference of logits ratio of 64 images".
  public var description: String { "difference of logits ratio of \(labels.count) images" }
}

extension TargetedDLR: CustomStringConvertible {
  /// "targeted difference of logits ratio of 64 images".
  public var description: String { "targeted difference of logits ratio of \(labels.count) images" }
}

extension LossWorkspace: CustomStringConvertible {
  /// "memory of a formula: 140 numbers".
  public var description: String { "memory of a formula: \(values.count) numbers" }
}

extension ObjectiveRows: CustomStringConvertible {
  /// "128 rows, 64 under attack, 10 classes".
  public var description: String { "\(count) rows, \(attacked) under attack, \(classCount) classes" }
}
