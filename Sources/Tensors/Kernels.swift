// The C kernels as the layers see them. The only file that calls CKernels; see its header for layouts and formulas.

package import CKernels

/// Extents of a blocked activation `[n][C/8][rows][columns][8]` with its border of zeros.
package typealias ActivationShape = ck_shape
/// A square convolution: input extents, output channels, kernel, stride, padding, algorithm.
package typealias ConvolutionGeometry = ck_conv
/// One of several parts into which a weight gradient is cut by channels.
package typealias GradientPart = ck_part
/// What happens to each result of a convolution before it is stored.
package typealias Epilogue = ck_epilogue

extension ck_shape {
  package init(channels: Int, height: Int, width: Int) {
    self.init(channels: Int32(channels), height: Int32(height), width: Int32(width))
  }
  /// Channels rounded up to whole blocks of 8: the length of per-channel vectors.
  package var paddedChannels: Int { Int(ck_blocks(self)) * 8 }
  /// Floats of one image, border included.
  package var imageStride: Int { ck_image_stride(self) }
  /// Blocks of 8 channels.
  package var blockCount: Int { Int(ck_blocks(self)) }
  /// Floats of one image's row sums: two a channel and row.
  package var rowsStride: Int { ck_rows_stride(self) }
  /// Bytes of one image's sign mask.
  package var maskStride: Int { ck_mask_stride(self) }
  /// Pixels of one channel.
  package var area: Int { Int(height) * Int(width) }
}

extension ck_shape {
  package static func == (a: ck_shape, b: ck_shape) -> Bool {
    a.channels == b.channels && a.height == b.height && a.width == b.width
  }
}

/// How a convolution is computed.
public enum ConvolutionAlgorithm: String, Sendable, Codable, CaseIterable {
  /// Whatever the kernel level found fastest for the shape.
  case best
  /// Nested loops.
  case plain
  /// Register-tiled sums of products.
  case direct
  /// Winograd F(4×4, 3×3) where the convolution is 3×3 at stride 1, otherwise direct.
  case winograd

  package var code: ck_algorithm {
    switch self {
    case .best: CK_BEST
    case .plain: CK_PLAIN
    case .direct: CK_DIRECT
    case .winograd: CK_WINOGRAD
    }
  }
}

extension ck_conv {
  package init(
    _ input: ActivationShape, outChannels: Int, kernel: Int, stride: Int, padding: Int? = nil,
    algorithm: ConvolutionAlgorithm = .best
  ) {
    self.init(
      input: input, outChannels: Int32(outChannels), kernel: Int32(kernel), stride: Int32(stride),
      padding: Int32(padding ?? kernel / 2), algorithm: algorithm.code)
  }

  package var output: ActivationShape { ck_conv_output(self) }
  package func packedCount(_ direction: Kernels.Direction) -> Int {
    withUnsafePointer(to: self) { ck_conv_packed_count($0, direction.code) }
  }
  package func scratchCount(_ direction: Kernels.Direction, images: Int) -> Int {
    withUnsafePointer(to: self) { ck_conv_scratch_count($0, direction.code, Int32(images)) }
  }
  /// Parts into which the weight gradient can be cut, at most as many as are wanted.
  package func weightGradientParts(wanted: Int) -> Int {
    withUnsafePointer(to: self) { Int(ck_conv_weight_gradient_parts($0, Int32(wanted))) }
  }
  /// Of each of so many parts.
  package func weightGradientScratchCount(images: Int, parts: Int = 1) -> Int {
    withUnsafePointer(to: self) { ck_conv_weight_gradient_scratch_count($0, Int32(images), Int32(parts)) }
  }
}

/// The kernels. Pointers are to activations of `n` images unless said; lengths follow from the shapes.
package enum Kernels {
  package typealias Floats = UnsafePointer<Float>
  package typealias MutableFloats = UnsafeMutablePointer<Float>

  package enum Direction {
    case forward, backwardInput
    var code: ck_direction { self == .forward ? CK_FORWARD : CK_BACKWARD_INPUT }
  }

  /// Packs weights `[O, C, k, k]`, output channel o times `outScale[o]`.
  package static func pack(
    _ packed: MutableFloats, _ weight: Floats, outScale: Floats? = nil, _ conv: ConvolutionGeometry,
    _ direction: Direction
  ) {
    withUnsafePointer(to: conv) { ck_conv_pack(packed, weight, outScale, $0, direction.code) }
  }

  /// A convolution, or its transpose, of `n` images into `epilogue.dst` (and `dst2`).
  package static func convolution(
    _ epilogue: Epilogue, _ source: Floats, _ packed: Floats, scratch: MutableFloats, n: Int,
    _ conv: ConvolutionGeometry, _ direction: Direction
  ) {
    withUnsafePointer(to: epilogue) { e in
      withUnsafePointer(to: conv) { ck_conv_run(e, source, packed, scratch, Int32(n), $0, direction.code) }
    }
  }

  /// dWeight `[O, C, k, k]` += Σ dy · x, for the channels of one part.
  package static func weightGradient(
    _ dWeight: MutableFloats, x: Floats, dy: Floats, scratch: MutableFloats, n: Int, _ conv: ConvolutionGeometry,
    part: GradientPart = GradientPart(index: 0, count: 1)
  ) {
    withUnsafePointer(to: conv) { ck_conv_weight_gradient(dWeight, x, dy, scratch, Int32(n), $0, part) }
  }

  /// Images `[n, C, h, w]` to an activation, x·scale + shift a channel.
  package static func importImages(
    _ dst: MutableFloats, _ images: Floats, scale: Floats? = nil, shift: Floats? = nil, n: Int, _ s: ActivationShape
  ) { ck_import(dst, images, scale, shift, Int32(n), s) }

  /// An activation to images `[n, C, h, w]`, times scale a channel.
  package static func exportImages(
    _ images: MutableFloats, _ src: Floats, scale: Floats? = nil, n: Int, _ s: ActivationShape
  ) { ck_export(images, src, scale, Int32(n), s) }

  /// dst = scale·src + shift, through max(·, 0) if relu.
  package static func affine(
    _ dst: MutableFloats, _ src: Floats, scale: Floats, shift: Floats, relu: Bool, n: Int, _ s: ActivationShape
  ) { ck_affine(dst, src, scale, shift, relu ? 1 : 0, Int32(n), s) }

  /// Σx and Σx² of each row.
  package static func moments(_ rows: MutableFloats, _ x: Floats, n: Int, _ s: ActivationShape) {
    ck_moments(rows, x, Int32(n), s)
  }

  /// Σg and Σg·x̂ of each row, with g = dy where scale·x + shift > 0; activation = max(scale·x + shift, 0).
  package static func normBackwardSums(
    _ rows: MutableFloats, activation: MutableFloats?, dy: Floats, x: Floats, mean: Floats, rstd: Floats,
    scale: Floats?, shift: Floats?, n: Int, _ s: ActivationShape
  ) { ck_norm_backward_sums(rows, activation, dy, x, mean, rstd, scale, shift, Int32(n), s) }

  /// Adds the row sums of `n` images per channel, for some channel blocks.
  package static func addRows(
    _ sum1: UnsafeMutablePointer<Double>, _ sum2: UnsafeMutablePointer<Double>, _ rows: Floats, n: Int,
    _ s: ActivationShape, blocks: Range<Int>
  ) { ck_add_rows(sum1, sum2, rows, Int32(n), s, Int32(blocks.lowerBound), Int32(blocks.upperBound)) }

  /// dx = a·g + b·x + c (+ add).
  package static func normBackwardApply(
    _ dx: MutableFloats, dy: Floats, x: Floats, a: Floats, b: Floats, c: Floats, scale: Floats?, shift: Floats?,
    add: Floats?, n: Int, _ s: ActivationShape
  ) { ck_norm_backward_apply(dx, dy, x, a, b, c, scale, shift, add, Int32(n), s) }

  /// features `[n, C]` = mean over the image.
  package static func pool(_ features: MutableFloats, _ src: Floats, n: Int, _ s: ActivationShape) {
    ck_pool(features, src, Int32(n), s)
  }

  /// dst = gate ? dFeatures/(h·w)·gateScale : 0.
  package static func poolBackward(
    _ dst: MutableFloats, _ dFeatures: Floats, gate: UnsafePointer<UInt8>? = nil, gateScale: Floats? = nil, n: Int,
    _ s: ActivationShape
  ) { ck_pool_backward(dst, dFeatures, gate, gateScale, Int32(n), s) }

  /// logits `[n, K]` = features `[n, C]` · weight `[K, C]`ᵀ + bias.
  package static func linear(
    _ logits: MutableFloats, _ features: Floats, weight: Floats, bias: Floats, n: Int, classes: Int, channels: Int
  ) { ck_linear(logits, features, weight, bias, Int32(n), Int32(classes), Int32(channels)) }

  /// dFeatures = dLogits · weight.
  package static func linearBackwardInput(
    _ dFeatures: MutableFloats, _ dLogits: Floats, weight: Floats, n: Int, classes: Int, channels: Int
  ) { ck_linear_backward_input(dFeatures, dLogits, weight, Int32(n), Int32(classes), Int32(channels)) }

  /// dWeight += dLogitsᵀ · features, dBias += Σ dLogits, for the classes of `part`.
  package static func linearBackwardWeight(
    _ dWeight: MutableFloats, _ dBias: MutableFloats, _ dLogits: Floats, _ features: Floats, n: Int, classes: Int,
    channels: Int, part: Range<Int>
  ) {
    ck_linear_backward_weight(
      dWeight, dBias, dLogits, features, Int32(n), Int32(classes), Int32(channels), Int32(part.lowerBound),
      Int32(part.upperBound))
  }
}

/// The kernel level in use on this processor: "avx512", "avx2" or "portable".
/// `WORKBENCH_KERNELS=portable` forces one.
public var kernelLevel: String { String(cString: ck_level()) }
