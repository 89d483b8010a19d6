// A model in evaluation mode as a Classifier: images go through the network in micro-batches, one a thread.

public import Objectives
public import Tensors

/// Per-channel normalisation of the input, (x − mean)/deviation, for weights trained that way.
public struct InputNormalization: Hashable, Sendable, Codable {
  public let mean: [Float]
  public let deviation: [Float]

  /// One value a channel each; deviations above 0.
  public init(mean: [Float], deviation: [Float]) {
    precondition(
      mean.count == deviation.count && deviation.allSatisfy { $0 > 0 },
      "InputNormalization: mean \(mean), deviation \(deviation)")
    self.mean = mean
    self.deviation = deviation
  }
}

/// A snapshot of a model in evaluation mode. One call at a time uses the memory planned for each thread.
public final class ModelClassifier: Classifier, @unchecked Sendable {
  public let architecture: WideResNet
  /// Threads that a call may use.
  public let threads: Int
  /// Images that one thread takes through the network together.
  public let microBatch: Int
  package let weights: PackedWeights
  private let passes: [EvaluationPass]
  private let inputScale: FloatBuffer?, inputShift: FloatBuffer?
  private var scratch: [Scratch]

  private struct Scratch {
    var losses: [Float]
    var logits: Tensor
    var gradient: Tensor
  }

  /// Few enough images that their activations stay near the core, enough that the widest layers read their weights
  /// rarely: measured in Benchmarks/NOTES.md.
  public static func usualMicroBatch(_ architecture: WideResNet) -> Int { architecture.widenFactor < 2 ? 4 : 8 }

  /// - Parameters:
  ///   - threads: at least 1; results do not depend on it.
  ///   - microBatch: at least 1, or nil for `usualMicroBatch`; results do not depend on it.
  ///   - wantsGradient: false saves the memory that gradients need; `differentiate` is then a programmer's mistake.
  public convenience init(
    _ model: Model, threads: Int = 1, microBatch: Int? = nil,
    normalization: InputNormalization? = nil, wantsGradient: Bool = true
  ) {
    let weights = PackedWeights(model.layers)
    weights.pack(
      parameters: model.parameters.values, statistics: model.statistics.values, power: model.power.values,
      threads: threads)
    self.init(
      weights, threads: threads, microBatch: microBatch, normalization: normalization, wantsGradient: wantsGradient)
  }

  /// Reads `weights` at every call; whoever owns them packs them again when the parameters change.
  package init(
    _ weights: PackedWeights, threads: Int, microBatch chosen: Int? = nil,
    normalization: InputNormalization? = nil, wantsGradient: Bool = true
  ) {
    let microBatch = chosen ?? Self.usualMicroBatch(weights.layers.architecture)
    precondition(threads >= 1 && microBatch >= 1, "ModelClassifier: \(threads) threads, micro-batch \(microBatch)")
    let layers = weights.layers
    architecture = layers.architecture
    self.threads = threads
    self.microBatch = microBatch
    self.weights = weights
    passes = (0..<threads).map { _ in EvaluationPass(layers, capacity: microBatch, wantsGradient: wantsGradient) }
    let k = layers.linear.classes
    scratch = (0..<threads).map { _ in
      Scratch(
        losses: [Float](repeating: 0, count: microBatch), logits: Tensor(shape: [microBatch, k]),
        gradient: Tensor(shape: [microBatch, k]))
    }
    if let n = normalization {
      precondition(n.mean.count == layers.architecture.imageShape[0], "InputNormalization: \(n.mean.count) channels")
      let scale = FloatBuffer(count: n.mean.count)
      let shift = FloatBuffer(count: n.mean.count)
      for c in n.mean.indices {
        scale.pointer[c] = 1 / n.deviation[c]
        shift.pointer[c] = -n.mean[c] / n.deviation[c]
      }
      (inputScale, inputShift) = (scale, shift)
    } else {
      (inputScale, inputShift) = (nil, nil)
    }
  }

  /// From now on takes the time of each convolution; for one thread only.
  package func measure(_ profile: LayerProfile?) {
    precondition(threads == 1, "ModelClassifier: a profile of \(threads) threads")
    passes[0].profile = profile
  }

  public var classCount: Int { architecture.classCount }
  public var imageShape: Shape { architecture.imageShape }

  public func predict(_ logits: inout Tensor, images: Tensor) {
    let n = check(images)
    precondition(logits.shape == [n, classCount], "predict: logits \(logits.shape) for \(n) images")
    let pixels = images.stride0
    let k = classCount
    let size = balanced(n)
    images.elements.withUnsafeBufferPointer { images in
      logits.elements.withUnsafeMutableBufferPointer { logits in
        nonisolated(unsafe) let x = images.baseAddress
        nonisolated(unsafe) let z = logits.baseAddress
        parallelFor((n + size - 1) / size, threads: threads) { task, worker in
          let start = task * size
          passes[worker].forward(
            z! + start * k, images: x! + start * pixels, inputScale: inputScale?.pointer,
            inputShift: inputShift?.pointer, n: min(size, n - start), weights)
        }
      }
    }
  }

  public func differentiate(
    _ gradient: inout Tensor, losses: inout [Float], logits: inout Tensor, loss: any LogitLoss, images: Tensor
  ) {
    let n = check(images)
    precondition(
      gradient.shape == images.shape && losses.count == n && logits.shape == [n, classCount],
      "differentiate: gradient \(gradient.shape), \(losses.count) losses, logits \(logits.shape) for \(images.shape)")
    let pixels = images.stride0
    let k = classCount
    let size = balanced(n)
    images.elements.withUnsafeBufferPointer { images in
      gradient.elements.withUnsafeMutableBufferPointer { gradient in
        losses.withUnsafeMutableBufferPointer { losses in
          logits.elements.withUnsafeMutableBufferPointer { logits in
            scratch.withUnsafeMutableBufferPointer { scratch in
              nonisolated(unsafe) let (x, dx) = (images.baseAddress, gradient.baseAddress)
              nonisolated(unsafe) let (l, z) = (losses.baseAddress, logits.baseAddress)
              nonisolated(unsafe) let scratch = scratch.baseAddress!
              parallelFor((n + size - 1) / size, threads: threads) { task, worker in
                let start = task * size
                let count = min(size, n - start)
                let pass = passes[worker]
                pass.forward(
                  z! + start * k, images: x! + start * pixels, inputScale: inputScale?.pointer,
                  inputShift: inputShift?.pointer, n: count, weights)
                scratch[worker].logits.elements.withUnsafeMutableBufferPointer {
                  $0.baseAddress!.update(from: z! + start * k, count: count * k)
                }
                loss.evaluate(
                  losses: &scratch[worker].losses, gradient: &scratch[worker].gradient, logits: scratch[worker].logits,
                  examples: start..<start + count)
                scratch[worker].losses.withUnsafeBufferPointer {
                  (l! + start).update(from: $0.baseAddress!, count: count)
                }
                scratch[worker].gradient.elements.withUnsafeBufferPointer { dLogits in
                  pass.backward(
                    dx! + start * pixels, dLogits: dLogits.baseAddress!, inputScale: inputScale?.pointer, n: count,
                    weights)
                }
              }
            }
          }
        }
      }
    }
  }

  /// Features of the penultimate layer `[N, C]`.
  public func features(_ images: Tensor) -> Tensor {
    let n = check(images)
    let channels = weights.layers.linear.channels
    var features = Tensor(shape: [n, channels])
    var logits = Tensor(shape: [microBatch, classCount])
    let pixels = images.stride0
    for start in stride(from: 0, to: n, by: microBatch) {
      let count = min(microBatch, n - start)
      images.elements.withUnsafeBufferPointer { x in
        logits.elements.withUnsafeMutableBufferPointer { z in
          passes[0].forward(
            z.baseAddress!, images: x.baseAddress! + start * pixels, inputScale: inputScale?.pointer,
            inputShift: inputShift?.pointer, n: count, weights)
        }
      }
      features.elements.withUnsafeMutableBufferPointer {
        ($0.baseAddress! + start * channels).update(from: passes[0].features.pointer, count: count * channels)
      }
    }
    return features
  }

  /// Images a task: at most a micro-batch, and such that all threads have as many tasks. Late in an attack few images are
  /// left; 54 in tasks of 16 would leave one of two threads idle for a sixth of the time.
  private func balanced(_ n: Int) -> Int {
    let rounds = max((n + threads * microBatch - 1) / (threads * microBatch), 1)
    return max((n + threads * rounds - 1) / (threads * rounds), 1)
  }

  private func check(_ images: Tensor) -> Int {
    precondition(
      images.shape.rank == 4 && images.shape.dimensions.dropFirst().elementsEqual(imageShape.dimensions)
        && images.elements.count == images.shape.count,
      "ModelClassifier: images \(images.shape), not [N] + \(imageShape)")
    return images.shape[0]
  }
}
