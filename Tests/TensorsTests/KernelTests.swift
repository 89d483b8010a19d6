// The kernels of every level this processor has, against the same formulas in Double.
import CKernels
import Testing

private typealias Shape = (
  channels: Int32, height: Int32, width: Int32, outputs: Int32, kernel: Int32, stride: Int32, n: Int32
)

@Suite struct KernelTests {
  /// Runs `body` once for each level, with this thread's kernels set to it.
  private func forEachLevel(_ body: (String) -> Void) {
    for level in ["portable", "avx2", "avx512"] where ck_level_use(level) != 0 {
      body(level)
    }
    _ = ck_level_use(nil)
  }

  // Odd sizes, channels that fill neither a block of 8 nor a panel of 16, one case of each kind of layer.
  fileprivate static let shapes: [Shape] = [
    (3, 9, 7, 16, 3, 1, 2), (16, 16, 16, 16, 3, 1, 2), (20, 13, 5, 40, 3, 1, 3), (24, 1, 1, 8, 3, 1, 5),
    (8, 2, 31, 5, 3, 1, 1), (40, 8, 8, 64, 3, 1, 5), (160, 5, 9, 24, 3, 1, 2), (1, 3, 3, 1, 3, 1, 2),
    // More tiles than a block of a weight gradient; weights that are transformed when they are read.
    (16, 28, 30, 24, 3, 1, 1), (133, 4, 5, 130, 3, 1, 2),
    (16, 32, 32, 32, 3, 2, 1), (12, 9, 13, 20, 3, 2, 3), (5, 7, 8, 3, 3, 2, 2), (64, 2, 1, 32, 3, 2, 2),
    (16, 8, 7, 32, 1, 1, 2), (24, 5, 5, 12, 1, 2, 3), (40, 8, 8, 64, 1, 2, 1), (32, 3, 31, 160, 1, 1, 1),
  ]
  static let algorithms = [CK_BEST, CK_PLAIN, CK_DIRECT, CK_WINOGRAD]

  @Test(arguments: [CK_FORWARD, CK_BACKWARD_INPUT])
  func convolutionsAgreeWithTheirDefinition(direction: ck_direction) {
    var random = Random()
    for shape in Self.shapes {
      for algorithm in Self.algorithms {
        let c = convolution(shape, algorithm)
        let (source, target) =
          direction == CK_FORWARD ? (c.input, ck_conv_output(c)) : (ck_conv_output(c), c.input)
        let weight = random.values(Int(c.outChannels * c.input.channels * c.kernel * c.kernel))
        let src = Activation(source, shape.n, &random)
        let exact = reference(c, direction, src, weight, shape.n)
        let all = Epilogue(target, shape.n, &random)
        // Each bit switches one part of the epilogue on.
        let combination = random.next() % 256
        let expected = all.apply(to: exact, combination)
        forEachLevel { level in
          let result = all.run(c, direction, src, weight, shape.n, combination)
          // Winograd measured up to 3.5e-6 of the largest result over 3000 random shapes, direct sums 2e-6.
          let bound = 8e-6 * max(1, exact.map(abs).max() ?? 1) * 4
          #expect(result.scratchKept, "\(level) \(c) \(direction)")
          for (got, want) in [(result.dst, expected.dst), (result.dst2, expected.dst2)] {
            #expect(largestDifference(got, want) < bound, "\(level) \(c) \(direction) \(combination)")
            #expect(zip(got, want).allSatisfy { $1 != 0 || !$0.isNaN }, "border of \(c)")
          }
          for channel in 0..<Int(ck_blocks(target)) * 8 {
            for (offset, place) in interior(target, shape.n, channel) {
              let v = expected.dst[offset]
              if combination & 64 != 0, abs(v) > bound {
                #expect(result.mask[place] >> (channel % 8) & 1 == (v > 0 ? 1 : 0), "\(level) \(c) mask")
              }
            }
          }
          #expect(bordersAreZero(result.dst, target, shape.n), "\(level) \(c) border")
          #expect(bordersAreZero(result.dst2, target, shape.n), "\(level) \(c) border")
        }
      }
    }
  }

  @Test func anImagesBitsDoNotDependOnItsNeighbours() {
    var random = Random()
    for shape in Self.shapes where shape.n > 1 {
      for algorithm in Self.algorithms {
        for direction in [CK_FORWARD, CK_BACKWARD_INPUT] {
          let c = convolution(shape, algorithm)
          let (source, target) =
            direction == CK_FORWARD ? (c.input, ck_conv_output(c)) : (ck_conv_output(c), c.input)
          let weight = random.values(Int(c.outChannels * c.input.channels * c.kernel * c.kernel))
          let src = Activation(source, shape.n, &random)
          let last = src.image(shape.n - 1)
          let none = Epilogue(target, shape.n, &random)
          forEachLevel { level in
            let together = none.run(c, direction, src, weight, shape.n, 0).dst
            let alone = none.run(c, direction, last, weight, 1, 0).dst
            #expect(Array(together.suffix(alone.count)) == alone, "\(level) \(c) \(direction)")
          }
        }
      }
    }
  }

  /// The first 16 targets by themselves are few enough to be packed as transformed kernels.
  @Test(arguments: [(190, 9, 9, 180, 3), (264, 5, 7, 126, 2), (130, 20, 18, 136, 6)], [CK_FORWARD, CK_BACKWARD_INPUT])
  func weightsTransformedWhenReadGiveTheBitsOfThoseTransformedWhenPacked(
    shape: (inputs: Int32, height: Int32, width: Int32, outputs: Int32, n: Int32), direction: ck_direction
  ) {
    var random = Random()
    let all = convolution((shape.inputs, shape.height, shape.width, shape.outputs, 3, 1, shape.n), CK_BEST)
    var few = all
    if direction == CK_FORWARD { few.outChannels = 16 } else { few.input.channels = 16 }
    let source = direction == CK_FORWARD ? all.input : ck_conv_output(all)
    let weight = random.values(Int(all.outChannels * all.input.channels) * 9)
    let scale = random.values(Int(all.outChannels))
    let ofFew = (0..<Int(few.outChannels)).flatMap { o in
      let row = o * Int(all.input.channels) * 9
      return weight[row..<row + Int(few.input.channels) * 9]
    }
    let src = Activation(source, shape.n, &random)
    func floats(_ c: ck_conv, perKernel: Int) -> Int {
      let (a, b) = direction == CK_FORWARD ? (c.input, ck_conv_output(c)) : (ck_conv_output(c), c.input)
      return perKernel * Int(ck_blocks(a)) * 8 * ((Int(ck_blocks(b)) + 1) / 2 * 16)
    }
    func run(_ c: ck_conv, _ weight: [Float]) -> (packed: Int, images: [[Float]]) {
      let target = direction == CK_FORWARD ? ck_conv_output(c) : c.input
      var c = c
      let count = ck_conv_packed_count(&c, direction)
      let none = Epilogue(target, shape.n, &random)
      let result = none.run(c, direction, src, weight, shape.n, 0, outScale: scale)
      #expect(result.scratchKept)
      let first = 2 * ck_block_stride(target)
      return (count, (0..<Int(shape.n)).map { Array(result.dst.dropFirst($0 * ck_image_stride(target)).prefix(first)) })
    }
    forEachLevel { level in
      let (late, inAdvance) = (run(all, weight), run(few, ofFew))
      #expect(late.packed == floats(all, perKernel: 9) && inAdvance.packed == floats(few, perKernel: 36))
      #expect(late.images == inAdvance.images, "\(level) \(all) \(direction)")
    }
  }

  /// Not promised by any compiler, but so far true, and it lets runs on either kind of processor be compared.
  @Test func aVX2AndAVX512GiveTheSameBits() {
    var random = Random()
    for shape in Self.shapes {
      for direction in [CK_FORWARD, CK_BACKWARD_INPUT] {
        let c = convolution(shape, CK_BEST)
        let (source, target) =
          direction == CK_FORWARD ? (c.input, ck_conv_output(c)) : (ck_conv_output(c), c.input)
        let weight = random.values(Int(c.outChannels * c.input.channels * c.kernel * c.kernel))
        let src = Activation(source, shape.n, &random)
        let all = Epilogue(target, shape.n, &random)
        var results: [[Float]] = []
        forEachLevel { level in
          if level != "portable" { results.append(all.run(c, direction, src, weight, shape.n, 0xff).dst) }
        }
        #expect(results.allSatisfy { $0 == results[0] }, "\(c) \(direction)")
      }
    }
  }

  @Test func weightGradientsAgreeWithTheirDefinition() {
    var random = Random()
    for shape in Self.shapes {
      for algorithm in Self.algorithms {
        let c = convolution(shape, algorithm)
        let x = Activation(c.input, shape.n, &random)
        let dy = Activation(ck_conv_output(c), shape.n, &random)
        let start = random.values(Int(c.outChannels * c.input.channels * c.kernel * c.kernel))
        var exact = start.map(Double.init)
        forEachTerm(c, shape.n) { w, i, o in exact[w] += Double(x.values[i]) * Double(dy.values[o]) }
        forEachLevel { level in
          var dWeight = start
          var c = c
          var scratch = Guarded(ck_conv_weight_gradient_scratch_count(&c, shape.n, 1))
          scratch.use { ck_conv_weight_gradient(&dWeight, x.values, dy.values, $0, shape.n, &c, ck_part(index: 0, count: 1)) }
          #expect(scratch.isKept, "\(level) \(c)")
          // Measured up to 2e-6 of the largest sum.
          let bound = 6e-6 * max(1, exact.map(abs).max() ?? 1)
          #expect(largestDifference(dWeight, exact) < bound, "\(level) \(c)")
        }
      }
    }
  }

  @Test func aWeightGradientInPartsHasTheBitsOfTheWhole() {
    var random = Random()
    for shape in Self.shapes {
      for algorithm in Self.algorithms {
        var c = convolution(shape, algorithm)
        let x = Activation(c.input, shape.n, &random)
        let dy = Activation(ck_conv_output(c), shape.n, &random)
        let start = random.values(Int(c.outChannels * c.input.channels * c.kernel * c.kernel))
        forEachLevel { level in
          func gradient(_ parts: Int32) -> [Float] {
            var dWeight = start
            // Last parts first: their order does not matter.
            for part in (0..<parts).reversed() {
              var scratch = Guarded(ck_conv_weight_gradient_scratch_count(&c, shape.n, parts))
              scratch.use {
                ck_conv_weight_gradient(
                  &dWeight, x.values, dy.values, $0, shape.n, &c, ck_part(index: part, count: parts))
              }
              #expect(scratch.isKept, "\(level) \(c), part \(part) of \(parts)")
            }
            return dWeight
          }
          let whole = gradient(1)
          for wanted in [2, 3, 5, 16, 1000] as [Int32] {
            let parts = ck_conv_weight_gradient_parts(&c, wanted)
            #expect(parts >= 1 && parts <= wanted)
            #expect(gradient(parts) == whole, "\(level) \(c) in \(parts) parts")
          }
        }
      }
    }
  }

  @Test func aWeightGradientIsCutIntoAsManyPartsAsThereAreChannelsFor() {
    // 64 of Winograd's form: 4 panels of 16 targets, 4 groups of 16 sources; 7 parts are not a product of two cuts.
    var c = ck_conv(
      input: ck_shape(channels: 64, height: 8, width: 8), outChannels: 64, kernel: 3, stride: 1, padding: 1,
      algorithm: CK_WINOGRAD)
    #expect([1, 2, 4, 7, 100].map { ck_conv_weight_gradient_parts(&c, $0) } == [1, 2, 4, 6, 16])
    // The direct form has 24 of the 27 pairs in one tile, the rest in another.
    c.input.channels = 3
    (c.outChannels, c.algorithm) = (16, CK_DIRECT)
    #expect([1, 2, 8].map { ck_conv_weight_gradient_parts(&c, $0) } == [1, 2, 2])
  }

  @Test func normalisationPassesAgreeWithTheirFormulas() {
    var random = Random()
    for shape in [ck_shape(channels: 5, height: 3, width: 7), ck_shape(channels: 16, height: 8, width: 4)] {
      let n: Int32 = 3
      let lanes = Int(ck_blocks(shape)) * 8
      let x = Activation(shape, n, &random)
      let dy = Activation(shape, n, &random)
      let add = Activation(shape, n, &random)
      let a = random.channels(shape)
      let b = random.channels(shape)
      let c = random.channels(shape)
      let scale = random.channels(shape)
      let shift = random.channels(shape)
      forEachLevel { level in
        var y = x.values
        ck_affine(&y, x.values, scale, shift, 1, n, shape)
        var sum = [Double](repeating: 1, count: lanes)
        var squares = sum
        var sumG = sum
        var sumGX = sum
        var rows = Guarded(ck_rows_stride(shape) * Int(n))
        let blocks = ck_blocks(shape)
        rows.use {
          ck_moments($0, x.values, n, shape)
          // Images 0 and 1, then 2: added to what is there.
          ck_add_rows(&sum, &squares, $0, 2, shape, 0, blocks)
          ck_add_rows(&sum, &squares, $0 + 2 * ck_rows_stride(shape), 1, shape, 0, blocks)
        }
        var activation = [Float](repeating: 0, count: y.count)
        rows.use {
          ck_norm_backward_sums($0, &activation, dy.values, x.values, a, b, scale, shift, n, shape)
          // Block by block.
          for block in 0..<blocks { ck_add_rows(&sumG, &sumGX, $0, n, shape, block, block + 1) }
        }
        #expect(rows.isKept, "\(level)")
        #expect(activation == y, "\(level)")
        var dx = add.values
        ck_norm_backward_apply(&dx, dy.values, x.values, a, b, c, scale, shift, dx, n, shape)
        for channel in 0..<Int(shape.channels) {
          let k = channel
          var total = 0.0
          var totalSquares = 0.0
          var totalG = 0.0
          var totalGX = 0.0
          for (offset, _) in interior(shape, n, channel) {
            let v = Double(x.values[offset])
            let z = Double(scale[k]) * v + Double(shift[k])
            let g = z > 0 ? Double(dy.values[offset]) : 0
            total += v
            totalSquares += v * v
            totalG += g
            totalGX += g * (v - Double(a[k])) * Double(b[k])
            #expect(abs(Double(y[offset]) - max(z, 0)) < 1e-6)
            let expected = Double(a[k]) * g + Double(b[k]) * v + Double(c[k]) + Double(add.values[offset])
            #expect(abs(Double(dx[offset]) - expected) < 1e-6, "\(level)")
          }
          // Rows of at most 7 terms in Float32.
          #expect(abs(sum[k] - 1 - total) < 1e-5 && abs(squares[k] - 1 - totalSquares) < 1e-5, "\(level)")
          #expect(abs(sumG[k] - 1 - totalG) < 1e-5 && abs(sumGX[k] - 1 - totalGX) < 1e-5, "\(level)")
        }
        #expect(bordersAreZero(y, shape, n) && bordersAreZero(dx, shape, n))
      }
    }
  }

  @Test func importAndExportAreInverse() {
    var random = Random()
    let shape = ck_shape(channels: 11, height: 5, width: 6)
    let n: Int32 = 2
    let images = random.values(Int(shape.channels * shape.height * shape.width * n))
    forEachLevel { level in
      var blocked = [Float](repeating: 0, count: ck_image_stride(shape) * Int(n))
      var back = [Float](repeating: 7, count: images.count)
      ck_import(&blocked, images, nil, nil, n, shape)
      ck_export(&back, blocked, nil, n, shape)
      #expect(back == images, "\(level)")
      #expect(bordersAreZero(blocked, shape, n), "\(level)")
    }
  }

  @Test func poolingAveragesAndItsGradientSpreads() {
    var random = Random()
    let shape = ck_shape(channels: 12, height: 3, width: 5)
    let n: Int32 = 2
    let x = Activation(shape, n, &random)
    let gate = (0..<ck_mask_stride(shape) * Int(n)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    let gateScale = random.channels(shape)
    forEachLevel { level in
      var features = [Float](repeating: 0, count: Int(n * shape.channels))
      ck_pool(&features, x.values, n, shape)
      var dx = [Float](repeating: 0, count: x.values.count)
      ck_pool_backward(&dx, features, gate, gateScale, n, shape)
      for channel in 0..<Int(shape.channels) {
        let places = interior(shape, n, channel)
        for m in 0..<Int(n) {
          let ofImage = places[m * 15..<(m + 1) * 15]
          let mean = ofImage.reduce(0.0) { $0 + Double(x.values[$1.offset]) } / 15
          let feature = features[m * Int(shape.channels) + channel]
          #expect(abs(Double(feature) - mean) < 1e-6, "\(level)")
          for (offset, place) in ofImage {
            let expected = gate[place] >> (channel % 8) & 1 == 1 ? feature / 15 * gateScale[channel] : 0
            #expect(abs(dx[offset] - expected) < 1e-7, "\(level)")
          }
        }
      }
      #expect(bordersAreZero(dx, shape, n), "\(level)")
    }
  }

  @Test func aNaNPassesThroughReLU() {
    let shape = ck_shape(channels: 8, height: 1, width: 1)
    var x = [Float](repeating: 0, count: ck_image_stride(shape))
    let first = (Int(ck_columns(shape)) + 1) * 8
    x[first] = .nan
    x[first + 1] = -2
    forEachLevel { level in
      var y = x
      let one = [Float](repeating: 1, count: 8)
      let zero = [Float](repeating: 0, count: 8)
      ck_affine(&y, x, one, zero, 1, 1, shape)
      #expect(y[first].isNaN && y[first + 1] == 0, "\(level)")
    }
  }

  @Test func anUnknownLevelIsRefused() {
    #expect(ck_level_use("abacus") == 0)
    #expect(ck_level_use(nil) != 0)
    #expect(["portable", "avx2", "avx512"].contains(String(cString: ck_level())))
  }
}

// ------------------------------------------------------------------------------------------------------------ support

private func convolution(
  _ s: Shape,
  _ algorithm: ck_algorithm
) -> ck_conv {
  ck_conv(
    input: ck_shape(channels: s.channels, height: s.height, width: s.width), outChannels: s.outputs, kernel: s.kernel,
    stride: s.stride, padding: s.kernel / 2, algorithm: algorithm)
}

/// Where lane `channel` of pixel (y, x) of image m is.
private func index(_ s: ck_shape, _ m: Int, _ channel: Int, _ y: Int, _ x: Int) -> Int {
  m * ck_image_stride(s) + channel / 8 * ck_block_stride(s) + ((y + 1) * Int(ck_columns(s)) + x + 1) * 8 + channel % 8
}

/// Offsets of one channel's pixels in an activation and in a mask.
private func interior(_ s: ck_shape, _ n: Int32, _ channel: Int) -> [(offset: Int, place: Int)] {
  (0..<Int(n)).flatMap { m in
    (0..<Int(s.height * s.width)).map { p in
      (
        index(s, m, channel, p / Int(s.width), p % Int(s.width)),
        m * ck_mask_stride(s) + channel / 8 * Int(s.height * s.width) + p
      )
    }
  }
}

/// Everything but the interior of the channels there are.
private func bordersAreZero(_ a: [Float], _ s: ck_shape, _ n: Int32) -> Bool {
  var rest = a
  for channel in 0..<Int(s.channels) {
    for (offset, _) in interior(s, n, channel) { rest[offset] = 0 }
  }
  return rest.allSatisfy { $0 == 0 }
}

private func largestDifference(_ a: [Float], _ b: [Double]) -> Double {
  var largest = 0.0
  for (x, y) in zip(a, b) where !(abs(Double(x) - y) <= largest) { largest = abs(Double(x) - y) }
  return a.count == b.count ? largest : .infinity
}

/// Marsaglia's xorshift, the same numbers in every run.
private struct Random {
  var state: UInt64 = 88_172_645_463_325_252

  mutating func next() -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state >> 33)
  }
  /// In [−1, 1).
  mutating func values(_ count: Int) -> [Float] {
    (0..<count).map { _ in Float(next()) / Float(1 << 30) - 1 }
  }
  /// One value a channel, zeros in the lanes beyond the last.
  mutating func channels(_ s: ck_shape) -> [Float] {
    values(Int(s.channels)) + [Float](repeating: 0, count: Int(ck_blocks(s) * 8 - s.channels))
  }
}

private struct Activation {
  let shape: ck_shape
  var values: [Float]

  init(_ shape: ck_shape, _ n: Int32, _ random: inout Random) {
    self.shape = shape
    values = [Float](repeating: 0, count: ck_image_stride(shape) * Int(n))
    for channel in 0..<Int(shape.channels) {
      for (offset, _) in interior(shape, n, channel) { values[offset] = random.values(1)[0] }
    }
  }
  func image(_ m: Int32) -> Activation {
    var copy = self
    copy.values = Array(values[Int(m) * ck_image_stride(shape)..<Int(m + 1) * ck_image_stride(shape)])
    return copy
  }
}

/// Scratch memory between two fences.
private struct Guarded {
  private var values: [Float]
  private static let fence = [Float](repeating: 12345, count: 64)

  init(_ count: Int) { values = Self.fence + [Float](repeating: .nan, count: count) + Self.fence }
  mutating func use(_ body: (UnsafeMutablePointer<Float>) -> Void) {
    values.withUnsafeMutableBufferPointer { body($0.baseAddress! + 64) }
  }
  var isKept: Bool { Array(values.prefix(64)) == Self.fence && Array(values.suffix(64)) == Self.fence }
}

/// Every product of a convolution: index of the weight, of the input and of the output.
private func forEachTerm(_ c: ck_conv, _ n: Int32, _ body: (Int, Int, Int) -> Void) {
  let out = ck_conv_output(c)
  let k = Int(c.kernel)
  let stride = Int(c.stride)
  let padding = Int(c.padding)
  for m in 0..<Int(n) {
    for o in 0..<Int(out.channels) {
      for i in 0..<Int(out.height) {
        for j in 0..<Int(out.width) {
          let target = index(out, m, o, i, j)
          for a in 0..<k where (0..<Int(c.input.height)).contains(i * stride + a - padding) {
            for b in 0..<k where (0..<Int(c.input.width)).contains(j * stride + b - padding) {
              for ch in 0..<Int(c.input.channels) {
                body(
                  ((o * Int(c.input.channels) + ch) * k + a) * k + b,
                  index(c.input, m, ch, i * stride + a - padding, j * stride + b - padding), target)
              }
            }
          }
        }
      }
    }
  }
}

private func reference(
  _ c: ck_conv, _ direction: ck_direction, _ src: Activation, _ weight: [Float], _ n: Int32
) -> [Double] {
  let target = direction == CK_FORWARD ? ck_conv_output(c) : c.input
  var result = [Double](repeating: 0, count: ck_image_stride(target) * Int(n))
  forEachTerm(c, n) { w, i, o in
    if direction == CK_FORWARD {
      result[o] += Double(weight[w]) * Double(src.values[i])
    } else {
      result[i] += Double(weight[w]) * Double(src.values[o])
    }
  }
  return result
}

/// Random operands for every part of an epilogue. Bits of `combination`: 1 bias, 2 before, 4 gate, 8 its scale, 16 after,
/// 32 ReLU, 64 mask, 128 the second destination.
private struct Epilogue {
  let shape: ck_shape
  let bias, gateScale, scale2, shift2: [Float]
  let before, after: Activation
  let gate: [UInt8]

  init(_ shape: ck_shape, _ n: Int32, _ random: inout Random) {
    self.shape = shape
    bias = random.channels(shape)
    gateScale = random.channels(shape)
    scale2 = random.channels(shape)
    shift2 = random.channels(shape)
    before = Activation(shape, n, &random)
    after = Activation(shape, n, &random)
    gate = (0..<ck_mask_stride(shape) * Int(n)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
  }

  func apply(to exact: [Double], _ combination: Int) -> (dst: [Double], dst2: [Double]) {
    var dst = exact
    var dst2 = [Double](repeating: 0, count: exact.count)
    let n = Int32(exact.count / ck_image_stride(shape))
    for channel in 0..<Int(shape.channels) {
      for (offset, place) in interior(shape, n, channel) {
        var v = exact[offset]
        if combination & 1 != 0 { v += Double(bias[channel]) }
        if combination & 2 != 0 { v += Double(before.values[offset]) }
        if combination & 4 != 0 {
          let scale = combination & 8 != 0 ? Double(gateScale[channel]) : 1
          v = gate[place] >> (channel % 8) & 1 == 1 ? v * scale : 0
        }
        if combination & 16 != 0 { v += Double(after.values[offset]) }
        if combination & 32 != 0 { v = max(v, 0) }
        dst[offset] = v
        if combination & 128 != 0 { dst2[offset] = max(Double(scale2[channel]) * v + Double(shift2[channel]), 0) }
      }
    }
    return (dst, dst2)
  }

  func run(
    _ c: ck_conv, _ direction: ck_direction, _ src: Activation, _ weight: [Float], _ n: Int32, _ combination: Int,
    outScale: [Float]? = nil
  ) -> (dst: [Float], dst2: [Float], mask: [UInt8], scratchKept: Bool) {
    let count = ck_image_stride(shape) * Int(n)
    let dst = Memory([Float](repeating: 0, count: count))
    let dst2 = Memory(dst.values)
    let mask = Memory([UInt8](repeating: 0xa5, count: ck_mask_stride(shape) * Int(n)))
    let operands = [bias, before.values, gateScale, after.values, scale2, shift2].map(Memory.init)
    let gate = Memory(gate)
    func on<P>(_ bit: Int, _ memory: Memory<P>) -> UnsafeMutablePointer<P>? {
      combination & bit != 0 ? memory.start : nil
    }
    var epilogue = ck_epilogue(
      dst: dst.start, bias: on(1, operands[0]), before: on(2, operands[1]), gate: on(4, gate),
      gateScale: on(8, operands[2]), after: on(16, operands[3]), relu: combination & 32 != 0 ? 1 : 0,
      mask: on(64, mask),
      dst2: on(128, dst2), scale2: on(128, operands[4]), shift2: on(128, operands[5]), mask2: nil)
    var c = c
    var packed = Guarded(ck_conv_packed_count(&c, direction))
    var scratch = Guarded(ck_conv_scratch_count(&c, direction, n))
    packed.use { packed in
      if let outScale {
        ck_conv_pack(packed, weight, outScale, &c, direction)
      } else {
        ck_conv_pack(packed, weight, nil, &c, direction)
      }
      scratch.use { ck_conv_run(&epilogue, src.values, packed, $0, n, &c, direction) }
    }
    return withExtendedLifetime((operands, gate)) {
      (dst.values, dst2.values, mask.values, packed.isKept && scratch.isKept)
    }
  }
}

/// Values at an address that stays.
private final class Memory<Element> {
  private let buffer: UnsafeMutableBufferPointer<Element>

  init(_ values: [Element]) {
    buffer = .allocate(capacity: values.count)
    _ = buffer.initialize(from: values)
  }
  deinit { buffer.deallocate() }
  var start: UnsafeMutablePointer<Element> { buffer.baseAddress! }
  var values: [Element] { Array(buffer) }
}
