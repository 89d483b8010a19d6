// Adversarial weight perturbation. Wu, Xia & Wang, NeurIPS 2020, arXiv:2004.05884.

internal import Networks
internal import Tensors

/// Moves the weights against the loss before the gradient is taken, and back after the optimiser's step:
///
///     Δw = η·∇CE(w) on the adversarial batch, per tensor of more than one dimension
///     δ = γ·‖w‖/(‖Δw‖ + 1e-20)·Δw;   forward, backward and step at w + δ;   w ← w − δ
///
/// The network whose gradient Δw comes from moves neither the running statistics nor u and v.
public struct WeightPerturbation: Hashable, Sendable, Codable {
  /// γ: the length of δ as a share of the tensor's norm.
  public var size: Float
  /// η, the proxy's learning rate; with 1e-20 in the denominator it hardly matters.
  public var proxyLearningRate: Float
  /// The first epoch that perturbs, counted from 0; 0 is the paper's. A small network on a hard task needs some epochs
  /// to leave the plateau of equal predictions, and perturbed from the start it may never do so.
  public var start: Int

  /// The paper's numbers by default.
  public init(size: Float = 0.01, proxyLearningRate: Float = 0.01, start: Int = 0) {
    self.size = size
    self.proxyLearningRate = proxyLearningRate
    self.start = start
  }

  /// Overwrites `delta` with δ for `gradient`, ∇CE; tensors of one dimension get 0. All are laid out as `layout`. A tensor
  /// is one thread's.
  func perturbation(
    _ delta: inout [Float], parameters: [Float], gradient: UnsafePointer<Float>, layout: NamedLayout, threads: Int
  ) {
    delta.withUnsafeMutableBufferPointer { delta in
      nonisolated(unsafe) let (delta, gradient) = (delta, gradient)
      parallelFor(layout.entries.count, threads: threads) { index, _ in
        let entry = layout.entries[index]
        if entry.shape.rank < 2 {
          for i in entry.range { delta[i] = 0 }
          return
        }
        var weightSquare = 0.0
        var stepSquare = 0.0
        for i in entry.range {
          let step = Double(proxyLearningRate) * Double(gradient[i])
          weightSquare += Double(parameters[i]) * Double(parameters[i])
          stepSquare += step * step
        }
        let factor = Double(size) * weightSquare.squareRoot() / (stepSquare.squareRoot() + 1e-20)
        for i in entry.range { delta[i] = Float(factor * Double(proxyLearningRate) * Double(gradient[i])) }
      }
    }
  }
}
