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

internal import Tensors

final class EvaluationPass: @unchecked Sendable {
  let layers: WideResNetLayers
  /// Images of a micro-batch at most.
  let capacity: Int
  let wantsGradient: Bool
  /// Takes the time of each convolution; nil takes none.
  var profile: LayerProfile? { didSet { plain?.profile = profile } }
  /// Does the work of a network without ReLU.
  private let plain: TrainingPass?

  /// Mean over the image of the last activation, `[n, C]`.
  let features: FloatBuffer
  private let dFeatures: FloatBuffer
  private let image: FloatBuffer
  private let dImage: FloatBuffer
  private let scratch: FloatBuffer
  /// Per block: a, h, residual sum, and their gradients. Blocks of the same extents share them.
  private let a: [FloatBuffer], h: [FloatBuffer], x: [FloatBuffer]
  private let dx: [FloatBuffer], dh: [FloatBuffer]
  private let mask1: [ByteBuffer], mask2: [ByteBuffer]

  init(_ layers: WideResNetLayers, capacity: Int, wantsGradient: Bool) {
    self.layers = layers
    self.capacity = capacity
    self.wantsGradient = wantsGradient
    plain = layers.architecture.activation == .relu ? nil : TrainingPass(layers, capacity: capacity)
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
    features = plain?.features ?? FloatBuffer(count: capacity * layers.linear.channels)
    dFeatures = FloatBuffer(count: capacity * layers.linear.channels)
    scratch = FloatBuffer(
      count: layers.convolutions.map { $0.scratchCount(images: capacity, weightGradient: false) }.max()!)
  }

  /// Logits `[n, K]` of images `[n, C, H, W]`, each x·scale + shift per channel first (NULL for neither).
  func forward(
    _ logits: UnsafeMutablePointer<Float>, images: UnsafePointer<Float>, inputScale: UnsafePointer<Float>? = nil,
    inputShift: UnsafePointer<Float>? = nil, n: Int, _ w: PackedWeights
  ) {
    precondition(n <= capacity, "EvaluationPass: \(n) images, planned for \(capacity)")
    if let plain {
      return plain.forward(
        logits, images: images, inputScale: inputScale, inputShift: inputShift, n: n, statistics: .running, w)
    }
    Kernels.importImages(
      image.pointer, images, scale: inputScale, shift: inputShift, n: n, layers.stem.geometry.input)
    layers.stem.forward(activated(0, Epilogue(), w), image.pointer, w, scratch, n: n, profile)
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
      block.conv2.forward(activated(i + 1, last, w), h[i].pointer, w, scratch, n: n, profile)
    }
    Kernels.pool(features.pointer, a.last!.pointer, n: n, layers.norm.shape)
    Kernels.linear(
      logits, features.pointer, weight: w.linearWeight.pointer, bias: w.linearBias.pointer, n: n,
      classes: layers.linear.classes, channels: layers.linear.channels)
  }

  /// The epilogue that stores the residual sum `i` where it is wanted, and relu(bn(·)) of it.
  private func activated(_ i: Int, _ base: Epilogue, _ w: PackedWeights) -> Epilogue {
    var e = base
    let bn = i < layers.blocks.count ? layers.blocks[i].bn1 : layers.norm
    if i < layers.blocks.count, layers.blocks[i].shortcut == nil { e.dst = x[i].pointer }
    e.dst2 = a[i].pointer
    e.scale2 = UnsafePointer(w.running.scale.pointer + bn.vectors)
    e.shift2 = UnsafePointer(w.running.shift.pointer + bn.vectors)
    if wantsGradient { e.mask2 = mask1[i].pointer }
    return e
  }

  /// The gradient by the images of the last forward pass, `[n, C, H, W]`, from that by the logits `[n, K]` and, if
  /// given, by the features `[n, C]`.
  func backward(
    _ dImages: UnsafeMutablePointer<Float>, dLogits: UnsafePointer<Float>, dFeatures extra: UnsafePointer<Float>? = nil,
    inputScale: UnsafePointer<Float>? = nil, n: Int, _ w: PackedWeights
  ) {
    precondition(wantsGradient, "EvaluationPass: planned without gradients")
    if let plain {
      precondition(extra == nil, "EvaluationPass: a gradient by the features of a network without ReLU")
      return plain.backward(dImages: dImages, gradient: nil, dLogits: dLogits, inputScale: inputScale, n: n, w)
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
