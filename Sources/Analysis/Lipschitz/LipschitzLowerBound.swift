// From below: the Lipschitz constant of a network is at least the largest norm of its Jacobian anywhere.

internal import Basics
public import Objectives
public import Tensors

/// Norms of Jacobians ∂logits/∂image that were found, at images and on paths that start there.
///
/// True up to the rounding of float32 gradients, 1e-5 or so of their length.
public struct LipschitzLowerBound: Hashable, Sendable, Codable {
  /// Largest singular value of the Jacobian at each image.
  public let atImages: [Double]
  /// The largest found anywhere: the network's constant, L2 to L2, is at least this.
  public let norm: Double
  /// The largest gradient of a difference of two logits found anywhere.
  public let pair: Double

  /// Looks at the images, then takes steps along the direction in which the logits change most, away from the present
  /// class, within [0, 1].
  ///
  /// - Parameters:
  ///   - images: `[N, C, H, W]` in [0, 1].
  ///   - steps: K gradients an image each, as the images themselves.
  ///   - stepSize: L2 length.
  public init(of classifier: some Classifier, images: Tensor, steps: Int = 4, stepSize: Double = 0.25) {
    precondition(steps >= 0 && images.shape.rank == 4, "LipschitzLowerBound: \(steps) steps, images \(images.shape)")
    let n = images.shape[0]
    var atImages: [Double] = []
    var (norm, pair) = (0.0, 0.0)
    for start in stride(from: 0, to: n, by: 64) {
      var x = images[rows: start..<min(start + 64, n)]
      for step in 0...steps {
        let jacobians = Jacobians(of: classifier, at: x)
        let found = (0..<x.shape[0]).map { jacobians.strongest($0) }
        if step == 0 { atImages += found.map(\.norm) }
        norm = found.reduce(norm) { max($0, $1.norm) }
        pair = (0..<x.shape[0]).reduce(pair) { max($0, jacobians.largestPair($1)) }
        if step == steps { break }
        for i in 0..<x.shape[0] { jacobians.advance(&x, image: i, along: found[i].logits, by: stepSize) }
      }
    }
    (self.atImages, self.norm, self.pair) = (atImages, norm, pair)
  }
}

/// The Jacobians of a batch.
private struct Jacobians {
  /// ∂z_k/∂x for each class.
  private let rows: [Tensor]
  private let classes: [Int]
  /// J·Jᵀ of each image, `[K, K]`.
  private let grams: [[Double]]

  init(of classifier: some Classifier, at x: Tensor) {
    let k = classifier.classCount
    let n = x.shape[0]
    var rows: [Tensor] = []
    var classes: [Int] = []
    for j in 0..<k {
      let (_, logits, gradient) = classifier.gradient(of: SingleLogit(index: j), at: x)
      rows.append(gradient)
      if j == 0 { classes = logits.argmaxRows() }
    }
    (self.rows, self.classes) = (rows, classes)
    let d = x.stride0
    grams = (0..<n).map { image in
      let j = rows.flatMap { $0.elements[image * d..<(image + 1) * d].map(Double.init) }
      var gram = [Double](repeating: 0, count: k * k)
      BLAS.gemm(&gram, j, j, m: k, n: k, k: d, transposeB: true)
      return gram
    }
  }

  /// Largest singular value of one image's Jacobian, and the unit vector of logits that belongs to it, which lowers the
  /// present class.
  func strongest(_ image: Int) -> (norm: Double, logits: [Double]) {
    let k = rows.count
    let gram = grams[image]
    // Power iteration from the longest row: whatever u it ends with, ‖Jᵀu‖ is a bound from below.
    let longest = (0..<k).max { gram[$0 * k + $0] < gram[$1 * k + $1] } ?? 0
    var u = Array(gram[longest * k..<(longest + 1) * k])
    var square = 0.0
    for _ in 0..<200 {
      let length = u.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 0, length.isFinite else { return (0, [Double](repeating: 0, count: k)) }
      for j in 0..<k { u[j] /= length }
      let next = (0..<k).map { i in (0..<k).reduce(0) { $0 + gram[i * k + $1] * u[$1] } }
      square = zip(u, next).reduce(0) { $0 + $1.0 * $1.1 }  // ‖Jᵀu‖²
      u = next
    }
    let length = u.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let sign: Double = u[classes[image]] > 0 ? -1 : 1
    return (max(square, 0).squareRoot(), u.map { sign * $0 / max(length, 1e-300) })
  }

  /// The longest gradient of a difference of two logits.
  func largestPair(_ image: Int) -> Double {
    let k = rows.count
    let gram = grams[image]
    var largest = 0.0
    for i in 0..<k {
      for j in 0..<i { largest = max(largest, gram[i * k + i] + gram[j * k + j] - 2 * gram[i * k + j]) }
    }
    return largest.squareRoot()
  }

  /// x ← clip(x + step·Jᵀu/‖Jᵀu‖).
  func advance(_ x: inout Tensor, image: Int, along u: [Double], by step: Double) {
    let d = x.stride0
    var direction = [Double](repeating: 0, count: d)
    for (row, factor) in zip(rows, u) {
      for j in 0..<d { direction[j] += factor * Double(row.elements[image * d + j]) }
    }
    let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard length > 0, length.isFinite else { return }
    for j in 0..<d {
      let moved = Double(x.elements[image * d + j]) + step / length * direction[j]
      x.elements[image * d + j] = Float(min(max(moved, 0), 1))
    }
  }
}

/// One logit itself.
private struct SingleLogit: LogitLoss {
  let index: Int

  func evaluate(losses: inout [Float], gradient: inout Tensor, logits: Tensor, examples: Range<Int>) {
    let k = logits.shape[1]
    for row in 0..<examples.count {
      losses[row] = logits.elements[row * k + index]
      for j in 0..<k { gradient.elements[row * k + j] = j == index ? 1 : 0 }
    }
  }
}
