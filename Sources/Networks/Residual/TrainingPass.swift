// The network layer by layer, for one shard on one thread: batch or running statistics, gradients by images and
// parameters as asked. Kept for the backward pass: the input of every batch normalisation. The activations between
// them are computed again when a weight gradient needs them, which costs less than keeping them.
//
// A layer goes through the shard a few images at a time: what one pass over them stores, the next one reads from the
// core's cache. Only statistics need the whole shard, and so does a weight gradient.

internal import Basics
internal import Tensors

package final class TrainingPass: NetworkPass {
  private let layers: ResidualLayers
  private let w: PackedWeights
  /// Images of a shard at most.
  let capacity: Int
  /// Takes the time of each layer; nil takes none.
  private var profile: LayerProfile?

  private let image: Activation, dImage: Activation
  /// Inputs of bn1 (one more for the last norm) and of bn2: kept from forward to backward.
  private let x: [Activation], h: [Activation]
  private let norms: BatchNormPass
  /// relu(bn1(x)) and relu(bn2(h)), or SiLU for ReLU.
  private let a1: [Activation], a2: [Activation]
  /// Gradients by x, h and a1.
  private let dx: [Activation], dh: [Activation], da1: [Activation]
  private let scratch: FloatBuffer
  let pooled: FloatBuffer
  private let dFeatures: FloatBuffer
  private var statisticsInUse = NormStatistics.batch
  private let isReLU: Bool

  package init(_ weights: PackedWeights, capacity: Int) {
    let layers = weights.layers
    self.layers = layers
    w = weights
    isReLU = layers.network.activation == .relu
    self.capacity = capacity
    var pool = ActivationPool(capacity: capacity)
    func kept(_ shape: ActivationShape) -> Activation {
      Activation(shape: shape, buffer: FloatBuffer(count: shape.imageStride * capacity))
    }
    func shared(_ role: String, _ shape: ActivationShape) -> Activation {
      Activation(shape: shape, buffer: pool.buffer(role, shape))
    }
    let shapes = layers.blocks.map(\.input) + [layers.norm.shape]
    x = shapes.map(kept)
    h = layers.blocks.map { kept($0.output) }
    a1 = shapes.map { shared("a", $0) }
    a2 = layers.blocks.map { shared("a", $0.output) }
    dx = shapes.map { shared("dx", $0) }
    dh = layers.blocks.map { shared("dh", $0.output) }
    da1 = shapes.map { shared("da1", $0) }
    image = shared("image", layers.stem.geometry.input)
    dImage = shared("dImage", layers.stem.geometry.input)
    norms = BatchNormPass(
      vectorCount: layers.vectorCount, maximumChannels: layers.norms.map(\.shape.paddedChannels).max()!)
    pooled = FloatBuffer(count: capacity * layers.linear.channels)
    dFeatures = FloatBuffer(count: capacity * layers.linear.channels)
    scratch = FloatBuffer(
      count: layers.convolutions.map { $0.scratchCount(images: capacity, weightGradient: true) }.max()!)
  }

  package var features: UnsafePointer<Float> { UnsafePointer(pooled.pointer) }

  package func measure(_ profile: LayerProfile?) { self.profile = profile }

  package func forward(
    _ logits: UnsafeMutablePointer<Float>, images: UnsafePointer<Float>, inputScale: UnsafePointer<Float>?,
    inputShift: UnsafePointer<Float>?, n: Int, statistics: NormStatistics
  ) {
    precondition(n <= capacity, "TrainingPass: \(n) images, planned for \(capacity)")
    statisticsInUse = statistics
    Kernels.importImages(image[0], images, scale: inputScale, shift: inputShift, n: n, image.shape)
    let first = layers.blocks.first?.bn1 ?? layers.norm
    norms.beginSums(first)
    for part in ImageParts(n, layers.stem) {
      layers.stem.forward(storing(x[0], part), image[part.lowerBound], w, scratch, n: part.count, profile)
      observe(first, x[0], part)
    }
    for (i, block) in layers.blocks.enumerated() {
      let next = normOfSum(i + 1)
      // h = conv1(relu(bn1(x))), and the shortcut's part of x′
      normalise(block.bn1, n: n)
      norms.beginSums(block.bn2)
      for part in ImageParts(n, block.conv1) {
        activate(a1[i], x[i], block.bn1, part)
        block.shortcut?.forward(storing(x[i + 1], part), a1[i][0], w, scratch, n: part.count, profile)
        block.conv1.forward(storing(h[i], part), a1[i][0], w, scratch, n: part.count, profile)
        observe(block.bn2, h[i], part)
      }
      // x′ = conv2(relu(bn2(h))) + shortcut
      normalise(block.bn2, n: n)
      norms.beginSums(next)
      for part in ImageParts(n, block.conv2) {
        activate(a2[i], h[i], block.bn2, part)
        var sum = storing(x[i + 1], part)
        sum.after = UnsafePointer((block.shortcut == nil ? x[i] : x[i + 1])[part.lowerBound])
        block.conv2.forward(sum, a2[i][0], w, scratch, n: part.count, profile)
        observe(next, x[i + 1], part)
      }
    }
    normalise(layers.norm, n: n)
    activate(a1.last!, x.last!, layers.norm, 0..<n)
    Kernels.pool(pooled.pointer, a1.last![0], n: n, layers.norm.shape)
    Kernels.linear(
      logits, pooled.pointer, weight: w.linearWeight.pointer, bias: w.linearBias.pointer, n: n,
      classes: layers.linear.classes, channels: layers.linear.channels)
  }

  package func backward(
    dImages: UnsafeMutablePointer<Float>?, gradient: UnsafeMutablePointer<Float>?, dLogits: UnsafePointer<Float>,
    dFeatures extra: UnsafePointer<Float>?, inputScale: UnsafePointer<Float>?, n: Int
  ) {
    let linear = layers.linear
    if let gradient {
      Kernels.linearBackwardWeight(
        gradient + linear.weight.lowerBound, gradient + linear.bias.lowerBound, dLogits, pooled.pointer, n: n,
        classes: linear.classes, channels: linear.channels)
    }
    Kernels.linearBackwardInput(
      dFeatures.pointer, dLogits, weight: w.linearWeight.pointer, n: n, classes: linear.classes,
      channels: linear.channels)
    if let extra { for i in 0..<n * linear.channels { dFeatures.pointer[i] += extra[i] } }
    Kernels.poolBackward(da1.last![0], dFeatures.pointer, n: n, layers.norm.shape)
    norms.beginSums(layers.norm)
    addSums(layers.norm, nil, dy: da1.last!, x: x.last!, 0..<n, gradient: gradient)
    for i in layers.blocks.indices.reversed() {
      let block = layers.blocks[i]
      let dy = dx[i + 1]
      // dh = conv2ᵀ(dy)
      finishSums(normOfSum(i + 1), gradient: gradient, n: n)
      norms.beginSums(block.bn2)
      for part in ImageParts(n, block.conv2) {
        finishSumGradient(i + 1, part)
        block.conv2.backwardInput(storing(dh[i], part), dy[part.lowerBound], w, scratch, n: part.count, profile)
        addSums(block.bn2, a2[i], dy: dh[i], x: h[i], part, gradient: gradient)
      }
      if let gradient {
        block.conv2.backwardWeight(gradient, x: a2[i][0], dy: dy[0], scratch, n: n, profile)
      }
      // da1 = conv1ᵀ(bn2ᵀ(dh)) + shortcutᵀ(dy)
      finishSums(block.bn2, gradient: gradient, n: n)
      norms.beginSums(block.bn1)
      for part in ImageParts(n, block.conv1) {
        apply(block.bn2, dh[i], dy: dh[i], x: h[i], add: nil, part)
        var sum = storing(da1[i], part)
        if let shortcut = block.shortcut {
          shortcut.backwardInput(sum, dy[part.lowerBound], w, scratch, n: part.count, profile)
          sum.before = UnsafePointer(sum.dst)
        }
        block.conv1.backwardInput(sum, dh[i][part.lowerBound], w, scratch, n: part.count, profile)
        addSums(block.bn1, a1[i], dy: da1[i], x: x[i], part, gradient: gradient)
      }
      if let gradient {
        block.conv1.backwardWeight(gradient, x: a1[i][0], dy: dh[i][0], scratch, n: n, profile)
        block.shortcut?.backwardWeight(gradient, x: a1[i][0], dy: dy[0], scratch, n: n, profile)
      }
    }
    finishSums(normOfSum(0), gradient: gradient, n: n)
    for part in ImageParts(n, layers.stem) {
      finishSumGradient(0, part)
      if dImages != nil {
        layers.stem.backwardInput(
          storing(dImage, part), dx[0][part.lowerBound], w, scratch, n: part.count, profile)
      }
    }
    if let gradient {
      layers.stem.backwardWeight(gradient, x: image[0], dy: dx[0][0], scratch, n: n, profile)
    }
    if let dImages { Kernels.exportImages(dImages, dImage[0], scale: inputScale, n: n, image.shape) }
  }

  package func updateRunning(_ running: inout [Float], n: Int, momentum: Float) {
    for bn in layers.norms { norms.updateRunning(bn, &running, n: n, momentum: momentum) }
  }

  /// The batch normalisation that reads the residual sum `x[i]`.
  private func normOfSum(_ i: Int) -> BatchNorm { i < layers.blocks.count ? layers.blocks[i].bn1 : layers.norm }

  /// dx[i] = bnᵀ(da1[i]), + dx[i + 1] where the shortcut is the identity.
  private func finishSumGradient(_ i: Int, _ part: Range<Int>) {
    let isIdentity = i < layers.blocks.count && layers.blocks[i].shortcut == nil
    apply(normOfSum(i), dx[i], dy: da1[i], x: x[i], add: isIdentity ? dx[i + 1] : nil, part)
  }

  private func storing(_ activation: Activation, _ part: Range<Int>) -> Epilogue {
    var e = Epilogue()
    e.dst = activation[part.lowerBound]
    return e
  }

  /// Adds the moments of x, if they are asked for.
  private func observe(_ bn: BatchNorm, _ x: Activation, _ part: Range<Int>) {
    if statisticsInUse == .running { return }
    measure(bn, .forward, part.count, each: 3, passes: 1) {
      norms.addMoments(bn, x[part.lowerBound], n: part.count)
    }
  }

  /// Sets the statistics of one layer.
  private func normalise(_ bn: BatchNorm, n: Int) {
    switch statisticsInUse {
    case .running: norms.use(bn, of: w.running)
    case .batch: norms.useBatch(bn, n: n, gamma: w.gamma.pointer + bn.vectors, beta: w.beta.pointer + bn.vectors)
    }
  }

  /// a = relu(bn(x)), at the beginning of `a`: its place is the same for all parts.
  private func activate(_ a: Activation, _ x: Activation, _ bn: BatchNorm, _ part: Range<Int>) {
    measure(bn, .forward, part.count, each: 3, passes: 2) {
      norms.forward(bn, a[0], x[part.lowerBound], relu: isReLU, n: part.count)
      if !isReLU { SiLU.apply(a[0], n: part.count, a.shape) }
    }
  }

  /// Adds the sums that bn's backward pass needs, and makes its activation `a` again if there is a `gradient`. With SiLU
  /// dy, by the activation's output, becomes that by its input.
  private func addSums(
    _ bn: BatchNorm, _ a: Activation?, dy: Activation, x: Activation, _ part: Range<Int>,
    gradient: UnsafeMutablePointer<Float>?
  ) {
    if !isReLU { norms.backwardSiLU(bn, dy[part.lowerBound], x: x[part.lowerBound], n: part.count) }
    if statisticsInUse == .running && gradient == nil { return }
    let activation = gradient == nil ? nil : a?[part.lowerBound]
    measure(bn, .backwardInput, part.count, each: 7, passes: gradient == nil ? 2 : 3) {
      norms.addBackwardSums(
        bn, activation: isReLU ? activation : nil, dy: dy[part.lowerBound], x: x[part.lowerBound], relu: isReLU,
        n: part.count)
    }
    if !isReLU, let activation {
      norms.forward(bn, activation, x[part.lowerBound], relu: false, n: part.count)
      SiLU.apply(activation, n: part.count, bn.shape)
    }
  }

  private func finishSums(_ bn: BatchNorm, gradient: UnsafeMutablePointer<Float>?, n: Int) {
    norms.finishBackwardSums(bn, statistics: statisticsInUse, gradient: gradient, n: n)
  }

  /// dx = bnᵀ(dy) + add
  private func apply(
    _ bn: BatchNorm, _ dx: Activation, dy: Activation, x: Activation, add: Activation?, _ part: Range<Int>
  ) {
    measure(bn, .backwardInput, part.count, each: 6, passes: add == nil ? 3 : 4) {
      norms.applyBackward(
        bn, dx[part.lowerBound], dy: dy[part.lowerBound], x: x[part.lowerBound],
        add: add.map { UnsafePointer($0[part.lowerBound]) }, relu: isReLU, n: part.count)
    }
  }

  private func measure(
    _ bn: BatchNorm, _ part: LayerProfile.Part, _ n: Int, each: Int, passes: Int, _ body: () -> Void
  ) {
    LayerProfile.measure(
      profile, bn.name, part, operations: bn.operations(images: n, each: each),
      bytes: bn.bytes(images: n, passes: passes), body)
  }
}
