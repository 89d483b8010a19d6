// The difference of logits ratio. Croce & Hein, ICML 2020, arXiv:2003.01690, eq. 6.

internal import Basics
public import Tensors

/// Difference of logits ratio: −(z_y − z_m)/(z₁ − z₃ + 10⁻¹²), unchanged by shifting or scaling the logits.
///
/// z₁ ≥ z₂ ≥ z₃ are the largest logits, m is the largest class other than y: the second if the first is y, else the first.
/// The gradient passes the denominator. With two classes there is no z₃ and the loss is the plain −(z_y − z_m).
public struct DLR: LogitLoss {
  /// One label an example, in 0..<K.
  public let labels: [Int]

  /// The loss of so many examples, with the class of each.
  public init(labels: [Int]) { self.labels = labels }

  /// Overwrites `losses` and `gradient` by the logits `[N, K]` for examples `examples`, of which the first is row 0.
  public func evaluate(losses: inout [Float], gradient: inout Tensor, logits: Tensor, examples: Range<Int>) {
    let k = logits.shape[1]
    precondition(k >= 2, "DLR: \(k) classes")
    logits.elements.withUnsafeBufferPointer { z in
      gradient.elements.withUnsafeMutableBufferPointer { dz in
        for (row, example) in examples.enumerated() {
          let y = labels[example]
          precondition(y >= 0 && y < k, "DLR: label \(y) with \(k) classes")
          let z = z.baseAddress! + row * k
          let dz = dz.baseAddress! + row * k
          let top = TopClasses(z, classCount: k, count: 3).indices
          let m = top[0] == y ? top[1] : top[0]
          // loss = −a/b;  ∂loss = −∂a/b + a·∂b/b²
          let a = Double(z[y]) - Double(z[m])
          let b = k >= 3 ? Double(z[top[0]]) - Double(z[top[2]]) + 1e-12 : 1
          for j in 0..<k { dz[j] = 0 }
          dz[y] -= Float(1 / b)
          dz[m] += Float(1 / b)
          if k >= 3 {
            dz[top[0]] += Float(a / (b * b))
            dz[top[2]] -= Float(a / (b * b))
          }
          losses[row] = Float(-a / b)
        }
      }
    }
  }
}
