// One start of Auto-PGD on a batch. Croce & Hein, ICML 2020, arXiv:2003.01690, Algorithm 1; the details that the paper
// leaves open follow the reference implementation.

internal import Basics
internal import Objectives
internal import Tensors

/// The memory and the steps of one start. Rows are images that are still in the running; the results are for all.
struct Ascent {
  static let rho: Float = 0.75  // least share of improving steps, §3.2
  static let momentum: Float = 0.75  // α of step 7
  let attack: APGD

  /// Results, one an image of the batch; the adversarial image is the last misclassified iterate.
  var result: AttackResult { survivors.result }

  // One a row.
  private var survivors: Survivors
  private var targets: [Int]
  private var x: Tensor, previous: Tensor, gradient: Tensor
  private(set) var best: Tensor
  private var bestGradient: Tensor
  private(set) var bestLosses: [Float]
  private var bestAtCheckpoint: [Float]
  private var losses: [Float], lastLosses: [Float]
  private var logits: Tensor
  private var stepSizes: [Float]
  private var increases: [Int]
  private var wasHalved: [Bool]
  /// What is raised; nil is the loss of the attack, which needs labels and targets of the rows.
  private let otherLoss: (any LogitLoss)?
  private var loss: any LogitLoss

  /// - Parameters:
  ///   - start: where the search begins, within the threat model around `clean`.
  ///   - targets: one class an image for the targeted loss, else empty.
  ///   - loss: what to raise in place of the attack's loss; images then cannot leave.
  init(
    attack: APGD, clean: Tensor, start: Tensor, labels: [Int], targets: [Int], classCount: Int,
    loss: (any LogitLoss)? = nil
  ) {
    let n = labels.count
    self.attack = attack
    self.targets = targets
    survivors = Survivors(clean: clean, labels: labels)
    (x, previous, best) = (start, start, start)
    gradient = Tensor(shape: clean.shape)
    bestGradient = gradient
    losses = [Float](repeating: 0, count: n)
    // The reference compares the first loss with 0.
    (lastLosses, bestLosses, bestAtCheckpoint) = (losses, losses, losses)
    logits = Tensor(shape: [n, classCount])
    stepSizes = [Float](repeating: 2 * attack.threatModel.epsilon, count: n)  // η⁽⁰⁾ = 2ε
    increases = [Int](repeating: 0, count: n)
    wasHalved = [Bool](repeating: true, count: n)  // as in the reference: no early halving at the first checkpoint
    otherLoss = loss
    self.loss = loss ?? Self.makeLoss(attack.loss, labels, targets)
  }

  private static func makeLoss(_ loss: APGD.Loss, _ labels: [Int], _ targets: [Int]) -> any LogitLoss {
    switch loss {
    case .crossEntropy: CrossEntropy(labels: labels)
    case .dlr: DLR(labels: labels)
    case .targetedDLR: TargetedDLR(labels: labels, targets: targets)
    }
  }

  /// All iterations.
  ///
  /// - Parameters:
  ///   - stopsWhenBroken: drops an image at its first misclassified iterate.
  ///   - onIteration: called with the number of finished iterations and of images left.
  mutating func run(on classifier: some Classifier, stopsWhenBroken: Bool, onIteration: (Int, Int) -> Void) {
    let n = attack.iterations
    // Checkpoints: 0.22n iterations, then 0.03n fewer each time, at least 0.06n (§3.2 in the reference's rounding).
    var window = max(22 * n / 100, 1)
    let decrease = max(3 * n / 100, 1)
    let least = max(6 * n / 100, 1)
    var sinceCheckpoint = 0

    differentiate(classifier)
    survivors.noteZeroGradients(gradient)
    bestLosses = losses
    bestAtCheckpoint = losses
    bestGradient = gradient
    takeBroken(stopsWhenBroken)
    for iteration in 0..<n where !survivors.isEmpty {
      advance(isFirst: iteration == 0, threads: classifier.threads)
      differentiate(classifier)
      takeBroken(stopsWhenBroken)
      takeBest()
      sinceCheckpoint += 1
      if sinceCheckpoint == window {
        checkpoint(window)
        window = max(window - decrease, least)
        sinceCheckpoint = 0
      }
      onIteration(iteration + 1, survivors.count)
    }
  }

  private mutating func differentiate(_ classifier: some Classifier) {
    classifier.differentiate(&gradient, losses: &losses, logits: &logits, loss: loss, images: x)
  }

  /// Keeps the misclassified iterates.
  private mutating func takeBroken(_ stopsWhenBroken: Bool) {
    let resisting = survivors.takeBroken(x, logits)
    if stopsWhenBroken, let selection = survivors.keep(resisting) { keep(selection) }
  }

  /// Keeps the iterates of highest loss, and counts the steps that raised it.
  private mutating func takeBest() {
    for row in losses.indices {
      if losses[row] > bestLosses[row] || (bestLosses[row].isNaN && !losses[row].isNaN) {
        bestLosses[row] = losses[row]
        best.copyRow(row, from: x, row: row)
        bestGradient.copyRow(row, from: gradient, row: row)
      }
      if losses[row] > lastLosses[row] { increases[row] += 1 }
      lastLosses[row] = losses[row]
    }
  }

  /// Halves the steps of rows that got stuck, and sends them back to their best point.
  ///
  ///     stuck   (steps of the window that raised the loss) ≤ ρ·window, or
  ///             not halved at the last checkpoint and no better best loss since
  private mutating func checkpoint(_ window: Int) {
    for row in losses.indices {
      let oscillates = Float(increases[row]) <= Self.rho * Float(window)
      let stalls = !wasHalved[row] && bestAtCheckpoint[row] >= bestLosses[row]
      wasHalved[row] = oscillates || stalls
      bestAtCheckpoint[row] = bestLosses[row]
      increases[row] = 0
      if wasHalved[row] {
        stepSizes[row] /= 2
        x.copyRow(row, from: best, row: row)
        gradient.copyRow(row, from: bestGradient, row: row)
      }
    }
  }

  /// z = P(x + η·g̃);  x⁺ = P(x + a(z − x) + (1 − a)(x − x⁻)), with g̃ = sign g (Linf) or g/‖g‖ (L2), a = 0.75, at first 1.
  private mutating func advance(isFirst: Bool, threads: Int) {
    let d = x.stride0
    let a: Float = isFirst ? 1 : Self.momentum
    let threat = attack.threatModel
    let steps = stepSizes
    let n = survivors.count
    let clean = survivors.clean
    x.withPointer { x in
      previous.withPointer { previous in
        gradient.withPointer { gradient in
          clean.elements.withUnsafeBufferPointer { clean in
            nonisolated(unsafe) let (x, previous, gradient) = (x, previous, gradient)
            nonisolated(unsafe) let clean = clean.baseAddress!
            parallelFor(n, threads: threads) { row, _ in
              let start = row * d
              threat.momentumStep(
                x + start, previous + start, gradient + start, clean: clean + start, step: steps[row], momentum: a,
                count: d)
            }
          }
        }
      }
    }
  }

  private mutating func keep(_ selection: RowSelection) {
    precondition(otherLoss == nil, "Ascent: images cannot leave while a given loss is raised")
    if !targets.isEmpty { selection(&targets) }
    selection(&x)
    selection(&previous)
    selection(&gradient)
    selection(&best)
    selection(&bestGradient)
    selection(&bestLosses)
    selection(&bestAtCheckpoint)
    selection(&losses)
    selection(&lastLosses)
    selection(&logits)
    selection(&stepSizes)
    selection(&increases)
    selection(&wasHalved)
    loss = Self.makeLoss(attack.loss, survivors.labels, targets)
  }
}

extension ThreatModel {
  /// The formula of `Ascent.advance` for one image of `count` pixels.
  ///
  /// - Parameters:
  ///   - x: the iterate, then the next one.
  ///   - previous: the iterate before, then `x` as it was.
  ///   - g: the gradient; its memory may be written to.
  ///   - clean: x₀. None of the four share memory.
  ///   - momentum: a.
  fileprivate func momentumStep(
    _ x: UnsafeMutablePointer<Float>, _ previous: UnsafeMutablePointer<Float>, _ g: UnsafeMutablePointer<Float>,
    clean x0: UnsafePointer<Float>, step: Float, momentum a: Float, count d: Int
  ) {
    switch norm {
    case .linf:
      for j in 0..<d {
        let low = max(x0[j] - epsilon, 0)
        let high = min(x0[j] + epsilon, 1)
        let here = x[j]
        let z = min(max(here + ((g[j] > 0 ? step : 0) - (g[j] < 0 ? step : 0)), low), high)
        let next = here + (z - here) * a + (here - previous[j]) * (1 - a)
        previous[j] = here
        x[j] = min(max(next, low), high)
      }
    case .l2:
      var square = 0.0
      for j in 0..<d { square += Double(g[j]) * Double(g[j]) }
      let factor = square.isFinite ? step / (Float(square.squareRoot()) + 1e-12) : 0
      // The gradient is not needed any more: its memory holds z.
      for j in 0..<d { g[j] = x[j] + (factor > 0 ? factor * g[j] : 0) }
      project(g, clean: x0, count: d)
      for j in 0..<d {
        let here = x[j]
        x[j] = here + (g[j] - here) * a + (here - previous[j]) * (1 - a)
        previous[j] = here
      }
      project(x, clean: x0, count: d)
    }
  }
}
