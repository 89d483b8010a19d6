// The network in evaluation mode, for a micro-batch on one thread: logits, and the gradient by the images.
//
// Batch normalisation is affine here, so it runs in the epilogues of the convolutions:
//
//     x, a   the residual sum and relu(s·x + t) of the next bn1: both leave conv2's epilogue (x only if a shortcut-free
//            block follows)
//     h      relu(s·conv1(a) + t) of bn2
//     masks  one bit an element says where a ReLU passed: all that the backward pass keeps

internal import Tensors

final class EvaluationPass: @unchecked Sendable {
  let layers: WideResNetLayers
  /// Images of a micro-batch at most.
  let capacity: Int
  let wantsGradient: Bool
  /// Takes the time of each convolution; nil takes none.
  var profile: LayerProfile?

  /// What a core's own cache holds beside weights and scratch memory.
  private static let cacheBytes = 768 << 10

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
  /// Blocks of the same extents, and how many images go through all of them before the next ones do: as many as leave
  /// their activations in the core's own cache. The last groups' weights are large, so many images share one reading.
  private let groups: [(blocks: Range<Int>, images: Int)]

  init(_ layers: WideResNetLayers, capacity: Int, wantsGradient: Bool) {
    self.layers = layers
    self.capacity = capacity
    self.wantsGradient = wantsGradient
    var pool = ActivationPool(capacity: capacity)
    let shapes = layers.blocks.map(\.input) + [layers.norm.shape]
    a = shapes.map { pool.buffer("a", $0) }
    x = shapes.map { pool.buffer("x", $0) }
    h = layers.blocks.map { pool.buffer("h", $0.output) }
    dx = wantsGradient ? shapes.map { pool.buffer("dx", $0) } : []
    // h is free once conv2 has run, so its memory serves dh.
    dh = wantsGradient ? h : []
    var groups: [(blocks: Range<Int>, images: Int)] = []
    for (i, block) in layers.blocks.enumerated() {
      if let last = groups.last, layers.blocks[last.blocks.lowerBound].output == block.output {
        groups[groups.count - 1].blocks = last.blocks.lowerBound..<i + 1
      } else {
        // a, h and x, Float32
        let bytes = 12 * block.output.imageStride
        let weights = 4 * block.conv2.geometry.packedCount(.forward)
        let fitting = max(1, Self.cacheBytes / bytes)
        groups.append((i..<i + 1, weights > Self.cacheBytes ? capacity : min(capacity, fitting)))
      }
    }
    self.groups = groups
    let imageShape = layers.stem.geometry.input
    image = pool.buffer("image", imageShape)
    dImage = wantsGradient ? pool.buffer("dImage", imageShape) : FloatBuffer(count: 0)
    func masks(_ shapes: [ActivationShape]) -> [ByteBuffer] {
      wantsGradient ? shapes.map { ByteBuffer(count: $0.maskStride * capacity) } : []
    }
    mask1 = masks(shapes)
    mask2 = masks(layers.blocks.map(\.output))
    features = FloatBuffer(count: capacity * layers.linear.channels)
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
    let pixels = Int(layers.stem.geometry.input.channels) * layers.stem.geometry.input.area
    for (g, group) in groups.enumerated() {
      for start in stride(from: 0, to: n, by: group.images) {
        let count = min(group.images, n - start)
        if g == 0 {
          let into = image.pointer + start * layers.stem.geometry.input.imageStride
          Kernels.importImages(
            into, images + start * pixels, scale: inputScale, shift: inputShift, n: count, layers.stem.geometry.input)
          layers.stem.forward(activated(0, start, Epilogue(), w), into, w, scratch, n: count, profile)
        }
        for i in group.blocks { forward(i, start, count, w) }
      }
    }
    Kernels.pool(features.pointer, a.last!.pointer, n: n, layers.norm.shape)
    Kernels.linear(
      logits, features.pointer, weight: w.linearWeight.pointer, bias: w.linearBias.pointer, n: n,
      classes: layers.linear.classes, channels: layers.linear.channels)
  }

  /// Block `i` for `n` images from image `start` on.
  private func forward(_ i: Int, _ start: Int, _ n: Int, _ w: PackedWeights) {
    let block = layers.blocks[i]
    let source = a[i].pointer + start * block.input.imageStride
    let sum = start * block.output.imageStride
    var last = Epilogue()
    if let shortcut = block.shortcut {
      var e = Epilogue()
      e.dst = x[i + 1].pointer + sum
      shortcut.forward(e, source, w, scratch, n: n, profile)
      last.after = UnsafePointer(x[i + 1].pointer + sum)
    } else {
      last.after = UnsafePointer(x[i].pointer + sum)
    }
    var e = Epilogue()
    e.dst2 = h[i].pointer + sum
    e.scale2 = UnsafePointer(w.running.scale.pointer + block.bn2.vectors)
    e.shift2 = UnsafePointer(w.running.shift.pointer + block.bn2.vectors)
    if wantsGradient { e.mask2 = mask2[i].pointer + start * block.output.maskStride }
    block.conv1.forward(e, source, w, scratch, n: n, profile)
    block.conv2.forward(activated(i + 1, start, last, w), h[i].pointer + sum, w, scratch, n: n, profile)
  }

  /// The epilogue that stores the residual sum `i` where it is wanted, and relu(bn(·)) of it.
  private func activated(_ i: Int, _ start: Int, _ base: Epilogue, _ w: PackedWeights) -> Epilogue {
    var e = base
    let bn = i < layers.blocks.count ? layers.blocks[i].bn1 : layers.norm
    let offset = start * bn.shape.imageStride
    if i < layers.blocks.count, layers.blocks[i].shortcut == nil { e.dst = x[i].pointer + offset }
    e.dst2 = a[i].pointer + offset
    e.scale2 = UnsafePointer(w.running.scale.pointer + bn.vectors)
    e.shift2 = UnsafePointer(w.running.shift.pointer + bn.vectors)
    if wantsGradient { e.mask2 = mask1[i].pointer + start * bn.shape.maskStride }
    return e
  }

  /// The gradient by the images of the last forward pass, `[n, C, H, W]`, from that by the logits `[n, K]` and, if
  /// given, by the features `[n, C]`.
  func backward(
    _ dImages: UnsafeMutablePointer<Float>, dLogits: UnsafePointer<Float>, dFeatures extra: UnsafePointer<Float>? = nil,
    inputScale: UnsafePointer<Float>? = nil, n: Int, _ w: PackedWeights
  ) {
    precondition(wantsGradient, "EvaluationPass: planned without gradients")
    let linear = layers.linear
    Kernels.linearBackwardInput(
      dFeatures.pointer, dLogits, weight: w.linearWeight.pointer, n: n, classes: linear.classes,
      channels: linear.channels)
    if let extra { for i in 0..<n * linear.channels { dFeatures.pointer[i] += extra[i] } }
    Kernels.poolBackward(
      dx.last!.pointer, dFeatures.pointer, gate: mask1.last!.pointer,
      gateScale: w.running.scale.pointer + layers.norm.vectors, n: n, layers.norm.shape)
    let pixels = Int(layers.stem.geometry.input.channels) * layers.stem.geometry.input.area
    for g in groups.indices.reversed() {
      for start in stride(from: 0, to: n, by: groups[g].images) {
        let count = min(groups[g].images, n - start)
        for i in groups[g].blocks.reversed() { backward(i, start, count, w) }
        if g == 0 {
          let into = dImage.pointer + start * layers.stem.geometry.input.imageStride
          var e = Epilogue()
          e.dst = into
          layers.stem.backwardInput(
            e, dx[0].pointer + start * layers.stem.geometry.output.imageStride, w, scratch, n: count, profile)
          Kernels.exportImages(
            dImages + start * pixels, into, scale: inputScale, n: count, layers.stem.geometry.input)
        }
      }
    }
  }

  /// Block `i` for `n` images from image `start` on.
  private func backward(_ i: Int, _ start: Int, _ n: Int, _ w: PackedWeights) {
    let block = layers.blocks[i]
    let dy = UnsafePointer(dx[i + 1].pointer + start * block.output.imageStride)
    let dBranch = dh[i].pointer + start * block.output.imageStride
    let into = dx[i].pointer + start * block.input.imageStride
    // dh = [mask2]·s2·conv2ᵀ(dy)
    var e = Epilogue()
    e.dst = dBranch
    e.gate = UnsafePointer(mask2[i].pointer + start * block.output.maskStride)
    e.gateScale = UnsafePointer(w.running.scale.pointer + block.bn2.vectors)
    block.conv2.backwardInput(e, dy, w, scratch, n: n, profile)
    // dx = [mask1]·s1·(conv1ᵀ(dh) + shortcutᵀ(dy)), + dy where the shortcut is the identity
    e = Epilogue()
    e.dst = into
    e.gate = UnsafePointer(mask1[i].pointer + start * block.input.maskStride)
    e.gateScale = UnsafePointer(w.running.scale.pointer + block.bn1.vectors)
    if let shortcut = block.shortcut {
      var s = Epilogue()
      s.dst = into
      shortcut.backwardInput(s, dy, w, scratch, n: n, profile)
      e.before = UnsafePointer(into)
    } else {
      e.after = dy
    }
    block.conv1.backwardInput(e, dBranch, w, scratch, n: n, profile)
  }
}
