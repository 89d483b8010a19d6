// Everything of a model that a pass reads, in the form in which the kernels want it. Packed once per change of the
// parameters, shared by all shards, threads and both kinds of pass.

internal import Tensors

package final class PackedWeights: @unchecked Sendable {
  package let layers: WideResNetLayers
  let convolutions: FloatBuffer
  /// γ and β of all batch normalisations (a layer's begin at `BatchNorm.vectors`), and their running statistics.
  let gamma: FloatBuffer, beta: FloatBuffer
  let running: BatchNormPass
  let linearWeight: FloatBuffer, linearBias: FloatBuffer

  package init(_ layers: WideResNetLayers) {
    self.layers = layers
    convolutions = FloatBuffer(count: layers.packedCount)
    gamma = FloatBuffer(count: layers.vectorCount)
    beta = FloatBuffer(count: layers.vectorCount)
    running = BatchNormPass(
      vectorCount: layers.vectorCount, maximumChannels: layers.norms.map(\.shape.paddedChannels).max()!)
    linearWeight = FloatBuffer(count: layers.linear.weight.count)
    linearBias = FloatBuffer(count: layers.linear.bias.count)
  }

  /// Packs all layers, one task each.
  package func pack(parameters: [Float], statistics: [Float], threads: Int) {
    precondition(
      parameters.count == layers.parameters.count && statistics.count == layers.statistics.count,
      "PackedWeights: \(parameters.count) parameters and \(statistics.count) statistics for \(layers.architecture.name)")
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
      running.useRunning(bn, parameters: parameters, statistics: statistics)
      for c in 0..<bn.channels {
        gamma.pointer[bn.vectors + c] = parameters[bn.gamma.lowerBound + c]
        beta.pointer[bn.vectors + c] = parameters[bn.beta.lowerBound + c]
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
