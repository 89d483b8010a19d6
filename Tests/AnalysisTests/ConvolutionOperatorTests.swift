// Norms of convolutions against dense matrices, and against singular values from NumPy (`operator` of the outside
// numbers' `spectral_norm`).

import Analysis
import Tensors
import Testing
import _TestSupport

struct ConvolutionOperatorTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let out: Int, channels: Int, kernel: Int, height: Int, width: Int, stride: Int, padding: Int
    /// How far the bound may be above the norm. The border of zeros matters more the smaller the image is.
    let excess: Double
    var testDescription: String {
      "\(kernel)×\(kernel), \(channels) → \(out), \(height)×\(width), stride \(stride), padding \(padding)"
    }

    var map: ConvolutionOperator {
      var stream = RandomKey(seed: UInt64(out * 100 + height)).stream
      let shape: Shape = [out, channels, kernel, kernel]
      return ConvolutionOperator(
        Tensor((0..<shape.count).map { _ in stream.normal() }, shape: shape), height: height, width: width,
        stride: stride, padding: padding)
    }
  }

  static let cases = [
    Case(out: 2, channels: 3, kernel: 3, height: 4, width: 5, stride: 1, padding: 1, excess: 1.14),
    Case(out: 4, channels: 2, kernel: 3, height: 5, width: 5, stride: 2, padding: 1, excess: 1.06),
    Case(out: 3, channels: 4, kernel: 3, height: 12, width: 9, stride: 1, padding: 1, excess: 1.04),
    Case(out: 3, channels: 4, kernel: 3, height: 11, width: 12, stride: 2, padding: 1, excess: 1.02),
    Case(out: 3, channels: 1, kernel: 3, height: 4, width: 6, stride: 1, padding: 0, excess: 1.41),
    Case(out: 2, channels: 2, kernel: 5, height: 6, width: 5, stride: 1, padding: 2, excess: 1.27),
    Case(out: 5, channels: 4, kernel: 1, height: 3, width: 4, stride: 2, padding: 0, excess: 1.001),
    Case(out: 3, channels: 6, kernel: 1, height: 1, width: 1, stride: 1, padding: 0, excess: 1.001),
    Case(out: 2, channels: 3, kernel: 2, height: 4, width: 4, stride: 2, padding: 0, excess: 1.001),
    Case(out: 1, channels: 1, kernel: 3, height: 1, width: 1, stride: 2, padding: 1, excess: 1.5),
  ]

  /// The operator as a dense matrix, a column an input element.
  private func columns(_ map: ConvolutionOperator) -> [[Double]] {
    let count = map.inChannels * map.height * map.width
    return (0..<count).map { i in
      map.apply((0..<count).map { $0 == i ? 1 : 0 })
    }
  }

  /// The largest singular value of a dense matrix, by a power iteration that is run to the end.
  private func norm(_ columns: [[Double]]) -> Double {
    var x = columns.indices.map { 1 + Double($0 % 7) / 3 }
    var norm = 0.0
    for _ in 0..<20_000 {
      let length = x.reduce(0) { $0 + $1 * $1 }.squareRoot()
      x = x.map { $0 / length }
      var y = [Double](repeating: 0, count: columns[0].count)
      for (column, factor) in zip(columns, x) { for i in y.indices { y[i] += factor * column[i] } }
      norm = y.reduce(0) { $0 + $1 * $1 }.squareRoot()
      x = columns.map { zip($0, y).reduce(0) { $0 + $1.0 * $1.1 } }
    }
    return norm
  }

  @Test(arguments: cases) func theNormLiesBetweenTheEstimateAndTheBound(_ c: Case) {
    let map = c.map
    let exact = norm(columns(map))
    let estimate = map.normEstimate(tolerance: 1e-12, limit: 5000)
    let bound = map.normBound()
    #expect(estimate <= exact * (1 + 1e-12), "rounding of a few sums")
    #expect(estimate >= exact * (1 - 1e-4), "\(estimate) of \(exact)")
    #expect(bound >= exact && bound <= exact * c.excess, "\(bound) for \(exact): \(bound / exact)")
    #expect(map.patchBound >= exact && bound <= map.patchBound * 1.001, "\(map.patchBound) against \(bound)")
  }

  @Test(arguments: cases) func applyingIsTheConvolutionAndItsTranspose(_ c: Case) {
    let map = c.map
    let dense = columns(map)
    // Column (ch, r, s), row (o, i, j): the weight at (r − i·stride + padding, s − j·stride + padding), if there.
    for (column, values) in dense.enumerated() {
      let (ch, r, s) = (column / (c.height * c.width), column / c.width % c.height, column % c.width)
      for (row, value) in values.enumerated() {
        let area = map.outHeight * map.outWidth
        let (o, i, j) = (row / area, row % area / map.outWidth, row % map.outWidth)
        let (a, b) = (r - i * c.stride + c.padding, s - j * c.stride + c.padding)
        let isThere = (0..<c.kernel).contains(a) && (0..<c.kernel).contains(b)
        #expect(value == (isThere ? map.weight[((o * c.channels + ch) * c.kernel + a) * c.kernel + b] : 0))
      }
    }
    let y = dense[0].indices.map { Double($0 % 5) - 1.5 }
    expectClose(map.applyTransposed(y), dense.map { zip($0, y).reduce(0) { $0 + $1.0 * $1.1 } }, atol: 1e-12)
  }

  @Test(.requiresReference, arguments: 0..<2) func boundsEncloseTheReferenceNorms(_ index: Int) throws {
    let file = try SafetensorsFile(contentsOf: OutsideFiles.referenceDirectory() + "/spectral_norm.safetensors")
    let name = "operator\(index)."
    let extents = try file.int64s(name + "input_hw_stride").map(Int.init)
    let map = ConvolutionOperator(
      try file.tensor(name + "weight"), height: extents[0], width: extents[1], stride: extents[2])
    let exact = Double(try file.tensor(name + "norm_exact").elements[0])
    let reshaped = Double(try file.tensor(name + "reshaped_norm").elements[0])
    // The outside numbers are rounded to Float32.
    #expect(map.normEstimate(tolerance: 1e-10, limit: 5000) <= exact * (1 + 1e-6))
    expectClose(map.normEstimate(tolerance: 1e-10, limit: 5000), exact, rtol: 1e-5)
    #expect(map.normBound() >= exact * (1 - 1e-6) && map.normBound() <= 1.08 * exact)
    expectClose(map.reshapedNorm, reshaped, rtol: 2e-4)
    #expect(map.reshapedNorm >= reshaped * (1 - 1e-6) && map.patchBound >= 1.9 * exact)
  }

  @Test(arguments: cases) func moreIterationsNeverRaiseTheBound(_ c: Case) {
    let map = c.map
    let bounds = (0...12).map { map.normBound(iterations: $0) }
    for (more, less) in zip(bounds.dropFirst(), bounds) { #expect(more <= less) }
    let rows = Double(min(c.out, c.channels * c.stride * c.stride))
    #expect(bounds[0] <= bounds[12] * rows.squareRoot() * (1 + 1e-6), "Frobenius against the largest")
    expectClose(bounds[10], bounds[12], rtol: 1e-3)
  }

  @Test func anIdentityIsNeverBoundedBelowOne() {
    // 7 channels, all singular values equal: the worst case of Gram iteration, and of rounding below 1.
    var weight = Tensor(shape: [7, 7, 3, 3])
    for c in 0..<7 { weight[c, c, 1, 1] = 1 }
    let map = ConvolutionOperator(weight, height: 9, width: 9)
    for iterations in [0, 1, 5, 10, 20, 40] {
      let bound = map.normBound(iterations: iterations)
      #expect(bound >= 1 && bound <= (iterations == 0 ? 7.0.squareRoot().squareRoot() * 1.001 : 1.7), "\(bound)")
    }
    #expect(map.normBound(iterations: 20) <= 1 + 1e-6)
  }

  @Test func scalesFoldInAndExtremeOnesKeepTheirBits() {
    let map = Self.cases[0].map
    let bound = map.normBound()
    let large = 0x1p300
    expectClose(map.scaled(rows: [large, large]).normBound() / large, bound, rtol: 1e-12)
    expectClose(map.scaled(columns: [1 / large, 1 / large, 1 / large]).normBound() * large, bound, rtol: 1e-12)
    let folded = map.scaled(rows: [2, 3], columns: [1, 0.5, -1])
    #expect(folded.weight[0] == 2 * map.weight[0] && folded.weight[27 + 9] == 1.5 * map.weight[27 + 9])
    #expect(map.scaled(rows: [0, 0]).normBound() == 0 && map.scaled(rows: [0, 0]).normEstimate() == 0)
  }

  @Test func whatIsNotANumberHasNoBound() {
    let map = ConvolutionOperator(Tensor([1, .nan, 2, .infinity], shape: [2, 2]))
    #expect(map.normBound().isNaN && map.reshapedNorm.isNaN && map.normEstimate().isNaN)
  }
}
