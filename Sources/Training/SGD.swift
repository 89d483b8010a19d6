// Stochastic gradient descent with momentum, on the flat parameter vector.

internal import Basics
internal import Tensors

/// SGD with momentum and weight decay, in the convention of PyTorch:
///
///     g ← g + weightDecay·p;   v ← momentum·v + g;   p ← p − learningRate·(nesterov ? g + momentum·v : v)
///
/// Weight decay acts on everything: convolutions, scales, shifts and biases.
public struct SGD: Hashable, Sendable, Codable {
  /// At the start; the schedule multiplies it.
  public var learningRate: Float
  /// Share of the last step's velocity that stays, 0 … below 1.
  public var momentum: Float
  /// Factor of the parameters in the gradient, 0 or more.
  public var weightDecay: Float
  /// Whether the gradient is taken into account once more, after Nesterov.
  public var nesterov: Bool

  /// Published values for CIFAR-10 unless others are given.
  public init(learningRate: Float = 0.1, momentum: Float = 0.9, weightDecay: Float = 5e-4, nesterov: Bool = false) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.nesterov = nesterov
  }

  /// Updates `parameters` and `velocity` in place; all three arrays have one length. Elementwise, so threads do not
  /// change a bit.
  public func step(
    _ parameters: inout [Float], velocity: inout [Float], gradient: [Float], learningRate rate: Float, threads: Int = 1
  ) {
    let count = parameters.count
    precondition(
      velocity.count == count && gradient.count == count,
      "SGD: \(count) parameters, \(velocity.count) velocities, \(gradient.count) gradients")
    let chunk = 1 << 16
    parameters.withUnsafeMutableBufferPointer { p in
      velocity.withUnsafeMutableBufferPointer { v in
        gradient.withUnsafeBufferPointer { g in
          nonisolated(unsafe) let (p, v, g) = (p, v, g)
          parallelFor((count + chunk - 1) / chunk, threads: threads) { task, _ in
            update(
              p.baseAddress!, v.baseAddress!, g.baseAddress!, rate, task * chunk..<min((task + 1) * chunk, count))
          }
        }
      }
    }
  }

  /// The same with the sum of the shards' gradients, which are zeros afterwards.
  ///
  /// - Parameter isSummed: whether the sum is taken already.
  package func step(
    _ parameters: inout [Float], velocity: inout [Float], taking gradients: ShardGradients, isSummed: Bool = false,
    learningRate rate: Float, threads: Int
  ) {
    precondition(
      velocity.count == parameters.count && gradients.count == parameters.count,
      "SGD: \(parameters.count) parameters, \(velocity.count) velocities, \(gradients.count) gradients")
    parameters.withUnsafeMutableBufferPointer { p in
      velocity.withUnsafeMutableBufferPointer { v in
        nonisolated(unsafe) let (p, v) = (p.baseAddress!, v.baseAddress!)
        gradients.forEachPart(threads: threads) { range in
          if !isSummed { gradients.sum(range) }
          update(p, v, gradients.total, rate, range)
          gradients.clear(range)
        }
      }
    }
  }

  private func update(
    _ p: UnsafeMutablePointer<Float>, _ v: UnsafeMutablePointer<Float>, _ g: UnsafePointer<Float>, _ rate: Float,
    _ range: Range<Int>
  ) {
    for i in range {
      let d = g[i] + weightDecay * p[i]
      let moved = momentum * v[i] + d
      v[i] = moved
      p[i] -= rate * (nesterov ? d + momentum * moved : moved)
    }
  }
}

/// How the learning rate changes, epoch by epoch.
public enum Schedule: Hashable, Sendable, Codable {
  case constant
  /// Multiplied by `factor` at the start of each of the epochs `milestones` (counted from 0).
  case multiStep(milestones: [Int], factor: Float = 0.1)
  /// ½(1 + cos(π·epoch/epochs)): from 1 towards 0. Loshchilov & Hutter, ICLR 2017, without restarts.
  case cosine(epochs: Int)

  /// The factor on the learning rate in `epoch`.
  public func factor(epoch: Int) -> Float {
    switch self {
    case .constant: 1
    case .multiStep(let milestones, let factor):
      milestones.filter { $0 <= epoch }.reduce(1) { product, _ in product * factor }
    case .cosine(let epochs):
      Float(0.5 * (1 + Maths.cos(.pi * Double(min(epoch, epochs)) / Double(epochs))))
    }
  }
}
