// The network layer by layer, for one shard: batch or running statistics, gradients by images and parameters as asked.
// Kept for the backward pass: the input of every batch normalisation. The activations between them are computed again
// when a weight gradient needs them, which costs less than keeping them.
//
// A layer goes through the shard a few images at a time: what one pass over them stores, the next one reads from the
// core's cache. Only statistics need the whole shard, and so does a weight gradient.
//
// The parts of a layer are shared among the pass's threads, since images do not see each other there. What is a sum over
// images is shared by channels, each sum taken by one thread in the order of images: any number of threads gives the bits
// of one. The threads meet after each of
//
//     forward     [a, conv, row sums: images] [statistics: channel blocks]                                   per convolution
//     backward    [dx, convᵀ, row sums: images] [sums: channel blocks; weight gradients: channels of both sides]

internal import Basics
internal import Tensors

package final class TrainingPass: NetworkPass, @unchecked Sendable {
  private let layers: ResidualLayers
  private let w: PackedWeights
  /// Images of a shard at most.
  let capacity: Int
  /// Threads that work on it at most.
  let threads: Int
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
  /// One a thread.
  private let scratch: [FloatBuffer]
  let pooled: FloatBuffer
  private let dFeatures: FloatBuffer
  private var statisticsInUse = NormStatistics.batch
  private let isReLU: Bool
  /// Weight gradients of each block: those that begin once dh is known, and those that begin at its end. One thread takes
  /// them as soon as it can, so that a1 and a2 share memory; several take those of a block together, which keeps more of
  /// them busy.
  private let earlyWeights: [[WeightTask]], lateWeights: [[WeightTask]]
  private let stemWeights: [WeightTask]

  package init(_ weights: PackedWeights, capacity: Int, threads: Int) {
    precondition(threads >= 1, "TrainingPass: \(threads) threads")
    let layers = weights.layers
    self.layers = layers
    w = weights
    isReLU = layers.network.activation == .relu
    self.capacity = capacity
    self.threads = threads
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
    let (a1, a2) = (
      shapes.map { shared("a", $0) }, layers.blocks.map { shared(threads == 1 ? "a" : "a2", $0.output) }
    )
    let (dx, dh) = (shapes.map { shared("dx", $0) }, layers.blocks.map { shared("dh", $0.output) })
    (self.a1, self.a2, self.dx, self.dh) = (a1, a2, dx, dh)
    da1 = shapes.map { shared("da1", $0) }
    image = shared("image", layers.stem.geometry.input)
    dImage = shared("dImage", layers.stem.geometry.input)
    norms = BatchNormPass(
      vectorCount: layers.vectorCount, maximumChannels: layers.norms.map(\.shape.paddedChannels).max()!,
      rowCount: layers.norms.map(\.shape.rowsStride).max()! * capacity)
    pooled = FloatBuffer(count: capacity * layers.linear.channels)
    dFeatures = FloatBuffer(count: capacity * layers.linear.channels)
    let early = layers.blocks.indices.map { [(layers.blocks[$0].conv2, a2[$0], dx[$0 + 1])] }
    let late = layers.blocks.indices.map { i in
      let block = layers.blocks[i]
      return [(block.conv1, a1[i], dh[i])] + (block.shortcut.map { [($0, a1[i], dx[i + 1])] } ?? [])
    }
    func plan(_ convolutions: [(Convolution, Activation, Activation)]) -> [WeightTask] {
      WeightTask.plan(convolutions.map { (convolution: $0.0, x: $0.1, dy: $0.2) }, threads: threads)
    }
    earlyWeights = early.map { threads == 1 ? plan($0) : [] }
    lateWeights = zip(early, late).map { threads == 1 ? plan($1) : plan($0 + $1) }
    stemWeights = plan([(layers.stem, image, dx[0])])
    let gradients = (earlyWeights + lateWeights + [stemWeights]).joined().map { $0.scratchCount(images: capacity) }.max()!
    let count = max(layers.convolutions.map { $0.scratchCount(images: capacity) }.max()!, gradients)
    scratch = (0..<threads).map { _ in FloatBuffer(count: count) }
  }

  package var features: UnsafePointer<Float> { UnsafePointer(pooled.pointer) }

  package func measure(_ profile: LayerProfile?) {
    precondition(threads == 1, "TrainingPass: a profile of \(threads) threads")
    self.profile = profile
  }

  package func forward(
    _ logits: UnsafeMutablePointer<Float>, images: UnsafePointer<Float>, inputScale: UnsafePointer<Float>?,
    inputShift: UnsafePointer<Float>?, n: Int, statistics: NormStatistics
  ) {
    precondition(n <= capacity, "TrainingPass: \(n) images, planned for \(capacity)")
    statisticsInUse = statistics
    nonisolated(unsafe) let (images, inputScale, inputShift) = (images, inputScale, inputShift)
    let pixels = Int(image.shape.channels) * image.shape.area
    forEachPart(of: n, layers.stem) { part, _, scratch in
      Kernels.importImages(
        image[part.lowerBound], images + part.lowerBound * pixels, scale: inputScale, shift: inputShift, n: part.count,
        image.shape)
      layers.stem.forward(storing(x[0], part), image[part.lowerBound], w, scratch, n: part.count, profile)
      observe(normOfSum(0), x[0], part)
    }
    for (i, block) in layers.blocks.enumerated() {
      // h = conv1(relu(bn1(x))), and the shortcut's part of x′
      normalise(block.bn1, n: n)
      forEachPart(of: n, block.conv1) { part, place, scratch in
        activate(a1[i][place], x[i], block.bn1, part)
        block.shortcut?.forward(storing(x[i + 1], part), a1[i][place], w, scratch, n: part.count, profile)
        block.conv1.forward(storing(h[i], part), a1[i][place], w, scratch, n: part.count, profile)
        observe(block.bn2, h[i], part)
      }
      // x′ = conv2(relu(bn2(h))) + shortcut
      normalise(block.bn2, n: n)
      forEachPart(of: n, block.conv2) { part, place, scratch in
        activate(a2[i][place], h[i], block.bn2, part)
        var sum = storing(x[i + 1], part)
        sum.after = UnsafePointer((block.shortcut == nil ? x[i] : x[i + 1])[part.lowerBound])
        block.conv2.forward(sum, a2[i][place], w, scratch, n: part.count, profile)
        observe(normOfSum(i + 1), x[i + 1], part)
      }
    }
    normalise(layers.norm, n: n)
    predict(logits, n: n)
  }

  /// The last activation, its mean over the image, and the linear layer.
  private func predict(_ logits: UnsafeMutablePointer<Float>, n: Int) {
    nonisolated(unsafe) let logits = logits
    let (linear, last) = (layers.linear, a1.last!)
    forEachPart(of: n, layers.convolutions.last!) { part, place, _ in
      activate(last[place], x.last!, layers.norm, part)
      let features = pooled.pointer + part.lowerBound * linear.channels
      Kernels.pool(features, last[place], n: part.count, layers.norm.shape)
      Kernels.linear(
        logits + part.lowerBound * linear.classes, features, weight: w.linearWeight.pointer, bias: w.linearBias.pointer,
        n: part.count, classes: linear.classes, channels: linear.channels)
    }
  }

  package func backward(
    dImages: UnsafeMutablePointer<Float>?, gradient: UnsafeMutablePointer<Float>?, dLogits: UnsafePointer<Float>,
    dFeatures extra: UnsafePointer<Float>?, inputScale: UnsafePointer<Float>?, n: Int
  ) {
    nonisolated(unsafe) let (dImages, gradient, inputScale) = (dImages, gradient, inputScale)
    backwardLinear(gradient, dLogits, extra, n: n)
    finish(layers.norm, [], gradient, n: n)
    for i in layers.blocks.indices.reversed() {
      let block = layers.blocks[i]
      let dy = dx[i + 1]
      // dh = conv2ᵀ(dy)
      forEachPart(of: n, block.conv2) { part, _, scratch in
        finishSumGradient(i + 1, part)
        block.conv2.backwardInput(storing(dh[i], part), dy[part.lowerBound], w, scratch, n: part.count, profile)
        noteSums(block.bn2, a2[i], dy: dh[i], x: h[i], part, gradient: gradient)
      }
      finish(block.bn2, earlyWeights[i], gradient, n: n)
      // da1 = conv1ᵀ(bn2ᵀ(dh)) + shortcutᵀ(dy)
      forEachPart(of: n, block.conv1) { part, _, scratch in
        apply(block.bn2, dh[i], dy: dh[i], x: h[i], add: nil, part)
        var sum = storing(da1[i], part)
        if let shortcut = block.shortcut {
          shortcut.backwardInput(sum, dy[part.lowerBound], w, scratch, n: part.count, profile)
          sum.before = UnsafePointer(sum.dst)
        }
        block.conv1.backwardInput(sum, dh[i][part.lowerBound], w, scratch, n: part.count, profile)
        noteSums(block.bn1, a1[i], dy: da1[i], x: x[i], part, gradient: gradient)
      }
      finish(block.bn1, lateWeights[i], gradient, n: n)
    }
    let pixels = Int(image.shape.channels) * image.shape.area
    forEachPart(of: n, layers.stem) { part, _, scratch in
      finishSumGradient(0, part)
      guard let dImages else { return }
      layers.stem.backwardInput(storing(dImage, part), dx[0][part.lowerBound], w, scratch, n: part.count, profile)
      Kernels.exportImages(
        dImages + part.lowerBound * pixels, dImage[part.lowerBound], scale: inputScale, n: part.count, image.shape)
    }
    guard let gradient else { return }
    nonisolated(unsafe) let all = gradient
    parallelFor(stemWeights.count, threads: threads) { task, worker in
      stemWeights[task].run(all, scratch[worker], n: n, profile)
    }
  }

  /// Gradients of the linear layer, by classes and by images, and that by the last activation.
  private func backwardLinear(
    _ gradient: UnsafeMutablePointer<Float>?, _ dLogits: UnsafePointer<Float>, _ extra: UnsafePointer<Float>?, n: Int
  ) {
    nonisolated(unsafe) let (gradient, dLogits, extra) = (gradient, dLogits, extra)
    let linear = layers.linear
    let classes = gradient == nil ? 0 : min(threads, linear.classes)
    let images = ImageParts(n, layers.convolutions.last!, threads: threads)
    parallelFor(classes + images.count, threads: threads) { task, _ in
      if let gradient, task < classes {
        Kernels.linearBackwardWeight(
          gradient + linear.weight.lowerBound, gradient + linear.bias.lowerBound, dLogits, pooled.pointer, n: n,
          classes: linear.classes, channels: linear.channels,
          part: linear.classes * task / classes..<linear.classes * (task + 1) / classes)
        return
      }
      let part = images[task - classes]
      let first = part.lowerBound * linear.channels
      let dFeatures = dFeatures.pointer + first
      Kernels.linearBackwardInput(
        dFeatures, dLogits + part.lowerBound * linear.classes, weight: w.linearWeight.pointer, n: part.count,
        classes: linear.classes, channels: linear.channels)
      if let extra { for i in 0..<part.count * linear.channels { dFeatures[i] += extra[first + i] } }
      Kernels.poolBackward(da1.last![part.lowerBound], dFeatures, n: part.count, layers.norm.shape)
      noteSums(layers.norm, nil, dy: da1.last!, x: x.last!, part, gradient: gradient)
    }
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

  /// Calls `body` for the parts of `n` images that go through a convolution together, with the place of what is of the
  /// part alone, and with scratch memory.
  private func forEachPart(
    of n: Int, _ convolution: Convolution,
    _ body: @Sendable (_ images: Range<Int>, _ place: Int, _ scratch: FloatBuffer) -> Void
  ) {
    let parts = ImageParts(n, convolution, threads: threads)
    parallelFor(parts.count, threads: threads) { part, worker in
      body(parts[part], parts.place(part, worker: worker), scratch[worker])
    }
  }

  /// The channel blocks of a layer in as many ranges as there are threads, where there are so many blocks.
  private func ranges(_ bn: BatchNorm) -> Int { min(threads, bn.shape.blockCount) }

  private func range(_ bn: BatchNorm, _ index: Int) -> Range<Int> {
    let (blocks, count) = (bn.shape.blockCount, ranges(bn))
    return blocks * index / count..<blocks * (index + 1) / count
  }

  private func storing(_ activation: Activation, _ part: Range<Int>) -> Epilogue {
    var e = Epilogue()
    e.dst = activation[part.lowerBound]
    return e
  }

  /// Notes the moments of x, if they are asked for.
  private func observe(_ bn: BatchNorm, _ x: Activation, _ part: Range<Int>) {
    if statisticsInUse == .running { return }
    measure(bn, .forward, part.count, each: 3, passes: 1) {
      norms.noteMoments(bn, x[part.lowerBound], first: part.lowerBound, n: part.count)
    }
  }

  /// Sets the statistics of one layer.
  private func normalise(_ bn: BatchNorm, n: Int) {
    if statisticsInUse == .running { return norms.use(bn, of: w.running) }
    parallelFor(ranges(bn), threads: threads) { index, _ in
      norms.useBatch(
        bn, n: n, gamma: w.gamma.pointer + bn.vectors, beta: w.beta.pointer + bn.vectors, blocks: range(bn, index))
    }
  }

  /// a = relu(bn(x)) of a part.
  private func activate(_ a: UnsafeMutablePointer<Float>, _ x: Activation, _ bn: BatchNorm, _ part: Range<Int>) {
    measure(bn, .forward, part.count, each: 3, passes: 2) {
      norms.forward(bn, a, x[part.lowerBound], relu: isReLU, n: part.count)
      if !isReLU { SiLU.apply(a, n: part.count, bn.shape) }
    }
  }

  /// Notes the sums that bn's backward pass needs, and makes its activation `a` again if there is a `gradient`. With SiLU
  /// dy, by the activation's output, becomes that by its input.
  private func noteSums(
    _ bn: BatchNorm, _ a: Activation?, dy: Activation, x: Activation, _ part: Range<Int>,
    gradient: UnsafeMutablePointer<Float>?
  ) {
    if !isReLU { norms.backwardSiLU(bn, dy[part.lowerBound], x: x[part.lowerBound], n: part.count) }
    if statisticsInUse == .running && gradient == nil { return }
    let activation = gradient == nil ? nil : a?[part.lowerBound]
    measure(bn, .backwardInput, part.count, each: 7, passes: gradient == nil ? 2 : 3) {
      norms.noteBackwardSums(
        bn, activation: isReLU ? activation : nil, dy: dy[part.lowerBound], x: x[part.lowerBound], relu: isReLU,
        first: part.lowerBound, n: part.count)
    }
    if !isReLU, let activation {
      norms.forward(bn, activation, x[part.lowerBound], relu: false, n: part.count)
      SiLU.apply(activation, n: part.count, bn.shape)
    }
  }

  /// Adds up what bn's backward pass needs, and beside that takes weight gradients, if there is a `gradient`.
  private func finish(_ bn: BatchNorm, _ weights: [WeightTask], _ gradient: UnsafeMutablePointer<Float>?, n: Int) {
    nonisolated(unsafe) let gradient = gradient
    let count = gradient == nil ? 0 : weights.count
    parallelFor(count + ranges(bn), threads: threads) { task, worker in
      if let gradient, task < count { return weights[task].run(gradient, scratch[worker], n: n, profile) }
      norms.finishBackwardSums(
        bn, statistics: statisticsInUse, gradient: gradient, n: n, blocks: range(bn, task - count))
    }
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
