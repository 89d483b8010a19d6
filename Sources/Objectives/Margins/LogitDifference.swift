// The difference of two logits: what FAB linearises and what Square lowers.

internal import Basics
public import Tensors

/// z_t − z_y, above 0 where the target class beats the label.
public struct LogitDifference: LogitLoss {
  /// One label an example, in 0..<K.
  public let labels: [Int]
  /// One target class an example, in 0..<K.
  public let targets: [Int]

  /// The loss of so many examples: label and target class of each, which differ.
  public init(labels: [Int], targets: [Int]) {
    precondition(labels.count == targets.count, "LogitDifference: \(labels.count) labels, \(targets.count) targets")
    self.labels = labels
    self.targets = targets
  }

  /// Overwrites `losses` and `gradient` by the logits `[N, K]` for examples `examples`, of which the first is row 0.
  public func evaluate(losses: inout [Float], gradient: inout Tensor, logits: Tensor, examples: Range<Int>) {
    let k = logits.shape[1]
    logits.elements.withUnsafeBufferPointer { z in
      gradient.elements.withUnsafeMutableBufferPointer { dz in
        for (row, example) in examples.enumerated() {
          let y = labels[example]
          let t = targets[example]
          precondition(y >= 0 && y < k && t >= 0 && t < k, "LogitDifference: label \(y), target \(t) with \(k) classes")
          let start = row * k
          losses[row] = z[start + t] - z[start + y]
          for j in 0..<k { dz[start + j] = 0 }
          dz[start + t] += 1
          dz[start + y] -= 1
        }
      }
    }
  }
}

extension Tensor {
  /// Margin of row `row` of logits `[N, K]`: z_y − max over the others of z; NaN if one of them is.
  package func margin(_ label: Int, row: Int) -> Float {
    let k = shape[1]
    return elements.withUnsafeBufferPointer { z in
      let z = z.baseAddress! + row * k
      var other = -Float.infinity
      for j in 0..<k where j != label {
        if z[j].isNaN { return .nan }
        other = max(other, z[j])
      }
      return z[label] - other
    }
  }
}
