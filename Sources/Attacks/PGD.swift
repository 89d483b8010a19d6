// Projected gradient descent. Madry et al., ICLR 2018, arXiv:1706.06083; as in adversarial training.

internal import Basics
public import Objectives
public import Tensors

/// Steps up the loss, each followed by a projection onto the threat model; returns the last iterate.
public struct PGD: Attack {
  /// Which images may be returned.
  public var threatModel: ThreatModel
  /// Length of a step, in the threat model's norm; 0 or more.
  public var stepSize: Float
  /// Number of steps; 0 or more.
  public var steps: Int
  /// Starts uniformly in the ball (then clipped to [0, 1]); otherwise at the clean image.
  public var randomStart: Bool

  /// Descent with `steps` steps of length `stepSize`; neither is negative.
  public init(threatModel: ThreatModel, stepSize: Float, steps: Int, randomStart: Bool) {
    precondition(stepSize >= 0 && steps >= 0, "PGD: stepSize \(stepSize), steps \(steps)")
    self.threatModel = threatModel
    self.stepSize = stepSize
    self.steps = steps
    self.randomStart = randomStart
  }

  /// PGD-10 of the paper: Linf 8/255, step 2/255, random start.
  public static let pgd10 = PGD(threatModel: .linf8, stepSize: 2 / 255, steps: 10, randomStart: true)

  /// `pgd-10` for ten steps.
  public var name: String { "pgd-\(steps)" }
  /// Any loss, from any start.
  public var role: AttackRole { .raisesAnyLoss }
  /// Itself.
  public var asPGD: PGD? { self }
  /// A gradient a step, and a look at the last iterate.
  public func cost(classCount: Int) -> Double { Double(2 * steps + 1) }

  /// Throws `AttackError` unless there are 0 … 10000 steps, and steps and ε are no longer than a change of images
  /// `[C, H, W]` in [0, 1] can be.
  public func validate(imageShape: Shape) throws(AttackError) {
    try AttackError.require("steps", steps, in: 0...10_000)
    try threatModel.require("stepSize", stepSize, imageShape: imageShape)
    try threatModel.validate(imageShape: imageShape)
  }

  /// As `RestartedPGD` with one start: an image is broken if any iterate is misclassified.
  public func run(
    on images: Tensor, labels: [Int], of classifier: some Classifier, key: RandomKey, indices: [Int],
    onProgress: (AttackProgress) -> Void
  ) -> AttackResult {
    RestartedPGD(self).run(
      on: images, labels: labels, of: classifier, key: key, indices: indices, onProgress: onProgress)
  }

  /// The last iterates for `images` `[N, C, H, W]`, raising `loss` or the cross-entropy of `labels`.
  ///
  /// The random start of image i comes from `key.split(indices[i])`, so it does not depend on the batch.
  public func perturb(
    _ images: Tensor, labels: [Int], raising loss: (any LogitLoss)?, from start: Tensor?,
    of classifier: some Classifier, key: RandomKey, indices: [Int]
  ) -> Tensor {
    check(images, labels, indices, classifier)
    var state = PGDState(images.shape, classCount: classifier.classCount)
    state.begin(start ?? images)
    if start == nil { self.start(&state, clean: images, key: key, indices: indices[...], threads: classifier.threads) }
    var target = PGDTarget(clean: images, loss: loss ?? CrossEntropy(labels: labels))
    climb(&state, &target, of: classifier)
    return state.images
  }

  /// The loop of training, evaluation and landscapes: the gradient at the images, and a step up, `steps` times.
  ///
  /// Allocates nothing.
  ///
  /// - Parameters:
  ///   - state: the images where to start; at the end those that were reached.
  ///   - atGradient: called before each step, with losses, logits and gradients taken; it may drop rows of state and
  ///     target together, and ends the loop with false.
  package func climb(
    _ state: inout PGDState, _ target: inout PGDTarget, of classifier: some Classifier,
    atGradient: (_ step: Int, _ state: inout PGDState, _ target: inout PGDTarget) -> Bool = { _, _, _ in true }
  ) {
    for step in 0..<steps {
      differentiate(&state, target, of: classifier)
      if !atGradient(step, &state, &target) { return }
      advance(&state, target, threads: classifier.threads)
    }
  }

  /// One step of `climb`.
  package func step(_ state: inout PGDState, _ target: PGDTarget, of classifier: some Classifier) {
    differentiate(&state, target, of: classifier)
    advance(&state, target, threads: classifier.threads)
  }

  private func differentiate(_ state: inout PGDState, _ target: PGDTarget, of classifier: some Classifier) {
    classifier.differentiate(
      &state.gradient, losses: &state.losses, logits: &state.logits, loss: target.loss, images: state.images)
  }

  private func advance(_ state: inout PGDState, _ target: PGDTarget, threads: Int) {
    let (n, d) = (target.clean.shape[0], target.clean.stride0)
    if n == 0 { return }
    state.images.elements.withUnsafeMutableBufferPointer { x in
      target.clean.elements.withUnsafeBufferPointer { clean in
        state.gradient.elements.withUnsafeBufferPointer { g in
          nonisolated(unsafe) let (x, clean, g) = (x.baseAddress!, clean.baseAddress!, g.baseAddress!)
          parallelFor(n, threads: threads) { i, _ in advance(x + i * d, clean + i * d, g + i * d, count: d) }
        }
      }
    }
  }

  /// The random start, if there is one; `state` holds the clean images before.
  package func start(
    _ state: inout PGDState, clean: Tensor, key: RandomKey, indices: ArraySlice<Int>, threads: Int = 1
  ) {
    precondition(indices.count == clean.shape[0], "PGD: \(indices.count) indices for \(clean.shape[0]) images")
    if !randomStart { return }
    threatModel.startInBall(&state.images, clean: clean, threads: threads) { row in
      key.split(indices[indices.startIndex + row])
    }
  }

  /// linf: x ← P(x + α·sign g); l2: x ← P(x + α·g/‖g‖). A gradient of 0 or NaN leaves the pixel (the image) as it is.
  private func advance(
    _ x: UnsafeMutablePointer<Float>, _ clean: UnsafePointer<Float>, _ g: UnsafePointer<Float>, count d: Int
  ) {
    switch threatModel.norm {
    case .linf:
      let a = stepSize
      for j in 0..<d { x[j] += (g[j] > 0 ? a : 0) - (g[j] < 0 ? a : 0) }
    case .l2:
      var square = 0.0
      for j in 0..<d { square += Double(g[j]) * Double(g[j]) }
      let factor = square > 0 && square.isFinite ? Double(stepSize) / square.squareRoot() : 0
      if factor > 0 { for j in 0..<d { x[j] += Float(Double(g[j]) * factor) } }
    }
    threatModel.project(x, clean: clean, count: d)
  }
}
