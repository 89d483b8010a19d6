// The network layer by layer, for one shard on one thread: batch or running statistics, gradients by images and
// parameters as asked. Kept for the backward pass: the input of every batch normalisation. The activations between
// them are computed again when a weight gradient needs them, which costs less than keeping them.

package import Tensors

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

  private let image: FloatBuffer, dImage: FloatBuffer
  /// Inputs of bn1 (one more for the last norm) and of bn2: kept from forward to backward.
  private let x: [FloatBuffer], h: [FloatBuffer]
  /// Per-channel vectors of the statistics in use.
  private let mean: FloatBuffer, rstd: FloatBuffer, scale: FloatBuffer, shift: FloatBuffer
  private let variance: FloatBuffer
  private let a1: [FloatBuffer], a2: [FloatBuffer]
  private let dx: [FloatBuffer], dh: [FloatBuffer], da: [FloatBuffer]
  private let sums: UnsafeMutablePointer<Double>, sums2: UnsafeMutablePointer<Double>
  private let coefficients: FloatBuffer
  private let maximumChannels: Int
  private let scratch: FloatBuffer
  private let lastActivation: FloatBuffer
  package let features: FloatBuffer
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
    da = layers.blocks.map { pool.buffer("da", $0.input) }
    lastActivation = a1.last!
    image = pool.buffer("image", layers.stem.geometry.input)
    dImage = pool.buffer("dImage", layers.stem.geometry.input)
    func vector() -> FloatBuffer { FloatBuffer(count: layers.vectorCount) }
    (mean, rstd, scale, shift, variance) = (vector(), vector(), vector(), vector(), vector())
    maximumChannels = layers.norms.map(\.shape.paddedChannels).max()!
    sums = .allocate(capacity: maximumChannels)
    sums2 = .allocate(capacity: maximumChannels)
    coefficients = FloatBuffer(count: 3 * maximumChannels)
    features = FloatBuffer(count: capacity * layers.linear.channels)
    dFeatures = FloatBuffer(count: capacity * layers.linear.channels)
    scratch = FloatBuffer(
      count: layers.convolutions.map { $0.scratchCount(images: capacity, weightGradient: true) }.max()!)
  }

  deinit {
    sums.deallocate()
    sums2.deallocate()
  }

  /// Logits `[n, K]` of images `[n, C, H, W]`.
  package func forward(
    _ logits: UnsafeMutablePointer<Float>, images: UnsafePointer<Float>, n: Int, statistics: NormStatistics,
    _ w: PackedWeights
  ) {
    precondition(n <= capacity, "TrainingPass: \(n) images, planned for \(capacity)")
    statisticsInUse = statistics
    Kernels.importImages(image.pointer, images, n: n, layers.stem.geometry.input)
    layers.stem.forward(storing(x[0]), image.pointer, w, scratch, n: n)
    for (i, block) in layers.blocks.enumerated() {
      normalise(block.bn1, x[i], n: n, w)
      activate(a1[i], x[i], block.bn1, n: n)
      var last = storing(x[i + 1])
      if let shortcut = block.shortcut {
        shortcut.forward(storing(x[i + 1]), a1[i].pointer, w, scratch, n: n)
        last.after = UnsafePointer(x[i + 1].pointer)
      } else {
        last.after = UnsafePointer(x[i].pointer)
      }
      block.conv1.forward(storing(h[i]), a1[i].pointer, w, scratch, n: n)
      normalise(block.bn2, h[i], n: n, w)
      activate(a2[i], h[i], block.bn2, n: n)
      block.conv2.forward(last, a2[i].pointer, w, scratch, n: n)
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
    backward(layers.norm, dx.last!, dy: dx.last!, x: x.last!, add: nil, gradient: gradient, n: n, w)
    for (i, block) in layers.blocks.enumerated().reversed() {
      let dy = dx[i + 1]
      if let gradient {
        activate(a2[i], h[i], block.bn2, n: n)
        block.conv2.backwardWeight(gradient, x: a2[i].pointer, dy: dy.pointer, scratch, n: n)
      }
      block.conv2.backwardInput(storing(dh[i]), dy.pointer, w, scratch, n: n)
      backward(block.bn2, dh[i], dy: dh[i], x: h[i], add: nil, gradient: gradient, n: n, w)
      if let gradient {
        activate(a1[i], x[i], block.bn1, n: n)
        block.conv1.backwardWeight(gradient, x: a1[i].pointer, dy: dh[i].pointer, scratch, n: n)
        block.shortcut?.backwardWeight(gradient, x: a1[i].pointer, dy: dy.pointer, scratch, n: n)
      }
      var e = storing(da[i])
      if let shortcut = block.shortcut {
        shortcut.backwardInput(e, dy.pointer, w, scratch, n: n)
        e.before = UnsafePointer(da[i].pointer)
      }
      block.conv1.backwardInput(e, dh[i].pointer, w, scratch, n: n)
      backward(
        block.bn1, dx[i], dy: da[i], x: x[i], add: block.shortcut == nil ? dy : nil, gradient: gradient, n: n, w)
    }
    if let gradient {
      layers.stem.backwardWeight(gradient, x: image.pointer, dy: dx[0].pointer, scratch, n: n)
    }
    if let dImages {
      layers.stem.backwardInput(storing(dImage), dx[0].pointer, w, scratch, n: n)
      Kernels.exportImages(dImages, dImage.pointer, n: n, layers.stem.geometry.input)
    }
  }

  /// running ← (1 − momentum)·running + momentum·(mean, unbiased variance) of the last forward pass with batch
  /// statistics; the published momentum is 0.1.
  package func updateRunning(_ running: inout [Float], n: Int, momentum: Float = 0.1) {
    for bn in layers.norms {
      let count = Float(n * bn.shape.area)
      let unbiased = count > 1 ? count / (count - 1) : 1
      for c in 0..<bn.channels {
        let m = bn.mean.lowerBound + c
        let v = bn.variance.lowerBound + c
        running[m] = (1 - momentum) * running[m] + momentum * mean.pointer[bn.vectors + c]
        running[v] = (1 - momentum) * running[v] + momentum * variance.pointer[bn.vectors + c] * unbiased
      }
    }
  }

  private func storing(_ buffer: FloatBuffer) -> Epilogue {
    var e = Epilogue()
    e.dst = buffer.pointer
    return e
  }

  /// Sets mean, rstd, scale = γ·rstd and shift = β − mean·scale of one layer.
  private func normalise(_ bn: BatchNorm, _ x: FloatBuffer, n: Int, _ w: PackedWeights) {
    let v = bn.vectors
    if statisticsInUse == .running {
      for (to, from) in [(mean, w.mean), (rstd, w.rstd), (scale, w.scale), (shift, w.shift)] {
        (to.pointer + v).update(from: from.pointer + v, count: bn.shape.paddedChannels)
      }
      return
    }
    Kernels.moments(sums, sums2, x.pointer, n: n, bn.shape)
    let count = Double(n * bn.shape.area)
    for c in 0..<bn.channels {
      let m = sums[c] / count
      let biased = max(sums2[c] / count - m * m, 0)
      let r = 1 / (biased + BatchNormConstants.epsilon).squareRoot()
      let s = Double(w.gamma.pointer[v + c]) * r
      mean.pointer[v + c] = Float(m)
      variance.pointer[v + c] = Float(biased)
      rstd.pointer[v + c] = Float(r)
      scale.pointer[v + c] = Float(s)
      shift.pointer[v + c] = Float(Double(w.beta.pointer[v + c]) - m * s)
    }
  }

  /// a = relu(scale·x + shift)
  private func activate(_ a: FloatBuffer, _ x: FloatBuffer, _ bn: BatchNorm, n: Int) {
    Kernels.affine(
      a.pointer, x.pointer, scale: scale.pointer + bn.vectors, shift: shift.pointer + bn.vectors, relu: true, n: n,
      bn.shape)
  }

  /// Through relu and normalisation. With g = dy where the ReLU passed, N values a channel and x̂ = (x − mean)·rstd:
  ///
  ///     batch statistics     dx = γ·rstd·(g − Σg/N − x̂·Σ(g·x̂)/N) = a·g + b·x + c
  ///     running statistics   dx = γ·rstd·g
  ///     dγ += Σ g·x̂,  dβ += Σ g
  private func backward(
    _ bn: BatchNorm, _ dx: FloatBuffer, dy: FloatBuffer, x: FloatBuffer, add: FloatBuffer?,
    gradient: UnsafeMutablePointer<Float>?, n: Int, _ w: PackedWeights
  ) {
    let v = bn.vectors
    let batch = statisticsInUse == .batch
    if batch || gradient != nil {
      Kernels.normBackwardSums(
        sums, sums2, dy: dy.pointer, x: x.pointer, mean: mean.pointer + v, rstd: rstd.pointer + v,
        scale: scale.pointer + v, shift: shift.pointer + v, n: n, bn.shape)
    }
    let a = coefficients.pointer
    let b = a + maximumChannels
    let c = b + maximumChannels
    let count = Double(n * bn.shape.area)
    for i in 0..<bn.channels {
      let s = Double(scale.pointer[v + i])
      let r = Double(rstd.pointer[v + i])
      a[i] = scale.pointer[v + i]
      b[i] = batch ? Float(-s * r * sums2[i] / count) : 0
      c[i] = batch ? Float(-s * sums[i] / count + s * r * sums2[i] / count * Double(mean.pointer[v + i])) : 0
      if let gradient {
        gradient[bn.gamma.lowerBound + i] += Float(sums2[i])
        gradient[bn.beta.lowerBound + i] += Float(sums[i])
      }
    }
    for i in bn.channels..<bn.shape.paddedChannels { (a[i], b[i], c[i]) = (0, 0, 0) }
    Kernels.normBackwardApply(
      dx.pointer, dy: dy.pointer, x: x.pointer, a: a, b: b, c: c, scale: scale.pointer + v, shift: shift.pointer + v,
      add: add?.pointer, n: n, bn.shape)
  }
}
