// Auto-PGD and its targeted form. Croce & Hein, ICML 2020, arXiv:2003.01690, Algorithm 1 and §4.1; constants of the
// reference implementation.

internal import Basics
public import Objectives
public import Tensors

/// Projected gradient ascent with momentum that chooses its step size itself.
public struct APGD: Attack {
  /// What is raised.
  public enum Loss: String, Hashable, Sendable, Codable {
    /// The cross-entropy of the label.
    case crossEntropy = "ce"
    /// The difference of logits ratio, which does not change when logits are scaled.
    case dlr
    /// Targeted DLR, for the 2nd, 3rd, … class of the clean logits in turn.
    case targetedDLR = "t"
  }

  /// Which images may be returned; the first step is 2ε long.
  public var threatModel: ThreatModel
  /// What is raised.
  public var loss: Loss
  /// Steps of a start; at least 1.
  public var iterations: Int
  /// Random starts, for each target class if the loss has targets; at least 1.
  public var restarts: Int
  /// Target classes; at most K − 1 are used. Of no meaning for the other losses.
  public var targets: Int

  /// AutoAttack's constants, unless others are given; all of them are at least 1.
  public init(threatModel: ThreatModel, loss: Loss, iterations: Int = 100, restarts: Int = 1, targets: Int = 9) {
    precondition(
      iterations >= 1 && restarts >= 1 && targets >= 1,
      "APGD: \(iterations) iterations, \(restarts) restarts, \(targets) targets")
    self.threatModel = threatModel
    self.loss = loss
    self.iterations = iterations
    self.restarts = restarts
    self.targets = targets
  }

  /// `apgd-ce`, `apgd-dlr` or `apgd-t`.
  public var name: String { "apgd-" + loss.rawValue }
  /// With the cross-entropy any other loss too, from any start; with the others theirs alone.
  public var role: AttackRole { loss == .crossEntropy ? .raisesAnyLoss : .hasOwnGoal }
  /// A gradient an iteration and one at the start, for each start and target.
  public func cost(classCount: Int) -> Double { Double(rounds(classCount) * (2 * iterations + 2)) }

  /// Throws `AttackError` unless all numbers are at least 1, and at most what an evaluation could ever take.
  public func validate(imageShape: Shape) throws(AttackError) {
    try AttackError.require("iterations", iterations, in: 1...1_000_000)
    try AttackError.require("restarts", restarts, in: 1...10_000)
    try AttackError.require("targets", targets, in: 1...1_000_000)
    try threatModel.validate(imageShape: imageShape)
  }

  /// Says where there are fewer target classes than asked for, or too few classes for the loss.
  public func remarks(classCount: Int) -> [EvaluationWarning] {
    var found: [EvaluationWarning] = []
    if loss == .targetedDLR && targets > classCount - 1 {
      found.append(.fewTargets(attack: name, used: classCount - 1, standard: targets))
    }
    if (loss == .targetedDLR && classCount < 4) || (loss == .dlr && classCount < 3) {
      found.append(.simplifiedLoss(attack: name, classCount: classCount))
    }
    return found
  }

  /// (target, restart) pairs.
  private func rounds(_ classCount: Int) -> Int { (loss == .targetedDLR ? min(targets, classCount - 1) : 1) * restarts }

  /// Attacks the images that resist with one start after the other, for one target after the other.
  public func run(
    on images: Tensor, labels: [Int], of classifier: some Classifier, key: RandomKey, indices: [Int],
    onProgress: (AttackProgress) -> Void
  ) -> AttackResult {
    check(images, labels, indices, classifier)
    var result = AttackResult(clean: images)
    let (right, logits) = result.leaveOutMisclassified(labels: labels, by: classifier)
    var left = right
    let rounds = rounds(classifier.classCount)
    for round in 0..<rounds where !left.isEmpty {
      let clean = images.gathering(left)
      var ascent = Ascent(
        attack: self, clean: clean, start: start(round, clean, left.map { key.split(indices[$0]) }),
        labels: labels.gathering(left), targets: targets(round, left, labels, logits),
        classCount: classifier.classCount)
      ascent.run(on: classifier, stopsWhenBroken: true) { iteration, count in
        onProgress(
          AttackProgress(
            done: (Double(round) + Double(iteration) / Double(iterations)) / Double(rounds), left: count))
      }
      left = result.take(ascent.result, of: left, isFirst: round == 0)
    }
    return result
  }

  /// The images of highest loss that any start met on its way, for any target; no image leaves early.
  public func perturb(
    _ images: Tensor, labels: [Int], raising loss: (any LogitLoss)?, from start: Tensor?,
    of classifier: some Classifier, key: RandomKey, indices: [Int]
  ) -> Tensor {
    precondition(
      role == .raisesAnyLoss || (loss == nil && start == nil), "\(name): has its own goal")
    check(images, labels, indices, classifier)
    let logits = self.loss == .targetedDLR ? classifier.logits(images) : Tensor(shape: [0, classifier.classCount])
    var highest = HighestLosses(images)
    for round in 0..<rounds(classifier.classCount) {
      let begin = round == 0 ? start : nil
      var ascent = Ascent(
        attack: self, clean: images, start: begin ?? self.start(round, images, indices.map { key.split($0) }),
        labels: labels, targets: targets(round, Array(labels.indices), labels, logits),
        classCount: classifier.classCount, loss: loss)
      ascent.run(on: classifier, stopsWhenBroken: false) { _, _ in }
      highest.take(ascent.best, ascent.bestLosses)
    }
    return highest.images
  }

  /// Random starts of a round around `clean`, drawn from one key a row.
  private func start(_ round: Int, _ clean: Tensor, _ keys: [RandomKey]) -> Tensor {
    var start = clean
    for (row, key) in keys.enumerated() {
      threatModel.startOnSurface(&start, clean: clean, row: row, key.split(round / restarts).split(round % restarts))
    }
    return start
  }

  /// The target class of each of `images` in a round; none if the loss has no targets.
  private func targets(_ round: Int, _ images: [Int], _ labels: [Int], _ logits: Tensor) -> [Int] {
    loss == .targetedDLR ? images.map { logits.target(round / restarts, label: labels[$0], row: $0) } : []
  }

  /// One start at `start`, to its last iteration for all images.
  package func trajectory(
    from start: Tensor, clean: Tensor, labels: [Int], targets: [Int] = [], of classifier: some Classifier
  ) -> (bestLosses: [Float], best: Tensor, broken: [Bool]) {
    var ascent = Ascent(
      attack: self, clean: clean, start: start, labels: labels, targets: targets, classCount: classifier.classCount)
    ascent.run(on: classifier, stopsWhenBroken: false) { _, _ in }
    return (ascent.bestLosses, ascent.best, ascent.result.broken)
  }
}

extension Tensor {
  /// The class of rank `rank` (0 is the first after the label) of row `row` of clean logits `[N, K]`.
  package func target(_ rank: Int, label: Int, row: Int) -> Int {
    classesByLogit(row: row).filter { $0 != label }[rank]
  }
}
