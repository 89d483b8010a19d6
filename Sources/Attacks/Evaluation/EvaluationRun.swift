// An evaluation on its way: stage after stage, batch after batch.

internal import Basics
internal import Objectives
internal import Tensors

/// What one call of `AutoAttack.evaluate` works on.
struct EvaluationRun<Model: Classifier> {
  let suite: AutoAttack
  let classifier: Model
  /// `[N, C, H, W]` and one label each.
  let images: Tensor
  let labels: [Int]
  private(set) var state: EvaluationState
  private var clock: WorkClock
  private let batchSize: Int

  init(suite: AutoAttack, classifier: Model, images: Tensor, labels: [Int], state: EvaluationState) {
    (self.suite, self.classifier, self.images, self.labels) = (suite, classifier, images, labels)
    batchSize = suite.batchSize ?? max(32, 16 * classifier.threads)
    self.state = state
    self.state.keepImages(from: suite.keepsImages ? images : nil)
    clock = WorkClock(suite.attacks.map { $0.cost(classCount: classifier.classCount) })
  }

  /// Finds the images that are right without attack, if that is not known.
  mutating func lookAtCleanImages(save: (EvaluationState) throws -> Void) throws {
    if !state.clean.isEmpty { return }
    // In batches: the logits of a whole test set need no more memory, but the classifier may.
    for start in stride(from: 0, to: labels.count, by: batchSize) {
      let rows = start..<min(start + batchSize, labels.count)
      let logits = classifier.logits(images[rows: rows])
      for (row, i) in rows.enumerated() {
        state.clean.append(logits.says(labels[i], row: row))
        if logits.hasNaN(row: row) { state.invalidLogits[i] = true }
      }
    }
    try save(state)
  }

  /// Attacks the images that are still to be attacked in `stage`.
  mutating func attack(
    _ stage: Int, save: (EvaluationState) throws -> Void, onProgress: (EvaluationProgress) -> Void
  ) throws {
    let attack = suite.attacks[stage]
    let key = suite.key(seed: state.identity.seed, stage: stage)
    let first = state.identity.range.lowerBound
    var rest = state.candidates(stage: stage, mode: suite.mode).filter { state.outcomes[stage][$0] == .open }[...]
    while !rest.isEmpty {
      let batch = Array(rest.prefix(batchSize))
      rest = rest.dropFirst(batchSize)
      clock.begin()
      let result = attack.run(
        on: images.gathering(batch), labels: labels.gathering(batch), of: classifier, key: key,
        indices: batch.map { first + $0 }
      ) { progress in
        clock.advance(stage, progress)
        onProgress(report(progress, stage, batch: batch.count, queued: rest.count))
      }
      record(result, batch, stage)
      state.seconds[stage] += clock.end()
      try save(state)
    }
  }

  private func report(_ progress: AttackProgress, _ stage: Int, batch: Int, queued: Int) -> EvaluationProgress {
    let isCumulative = suite.mode == .cumulative
    let robust = state.robustCount(through: stage) - (isCumulative ? batch - progress.left : 0)
    return EvaluationProgress(
      attack: suite.attacks[stage].name, stage: stage, stages: suite.attacks.count, left: progress.left + queued,
      robustAccuracy: Double(robust) / Double(max(labels.count, 1)),
      secondsLeft: clock.secondsLeft(
        stage, batch: progress, queued: queued, later: isCumulative ? robust : state.clean.count { $0 }))
  }

  /// Looks at what an attack returned: it must lie in the threat model, and its largest logit decides.
  private mutating func record(_ result: AttackResult, _ batch: [Int], _ stage: Int) {
    let threatModel = suite.threatModel
    let logits = classifier.logits(result.images)
    let isBroken = batch.enumerated().map { row, i in !logits.says(labels[i], row: row) }
    for (row, i) in batch.enumerated() where isBroken[row] {
      let length = threatModel.distance(result.images, row: row, clean: images, row: i)
      precondition(
        length <= threatModel.epsilon * 1.00001 + 1e-6,  // rounding of x₀ + δ
        "\(suite.attacks[stage].name): image \(i) was changed by \(length), more than \(threatModel.epsilon)")
    }
    state.record(result, stage: stage, batch: batch, isBroken: isBroken)
  }
}
