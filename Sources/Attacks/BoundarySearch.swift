// One start of FAB on a batch. Croce & Hein, ICML 2020, arXiv:1907.02044, Algorithm 1.

internal import Objectives
internal import Tensors

/// The memory and the steps of one start. Rows are images that are still in the running; the results are for all.
struct BoundarySearch {
  let attack: FAB

  // Results, one an image of the batch.
  /// Length of the smallest perturbation found, infinite if there is none.
  private(set) var lengths: [Float]
  /// The images of those perturbations; broken is what has one, whatever its length.
  var result: AttackResult { survivors.result }

  // One a row.
  private var survivors: Survivors
  private var targets: [Int]
  private var x: Tensor
  /// Value z_t − z_y and gradient of the nearest boundary.
  private var values: [Float], normals: Tensor
  private var nearest: [Float]
  private var losses: [Float], gradient: Tensor
  private var logits: Tensor
  /// The two steps of an iteration: from x, and from the clean image.
  private var stepFromX: Tensor, stepFromClean: Tensor

  /// - Parameter targets: one class an image, or empty for all boundaries.
  init(attack: FAB, clean: Tensor, start: Tensor, labels: [Int], targets: [Int], classCount: Int) {
    let n = labels.count
    self.attack = attack
    self.targets = targets
    survivors = Survivors(clean: clean, labels: labels)
    lengths = [Float](repeating: .infinity, count: n)
    x = start
    let zeros = Tensor(shape: clean.shape)
    (normals, stepFromX, stepFromClean) = (zeros, zeros, zeros)
    gradient = targets.isEmpty ? zeros : Tensor(shape: [0])
    values = [Float](repeating: 0, count: n)
    (nearest, losses) = (values, values)
    logits = Tensor(shape: [n, classCount])
  }

  /// All iterations.
  ///
  /// - Parameters:
  ///   - epsilon: drops an image once a perturbation of at most this length is found; nil drops none.
  ///   - onIteration: called with the number of finished iterations and of images left.
  mutating func run(on classifier: some Classifier, stopsWithin epsilon: Float?, onIteration: (Int, Int) -> Void) {
    for iteration in 0..<attack.iterations where !survivors.isEmpty {
      linearize(classifier)
      if iteration == 0 { survivors.noteZeroGradients(normals) }
      advance(threads: classifier.threads)
      classifier.predict(&logits, images: x)
      for row in 0..<survivors.count where !logits.says(survivors.labels[row], row: row) { succeed(row) }
      if let epsilon { keep { $0 > epsilon } }
      onIteration(iteration + 1, survivors.count)
    }
    shorten(classifier)
  }

  /// Bisects the segment x₀ + t·(x − x₀) between the last t that was right and the last that was wrong.
  private mutating func shorten(_ classifier: some Classifier) {
    keep { $0.isFinite }
    if survivors.isEmpty || attack.halvings == 0 { return }
    let far = survivors.result.images.gathering(survivors.positions)
    var right = [Float](repeating: 0, count: survivors.count)
    var wrong = [Float](repeating: 1, count: survivors.count)
    let d = x.stride0
    for _ in 0..<attack.halvings {
      for row in right.indices {
        let t = (right[row] + wrong[row]) / 2
        x.withRow(row, far, survivors.clean) { x, far, x0 in
          for j in 0..<d { x[j] = x0[j] + t * (far[j] - x0[j]) }
        }
      }
      classifier.predict(&logits, images: x)
      for row in right.indices {
        let t = (right[row] + wrong[row]) / 2
        if logits.says(survivors.labels[row], row: row) {
          right[row] = t
        } else {
          wrong[row] = t
          takeIfNearer(row)
        }
      }
    }
  }

  /// Keeps x of a row if it is the nearest so far.
  private mutating func takeIfNearer(_ row: Int) {
    let image = survivors.positions[row]
    let length = attack.threatModel.distance(x, row: row, clean: survivors.clean, row: row)
    if length < lengths[image] {
      lengths[image] = length
      survivors.result.accept(image, x, row: row)
    }
  }

  /// Values and gradients of z_t − z_y at x; of all classes t, if none is given, the one whose boundary is nearest:
  /// least |z_t − z_y|/(‖∇(z_t − z_y)‖ + 10⁻¹²) in the dual norm.
  private mutating func linearize(_ classifier: some Classifier) {
    let labels = survivors.labels
    if !targets.isEmpty {
      classifier.differentiate(
        &normals, losses: &values, logits: &logits, loss: LogitDifference(labels: labels, targets: targets), images: x)
      return
    }
    let d = x.stride0
    for other in 0..<classifier.classCount - 1 {
      let loss = LogitDifference(labels: labels, targets: labels.map { other < $0 ? other : other + 1 })
      classifier.differentiate(&gradient, losses: &losses, logits: &logits, loss: loss, images: x)
      for row in labels.indices {
        let length = gradient.elements.withUnsafeBufferPointer {
          attack.threatModel.norm.dualLength($0.baseAddress! + row * d, count: d)
        }
        let distance = abs(losses[row]) / (length + 1e-12)
        if other == 0 || distance < nearest[row] {
          nearest[row] = distance
          values[row] = losses[row]
          normals.copyRow(row, from: gradient, row: row)
        }
      }
    }
  }

  /// d₁, d₂: shortest steps from x and from x₀ onto the hyperplane;  α = min(‖d₁‖/(‖d₁‖ + ‖d₂‖), α_max);
  /// x ← clip((x + η·d₁)(1 − α) + (x₀ + η·d₂)·α, 0, 1), lengths at least 10⁻⁸.
  private mutating func advance(threads: Int) {
    let d = x.stride0
    let norm = attack.threatModel.norm
    let values = values
    let (n, clean) = (survivors.count, survivors.clean)
    x.withPointer { x in
      stepFromX.withPointer { d1 in
        stepFromClean.withPointer { d2 in
          clean.elements.withUnsafeBufferPointer { clean in
            normals.elements.withUnsafeBufferPointer { w in
              nonisolated(unsafe) let (x, d1, d2) = (x, d1, d2)
              nonisolated(unsafe) let (clean, w) = (clean.baseAddress!, w.baseAddress!)
              parallelFor(n, threads: threads) { row, _ in
                let start = row * d
                norm.stepToBoundary(
                  x + start, d1 + start, d2 + start, clean: clean + start, w: w + start, c: Double(values[row]),
                  count: d)
              }
            }
          }
        }
      }
    }
  }

  /// Keeps the misclassified x of a row if it is the nearest so far, and goes back: x ← x₀ + β(x − x₀).
  private mutating func succeed(_ row: Int) {
    if logits.hasNaN(row: row) { survivors.result.invalidLogits[survivors.positions[row]] = true }
    takeIfNearer(row)
    let d = x.stride0
    survivors.clean.elements.withUnsafeBufferPointer { clean in
      x.withPointer { x in
        let x = x + row * d
        let x0 = clean.baseAddress! + row * d
        for j in 0..<d { x[j] = x0[j] + (x[j] - x0[j]) * FAB.beta }
      }
    }
  }

  /// Drops the rows of other lengths.
  private mutating func keep(_ isKept: (Float) -> Bool) {
    let rows = survivors.positions.indices.filter { isKept(lengths[survivors.positions[$0]]) }
    guard let selection = survivors.keep(rows) else { return }
    if !targets.isEmpty { selection(&targets) }
    selection(&x)
    selection(&values)
    selection(&nearest)
    selection(&losses)
    selection(&normals)
    if gradient.count > 0 { selection(&gradient) }
    selection(&logits)
    selection(&stepFromX)
    selection(&stepFromClean)
  }
}

extension Norm {
  /// The formula of `BoundarySearch.advance` for one image of `count` pixels; leaves x where the function is not finite.
  ///
  /// - Parameters:
  ///   - x: the iterate, then the next one.
  ///   - d1: memory for the step from x.
  ///   - d2: memory for the step from the clean image.
  ///   - x0: the clean image.
  ///   - w: gradient of the linear function. None of the five share memory.
  ///   - c: value of the linear function at x.
  fileprivate func stepToBoundary(
    _ x: UnsafeMutablePointer<Float>, _ d1: UnsafeMutablePointer<Float>, _ d2: UnsafeMutablePointer<Float>,
    clean x0: UnsafePointer<Float>, w: UnsafePointer<Float>, c: Double, count d: Int
  ) {
    // The linear function at x₀: c + w·(x₀ − x).
    var c0 = c
    for j in 0..<d { c0 += Double(w[j]) * Double(x0[j] - x[j]) }
    if !c0.isFinite { return }
    let a1 = max(Float(stepToHyperplane(d1, x: x, w: w, c: c, count: d)), 1e-8)
    let a2 = max(Float(stepToHyperplane(d2, x: x0, w: w, c: c0, count: d)), 1e-8)
    let alpha = min(a1 / (a1 + a2), FAB.alphaMax)
    for j in 0..<d {
      let near = (x[j] + FAB.eta * d1[j]) * (1 - alpha)
      x[j] = min(max(near + (x0[j] + FAB.eta * d2[j]) * alpha, 0), 1)
    }
  }

  /// Length in the dual norm: L1 for linf, L2 for l2.
  func dualLength(_ w: UnsafePointer<Float>, count: Int) -> Float {
    var sum = 0.0
    switch self {
    case .linf: for j in 0..<count { sum += Double(abs(w[j])) }
    case .l2:
      for j in 0..<count { sum += Double(w[j]) * Double(w[j]) }
      sum.formSquareRoot()
    }
    return Float(sum)
  }
}
