// From below, by a search: the Lipschitz constant of a network is at least how far any two images' logits are apart over
// how far the images are.

internal import Basics
public import Objectives
public import Tensors

/// Gradient ascent of ‖z(x) − z(x′)‖/‖x − x′‖ over pairs of images in [0, 1], from many starts.
///
/// Jacobians at images say how steep a network is there; its steepest place is elsewhere. With d = x − x′,
/// u = (z(x) − z(x′))/‖z(x) − z(x′)‖ and r the ratio,
///
///     ∂r/∂x = J(x)ᵀu/‖d‖ − r·d/‖d‖²,    ∂r/∂x′ = −J(x′)ᵀu/‖d‖ + r·d/‖d‖²
///
/// Both move along this direction with steps whose L2 length falls evenly in its logarithm.
public struct LipschitzPairSearch: Hashable, Sendable, Codable {
  /// Steps of each start, at least 1.
  public var steps: Int
  /// L2 length of the first and of the last step, pixel values in [0, 1].
  public var firstStep: Double, lastStep: Double
  /// L2 distance of the two images at the start, and the least that counts: below it the logits' rounding shows.
  public var distance: Double, leastDistance: Double

  /// A search; lengths are above 0, and the least distance is at most that at the start.
  public init(
    steps: Int = 200, firstStep: Double = 0.5, lastStep: Double = 0.005, distance: Double = 0.5,
    leastDistance: Double = 0.05
  ) {
    (self.steps, self.firstStep, self.lastStep) = (steps, firstStep, lastStep)
    (self.distance, self.leastDistance) = (distance, leastDistance)
  }

  /// Searches from each of `images`, `[N, C, H, W]` in [0, 1], N at least 1, paired with itself moved in a random
  /// direction.
  ///
  /// - Parameters:
  ///   - key: draws the directions: the same key gives the same result.
  ///   - afterStep: called with the number of steps done.
  public func run(
    on classifier: some Classifier, from images: Tensor, key: RandomKey, afterStep: (Int) -> Void = { _ in }
  ) -> LipschitzPairs {
    precondition(
      steps > 0 && firstStep > 0 && lastStep > 0 && leastDistance > 0 && distance >= leastDistance
        && images.shape.rank == 4 && images.shape[0] > 0, "\(self) from images \(images.shape)")
    var pairs = PairsOfImages(images, distance: distance, key: key)
    var best = [Double](repeating: 0, count: images.shape[0])
    for step in 0...steps {
      let found = pairs.ratios(classifier)
      for i in best.indices where pairs.distances[i] >= leastDistance * 0.5 { best[i] = max(best[i], found[i]) }
      if step == steps { break }
      let share = Double(step) / Double(max(steps - 1, 1))
      pairs.ascend(
        classifier, by: firstStep * Maths.pow(lastStep / firstStep, share), leastDistance: leastDistance)
      afterStep(step + 1)
    }
    return LipschitzPairs(ratios: best)
  }
}

/// What a search over pairs found.
public struct LipschitzPairs: Hashable, Sendable, Codable {
  /// The largest ratio on the way from each start.
  public let ratios: [Double]

  /// Ratios of some starts, at least one.
  public init(ratios: [Double]) {
    precondition(!ratios.isEmpty, "LipschitzPairs: no starts")
    self.ratios = ratios
  }

  /// The largest ratio of all: the network's constant, L2 to L2, is at least this, up to the rounding of float32 logits.
  public var largest: Double { ratios.max()! }

  /// The ratio that a share `share`, 0…1, of the starts do not exceed: how far the result hangs on the start.
  public func quantile(_ share: Double) -> Double {
    precondition((0...1).contains(share), "LipschitzPairs: quantile of \(share)")
    let sorted = ratios.sorted()
    return sorted[Int((share * Double(sorted.count - 1)).rounded())]
  }
}

/// Pairs of images on their way.
private struct PairsOfImages {
  private var x: Tensor, y: Tensor
  /// z(x) − z(y), K numbers a pair.
  private var differences: [Double] = []
  private var lengths: [Double] = []
  /// ‖x − y‖ of each pair.
  private(set) var distances: [Double]

  init(_ images: Tensor, distance: Double, key: RandomKey) {
    x = images
    y = images
    let d = images.stride0
    distances = [Double](repeating: 0, count: images.shape[0])
    for i in 0..<images.shape[0] {
      var stream = key.split(i).stream
      let direction = (0..<d).map { _ in Double(stream.normal()) }
      let scale = distance / Self.length(direction)
      for j in 0..<d {
        y.elements[i * d + j] = Float(min(max(Double(x.elements[i * d + j]) + scale * direction[j], 0), 1))
      }
      distances[i] = Self.length(offset(i))
    }
  }

  private static func length(_ vector: [Double]) -> Double {
    vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  /// x − y of one pair.
  private func offset(_ i: Int) -> [Double] {
    let d = x.stride0
    return (i * d..<(i + 1) * d).map { Double(x.elements[$0]) - Double(y.elements[$0]) }
  }

  /// ‖z(x) − z(y)‖/‖x − y‖ of each pair, 0 where the two are one.
  mutating func ratios(_ classifier: some Classifier) -> [Double] {
    let k = classifier.classCount
    differences = zip(classifier.logits(x).elements, classifier.logits(y).elements).map { Double($0) - Double($1) }
    lengths = distances.indices.map { Self.length(Array(differences[$0 * k..<($0 + 1) * k])) }
    return zip(lengths, distances).map { $1 > 0 && $0.isFinite ? $0 / $1 : 0 }
  }

  /// One step of both images of each pair, with the differences that `ratios` left.
  mutating func ascend(_ classifier: some Classifier, by step: Double, leastDistance: Double) {
    let k = classifier.classCount
    let weights = differences.indices.map { differences[$0] / max(lengths[$0 / k], 1e-300) }
    let loss = WeightedLogits(weights: weights, classCount: k)
    let gradients = [x, y].map { classifier.gradient(of: loss, at: $0).gradient }
    for i in distances.indices where distances[i] > 0 { move(i, gradients, by: step, leastDistance: leastDistance) }
  }

  private mutating func move(_ i: Int, _ gradients: [Tensor], by step: Double, leastDistance: Double) {
    let d = x.stride0
    let between = offset(i)
    let (distance, ratio) = (distances[i], lengths[i] / distances[i])
    let up = (0..<d).map {
      Double(gradients[0].elements[i * d + $0]) / distance - ratio * between[$0] / (distance * distance)
    }
    let down = (0..<d).map {
      -Double(gradients[1].elements[i * d + $0]) / distance + ratio * between[$0] / (distance * distance)
    }
    let length = Self.length(up + down)
    guard length > 0, length.isFinite else { return }
    for j in 0..<d {
      x.elements[i * d + j] = Self.clipped(Double(x.elements[i * d + j]) + step / length * up[j])
      y.elements[i * d + j] = Self.clipped(Double(y.elements[i * d + j]) + step / length * down[j])
    }
    var moved = offset(i)
    distances[i] = Self.length(moved)
    if distances[i] >= leastDistance { return }
    // Too near: apart along the line between them, or along that before the step.
    if distances[i] < leastDistance * 1e-3 { moved = between }
    let scale = leastDistance / max(Self.length(moved), 1e-300)
    for j in 0..<d { y.elements[i * d + j] = Self.clipped(Double(x.elements[i * d + j]) - scale * moved[j]) }
    distances[i] = Self.length(offset(i))
  }

  private static func clipped(_ value: Double) -> Float { Float(min(max(value, 0), 1)) }
}

/// ⟨w, z⟩ with weights of its own for each image of a batch.
private struct WeightedLogits: LogitLoss {
  /// K numbers an image.
  let weights: [Double]
  let classCount: Int

  func evaluate(losses: inout [Float], gradient: inout Tensor, logits: Tensor, examples: Range<Int>) {
    let k = classCount
    for (row, example) in examples.enumerated() {
      var sum = 0.0
      for j in 0..<k {
        let weight = weights[example * k + j]
        sum += weight * Double(logits.elements[row * k + j])
        gradient.elements[row * k + j] = Float(weight)
      }
      losses[row] = Float(sum)
    }
  }
}
