// The targeted difference of logits ratio. Croce & Hein, ICML 2020, arXiv:2003.01690, eq. 7.

internal import Basics
public import Tensors

/// Targeted difference of logits ratio: −(z_y − z_t)/(z₁ − ½(z₃ + z₄) + 10⁻¹²).
///
/// Highest where the target's logit leads the label's. The gradient passes the denominator. With three classes z₄ is z₃,
/// with two the loss is the plain −(z_y − z_t).
public struct TargetedDLR: LogitLoss {
  /// One label an example, in 0..<K.
  public let labels: [Int]
  /// One target class an example, in 0..<K, other than the label.
  public let targets: [Int]

  /// The loss of so many examples: label and target class of each, which differ.
  public init(labels: [Int], targets: [Int]) {
    precondition(labels.count == targets.count, "TargetedDLR: \(labels.count) labels, \(targets.count) targets")
    self.labels = labels
    self.targets = targets
  }

  /// Overwrites `losses` and `gradient` by the logits `[N, K]` for examples `examples`, of which the first is row 0.
  public func evaluate(losses: inout [Float], gradient: inout Tensor, logits: Tensor, examples: Range<Int>) {
    let k = logits.shape[1]
    precondition(k >= 2, "TargetedDLR: \(k) classes")
    logits.elements.withUnsafeBufferPointer { z in
      gradient.elements.withUnsafeMutableBufferPointer { dz in
        for (row, example) in examples.enumerated() {
          let y = labels[example]
          let t = targets[example]
          precondition(y >= 0 && y < k && t >= 0 && t < k, "TargetedDLR: label \(y), target \(t) with \(k) classes")
          let z = z.baseAddress! + row * k
          let dz = dz.baseAddress! + row * k
          let top = TopClasses(z, classCount: k, count: 4).indices
          let fourth = k >= 4 ? top[3] : top[2]
          // loss = −a/b;  ∂loss = −∂a/b + a·∂b/b²
          let a = Double(z[y]) - Double(z[t])
          let b = k >= 3 ? Double(z[top[0]]) - (Double(z[top[2]]) + Double(z[fourth])) / 2 + 1e-12 : 1
          for j in 0..<k { dz[j] = 0 }
          dz[y] -= Float(1 / b)
          dz[t] += Float(1 / b)
          if k >= 3 {
            dz[top[0]] += Float(a / (b * b))
            dz[top[2]] -= Float(a / (b * b) / 2)
            dz[fourth] -= Float(a / (b * b) / 2)
          }
          losses[row] = Float(-a / b)
        }
      }
    }
  }
}
