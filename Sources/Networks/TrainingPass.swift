// The network layer by layer, for one shard on one thread: batch or running statistics, gradients by images and
// parameters as asked. Kept for the backward pass: the input of every batch normalisation. The activations between
// them are computed again when a weight gradient needs them, which costs less than keeping them.

internal import Tensors

/// Which statistics a batch normalisation uses.
public enum NormStatistics: String, Sendable, Codable, CaseIterable {
  /// Those of the shard (training mode).
  case batch
  /// The running ones (evaluation mode).
  case running
}

package final class TrainingPass: @unchecked Sendable {
  let layers: WideResNetLayers
  /// Images of a shard at most.
  let capacity: Int
  /// Takes the time of each layer; nil takes none.
  package var profile: LayerProfile?

  private let image: FloatBuffer, dImage: FloatBuffer
  /// Inputs of bn1 (one more for the last norm) and of bn2: kept from forward to backward.
  private let x: [FloatBuffer], h: [FloatBuffer]
  private let norms: BatchNormPass
  private let a1: [FloatBuffer], a2: [FloatBuffer]
  private let dx: [FloatBuffer], dh: [FloatBuffer]
  private let da: ArraySlice<FloatBuffer>
  private let scratch: FloatBuffer
  private let lastActivation: FloatBuffer
  let features: FloatBuffer
  private let dFeatures: FloatBuffer
  private var statisticsInUse = NormStatistics.batch

  package init(_ layers: WideResNetLayers, capacity: Int) {
    self.layers = layers
    self.capacity = capacity
    var pool = ActivationPool(capacity: capacity)
    let shapes = layers.blocks.map(\.input) + [layers.norm.shape]
    x = shapes.map { FloatBuffer(count: $0.imageStride * capacity) }
    h = layers.blocks.map { FloatBuffer(count: $0.output.imageStride * capacity) }
    a1 = shapes.map { pool.buffer("a", $0) }
    a2 = layers.blocks.map { pool.buffer("a", $0.output) }
    dx = shapes.map { pool.buffer("dx", $0) }
    dh = layers.blocks.map { pool.buffer("dh", $0.output) }
    // The activation is made anew for the weight gradient only, and da is written after that.
    da = a1.dropLast()
    lastActivation = a1.last!
    image = pool.buffer("image", layers.stem.geometry.input)
    dImage = pool.buffer("dImage", layers.stem.geometry.input)
    norms = BatchNormPass(
      vectorCount: layers.vectorCount, maximumChannels: layers.norms.map(\.shape.paddedChannels).max()!)
    features = FloatBuffer(count: capacity * layers.linear.channels)
    dFeatures = FloatBuffer(count: capacity * layers.linear.channels)
    scratch = FloatBuffer(
      count: layers.convolutions.map { $0.scratchCount(images: capacity, weightGradient: true) }.max()!)
  }

  /// Logits `[n, K]` of images `[n, C, H, W]`.
  package func forward(
    _ logits: UnsafeMutablePointer<Float>, images: UnsafePointer<Float>, n: Int, statistics: NormStatistics,
    _ w: PackedWeights
  ) {
    precondition(n <= capacity, "TrainingPass: \(n) images, planned for \(capacity)")
    statisticsInUse = statistics
    Kernels.importImages(image.pointer, images, n: n, layers.stem.geometry.input)
    layers.stem.forward(storing(x[0]), image.pointer, w, scratch, n: n, profile)
    for (i, block) in layers.blocks.enumerated() {
      normalise(block.bn1, x[i], n: n, w)
      activate(a1[i], x[i], block.bn1, n: n)
      var last = storing(x[i + 1])
      if let shortcut = block.shortcut {
        shortcut.forward(storing(x[i + 1]), a1[i].pointer, w, scratch, n: n, profile)
        last.after = UnsafePointer(x[i + 1].pointer)
      } else {
        last.after = UnsafePointer(x[i].pointer)
      }
      block.conv1.forward(storing(h[i]), a1[i].pointer, w, scratch, n: n, profile)
      normalise(block.bn2, h[i], n: n, w)
      activate(a2[i], h[i], block.bn2, n: n)
      block.conv2.forward(last, a2[i].pointer, w, scratch, n: n, profile)
    }
    normalise(layers.norm, x.last!, n: n, w)
    activate(lastActivation, x.last!, layers.norm, n: n)
    Kernels.pool(features.pointer, lastActivation.pointer, n: n, layers.norm.shape)
    Kernels.linear(
      logits, features.pointer, weight: w.linearWeight.pointer, bias: w.linearBias.pointer, n: n,
      classes: layers.linear.classes, channels: layers.linear.channels)
  }

  /// Gradients of the last forward pass from that by its logits `[n, K]`.
  ///
  /// - Parameters:
  ///   - dImages: overwritten with the gradient by the images `[n, C, H, W]`, or nil if it is not wanted.
  ///   - gradient: the gradient by the parameters is added to it; nil if it is not wanted.
  package func backward(
    dImages: UnsafeMutablePointer<Float>?, gradient: UnsafeMutablePointer<Float>?, dLogits: UnsafePointer<Float>,
    n: Int, _ w: PackedWeights
  ) {
    let linear = layers.linear
    if let gradient {
      Kernels.linearBackwardWeight(
        gradient + linear.weight.lowerBound, gradient + linear.bias.lowerBound, dLogits, features.pointer, n: n,
        classes: linear.classes, channels: linear.channels)
    }
    Kernels.linearBackwardInput(
      dFeatures.pointer, dLogits, weight: w.linearWeight.pointer, n: n, classes: linear.classes,
      channels: linear.channels)
    Kernels.poolBackward(dx.last!.pointer, dFeatures.pointer, n: n, layers.norm.shape)
    backward(layers.norm, dx.last!, dy: dx.last!, x: x.last!, add: nil, gradient: gradient, n: n)
    for i in layers.blocks.indices.reversed() {
      let block = layers.blocks[i]
      let dy = dx[i + 1]
      if let gradient {
        activate(a2[i], h[i], block.bn2, n: n)
        block.conv2.backwardWeight(gradient, x: a2[i].pointer, dy: dy.pointer, scratch, n: n, profile)
      }
      block.conv2.backwardInput(storing(dh[i]), dy.pointer, w, scratch, n: n, profile)
      backward(block.bn2, dh[i], dy: dh[i], x: h[i], add: nil, gradient: gradient, n: n)
      if let gradient {
        activate(a1[i], x[i], block.bn1, n: n)
        block.conv1.backwardWeight(gradient, x: a1[i].pointer, dy: dh[i].pointer, scratch, n: n, profile)
        block.shortcut?.backwardWeight(gradient, x: a1[i].pointer, dy: dy.pointer, scratch, n: n, profile)
      }
      var e = storing(da[i])
      if let shortcut = block.shortcut {
        shortcut.backwardInput(e, dy.pointer, w, scratch, n: n, profile)
        e.before = UnsafePointer(da[i].pointer)
      }
      block.conv1.backwardInput(e, dh[i].pointer, w, scratch, n: n, profile)
      backward(
        block.bn1, dx[i], dy: da[i], x: x[i], add: block.shortcut == nil ? dy : nil, gradient: gradient, n: n)
    }
    if let gradient {
      layers.stem.backwardWeight(gradient, x: image.pointer, dy: dx[0].pointer, scratch, n: n, profile)
    }
    if let dImages {
      layers.stem.backwardInput(storing(dImage), dx[0].pointer, w, scratch, n: n, profile)
      Kernels.exportImages(dImages, dImage.pointer, n: n, layers.stem.geometry.input)
    }
  }

  /// Moves the running statistics towards those of the last forward pass with batch statistics, by a share of
  /// `momentum` in 0…1.
  package func updateRunning(_ running: inout [Float], n: Int, momentum: Float = 0.1) {
    for bn in layers.norms { norms.updateRunning(bn, &running, n: n, momentum: momentum) }
  }

  private func storing(_ buffer: FloatBuffer) -> Epilogue {
    var e = Epilogue()
    e.dst = buffer.pointer
    return e
  }

  /// Sets the statistics of one layer.
  private func normalise(_ bn: BatchNorm, _ x: FloatBuffer, n: Int, _ w: PackedWeights) {
    switch statisticsInUse {
    case .running: norms.use(bn, of: w.running)
    case .batch:
      LayerProfile.measure(
        profile, bn.name, .forward, operations: bn.operations(images: n, each: 3), bytes: bn.bytes(images: n, passes: 1)
      ) {
        norms.useBatch(bn, x.pointer, n: n, gamma: w.gamma.pointer + bn.vectors, beta: w.beta.pointer + bn.vectors)
      }
    }
  }

  private func activate(_ a: FloatBuffer, _ x: FloatBuffer, _ bn: BatchNorm, n: Int) {
    LayerProfile.measure(
      profile, bn.name, .forward, operations: bn.operations(images: n, each: 3), bytes: bn.bytes(images: n, passes: 2)
    ) { norms.forward(bn, a.pointer, x.pointer, relu: true, n: n) }
  }

  private func backward(
    _ bn: BatchNorm, _ dx: FloatBuffer, dy: FloatBuffer, x: FloatBuffer, add: FloatBuffer?,
    gradient: UnsafeMutablePointer<Float>?, n: Int
  ) {
    LayerProfile.measure(
      profile, bn.name, .backwardInput, operations: bn.operations(images: n, each: 12),
      bytes: bn.bytes(images: n, passes: 5)
    ) {
      norms.backward(
        bn, dx.pointer, dy: dy.pointer, x: x.pointer, add: add.map { UnsafePointer($0.pointer) }, relu: true,
        statistics: statisticsInUse, gradient: gradient, n: n)
    }
  }
}
