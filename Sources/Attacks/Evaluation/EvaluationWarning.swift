// Signs that a robust accuracy is not what it seems. The checks of the reference AutoAttack, and two more.

internal import Objectives
internal import Tensors

/// A reason to doubt an evaluation, what it means and what to do.
public enum EvaluationWarning: Hashable, Sendable, CustomStringConvertible {
  /// The same images gave other logits when asked again.
  case randomizedModel(largestChange: Float)
  /// The logits of `images` images lie in [0, 1] and sum to 1.
  case probabilityOutputs(images: Int)
  /// The gradient was zero in every pixel at the start of an attack.
  case zeroGradients(attack: String, images: Int)
  /// An attack without gradients broke `points` percentage points more than the attacks with gradients before it (in
  /// individual mode: than the best of them).
  case gradientFreeFoundMore(attack: String, points: Double)
  /// A logit was not a number.
  case invalidLogits(images: Int)
  /// There are fewer other classes than an attack takes targets.
  case fewTargets(attack: String, used: Int, standard: Int)
  /// A loss needs more classes than there are.
  case simplifiedLoss(attack: String, classCount: Int)

  /// What was seen and what it means.
  public var meaning: String {
    switch self {
    case .randomizedModel(let change):
      "the model is randomised: the same images gave logits that differ by up to \(change). "
        + "Attacks that trust a single answer overestimate its robustness"
    case .probabilityOutputs(let images):
      "the outputs look like probabilities (\(images) images: all in [0, 1] with sum 1). "
        + "After a softmax gradients vanish and margins lose their meaning"
    case .zeroGradients(let attack, let images):
      "\(attack): the gradient was exactly zero on \(images) images. "
        + "Gradient attacks cannot move there: robustness may be gradient masking"
    case .gradientFreeFoundMore(let attack, let points):
      "\(attack), which uses no gradients, broke \(fixed(points)) points more than the attacks with gradients. "
        + "The gradients mislead: the robust accuracy is unreliable and likely too high"
    case .invalidLogits(let images):
      "logits that are not numbers on \(images) images. They were counted as wrong, whatever the label"
    case .fewTargets(let attack, let used, let standard):
      "\(attack): \(used) target classes instead of \(standard), because there are no more. The result is complete"
    case .simplifiedLoss(let attack, let classCount):
      "\(attack): its loss is not defined for \(classCount) classes; the missing logits were left out of its denominator"
    }
  }

  /// What to do.
  public var advice: String {
    switch self {
    case .randomizedModel: "evaluate in a deterministic mode, or average the gradients of several passes"
    case .probabilityOutputs: "give the attacks the logits before the softmax"
    case .zeroGradients: "look for saturated or quantised layers, and trust square and transferred images more"
    case .gradientFreeFoundMore: "attack with more restarts, other losses or an attack made for this model"
    case .invalidLogits: "look for overflow in the weights or in the normalisation of the inputs"
    case .fewTargets: "nothing; say the number of classes beside the result"
    case .simplifiedLoss: "add apgd-ce to the list and say the number of classes beside the result"
    }
  }

  /// Meaning and advice in one line.
  public var description: String { "warning: \(meaning); \(advice)." }

  private func fixed(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}

/// What the warnings after an evaluation hang on.
package struct EvaluationCounts: Hashable, Sendable {
  /// All images.
  package var images: Int
  /// Images that each attack broke, and those where its gradient was zero in every pixel at the start.
  package var broken: [Int], zeroGradients: [Int]
  /// Images at which a logit was not a number.
  package var invalidLogits: Int

  package init(images: Int, broken: [Int], zeroGradients: [Int], invalidLogits: Int) {
    (self.images, self.broken, self.zeroGradients) = (images, broken, zeroGradients)
    self.invalidLogits = invalidLogits
  }

  package init(_ state: EvaluationState) {
    self.init(
      images: state.clean.count, broken: state.outcomes.map { $0.count { $0 == .broken } },
      zeroGradients: state.zeroGradients.map { $0.count { $0 } }, invalidLogits: state.invalidLogits.count { $0 })
  }
}

extension AutoAttack {
  /// The checks that need no attack, on the first batch.
  func warnings(before classifier: some Classifier, _ images: Tensor) -> [EvaluationWarning] {
    let n = min(images.shape[0], batchSize ?? 32)
    if n == 0 { return [] }
    var found: [EvaluationWarning] = []
    let sample = images[rows: 0..<n]
    let k = classifier.classCount
    let logits = classifier.logits(sample)
    let again = classifier.logits(sample)
    let change = zip(logits.elements, again.elements).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
    if change > 0 { found.append(.randomizedModel(largestChange: change)) }
    let looksLikeProbabilities = (0..<n).allSatisfy { i in
      let row = logits.elements[i * k..<(i + 1) * k]
      // The reference's tolerance on the sum.
      return row.allSatisfy { $0 >= 0 && $0 <= 1 } && abs(row.reduce(0) { $0 + Double($1) } - 1) < 1e-5
    }
    if looksLikeProbabilities { found.append(.probabilityOutputs(images: n)) }
    for attack in attacks { found += attack.remarks(classCount: k) }
    return found
  }

  /// The checks of what the attacks found.
  package func warnings(after counts: EvaluationCounts) -> [EvaluationWarning] {
    var found: [EvaluationWarning] = []
    for (attack, images) in zip(attacks, counts.zeroGradients) where images > 0 {
      found.append(.zeroGradients(attack: attack.name, images: images))
    }
    if counts.invalidLogits > 0 { found.append(.invalidLogits(images: counts.invalidLogits)) }
    return found + warningsOfGradientFreeAttacks(counts)
  }

  /// Attacks without gradients that found more than those with gradients.
  private func warningsOfGradientFreeAttacks(_ counts: EvaluationCounts) -> [EvaluationWarning] {
    let broken = counts.broken
    return attacks.indices.compactMap { stage in
      let others = (mode == .individual ? attacks.indices : 0..<stage).filter { !attacks[$0].isGradientFree }
      if !attacks[stage].isGradientFree || others.isEmpty || counts.images == 0 { return nil }
      var more = broken[stage]
      if mode == .individual { more -= others.map { broken[$0] }.max()! }
      // The reference warns above 0.2 points.
      let points = 100 * Double(more) / Double(counts.images)
      return points > 0.2 ? .gradientFreeFoundMore(attack: attacks[stage].name, points: points) : nil
    }
  }
}
