// AutoAttack: an ensemble of attacks without parameters to tune. Croce & Hein, ICML 2020, arXiv:2003.01690, §5.

internal import Basics
public import Objectives
public import Tensors

/// A list of attacks, each started from the clean image, and how their successes are counted.
public struct AutoAttack: Sendable {
  /// What an attack of the list is run on.
  public enum Mode: String, Hashable, Sendable, Codable, CaseIterable {
    /// The images that all attacks before it left robust; the printed accuracies fall from stage to stage.
    case cumulative
    /// All images that are right without attack; each printed accuracy is the attack's own.
    case individual
  }

  public let threatModel: ThreatModel
  public let attacks: [any Attack]
  public var mode: Mode
  /// Images that are attacked together, and between two saved states. Neither results nor (from 16 images on, measured
  /// with two threads) speed depend on it.
  public var batchSize: Int
  /// Keeps the adversarial images for `Evaluation.images`.
  public var keepsImages: Bool

  /// All attacks must have this threat model.
  public init(
    threatModel: ThreatModel, attacks: [any Attack], mode: Mode = .cumulative, batchSize: Int = 32,
    keepsImages: Bool = false
  ) {
    precondition(!attacks.isEmpty && batchSize >= 1, "AutoAttack: \(attacks.count) attacks, batch \(batchSize)")
    for attack in attacks {
      precondition(
        attack.threatModel == threatModel, "AutoAttack: \(attack.name) has \(attack.threatModel), not \(threatModel)")
    }
    self.threatModel = threatModel
    self.attacks = attacks
    self.mode = mode
    self.batchSize = batchSize
    self.keepsImages = keepsImages
  }

  /// The standard version: apgd-ce, apgd-t, fab-t, square, in this order.
  public static func standard(_ threatModel: ThreatModel) -> AutoAttack {
    AutoAttack(
      threatModel: threatModel,
      attacks: [
        APGD(threatModel: threatModel, loss: .crossEntropy), APGD(threatModel: threatModel, loss: .targetedDLR),
        FAB(threatModel: threatModel), Square(threatModel: threatModel),
      ])
  }

  /// Names that `init(_:named:)` knows.
  public static let attackNames = ["fgsm", "pgd-10", "apgd-ce", "apgd-dlr", "apgd-t", "fab", "fab-t", "square"]

  /// A list of attacks by name, with AutoAttack's constants. Throws `UnknownAttack`.
  public init(_ threatModel: ThreatModel, named names: [String], mode: Mode = .cumulative) throws(UnknownAttack) {
    var attacks: [any Attack] = []
    for name in names {
      switch name {
      case "fgsm": attacks.append(FGSM(threatModel: threatModel))
      case "pgd-10":
        attacks.append(
          RestartedPGD(PGD(threatModel: threatModel, stepSize: threatModel.epsilon / 4, steps: 10, randomStart: true)))
      case "apgd-ce": attacks.append(APGD(threatModel: threatModel, loss: .crossEntropy))
      case "apgd-dlr": attacks.append(APGD(threatModel: threatModel, loss: .dlr))
      case "apgd-t": attacks.append(APGD(threatModel: threatModel, loss: .targetedDLR))
      case "fab": attacks.append(FAB(threatModel: threatModel, targets: 0))
      case "fab-t": attacks.append(FAB(threatModel: threatModel))
      case "square": attacks.append(Square(threatModel: threatModel))
      default: throw UnknownAttack(name: name)
      }
    }
    if attacks.isEmpty { throw UnknownAttack(name: "") }
    self.init(threatModel: threatModel, attacks: attacks, mode: mode)
  }

  /// Robust accuracy of a classifier on `images` `[N, C, H, W]`.
  ///
  /// Whether an image is broken is decided by the largest logit at the image that an attack returns.
  ///
  /// - Parameters:
  ///   - first: number of the first image in its data set; what is drawn for an image depends on its number.
  ///   - subject: what is evaluated, such as a hash of the weights; a saved state goes on for the same subject only.
  ///   - state: goes on from a saved state of the same evaluation. If images are to be kept and the state has none, the
  ///     broken ones are attacked again.
  ///   - save: called after each finished batch; an error ends the evaluation and is passed on.
  /// - Throws: `EvaluationMismatch` if `state` belongs to another evaluation; what `save` throws.
  public func evaluate(
    _ classifier: some Classifier, images: Tensor, labels: [Int], first: Int = 0, seed: UInt64, subject: String = "",
    resuming state: EvaluationState? = nil, save: (EvaluationState) throws -> Void = { _ in },
    onProgress: (EvaluationProgress) -> Void = { _ in }
  ) throws -> Evaluation {
    let n = labels.count
    precondition(images.shape[0] == n, "AutoAttack: \(images.shape[0]) images, \(n) labels")
    let identity = EvaluationIdentity(self, first: first, labels: labels, seed: seed, subject: subject)
    if let state { try state.identity.check(wanted: identity) }
    var state = state ?? EvaluationState(identity, stages: attacks.count)
    state.keepImages(from: keepsImages ? images : nil)
    var warnings = warnings(before: classifier, images)
    if state.clean.isEmpty {
      // In batches: the logits of a whole test set need no more memory, but the classifier may.
      for start in stride(from: 0, to: n, by: batchSize) {
        let rows = start..<min(start + batchSize, n)
        let logits = classifier.logits(images[rows: rows])
        for (row, i) in rows.enumerated() {
          state.clean.append(logits.says(labels[i], row: row))
          if logits.hasNaN(row: row) { state.invalidLogits[i] = true }
        }
      }
      try save(state)
    }

    var clock = WorkClock(attacks.map { $0.cost(classCount: classifier.classCount) })
    for (stage, attack) in attacks.enumerated() {
      let key = key(seed: seed, stage: stage)
      var rest = state.candidates(stage: stage, mode: mode).filter { state.outcomes[stage][$0] == .open }[...]
      while !rest.isEmpty {
        let batch = Array(rest.prefix(batchSize))
        rest = rest.dropFirst(batchSize)
        clock.begin()
        let result = attack.run(
          on: images.gathering(batch), labels: labels.gathering(batch), of: classifier, key: key,
          indices: batch.map { first + $0 }
        ) { progress in
          clock.advance(stage, progress)
          let robust = state.robustCount(through: stage) - (mode == .cumulative ? batch.count - progress.left : 0)
          onProgress(
            EvaluationProgress(
              attack: attack.name, stage: stage, stages: attacks.count, left: progress.left + rest.count,
              robustAccuracy: Double(robust) / Double(max(n, 1)),
              secondsLeft: clock.secondsLeft(
                stage, batch: progress, queued: rest.count,
                later: mode == .cumulative ? robust : state.clean.count { $0 })))
        }
        record(result, batch, stage, &state, images, labels, classifier)
        state.seconds[stage] += clock.end()
        try save(state)
      }
    }
    warnings += self.warnings(after: state)
    return Evaluation(suite: self, state: state, warnings: warnings)
  }

  /// Draws belong to the attack's name, so that an attack finds the same in any list; a second one of the same name
  /// draws anew.
  private func key(seed: UInt64, stage: Int) -> RandomKey {
    var hash = FNV1a()
    hash.add(attacks[stage].name.utf8)
    let repetition = attacks[..<stage].count { $0.name == attacks[stage].name }
    return RandomKey(seed: seed).split(Int(truncatingIfNeeded: hash.value)).split(repetition)
  }

  /// Looks at what an attack returned: it must lie in the threat model, and its largest logit decides.
  private func record(
    _ result: AttackResult, _ batch: [Int], _ stage: Int, _ state: inout EvaluationState, _ images: Tensor,
    _ labels: [Int], _ classifier: some Classifier
  ) {
    let logits = classifier.logits(result.images)
    let isBroken = batch.enumerated().map { row, i in !logits.says(labels[i], row: row) }
    for (row, i) in batch.enumerated() where isBroken[row] {
      let length = threatModel.distance(result.images, row: row, clean: images, row: i)
      precondition(
        length <= threatModel.epsilon * 1.00001 + 1e-6,  // rounding of x₀ + δ
        "\(attacks[stage].name): image \(i) was changed by \(length), more than \(threatModel.epsilon)")
    }
    state.record(result, stage: stage, batch: batch, isBroken: isBroken)
  }
}

/// A name that is no attack's.
public struct UnknownAttack: Error, Hashable, Sendable, CustomStringConvertible {
  public let name: String

  public init(name: String) { self.name = name }

  public var description: String {
    "no attack named \"\(name)\"; there are \(AutoAttack.attackNames.joined(separator: ", ")), "
      + "and autoattack for the four of the standard list"
  }
}
