// Our kernels as the engine of residual networks: everything of a model that a pass reads, in the form in which the
// kernels want it. Packed once per change of the parameters, shared by all shards, threads and both kinds of pass.

internal import Tensors

package final class PackedWeights: NetworkEngine, @unchecked Sendable {
  package let layers: ResidualLayers
  let convolutions: FloatBuffer
  /// γ and β of all batch normalisations (a layer's begin at `BatchNorm.vectors`), and their running statistics.
  let gamma: FloatBuffer, beta: FloatBuffer
  let running: BatchNormPass
  let linearWeight: FloatBuffer, linearBias: FloatBuffer
  /// A layer's factor once an output channel, `scaleStride` apart.
  private let outScale: FloatBuffer
  private let scaleStride: Int

  package var layout: NetworkLayout { layers.layout }

  package init(_ layers: ResidualLayers) {
    self.layers = layers
    convolutions = FloatBuffer(count: layers.packedCount)
    gamma = FloatBuffer(count: layers.vectorCount)
    beta = FloatBuffer(count: layers.vectorCount)
    running = BatchNormPass(
      vectorCount: layers.vectorCount, maximumChannels: layers.norms.map(\.shape.paddedChannels).max()!)
    linearWeight = FloatBuffer(count: layers.linear.weight.count)
    linearBias = FloatBuffer(count: layers.linear.bias.count)
    scaleStride = layers.layout.spectral.map(\.rows).max() ?? 0
    outScale = FloatBuffer(count: layers.layout.spectral.count * scaleStride)
  }

  package func makePass(capacity: Int, for use: PassUse) -> any NetworkPass {
    makePass(capacity: capacity, threads: 1, for: use)
  }

  /// A pass in evaluation mode is on one thread; whoever has more gives them a pass each.
  package func makePass(capacity: Int, threads: Int, for use: PassUse) -> any NetworkPass {
    switch use {
    case .training: TrainingPass(self, capacity: capacity, threads: threads)
    case .prediction: EvaluationPass(self, capacity: capacity, wantsGradient: false)
    case .imageGradients: EvaluationPass(self, capacity: capacity, wantsGradient: true)
    }
  }

  /// Packs all layers, one task each.
  package func load(parameters: [Float], statistics: [Float], scales: [Float], threads: Int) {
    let convs = layers.convolutions
    let isNormalized = !scales.isEmpty
    for (i, norm) in layers.layout.spectral.enumerated() {
      (outScale.pointer + i * scaleStride).update(repeating: scales[i], count: norm.rows)
    }
    parameters.withUnsafeBufferPointer { parameters in
      nonisolated(unsafe) let p = parameters.baseAddress!
      parallelFor(convs.count * 2, threads: threads) { task, _ in
        let conv = convs[task / 2]
        let forward = task % 2 == 0
        Kernels.pack(
          convolutions.pointer + (forward ? conv.packedForward : conv.packedBackward), p + conv.weight.lowerBound,
          outScale: isNormalized ? UnsafePointer(outScale.pointer + task / 2 * scaleStride) : nil,
          conv.geometry, forward ? .forward : .backwardInput)
      }
      linearWeight.pointer.update(from: p + layers.linear.weight.lowerBound, count: linearWeight.count)
      if let factor = scales.last {
        for i in 0..<linearWeight.count { linearWeight.pointer[i] *= factor }
      }
      linearBias.pointer.update(from: p + layers.linear.bias.lowerBound, count: linearBias.count)
    }
    packNorms(parameters: parameters, statistics: statistics)
  }

  private func packNorms(parameters: [Float], statistics: [Float]) {
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
