// PGD as an evaluation: several starts, any misclassified iterate counts.

internal import Basics
public import Objectives
public import Tensors

/// Projected gradient descent from several starts; an image is broken if any iterate of any start is misclassified.
///
/// Counting every iterate is at least as strong as counting the last one, as `PGD` in training does.
public struct RestartedPGD: Attack {
  /// What is done from each start.
  public var pgd: PGD
  /// Number of starts, at least 1. The first is random only if `pgd.randomStart`; the others always are.
  public var restarts: Int
  /// `pgd-10` for ten steps, unless another attack uses this one.
  public let name: String

  /// `pgd` from at least one start.
  public init(_ pgd: PGD, restarts: Int = 1) { self.init(pgd, restarts: restarts, name: pgd.name) }

  init(_ pgd: PGD, restarts: Int, name: String) {
    precondition(restarts >= 1, "RestartedPGD: \(restarts) restarts")
    self.pgd = pgd
    self.restarts = restarts
    self.name = name
  }

  /// That of the descent.
  public var threatModel: ThreatModel { pgd.threatModel }
  /// Any loss, from any start.
  public var role: AttackRole { .raisesAnyLoss }
  /// The descent, if there is one start.
  public var asPGD: PGD? { restarts == 1 ? pgd : nil }
  /// A gradient a step and a look at the last iterate, for each start.
  public func cost(classCount: Int) -> Double { Double(restarts * (2 * pgd.steps + 1)) }

  /// Throws `AttackError` for what `PGD.validate` refuses, and unless there are 1 … 10000 starts.
  public func validate(imageShape: Shape) throws(AttackError) {
    do { try pgd.validate(imageShape: imageShape) } catch {
      throw AttackError(field: "pgd." + error.field, value: error.value, allowed: error.allowed)
    }
    try AttackError.require("restarts", restarts, in: 1...10_000)
  }

  /// Attacks the images that resist with one start after the other.
  public func run(
    on images: Tensor, labels: [Int], of classifier: some Classifier, key: RandomKey, indices: [Int],
    onProgress: (AttackProgress) -> Void
  ) -> AttackResult {
    check(images, labels, indices, classifier)
    var result = AttackResult(clean: images)
    var left = result.leaveOutMisclassified(labels: labels, by: classifier).right
    for restart in 0..<restarts where !left.isEmpty {
      let clean = images.gathering(left)
      var state = PGDState(clean.shape, classCount: classifier.classCount)
      state.begin(clean)
      start(restart, &state.images, clean, left.map { key.split(indices[$0]) }, threads: classifier.threads)
      let survivors = Survivors(clean: clean, labels: labels.gathering(left))
      let found = search(&state, survivors, classifier) { step, count in
        onProgress(
          AttackProgress(
            done: (Double(restart) + Double(step) / Double(pgd.steps + 1)) / Double(restarts), left: count))
      }
      left = result.take(found, of: left, isFirst: restart == 0)
    }
    return result
  }

  /// The iterates of highest loss among the last ones of all starts.
  public func perturb(
    _ images: Tensor, labels: [Int], raising loss: (any LogitLoss)?, from start: Tensor?,
    of classifier: some Classifier, key: RandomKey, indices: [Int]
  ) -> Tensor {
    if restarts == 1 {
      return pgd.perturb(
        images, labels: labels, raising: loss, from: start, of: classifier, key: key, indices: indices)
    }
    check(images, labels, indices, classifier)
    var target = PGDTarget(clean: images, loss: loss ?? CrossEntropy(labels: labels))
    var state = PGDState(images.shape, classCount: classifier.classCount)
    var highest = HighestLosses(images)
    var scratch = state.logits
    for restart in 0..<restarts {
      state.begin(restart == 0 ? start ?? images : images)
      if restart > 0 || start == nil {
        self.start(restart, &state.images, images, indices.map { key.split($0) }, threads: classifier.threads)
      }
      pgd.climb(&state, &target, of: classifier)
      classifier.predict(&state.logits, images: state.images)
      target.loss.evaluate(
        losses: &state.losses, gradient: &scratch, logits: state.logits, examples: 0..<labels.count)
      highest.take(state.images, state.losses)
    }
    return highest.images
  }

  /// - Parameter keys: one a row.
  private func start(_ restart: Int, _ images: inout Tensor, _ clean: Tensor, _ keys: [RandomKey], threads: Int) {
    if !pgd.randomStart && restart == 0 { return }
    threatModel.startInBall(&images, clean: clean, threads: threads) { keys[$0].split(restart) }
  }

  /// One start, from which images leave at their first misclassified iterate.
  ///
  /// - Parameter onStep: called with the number of iterates looked at and of images left.
  private func search(
    _ state: inout PGDState, _ all: Survivors, _ classifier: some Classifier, onStep: (Int, Int) -> Void
  ) -> AttackResult {
    var survivors = all
    var target = PGDTarget(clean: all.clean, loss: CrossEntropy(labels: all.labels))
    pgd.climb(&state, &target, of: classifier) { step, state, target in
      if step == 0 { survivors.noteZeroGradients(state.gradient) }
      if let selection = survivors.keep(survivors.takeBroken(state.images, state.logits)) {
        if survivors.isEmpty { return false }
        state.keep(selection)
        target = PGDTarget(clean: survivors.clean, loss: CrossEntropy(labels: survivors.labels))
      }
      onStep(step + 1, survivors.count)
      return true
    }
    if survivors.isEmpty { return survivors.result }
    classifier.predict(&state.logits, images: state.images)
    onStep(pgd.steps + 1, survivors.takeBroken(state.images, state.logits).count)
    return survivors.result
  }
}

/// Of several searches on the same images, the ones that ended at the highest loss.
struct HighestLosses {
  private(set) var images: Tensor
  private var losses: [Float]

  /// The clean images `[N, C, H, W]`, which are left where no loss is a number.
  init(_ clean: Tensor) {
    images = clean
    losses = [Float](repeating: -.infinity, count: clean.shape[0])
  }

  /// Takes the images whose losses are higher than those so far.
  mutating func take(_ found: Tensor, _ foundLosses: [Float]) {
    for row in losses.indices where foundLosses[row] > losses[row] {
      losses[row] = foundLosses[row]
      images.copyRow(row, from: found, row: row)
    }
  }
}
