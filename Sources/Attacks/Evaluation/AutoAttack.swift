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

  /// That of all attacks.
  public let threatModel: ThreatModel
  /// In the order in which they are run.
  public let attacks: [any Attack]
  /// Whether an attack is run on what is left, or on all images that are right.
  public var mode: Mode
  /// Images that are attacked together, and between two saved states; nil is 32, or 16 for each thread of the classifier
  /// where that is more. Results do not depend on it; fewer images leave threads without work when most are broken.
  public var batchSize: Int?
  /// Keeps the adversarial images for `Evaluation.images`.
  public var keepsImages: Bool

  /// All attacks must have this threat model.
  public init(
    threatModel: ThreatModel, attacks: [any Attack], mode: Mode = .cumulative, batchSize: Int? = nil,
    keepsImages: Bool = false
  ) {
    precondition(
      !attacks.isEmpty && batchSize ?? 1 >= 1, "AutoAttack: \(attacks.count) attacks, batch \(batchSize ?? 1)")
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
      threatModel: threatModel, attacks: AttackRegistry.builtIn.filter(\.isStandard).map { $0.attack(threatModel) })
  }

  /// Names that `init(_:named:)` knows, beside `autoattack`: those of `AttackRegistry`.
  public static var attackNames: [String] { AttackRegistry.all.map(\.name) }

  /// A list of attacks by name, with AutoAttack's constants; `autoattack` stands for those of the standard version.
  /// Throws `UnknownAttack`.
  public init(_ threatModel: ThreatModel, named names: [String], mode: Mode = .cumulative) throws(UnknownAttack) {
    var attacks: [any Attack] = []
    for name in names {
      if name == AttackRegistry.standardName {
        attacks += AutoAttack.standard(threatModel).attacks
      } else if let known = AttackRegistry.named(name) {
        attacks.append(known.attack(threatModel))
      } else {
        throw UnknownAttack(name: name)
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
  /// - Throws: `EvaluationMismatch` if `state` belongs to another evaluation or other images; what `save` throws.
  public func evaluate(
    _ classifier: some Classifier, images: Tensor, labels: [Int], first: Int = 0, seed: UInt64, subject: String = "",
    resuming state: EvaluationState? = nil, save: (EvaluationState) throws -> Void = { _ in },
    onProgress: (EvaluationProgress) -> Void = { _ in }
  ) throws -> Evaluation {
    let warnings = warnings(before: classifier, images)
    let state = try finalState(
      classifier, images: images, labels: labels, first: first, seed: seed, subject: subject, resuming: state,
      save: save, onProgress: onProgress)
    return Evaluation(suite: self, state: state, warnings: warnings + self.warnings(after: EvaluationCounts(state)))
  }

  /// The attacks of `evaluate` alone: the state in which they end.
  package func finalState(
    _ classifier: some Classifier, images: Tensor, labels: [Int], first: Int = 0, seed: UInt64, subject: String,
    resuming state: EvaluationState?, save: (EvaluationState) throws -> Void,
    onProgress: (EvaluationProgress) -> Void
  ) throws -> EvaluationState {
    precondition(images.shape[0] == labels.count, "AutoAttack: \(images.shape[0]) images, \(labels.count) labels")
    attacks[0].checkPixels(images)
    let identity = EvaluationIdentity(self, first: first, labels: labels, seed: seed, subject: subject)
    try state?.check(wanted: identity, stages: attacks.count, imagesOf: images.shape)
    var run = EvaluationRun(
      suite: self, classifier: classifier, images: images, labels: labels,
      state: state ?? EvaluationState(identity, stages: attacks.count))
    try run.lookAtCleanImages(save: save)
    for stage in attacks.indices { try run.attack(stage, save: save, onProgress: onProgress) }
    return run.state
  }

  /// What `evaluate` finds of `images` when the attacks have ended in `state`, which parts of it may have been joined to.
  package func evaluation(of classifier: some Classifier, images: Tensor, endingIn state: EvaluationState) -> Evaluation
  {
    Evaluation(
      suite: self, state: state,
      warnings: warnings(before: classifier, images) + warnings(after: EvaluationCounts(state)))
  }

  /// Draws belong to the attack's name, so that an attack finds the same in any list; a second one of the same name
  /// draws anew.
  func key(seed: UInt64, stage: Int) -> RandomKey {
    var hash = FNV1a()
    hash.add(attacks[stage].name.utf8)
    let repetition = attacks[..<stage].count { $0.name == attacks[stage].name }
    return RandomKey(seed: seed).split(Int(truncatingIfNeeded: hash.value)).split(repetition)
  }
}

/// A name that is no attack's.
public struct UnknownAttack: Error, Hashable, Sendable, CustomStringConvertible {
  /// The name as it was given; empty where no attack was named at all.
  public let name: String

  /// The error for `name`.
  public init(name: String) { self.name = name }

  /// The name, and those that there are.
  public var description: String {
    "no attack named \"\(name)\"; there are \(AutoAttack.attackNames.joined(separator: ", ")), "
      + "and \(AttackRegistry.standardName) for the four of the standard list"
  }
}
