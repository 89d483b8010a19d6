// Batch normalisation with its ReLU, forward and backward. Ioffe & Szegedy, ICML 2015, arXiv:1502.03167.
//
//     y = γ·x̂ + β,  x̂ = (x − mean)·rstd,  rstd = 1/√(variance + ε)       as scale·x + shift

internal import Tensors

/// The statistics in use of all batch normalisations of a network, and the passes through one of them.
package final class BatchNormPass: @unchecked Sendable {
  /// Per-channel vectors; a layer's begin at `BatchNorm.vectors`.
  let mean: FloatBuffer, rstd: FloatBuffer, scale: FloatBuffer, shift: FloatBuffer
  /// Biased, of the last forward pass with batch statistics.
  let variance: FloatBuffer
  private let sums: UnsafeMutablePointer<Double>, sums2: UnsafeMutablePointer<Double>
  /// Row sums of all images, for one layer at a time: images write theirs on any thread, and channel blocks add theirs
  /// up in the order of images on any thread.
  private let rows: FloatBuffer
  /// a, b and c of `Kernels.normBackwardApply`.
  private let coefficients: FloatBuffer
  private let maximumChannels: Int

  /// - Parameters:
  ///   - vectorCount: padded channels of all layers together.
  ///   - maximumChannels: padded channels of the widest.
  ///   - rowCount: floats of all images' row sums in the layer that has most; 0 where only running statistics are used.
  package init(vectorCount: Int, maximumChannels: Int, rowCount: Int = 0) {
    func vector() -> FloatBuffer { FloatBuffer(count: vectorCount) }
    (mean, rstd, scale, shift, variance) = (vector(), vector(), vector(), vector(), vector())
    self.maximumChannels = maximumChannels
    sums = .allocate(capacity: maximumChannels)
    sums2 = .allocate(capacity: maximumChannels)
    rows = FloatBuffer(count: rowCount)
    coefficients = FloatBuffer(count: 3 * maximumChannels)
  }

  deinit {
    sums.deallocate()
    sums2.deallocate()
  }

  /// Takes the running statistics for one layer, out of the flat parameters and statistics.
  package func useRunning(_ bn: BatchNorm, parameters: [Float], statistics: [Float]) {
    for c in 0..<bn.channels {
      let i = bn.vectors + c
      let gamma = parameters[bn.gamma.lowerBound + c]
      mean.pointer[i] = statistics[bn.mean.lowerBound + c]
      let variance = Double(statistics[bn.variance.lowerBound + c])
      rstd.pointer[i] = Float(1 / (variance + BatchNormConstants.epsilon).squareRoot())
      scale.pointer[i] = gamma * rstd.pointer[i]
      shift.pointer[i] = parameters[bn.beta.lowerBound + c] - mean.pointer[i] * scale.pointer[i]
    }
  }

  /// Takes the statistics that `other` uses, for one layer.
  func use(_ bn: BatchNorm, of other: BatchNormPass) {
    let v = bn.vectors
    let count = bn.shape.paddedChannels
    (mean.pointer + v).update(from: other.mean.pointer + v, count: count)
    (rstd.pointer + v).update(from: other.rstd.pointer + v, count: count)
    (scale.pointer + v).update(from: other.scale.pointer + v, count: count)
    (shift.pointer + v).update(from: other.shift.pointer + v, count: count)
  }

  /// Notes the moments of `n` images, of which the first is image `first` of all.
  package func noteMoments(_ bn: BatchNorm, _ x: UnsafePointer<Float>, first: Int, n: Int) {
    Kernels.moments(rows.pointer + first * bn.shape.rowsStride, x, n: n, bn.shape)
  }

  /// Adds up what `n` images noted in some channel blocks, in the order of images.
  private func addUp(_ bn: BatchNorm, n: Int, _ blocks: Range<Int>) {
    for c in blocks.lowerBound * 8..<blocks.upperBound * 8 { (sums[c], sums2[c]) = (0, 0) }
    Kernels.addRows(sums, sums2, rows.pointer, n: n, bn.shape, blocks: blocks)
  }

  /// Takes the statistics of the `n` images that noted their moments, in some channel blocks.
  package func useBatch(
    _ bn: BatchNorm, n: Int, gamma: UnsafePointer<Float>, beta: UnsafePointer<Float>, blocks: Range<Int>
  ) {
    addUp(bn, n: n, blocks)
    let v = bn.vectors
    let count = Double(n * bn.shape.area)
    for c in blocks.lowerBound * 8..<min(blocks.upperBound * 8, bn.channels) {
      let m = sums[c] / count
      let biased = max(sums2[c] / count - m * m, 0)
      let r = 1 / (biased + BatchNormConstants.epsilon).squareRoot()
      let s = Double(gamma[c]) * r
      mean.pointer[v + c] = Float(m)
      variance.pointer[v + c] = Float(biased)
      rstd.pointer[v + c] = Float(r)
      scale.pointer[v + c] = Float(s)
      shift.pointer[v + c] = Float(Double(beta[c]) - m * s)
    }
  }

  /// y = scale·x + shift, through the ReLU if `relu`.
  package func forward(
    _ bn: BatchNorm, _ y: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>, relu: Bool, n: Int
  ) {
    Kernels.affine(
      y, x, scale: scale.pointer + bn.vectors, shift: shift.pointer + bn.vectors, relu: relu, n: n, bn.shape)
  }

  /// dy ← dy·silu′(scale·x + shift), `n` images.
  func backwardSiLU(_ bn: BatchNorm, _ dy: UnsafeMutablePointer<Float>, x: UnsafePointer<Float>, n: Int) {
    SiLU.backward(dy, x: x, scale: scale.pointer + bn.vectors, shift: shift.pointer + bn.vectors, n: n, bn.shape)
  }

  // With g = dy where the ReLU passed (everywhere without one), N values a channel:
  //
  //     batch statistics     dx = γ·rstd·(g − Σg/N − x̂·Σ(g·x̂)/N) = a·g + b·x + c
  //     running statistics   dx = γ·rstd·g
  //     dγ += Σ g·x̂,  dβ += Σ g

  /// Notes Σg and Σ(g·x̂) of `n` images, of which the first is image `first` of all; `activation`, if given, becomes
  /// y = relu(scale·x + shift) once more.
  package func noteBackwardSums(
    _ bn: BatchNorm, activation: UnsafeMutablePointer<Float>?, dy: UnsafePointer<Float>, x: UnsafePointer<Float>,
    relu: Bool, first: Int, n: Int
  ) {
    let v = bn.vectors
    Kernels.normBackwardSums(
      rows.pointer + first * bn.shape.rowsStride, activation: activation, dy: dy, x: x, mean: mean.pointer + v,
      rstd: rstd.pointer + v, scale: relu ? UnsafePointer(scale.pointer + v) : nil,
      shift: relu ? UnsafePointer(shift.pointer + v) : nil, n: n, bn.shape)
  }

  /// a, b and c from what `n` images noted, and dγ and dβ added to `gradient`, that by all parameters, or nil; in some
  /// channel blocks.
  package func finishBackwardSums(
    _ bn: BatchNorm, statistics: NormStatistics, gradient: UnsafeMutablePointer<Float>?, n: Int, blocks: Range<Int>
  ) {
    let v = bn.vectors
    let batch = statistics == .batch
    if batch || gradient != nil { addUp(bn, n: n, blocks) }
    let (a, b, c) = abc
    let count = Double(n * bn.shape.area)
    for i in blocks.lowerBound * 8..<min(blocks.upperBound * 8, bn.channels) {
      let s = Double(scale.pointer[v + i])
      let slope = batch ? s * Double(rstd.pointer[v + i]) * sums2[i] / count : 0
      a[i] = scale.pointer[v + i]
      b[i] = Float(-slope)
      c[i] = batch ? Float(slope * Double(mean.pointer[v + i]) - s * sums[i] / count) : 0
      if let gradient {
        gradient[bn.gamma.lowerBound + i] += Float(sums2[i])
        gradient[bn.beta.lowerBound + i] += Float(sums[i])
      }
    }
    for i in min(blocks.upperBound * 8, bn.channels)..<blocks.upperBound * 8 { (a[i], b[i], c[i]) = (0, 0, 0) }
  }

  /// dx of `n` images. It may be `dy` or `add`, which is added to it.
  package func applyBackward(
    _ bn: BatchNorm, _ dx: UnsafeMutablePointer<Float>, dy: UnsafePointer<Float>, x: UnsafePointer<Float>,
    add: UnsafePointer<Float>?, relu: Bool, n: Int
  ) {
    let v = bn.vectors
    let (a, b, c) = abc
    Kernels.normBackwardApply(
      dx, dy: dy, x: x, a: a, b: b, c: c, scale: relu ? UnsafePointer(scale.pointer + v) : nil,
      shift: relu ? UnsafePointer(shift.pointer + v) : nil, add: add, n: n, bn.shape)
  }

  private var abc: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) {
    let a = coefficients.pointer
    return (a, a + maximumChannels, a + 2 * maximumChannels)
  }

  /// running ← (1 − momentum)·running + momentum·(mean, unbiased variance) of the last forward pass with batch
  /// statistics; the published momentum is 0.1.
  package func updateRunning(_ bn: BatchNorm, _ running: inout [Float], n: Int, momentum: Float = 0.1) {
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
