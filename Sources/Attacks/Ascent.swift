// One start of Auto-PGD on a batch. Croce & Hein, ICML 2020, arXiv:2003.01690, Algorithm 1; the details that the paper
// leaves open follow the reference implementation.

internal import Objectives
internal import Tensors

/// The memory and the steps of one start. Rows are images that are still in the running; the results are for all.
struct Ascent {
  static let rho: Float = 0.75  // least share of improving steps, §3.2
  static let momentum: Float = 0.75  // α of step 7
  let attack: APGD

  // Results, one an image of the batch.
  private(set) var broken: [Bool]
  /// The last misclassified iterate of a broken image.
  private(set) var adversarial: Tensor
  private(set) var zeroGradient: [Bool]
  private(set) var invalidLogits: [Bool]

  // One a row.
  private var positions: [Int]
  private var labels: [Int], targets: [Int]
  private var clean: Tensor
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
  private var loss: any LogitLoss

  /// - Parameters:
  ///   - start: where the search begins, within the threat model around `clean`.
  ///   - targets: one class an image for the targeted loss, else empty.
  init(attack: APGD, clean: Tensor, start: Tensor, labels: [Int], targets: [Int], classCount: Int) {
    let n = labels.count
    self.attack = attack
    (self.clean, self.labels, self.targets) = (clean, labels, targets)
    positions = Array(0..<n)
    broken = [Bool](repeating: false, count: n)
    (zeroGradient, invalidLogits) = (broken, broken)
    adversarial = clean
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
    loss = Self.makeLoss(attack.loss, labels, targets)
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
    for (row, i) in positions.enumerated() where gradient.isZero(row: row) { zeroGradient[i] = true }
    bestLosses = losses
    bestAtCheckpoint = losses
    bestGradient = gradient
    dropBroken(stopsWhenBroken)
    for iteration in 0..<n where !positions.isEmpty {
      advance(isFirst: iteration == 0, threads: classifier.threads)
      differentiate(classifier)
      dropBroken(stopsWhenBroken)
      for row in positions.indices {
        if losses[row] > bestLosses[row] || (bestLosses[row].isNaN && !losses[row].isNaN) {
          bestLosses[row] = losses[row]
          best.copyRow(row, from: x, row: row)
          bestGradient.copyRow(row, from: gradient, row: row)
        }
        if losses[row] > lastLosses[row] { increases[row] += 1 }
        lastLosses[row] = losses[row]
      }
      sinceCheckpoint += 1
      if sinceCheckpoint == window {
        checkpoint(window)
        window = max(window - decrease, least)
        sinceCheckpoint = 0
      }
      onIteration(iteration + 1, positions.count)
    }
  }

  private mutating func differentiate(_ classifier: some Classifier) {
    classifier.differentiate(&gradient, losses: &losses, logits: &logits, loss: loss, images: x)
  }

  /// Keeps the misclassified iterates.
  private mutating func dropBroken(_ stopsWhenBroken: Bool) {
    var rows: [Int] = []
    for (row, i) in positions.enumerated() {
      if logits.says(labels[row], row: row) {
        rows.append(row)
      } else {
        if logits.hasNaN(row: row) { invalidLogits[i] = true }
        broken[i] = true
        adversarial.copyRow(i, from: x, row: row)
      }
    }
    if stopsWhenBroken && rows.count < positions.count { keep(rows) }
  }

  /// Halves the steps of rows that got stuck, and sends them back to their best point.
  ///
  ///     stuck   (steps of the window that raised the loss) ≤ ρ·window, or
  ///             not halved at the last checkpoint and no better best loss since
  private mutating func checkpoint(_ window: Int) {
    for row in positions.indices {
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
    let d = clean.stride0
    let a: Float = isFirst ? 1 : Self.momentum
    let threat = attack.threatModel
    let epsilon = threat.epsilon
    let steps = stepSizes
    let n = positions.count
    x.withPointer { x in
      previous.withPointer { previous in
        gradient.withPointer { gradient in
          clean.elements.withUnsafeBufferPointer { clean in
            nonisolated(unsafe) let (x, previous, gradient) = (x, previous, gradient)
            nonisolated(unsafe) let clean = clean.baseAddress!
            parallelFor(n, threads: threads) { row, _ in
              let x = x + row * d
              let old = previous + row * d
              let g = gradient + row * d
              let x0 = clean + row * d
              switch threat.norm {
              case .linf:
                let step = steps[row]
                for j in 0..<d {
                  let low = max(x0[j] - epsilon, 0)
                  let high = min(x0[j] + epsilon, 1)
                  let here = x[j]
                  let z = min(max(here + ((g[j] > 0 ? step : 0) - (g[j] < 0 ? step : 0)), low), high)
                  let next = here + (z - here) * a + (here - old[j]) * (1 - a)
                  old[j] = here
                  x[j] = min(max(next, low), high)
                }
              case .l2:
                var square = 0.0
                for j in 0..<d { square += Double(g[j]) * Double(g[j]) }
                let factor = square.isFinite ? steps[row] / (Float(square.squareRoot()) + 1e-12) : 0
                // The gradient is not needed any more: its memory holds z.
                for j in 0..<d { g[j] = x[j] + (factor > 0 ? factor * g[j] : 0) }
                threat.project(g, clean: x0, count: d)
                for j in 0..<d {
                  let here = x[j]
                  x[j] = here + (g[j] - here) * a + (here - old[j]) * (1 - a)
                  old[j] = here
                }
                threat.project(x, clean: x0, count: d)
              }
            }
          }
        }
      }
    }
  }

  private mutating func keep(_ rows: [Int]) {
    positions = positions.gathering(rows)
    labels = labels.gathering(rows)
    if !targets.isEmpty { targets = targets.gathering(rows) }
    clean = clean.gathering(rows)
    x = x.gathering(rows)
    previous = previous.gathering(rows)
    gradient = gradient.gathering(rows)
    best = best.gathering(rows)
    bestGradient = bestGradient.gathering(rows)
    bestLosses = bestLosses.gathering(rows)
    bestAtCheckpoint = bestAtCheckpoint.gathering(rows)
    losses = losses.gathering(rows)
    lastLosses = lastLosses.gathering(rows)
    logits = logits.gathering(rows)
    stepSizes = stepSizes.gathering(rows)
    increases = increases.gathering(rows)
    wasHalved = wasHalved.gathering(rows)
    loss = Self.makeLoss(attack.loss, labels, targets)
  }
}

extension Tensor {
  /// `body` with the address of the elements.
  mutating func withPointer<R>(_ body: (UnsafeMutablePointer<Float>) -> R) -> R {
    elements.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
  }
}
