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
  /// σ of each normalised layer as packed last, and 1/σ once an output channel, `scaleStride` apart.
  private let sigma: DoubleBuffer
  private let outScale: FloatBuffer
  private let scaleStride: Int
  private let scratch: DoubleBuffer

  package init(_ layers: WideResNetLayers) {
    self.layers = layers
    convolutions = FloatBuffer(count: layers.packedCount)
    gamma = FloatBuffer(count: layers.vectorCount)
    beta = FloatBuffer(count: layers.vectorCount)
    running = BatchNormPass(
      vectorCount: layers.vectorCount, maximumChannels: layers.norms.map(\.shape.paddedChannels).max()!)
    linearWeight = FloatBuffer(count: layers.linear.weight.count)
    linearBias = FloatBuffer(count: layers.linear.bias.count)
    sigma = DoubleBuffer(count: layers.spectral.count)
    scratch = DoubleBuffer(count: layers.power.count)
    scaleStride = layers.spectral.map(\.rows).max() ?? 0
    outScale = FloatBuffer(count: layers.spectral.count * scaleStride)
  }

  /// Packs all layers, one task each. Normalised ones are divided by σ = uᵀWv with u and v as they are in `power`.
  package func pack(parameters: [Float], statistics: [Float], power: [Float] = [], threads: Int) {
    precondition(
      parameters.count == layers.parameters.count && statistics.count == layers.statistics.count
        && power.count == layers.power.count,
      "PackedWeights: \(parameters.count) parameters, \(statistics.count) statistics and \(power.count) power vectors for \(layers.architecture.name)"
    )
    estimateNorms(parameters: parameters, power: power, threads: threads)
    let convs = layers.convolutions
    let isNormalized = !layers.spectral.isEmpty
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
      if isNormalized {
        let factor = outScale.pointer[convs.count * scaleStride]
        for i in 0..<linearWeight.count { linearWeight.pointer[i] *= factor }
      }
      linearBias.pointer.update(from: p + layers.linear.bias.lowerBound, count: linearBias.count)
    }
    packNorms(parameters: parameters, statistics: statistics)
  }

  /// One power iteration of every normalised layer. The weights must be packed again before they are used.
  package func iteratePower(_ power: inout [Float], parameters: [Float], threads: Int) {
    let spectral = layers.spectral
    if spectral.isEmpty { return }
    parameters.withUnsafeBufferPointer { w in
      power.withUnsafeMutableBufferPointer { power in
        nonisolated(unsafe) let (w, power, scratch) = (w.baseAddress!, power.baseAddress!, scratch.pointer)
        parallelFor(spectral.count, threads: threads) { task, _ in
          spectral[task].iterate(power, parameters: w, scratch: scratch)
        }
      }
    }
  }

  /// Turns the gradient by the effective weights, as the passes leave it, into that by the raw ones. `parameters` and
  /// `power` are those that were packed last.
  package func backwardNorms(
    _ gradient: UnsafeMutablePointer<Float>, parameters: [Float], power: [Float], threads: Int
  ) {
    let spectral = layers.spectral
    if spectral.isEmpty { return }
    parameters.withUnsafeBufferPointer { w in
      power.withUnsafeBufferPointer { power in
        nonisolated(unsafe) let (g, w, power) = (gradient, w.baseAddress!, power.baseAddress!)
        nonisolated(unsafe) let sigma = sigma.pointer
        parallelFor(spectral.count, threads: threads) { task, _ in
          spectral[task].backward(g, power: power, parameters: w, sigma: sigma[task])
        }
      }
    }
  }

  private func estimateNorms(parameters: [Float], power: [Float], threads: Int) {
    let spectral = layers.spectral
    if spectral.isEmpty { return }
    parameters.withUnsafeBufferPointer { w in
      power.withUnsafeBufferPointer { power in
        nonisolated(unsafe) let (w, power, sigma) = (w.baseAddress!, power.baseAddress!, sigma.pointer)
        nonisolated(unsafe) let scales = outScale.pointer
        let stride = scaleStride
        parallelFor(spectral.count, threads: threads) { task, _ in
          sigma[task] = spectral[task].sigma(power, parameters: w)
          (scales + task * stride).update(repeating: Float(1 / sigma[task]), count: spectral[task].rows)
        }
      }
    }
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

/// A fixed block of Double memory, filled with zeros.
private final class DoubleBuffer: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<Double>

  init(count: Int) {
    pointer = .allocate(capacity: max(count, 1))
    pointer.initialize(repeating: 0, count: max(count, 1))
  }

  deinit { pointer.deallocate() }
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
