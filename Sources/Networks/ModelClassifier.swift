// A model in evaluation mode as a Classifier: images go through the network in micro-batches, one a thread.

internal import Basics
public import Objectives
public import Tensors

/// Per-channel normalisation of the input, (x − mean)/deviation, for weights trained that way.
public struct InputNormalization: Hashable, Sendable, Codable {
  /// What is subtracted, one value a channel.
  public let mean: [Float]
  /// What is divided by, one value above 0 a channel.
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
  /// The network that is computed.
  public let architecture: any Network
  /// Number of classes K.
  public let classCount: Int
  /// `[C, H, W]` of an image.
  public let imageShape: Shape
  /// Threads that a call may use.
  public let threads: Int
  /// Images that one thread takes through the network together.
  public let microBatch: Int
  private let loaded: LoadedNetwork
  private let passes: [any NetworkPass]
  private let inputScale: FloatBuffer?, inputShift: FloatBuffer?
  /// One a thread.
  private let scratch: UnsafeMutableBufferPointer<Scratch>

  private struct Scratch {
    var losses: [Float]
    var logits: Tensor
    var gradient: Tensor
  }

  /// - Parameters:
  ///   - threads: at least 1; results do not depend on it.
  ///   - microBatch: at least 1, or nil for the network's usual one; results do not depend on it.
  ///   - normalization: of the images, before the network.
  ///   - wantsGradient: false saves the memory that gradients need; `differentiate` is then a programmer's mistake.
  ///   - engine: what computes the passes; nil is the network's own.
  public convenience init(
    _ model: Model, threads: Int = 1, microBatch: Int? = nil, normalization: InputNormalization? = nil,
    wantsGradient: Bool = true, engine: (any NetworkEngine)? = nil
  ) {
    let loaded = LoadedNetwork(model.architecture, engine: engine)
    loaded.load(model, threads: threads)
    self.init(
      loaded, threads: threads, microBatch: microBatch, normalization: normalization, wantsGradient: wantsGradient)
  }

  /// Computes with what is loaded at every call; whoever owns the weights loads them again when they change.
  package init(
    _ loaded: LoadedNetwork, threads: Int, microBatch chosen: Int? = nil,
    normalization: InputNormalization? = nil, wantsGradient: Bool = true
  ) {
    architecture = loaded.network
    (classCount, imageShape) = (architecture.classCount, architecture.imageShape)
    let microBatch = chosen ?? architecture.usualMicroBatch
    precondition(threads >= 1 && microBatch >= 1, "ModelClassifier: \(threads) threads, micro-batch \(microBatch)")
    self.threads = threads
    self.microBatch = microBatch
    self.loaded = loaded
    passes = (0..<threads).map { _ in
      loaded.engine.makePass(capacity: microBatch, for: wantsGradient ? .imageGradients : .prediction)
    }
    let k = classCount
    scratch = .allocate(capacity: threads)
    for i in 0..<threads {
      scratch.initializeElement(
        at: i,
        to: Scratch(
          losses: [Float](repeating: 0, count: microBatch), logits: Tensor(shape: [microBatch, k]),
          gradient: Tensor(shape: [microBatch, k])))
    }
    if let n = normalization {
      precondition(n.mean.count == imageShape[0], "InputNormalization: \(n.mean.count) channels")
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
    passes[0].measure(profile)
  }

  /// Overwrites `logits` `[N, K]` with those of `images` `[N, C, H, W]`.
  public func predict(_ logits: inout Tensor, images: Tensor) {
    let n = check(images)
    precondition(isLogits(logits.shape, n), "predict: logits \(logits.shape) for \(n) images")
    let pixels = images.stride0
    let k = classCount
    images.elements.withUnsafeBufferPointer { images in
      logits.elements.withUnsafeMutableBufferPointer { logits in
        nonisolated(unsafe) let x = images.baseAddress
        nonisolated(unsafe) let z = logits.baseAddress
        forEachPart(of: n) { part, worker in
          forward(
            z! + part.lowerBound * k, images: x! + part.lowerBound * pixels, n: part.count, worker)
        }
      }
    }
  }

  /// One micro-batch on the pass of `worker`.
  private func forward(
    _ logits: UnsafeMutablePointer<Float>, images: UnsafePointer<Float>, n: Int, _ worker: Int
  ) {
    passes[worker].forward(
      logits, images: images, inputScale: inputScale?.pointer, inputShift: inputShift?.pointer, n: n,
      statistics: .running)
  }

  /// Overwrites `gradient` `[N, C, H, W]`, `losses` `[N]` and `logits` `[N, K]` for `images`, of which example i of
  /// `loss` is image i.
  public func differentiate(
    _ gradient: inout Tensor, losses: inout [Float], logits: inout Tensor, loss: any LogitLoss, images: Tensor
  ) {
    let n = check(images)
    precondition(
      gradient.shape == images.shape && losses.count == n && isLogits(logits.shape, n),
      "differentiate: gradient \(gradient.shape), \(losses.count) losses, logits \(logits.shape) for \(images.shape)")
    let pixels = images.stride0
    let k = classCount
    images.elements.withUnsafeBufferPointer { images in
      gradient.elements.withUnsafeMutableBufferPointer { gradient in
        losses.withUnsafeMutableBufferPointer { losses in
          logits.elements.withUnsafeMutableBufferPointer { logits in
            nonisolated(unsafe) let (x, dx) = (images.baseAddress!, gradient.baseAddress!)
            nonisolated(unsafe) let (l, z) = (losses.baseAddress!, logits.baseAddress!)
            forEachPart(of: n) { part, worker in
              differentiate(
                dx + part.lowerBound * pixels, losses: l + part.lowerBound, logits: z + part.lowerBound * k, loss,
                images: x + part.lowerBound * pixels, part, worker)
            }
          }
        }
      }
    }
  }

  /// One micro-batch: logits, losses and gradients of the examples `part` on the pass of `worker`.
  private func differentiate(
    _ gradient: UnsafeMutablePointer<Float>, losses: UnsafeMutablePointer<Float>,
    logits: UnsafeMutablePointer<Float>, _ loss: any LogitLoss, images: UnsafePointer<Float>, _ part: Range<Int>,
    _ worker: Int
  ) {
    let pass = passes[worker]
    forward(logits, images: images, n: part.count, worker)
    scratch[worker].logits.elements.withUnsafeMutableBufferPointer {
      $0.baseAddress!.update(from: logits, count: part.count * classCount)
    }
    loss.evaluate(
      losses: &scratch[worker].losses, gradient: &scratch[worker].gradient, logits: scratch[worker].logits,
      examples: part)
    scratch[worker].losses.withUnsafeBufferPointer { losses.update(from: $0.baseAddress!, count: part.count) }
    scratch[worker].gradient.elements.withUnsafeBufferPointer { dLogits in
      pass.backward(
        dImages: gradient, gradient: nil, dLogits: dLogits.baseAddress!, dFeatures: nil,
        inputScale: inputScale?.pointer, n: part.count)
    }
  }

  /// Inputs of the last linear layer, `[N, F]`.
  public func features(_ images: Tensor) -> Tensor {
    let n = check(images)
    let channels = loaded.layout.featureCount
    var features = Tensor(shape: [n, channels])
    var logits = Tensor(shape: [microBatch, classCount])
    let pixels = images.stride0
    for start in stride(from: 0, to: n, by: microBatch) {
      let count = min(microBatch, n - start)
      images.elements.withUnsafeBufferPointer { x in
        logits.elements.withUnsafeMutableBufferPointer { z in
          forward(z.baseAddress!, images: x.baseAddress! + start * pixels, n: count, 0)
        }
      }
      features.elements.withUnsafeMutableBufferPointer {
        ($0.baseAddress! + start * channels).update(from: passes[0].features, count: count * channels)
      }
    }
    return features
  }

  /// Calls `body` for the parts of 0 ..< n that go through the network together, and the thread that each is on.
  private func forEachPart(of n: Int, _ body: @Sendable (Range<Int>, Int) -> Void) {
    let parts = parts(of: n)
    parallelFor(parts, threads: threads) { task, worker in
      body(n * task / parts..<n * (task + 1) / parts, worker)
    }
  }

  /// Tasks of at most a micro-batch, as many for each thread, that differ by one image at most. Late in an attack few
  /// images are left: 9 in tasks of 3 would have one of two threads work on 6 of them.
  private func parts(of n: Int) -> Int {
    let rounds = (n + threads * microBatch - 1) / (threads * microBatch)
    return min(threads * rounds, n)
  }

  deinit {
    scratch.deinitialize()
    scratch.deallocate()
  }

  /// Whether a shape is `[n, K]`, without an array to compare it with.
  private func isLogits(_ shape: Shape, _ n: Int) -> Bool {
    shape.rank == 2 && shape[0] == n && shape[1] == classCount
  }

  private func check(_ images: Tensor) -> Int {
    precondition(
      images.shape.rank == 4 && images.shape.dimensions.dropFirst().elementsEqual(imageShape.dimensions)
        && images.elements.count == images.shape.count,
      "ModelClassifier: images \(images.shape), not [N] + \(imageShape)")
    return images.shape[0]
  }
}
