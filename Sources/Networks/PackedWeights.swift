// Everything of a model that a pass reads, in the form in which the kernels want it. Packed once per change of the
// parameters, shared by all shards, threads and both kinds of pass.

internal import Tensors

package final class PackedWeights: @unchecked Sendable {
  package let layers: WideResNetLayers
  let convolutions: FloatBuffer
  /// Per-channel vectors of all batch normalisations (offset `BatchNorm.vectors`): γ, β and, from the running
  /// statistics, mean, rstd, scale = γ·rstd and shift = β − mean·scale.
  let gamma: FloatBuffer, beta: FloatBuffer, mean: FloatBuffer, rstd: FloatBuffer, scale: FloatBuffer, shift: FloatBuffer
  let linearWeight: FloatBuffer, linearBias: FloatBuffer

  package init(_ layers: WideResNetLayers) {
    self.layers = layers
    convolutions = FloatBuffer(count: layers.packedCount)
    func vector() -> FloatBuffer { FloatBuffer(count: layers.vectorCount) }
    (gamma, beta, mean, rstd, scale, shift) = (vector(), vector(), vector(), vector(), vector(), vector())
    linearWeight = FloatBuffer(count: layers.linear.weight.count)
    linearBias = FloatBuffer(count: layers.linear.bias.count)
  }

  /// Packs all layers, one task each.
  package func pack(parameters: [Float], statistics: [Float], threads: Int) {
    let convs = layers.convolutions
    parameters.withUnsafeBufferPointer { parameters in
      nonisolated(unsafe) let p = parameters.baseAddress!
      parallelFor(convs.count * 2, threads: threads) { task, _ in
        let conv = convs[task / 2]
        let forward = task % 2 == 0
        Kernels.pack(
          convolutions.pointer + (forward ? conv.packedForward : conv.packedBackward), p + conv.weight.lowerBound,
          conv.geometry, forward ? .forward : .backwardInput)
      }
      linearWeight.pointer.update(from: p + layers.linear.weight.lowerBound, count: linearWeight.count)
      linearBias.pointer.update(from: p + layers.linear.bias.lowerBound, count: linearBias.count)
    }
    packNorms(parameters: parameters, statistics: statistics)
  }

  /// The batch normalisations only.
  package func packNorms(parameters: [Float], statistics: [Float]) {
    for bn in layers.norms {
      for c in 0..<bn.channels {
        let i = bn.vectors + c
        gamma.pointer[i] = parameters[bn.gamma.lowerBound + c]
        beta.pointer[i] = parameters[bn.beta.lowerBound + c]
        mean.pointer[i] = statistics[bn.mean.lowerBound + c]
        let variance = Double(statistics[bn.variance.lowerBound + c])
        rstd.pointer[i] = Float(1 / (variance + BatchNormConstants.epsilon).squareRoot())
        scale.pointer[i] = gamma.pointer[i] * rstd.pointer[i]
        shift.pointer[i] = beta.pointer[i] - mean.pointer[i] * scale.pointer[i]
      }
    }
  }
}

/// Scratch activations by role and extents: planned once, reused for every step. Activations of unlike extents never
/// share memory, so their borders stay zero.
struct ActivationPool {
  private var entries: [(role: String, shape: ActivationShape, buffer: FloatBuffer)] = []
  let capacity: Int

  init(capacity: Int) { self.capacity = capacity }

  mutating func buffer(_ role: String, _ shape: ActivationShape) -> FloatBuffer {
    if let found = entries.first(where: { $0.role == role && $0.shape == shape }) { return found.buffer }
    let made = FloatBuffer(count: shape.imageStride * capacity)
    entries.append((role, shape, made))
    return made
  }
}
