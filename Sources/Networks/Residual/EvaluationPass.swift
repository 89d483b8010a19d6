// The network in evaluation mode, for a micro-batch on one thread: logits, and the gradient by the images.
//
// Batch normalisation is affine here, so it runs in the epilogues of the convolutions:
//
//     x, a   the residual sum and relu(s·x + t) of the next bn1: both leave conv2's epilogue (x only if a shortcut-free
//            block follows)
//     h      relu(s·conv1(a) + t) of bn2
//     masks  one bit an element says where a ReLU passed: all that the backward pass keeps
//
// A network with SiLU goes layer by layer through a `TrainingPass` with the running statistics.

internal import Basics
internal import Tensors

final class EvaluationPass: NetworkPass {
  private let layers: ResidualLayers
  private let w: PackedWeights
  /// Images of a micro-batch at most.
  let capacity: Int
  let wantsGradient: Bool
  /// Takes the time of each convolution; nil takes none.
  private var profile: LayerProfile?
  /// Does the work of a network without ReLU.
  private let plain: TrainingPass?

  /// Mean over the image of the last activation, `[n, C]`.
  private let pooled: FloatBuffer
  private let dFeatures: FloatBuffer
  private let image: FloatBuffer
  private let dImage: FloatBuffer
  private let scratch: FloatBuffer
  /// Per block: a, h, residual sum, and their gradients. Blocks of the same extents share them.
  private let a: [FloatBuffer], h: [FloatBuffer], x: [FloatBuffer]
  private let dx: [FloatBuffer], dh: [FloatBuffer]
  private let mask1: [ByteBuffer], mask2: [ByteBuffer]

  init(_ weights: PackedWeights, capacity: Int, wantsGradient: Bool) {
    let layers = weights.layers
    self.layers = layers
    w = weights
    self.capacity = capacity
    self.wantsGradient = wantsGradient
    plain = layers.network.activation == .relu ? nil : TrainingPass(weights, capacity: capacity, threads: 1)
    let capacity = plain == nil ? capacity : 0
    var pool = ActivationPool(capacity: capacity)
    let shapes = layers.blocks.map(\.input) + [layers.norm.shape]
    a = shapes.map { pool.buffer("a", $0) }
    x = shapes.map { pool.buffer("x", $0) }
    h = layers.blocks.map { pool.buffer("h", $0.output) }
    dx = wantsGradient ? shapes.map { pool.buffer("dx", $0) } : []
    // h is free once conv2 has run, so its memory serves dh.
    dh = wantsGradient ? h : []
    let imageShape = layers.stem.geometry.input
    image = pool.buffer("image", imageShape)
    dImage = wantsGradient ? pool.buffer("dImage", imageShape) : FloatBuffer(count: 0)
    func masks(_ shapes: [ActivationShape]) -> [ByteBuffer] {
      wantsGradient ? shapes.map { ByteBuffer(count: $0.maskStride * capacity) } : []
    }
    mask1 = masks(shapes)
    mask2 = masks(layers.blocks.map(\.output))
    pooled = plain?.pooled ?? FloatBuffer(count: capacity * layers.linear.channels)
    dFeatures = FloatBuffer(count: capacity * layers.linear.channels)
    scratch = FloatBuffer(count: layers.convolutions.map { $0.scratchCount(images: capacity) }.max()!)
  }

  var features: UnsafePointer<Float> { UnsafePointer(pooled.pointer) }

  func measure(_ profile: LayerProfile?) {
    self.profile = profile
    plain?.measure(profile)
  }

  func forward(
    _ logits: UnsafeMutablePointer<Float>, images: UnsafePointer<Float>, inputScale: UnsafePointer<Float>?,
    inputShift: UnsafePointer<Float>?, n: Int, statistics: NormStatistics
  ) {
    precondition(
      n <= capacity && statistics == .running,
      "EvaluationPass: \(n) images with \(statistics) statistics, planned for \(capacity) with running ones")
    if let plain {
      return plain.forward(
        logits, images: images, inputScale: inputScale, inputShift: inputShift, n: n, statistics: .running)
    }
    Kernels.importImages(
      image.pointer, images, scale: inputScale, shift: inputShift, n: n, layers.stem.geometry.input)
    layers.stem.forward(activated(0, Epilogue()), image.pointer, w, scratch, n: n, profile)
    for (i, block) in layers.blocks.enumerated() {
      var last = Epilogue()
      if let shortcut = block.shortcut {
        var e = Epilogue()
        e.dst = x[i + 1].pointer
        shortcut.forward(e, a[i].pointer, w, scratch, n: n, profile)
        last.after = UnsafePointer(x[i + 1].pointer)
      } else {
        last.after = UnsafePointer(x[i].pointer)
      }
      var e = Epilogue()
      e.dst2 = h[i].pointer
      e.scale2 = UnsafePointer(w.running.scale.pointer + block.bn2.vectors)
      e.shift2 = UnsafePointer(w.running.shift.pointer + block.bn2.vectors)
      if wantsGradient { e.mask2 = mask2[i].pointer }
      block.conv1.forward(e, a[i].pointer, w, scratch, n: n, profile)
      block.conv2.forward(activated(i + 1, last), h[i].pointer, w, scratch, n: n, profile)
    }
    Kernels.pool(pooled.pointer, a.last!.pointer, n: n, layers.norm.shape)
    Kernels.linear(
      logits, pooled.pointer, weight: w.linearWeight.pointer, bias: w.linearBias.pointer, n: n,
      classes: layers.linear.classes, channels: layers.linear.channels)
  }

  /// The epilogue that stores the residual sum `i` where it is wanted, and relu(bn(·)) of it.
  private func activated(_ i: Int, _ base: Epilogue) -> Epilogue {
    var e = base
    let bn = i < layers.blocks.count ? layers.blocks[i].bn1 : layers.norm
    if i < layers.blocks.count, layers.blocks[i].shortcut == nil { e.dst = x[i].pointer }
    e.dst2 = a[i].pointer
    e.scale2 = UnsafePointer(w.running.scale.pointer + bn.vectors)
    e.shift2 = UnsafePointer(w.running.shift.pointer + bn.vectors)
    if wantsGradient { e.mask2 = mask1[i].pointer }
    return e
  }

  func backward(
    dImages: UnsafeMutablePointer<Float>?, gradient: UnsafeMutablePointer<Float>?, dLogits: UnsafePointer<Float>,
    dFeatures extra: UnsafePointer<Float>?, inputScale: UnsafePointer<Float>?, n: Int
  ) {
    precondition(wantsGradient && gradient == nil, "EvaluationPass: planned without gradients by the parameters")
    guard let dImages else { return }
    if let plain {
      return plain.backward(
        dImages: dImages, gradient: nil, dLogits: dLogits, dFeatures: extra, inputScale: inputScale, n: n)
    }
    let linear = layers.linear
    Kernels.linearBackwardInput(
      dFeatures.pointer, dLogits, weight: w.linearWeight.pointer, n: n, classes: linear.classes,
      channels: linear.channels)
    if let extra { for i in 0..<n * linear.channels { dFeatures.pointer[i] += extra[i] } }
    Kernels.poolBackward(
      dx.last!.pointer, dFeatures.pointer, gate: mask1.last!.pointer,
      gateScale: w.running.scale.pointer + layers.norm.vectors, n: n, layers.norm.shape)
    for i in layers.blocks.indices.reversed() {
      let block = layers.blocks[i]
      let dy = UnsafePointer(dx[i + 1].pointer)
      // dh = [mask2]·s2·conv2ᵀ(dy)
      var e = Epilogue()
      e.dst = dh[i].pointer
      e.gate = UnsafePointer(mask2[i].pointer)
      e.gateScale = UnsafePointer(w.running.scale.pointer + block.bn2.vectors)
      block.conv2.backwardInput(e, dy, w, scratch, n: n, profile)
      // dx = [mask1]·s1·(conv1ᵀ(dh) + shortcutᵀ(dy)), + dy where the shortcut is the identity
      e = Epilogue()
      e.dst = dx[i].pointer
      e.gate = UnsafePointer(mask1[i].pointer)
      e.gateScale = UnsafePointer(w.running.scale.pointer + block.bn1.vectors)
      if let shortcut = block.shortcut {
        var s = Epilogue()
        s.dst = dx[i].pointer
        shortcut.backwardInput(s, dy, w, scratch, n: n, profile)
        e.before = UnsafePointer(dx[i].pointer)
      } else {
        e.after = dy
      }
      block.conv1.backwardInput(e, dh[i].pointer, w, scratch, n: n, profile)
    }
    var e = Epilogue()
    e.dst = dImage.pointer
    layers.stem.backwardInput(e, dx[0].pointer, w, scratch, n: n, profile)
    Kernels.exportImages(dImages, dImage.pointer, scale: inputScale, n: n, layers.stem.geometry.input)
  }
}
