// Losses on logits, one value an example, with their gradients.

internal import Basics
public import Tensors

/// A loss of logits, example by example: what training minimises and attacks raise.
///
/// Examples are independent: the loss of one never depends on which others are in the call.
public protocol LogitLoss: Sendable {
  /// Losses of examples `examples`, and the gradient of each by its logits.
  ///
  /// - Parameters:
  ///   - losses: the first `examples.count` entries are overwritten.
  ///   - gradient: `[≥ examples.count, K]`; its first rows are overwritten.
  ///   - logits: `[≥ examples.count, K]`; row i belongs to example `examples.lowerBound + i`.
  func evaluate(losses: inout [Float], gradient: inout Tensor, logits: Tensor, examples: Range<Int>)
}

/// Cross-entropy of softmax: −log pₓ[label].
public struct CrossEntropy: LogitLoss {
  /// One label an example, in 0..<K.
  public var labels: [Int]

  /// The loss of so many examples, with the class of each.
  public init(labels: [Int]) { self.labels = labels }

  /// Overwrites `losses` and `gradient` by the logits `[N, K]` for examples `examples`, of which the first is row 0.
  public func evaluate(losses: inout [Float], gradient: inout Tensor, logits: Tensor, examples: Range<Int>) {
    let k = logits.shape[1]
    for (row, example) in examples.enumerated() {
      // loss = log Σ exp(z − max) + max − z_y;  ∂/∂z = softmax(z) − onehot(y)
      let label = labels[example]
      precondition(label >= 0 && label < k, "CrossEntropy: label \(label) with \(k) classes")
      let start = row * k
      var top = logits.elements[start]
      for j in 1..<k { top = max(top, logits.elements[start + j]) }
      var sum = 0.0
      for j in 0..<k { sum += Maths.exp(Double(logits.elements[start + j] - top)) }
      for j in 0..<k {
        let p = Maths.exp(Double(logits.elements[start + j] - top)) / sum
        gradient.elements[start + j] = Float(p) - (j == label ? 1 : 0)
      }
      losses[row] = Float(Maths.log(sum)) + (top - logits.elements[start + label])
    }
  }
}

extension LogitLoss {
  /// Losses `[N]` and their gradients `[N, K]` of all rows of `logits`, example i being row i.
  public func evaluate(logits: Tensor) -> (losses: [Float], gradient: Tensor) {
    var losses = [Float](repeating: 0, count: logits.shape[0])
    var gradient = Tensor(shape: logits.shape)
    evaluate(losses: &losses, gradient: &gradient, logits: logits, examples: 0..<logits.shape[0])
    return (losses, gradient)
  }
}
