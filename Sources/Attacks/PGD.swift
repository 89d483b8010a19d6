// Projected gradient descent. Madry et al., ICLR 2018, arXiv:1706.06083; as in adversarial training.

public import Objectives
public import Tensors

/// Steps up the loss, each followed by a projection onto the threat model; returns the last iterate.
public struct PGD: Hashable, Sendable, Codable {
  public var threatModel: ThreatModel
  /// Length of a step, in the threat model's norm.
  public var stepSize: Float
  public var steps: Int
  /// Starts uniformly in the ball (then clipped to [0, 1]); otherwise at the clean image.
  public var randomStart: Bool

  public init(threatModel: ThreatModel, stepSize: Float, steps: Int, randomStart: Bool) {
    precondition(stepSize >= 0 && steps >= 0, "PGD: stepSize \(stepSize), steps \(steps)")
    self.threatModel = threatModel
    self.stepSize = stepSize
    self.steps = steps
    self.randomStart = randomStart
  }

  /// PGD-10 of the paper: Linf 8/255, step 2/255, random start.
  public static let pgd10 = PGD(threatModel: .linf8, stepSize: 2 / 255, steps: 10, randomStart: true)

  /// Adversarial images for `images` `[N, C, H, W]` that raise the cross-entropy of `labels`.
  ///
  /// The random start of image i comes from `key.split(indices[i])` (i itself if there are no indices), so it does not
  /// depend on the batch.
  public func perturb(
    _ images: Tensor, labels: [Int], of classifier: some Classifier, key: RandomKey, indices: [Int]? = nil
  ) -> Tensor {
    var state = PGDState(images.shape, classCount: classifier.classCount)
    state.begin(images)
    run(
      &state, clean: images, loss: CrossEntropy(labels: labels), of: classifier, key: key,
      indices: indices.map { $0[...] })
    return state.images
  }

  /// Runs on `state`, whose images are the clean ones at the start and the adversarial ones at the end; allocates
  /// nothing.
  package func run(
    _ state: inout PGDState, clean: Tensor, loss: any LogitLoss, of classifier: some Classifier, key: RandomKey,
    indices: ArraySlice<Int>? = nil, onStep: (Int, PGDState) -> Void = { _, _ in }
  ) {
    start(&state, clean: clean, key: key, indices: indices)
    for step in 0..<steps {
      self.step(&state, clean: clean, loss: loss, of: classifier)
      onStep(step, state)
    }
  }

  /// The random start of `run`, if there is one.
  package func start(_ state: inout PGDState, clean: Tensor, key: RandomKey, indices: ArraySlice<Int>? = nil) {
    let n = clean.shape[0]
    precondition(indices == nil || indices!.count == n, "PGD: \(indices!.count) indices for \(n) images")
    if randomStart {
      for i in 0..<n { start(&state.images, clean, image: i, key.split(indices.map { $0[$0.startIndex + i] } ?? i)) }
    }
  }

  /// One step of `run`.
  package func step(_ state: inout PGDState, clean: Tensor, loss: any LogitLoss, of classifier: some Classifier) {
    classifier.differentiate(
      &state.gradient, losses: &state.losses, logits: &state.logits, loss: loss, images: state.images)
    for i in 0..<clean.shape[0] { advance(&state.images, clean, state.gradient, image: i) }
  }

  /// linf: x = clip(x₀ + ε·(2U − 1)); l2: a direction of normals, length ε·U^(1/d).
  func start(_ images: inout Tensor, _ clean: Tensor, image: Int, _ key: RandomKey) {
    let d = clean.stride0
    let epsilon = threatModel.epsilon
    var stream = key.stream
    images.elements.withUnsafeMutableBufferPointer { x in
      clean.elements.withUnsafeBufferPointer { clean in
        let x = x.baseAddress! + image * d
        let x0 = clean.baseAddress! + image * d
        switch threatModel.norm {
        case .linf:
          for j in 0..<d { x[j] = min(max(x0[j] + stream.uniform(-epsilon, epsilon), 0), 1) }
        case .l2:
          var square = 0.0
          for j in 0..<d {
            x[j] = stream.normal()
            square += Double(x[j] * x[j])
          }
          let radius = Double(epsilon) * Maths.pow(Double(stream.uniform()), 1 / Double(d))
          let factor = square > 0 ? Float(radius / square.squareRoot()) : 0
          for j in 0..<d { x[j] = min(max(x0[j] + x[j] * factor, 0), 1) }
        }
      }
    }
  }

  /// linf: x ← P(x + α·sign g); l2: x ← P(x + α·g/‖g‖). A gradient of 0 or NaN leaves the pixel (the image) as it is.
  func advance(_ images: inout Tensor, _ clean: Tensor, _ gradient: Tensor, image: Int) {
    let d = clean.stride0
    images.elements.withUnsafeMutableBufferPointer { x in
      clean.elements.withUnsafeBufferPointer { clean in
        gradient.elements.withUnsafeBufferPointer { g in
          let x = x.baseAddress! + image * d
          let g = g.baseAddress! + image * d
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
          threatModel.project(x, clean: clean.baseAddress! + image * d, count: d)
        }
      }
    }
  }
}

/// The memory of an attack on one batch.
package struct PGDState: Sendable {
  package var images: Tensor
  package var gradient: Tensor
  package var losses: [Float]
  package var logits: Tensor

  package init(_ imagesShape: Shape, classCount: Int) {
    images = Tensor(shape: imagesShape)
    gradient = Tensor(shape: imagesShape)
    losses = [Float](repeating: 0, count: imagesShape[0])
    logits = Tensor(shape: [imagesShape[0], classCount])
  }

  /// Drops all images but those of `rows`.
  mutating func keep(_ rows: [Int]) {
    images = images.gathering(rows)
    gradient = gradient.gathering(rows)
    losses = losses.gathering(rows)
    logits = logits.gathering(rows)
  }

  /// Sets the images without a new allocation.
  package mutating func begin(_ clean: Tensor) {
    precondition(clean.shape == images.shape, "PGDState: \(clean.shape), planned for \(images.shape)")
    clean.elements.withUnsafeBufferPointer { from in
      images.elements.withUnsafeMutableBufferPointer {
        $0.baseAddress!.update(from: from.baseAddress!, count: from.count)
      }
    }
  }
}
