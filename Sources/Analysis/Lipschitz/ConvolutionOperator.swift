// A convolution as a linear map of images, and its norm: from below by power iteration, from above by proof.
//
// Upper bound. Let N be at least height + padding and a multiple of the stride (likewise for the width). The zero-padded,
// strided convolution T is R·C·E: E puts an image into one corner of a torus of N×N zeros, C convolves around the torus
// and keeps one pixel in stride, R takes the pixels that T has. No tap that a kept pixel reads beyond the image's border
// comes round to the image, because the rest of the torus is at least `padding` wide. E is an isometry and R drops
// coordinates, so ‖T‖ ≤ ‖C‖.
//
// The Fourier transform splits C exactly. With D(f) = Σ w[:, :, a, b]·exp(−2πi(f₁a + f₂b)/N) and the frequencies
// f + jN/s, j in {0…s−1}², which a stride of s makes one,
//
//     ‖C‖ = max over f of σ₁( [D(f), D(f + N/s), …]/s )
//
// and each of these matrices is bounded by Gram iteration. See Sedghi, Gupta & Long, ICLR 2019, arXiv:1805.10408 for
// the spectrum, and Delattre et al., ICML 2023, arXiv:2305.16173 for the bound.

internal import Basics
public import Tensors

/// A convolution without bias, zero-padded and strided, on images of one size; a linear layer is one of a 1×1 image.
public struct ConvolutionOperator: Hashable, Sendable {
  /// Channels of its output and of its input.
  public let outChannels: Int, inChannels: Int
  /// Height and width of the kernel.
  public let kernel: Int
  /// Of an input image, pixels.
  public let height: Int, width: Int
  /// Stride and padding in pixels.
  public let stride: Int, padding: Int
  /// `[O, C, k, k]`.
  public private(set) var weight: [Double]

  /// - Parameters:
  ///   - weight: `[O, C, k, k]`, or `[O, C]` for a linear layer.
  ///   - height: of the input image, pixels.
  ///   - stride: a power of two.
  ///   - padding: zeros on each side, less than k; nil for k/2.
  public init(_ weight: Tensor, height: Int = 1, width: Int = 1, stride: Int = 1, padding: Int? = nil) {
    let shape = weight.shape
    precondition(
      shape.rank == 2 || (shape.rank == 4 && shape[2] == shape[3]), "ConvolutionOperator: weight \(shape)")
    (outChannels, inChannels) = (shape[0], shape[1])
    kernel = shape.rank == 4 ? shape[2] : 1
    (self.height, self.width, self.stride) = (height, width, stride)
    self.padding = padding ?? kernel / 2
    self.weight = weight.elements.map(Double.init)
    precondition(
      shape.count > 0 && height > 0 && width > 0 && stride > 0 && stride & (stride - 1) == 0
        && (0..<kernel).contains(self.padding) && min(height, width) + 2 * self.padding >= kernel,
      "ConvolutionOperator: \(shape) on \(height)×\(width), stride \(stride), padding \(self.padding)")
  }

  /// Height of the output, pixels.
  public var outHeight: Int { (height + 2 * padding - kernel) / stride + 1 }
  /// Width of the output, pixels.
  public var outWidth: Int { (width + 2 * padding - kernel) / stride + 1 }

  /// Output channel o times `rows[o]`, input channel c times `columns[c]`; nil for 1.
  public func scaled(rows: [Double]? = nil, columns: [Double]? = nil) -> ConvolutionOperator {
    precondition(
      rows?.count ?? outChannels == outChannels && columns?.count ?? inChannels == inChannels,
      "ConvolutionOperator: \(rows?.count ?? 0) and \(columns?.count ?? 0) scales for \(outChannels)×\(inChannels)")
    var result = self
    let area = kernel * kernel
    for i in weight.indices {
      let (o, c) = (i / area / inChannels, i / area % inChannels)
      result.weight[i] *= (rows?[o] ?? 1) * (columns?[c] ?? 1)
    }
    return result
  }

  // MARK: From above

  /// The largest singular value of the kernel as a matrix `[O, C·k·k]`, from above, at most 1.0002 times too large: what
  /// spectral normalisation sets to 1. Not a norm of the map of images. NaN if a weight is not finite.
  public var reshapedNorm: Double {
    Self.matrixBound(weight, rows: outChannels, columns: inChannels * kernel * kernel, iterations: 14)
  }

  /// √(k·k)·`reshapedNorm`, at least the operator's norm: each input pixel is in at most k·k of the patches that the
  /// matrix is applied to.
  public var patchBound: Double { Double(kernel) * reshapedNorm }

  /// A proven upper bound of the operator's norm, see the head of this file. NaN if a weight is not finite.
  ///
  /// - Parameter iterations: Gram iterations, at least 0; more of them never raise the bound beyond rounding.
  public func normBound(iterations: Int = 10) -> Double {
    precondition(iterations >= 0, "normBound: \(iterations) iterations")
    // At each pixel that is kept the same matrix.
    if kernel == 1 {
      return Self.matrixBound(weight, rows: outChannels, columns: inChannels, iterations: iterations)
    }
    guard let unit = Self.unit(weight) else { return .nan }
    if unit == 0 { return 0 }
    var map = self
    map.weight = weight.map { $0 / unit }
    let spectrum = KernelSpectrum(map)
    var largest = 0.0
    for frequency in spectrum.frequencies {
      var gram = spectrum.gram(frequency)
      var bound = gram.bound
      for _ in 0..<iterations {
        // Already below another frequency's last word.
        if bound <= largest { break }
        gram.square()
        bound = min(bound, gram.bound)
      }
      largest = max(largest, bound)
    }
    // D(f) is rounded too: each element by less than 256 units of Σ|w| over its k·k taps, and |w| < 2.
    let rounding = 256 * 0x1p-53 * Double(2 * kernel * kernel) * Double(outChannels * inChannels).squareRoot()
    return (largest + rounding) * unit
  }

  /// A proven upper bound of the largest singular value of a matrix `[rows, columns]`; NaN if an element is not finite.
  private static func matrixBound(_ matrix: [Double], rows: Int, columns: Int, iterations: Int) -> Double {
    guard let unit = unit(matrix) else { return .nan }
    if unit == 0 { return 0 }
    var gram = GramIteration([(matrix.map { $0 / unit }, [])], rows: rows, columns: columns, transposed: columns < rows)
    var bound = gram.bound
    for _ in 0..<iterations {
      gram.square()
      bound = min(bound, gram.bound)
    }
    return bound * unit
  }

  /// The power of two by which the largest element has a magnitude of 1 ..< 2, so that no square overflows and none that
  /// matters vanishes; 0 if all are 0, nil if one is not finite.
  private static func unit(_ elements: [Double]) -> Double? {
    guard elements.allSatisfy(\.isFinite) else { return nil }
    let largest = elements.reduce(0) { max($0, abs($1)) }
    return largest > 0 ? Double(sign: .plus, exponent: Int(largest.exponent), significand: 1) : 0
  }

  // MARK: From below

  /// The norm as a power iteration finds it: ‖T·x‖ of a unit image x after steps x ← TᵀT·x. Never above the norm (but
  /// for rounding, 1e-13), and near it when the steps have converged.
  ///
  /// - Parameters:
  ///   - tolerance: stops when a step raises the estimate by a smaller share than this.
  ///   - limit: steps at most.
  ///   - key: of the first image.
  public func normEstimate(
    tolerance: Double = 1e-6, limit: Int = 500, key: RandomKey = RandomKey(seed: 0)
  ) -> Double {
    var stream = key.stream
    var x = (0..<inChannels * height * width).map { _ in Double(stream.normal()) }
    var best = 0.0
    for _ in 0..<limit {
      let length = x.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 0, length.isFinite else { return length == 0 ? best : .nan }
      for i in x.indices { x[i] /= length }
      let y = apply(x)
      let norm = y.reduce(0) { $0 + $1 * $1 }.squareRoot()
      if norm.isNaN { return .nan }
      if norm <= best * (1 + tolerance) { return max(norm, best) }
      best = norm
      x = applyTransposed(y.map { $0 / norm })
    }
    return best
  }

  /// T·x: an image `[O, outHeight, outWidth]` of an image `[C, height, width]`.
  public func apply(_ x: [Double]) -> [Double] {
    precondition(x.count == inChannels * height * width, "ConvolutionOperator: \(x.count) elements")
    let area = outHeight * outWidth
    let patch = inChannels * kernel * kernel
    var patches = [Double](repeating: 0, count: patch * area)
    eachTap { p, o, i in patches[p * area + o] = x[i] }
    var y = [Double](repeating: 0, count: outChannels * area)
    BLAS.gemm(&y, weight, patches, m: outChannels, n: area, k: patch)
    return y
  }

  /// Tᵀ·y: an image `[C, height, width]` of an image `[O, outHeight, outWidth]`.
  public func applyTransposed(_ y: [Double]) -> [Double] {
    let area = outHeight * outWidth
    let patch = inChannels * kernel * kernel
    precondition(y.count == outChannels * area, "ConvolutionOperator: \(y.count) elements")
    var patches = [Double](repeating: 0, count: patch * area)
    BLAS.gemm(&patches, weight, y, m: patch, n: area, k: outChannels, transposeA: true)
    var x = [Double](repeating: 0, count: inChannels * height * width)
    eachTap { p, o, i in x[i] += patches[p * area + o] }
    return x
  }

  /// Calls `body` with the row of a patch, the output pixel and the input element that meet there.
  @inline(__always) private func eachTap(_ body: (_ patch: Int, _ output: Int, _ input: Int) -> Void) {
    for p in 0..<inChannels * kernel * kernel {
      let (c, a, b) = (p / (kernel * kernel), p / kernel % kernel, p % kernel)
      for i in 0..<outHeight {
        let row = i * stride + a - padding
        if row < 0 || row >= height { continue }
        for j in 0..<outWidth {
          let column = j * stride + b - padding
          if column < 0 || column >= width { continue }
          body(p, i * outWidth + j, (c * height + row) * width + column)
        }
      }
    }
  }
}
