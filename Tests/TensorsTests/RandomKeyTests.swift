import Tensors
import Testing
import _TestSupport

@Suite struct RandomKeys {
  // Random123's kat_vectors, philox4x32 with 10 rounds.
  @Test(arguments: [
    (
      SIMD4<UInt32>(repeating: 0), SIMD2<UInt32>(repeating: 0),
      SIMD4<UInt32>(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)
    ),
    (
      SIMD4(repeating: UInt32.max), SIMD2(repeating: UInt32.max),
      SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)
    ),
    (
      SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), SIMD2(0xa409_3822, 0x299f_31d0),
      SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
    ),
  ])
  func `Philox gives the published words`(counter: SIMD4<UInt32>, key: SIMD2<UInt32>, expected: SIMD4<UInt32>) {
    #expect(RandomKey.philox(counter: counter, key: key) == expected)
  }

  @Test func `a stream is the blocks in order, and a copy repeats it`() {
    let key = RandomKey(seed: 11)
    var stream = key.stream
    let words = (0..<12).map { _ in stream.uint32() }
    #expect(words == (0..<3).flatMap { block in (0..<4).map { key.block(UInt64(block))[$0] } })
    var copy = stream
    #expect(copy.next() == stream.next())
    #expect(key.block(1 << 40) != key.block(0))
  }

  @Test func `children differ from one another, from the parent and from other levels`() {
    let root = RandomKey(seed: 0)
    var seen: Set<UInt64> = [root.bits]
    for i in -500..<500 {
      let child = root.split(i)
      #expect(seen.insert(child.bits).inserted)
      for j in 0..<20 { #expect(seen.insert(child.split(j).bits).inserted) }
    }
    #expect(root.split(3) == root.split(3))
    #expect(root.split(0).split(1) != root.split(1).split(0))
    #expect(root.split(0).split(1) != RandomKey(seed: 1).split(0).split(1))
  }

  @Test func `streams of siblings are uncorrelated`() {
    let n = 20_000
    for (a, b) in [(0, 1), (1, 2), (0, 1 << 32)] {
      var x = RandomKey(seed: 5).split(a).stream
      var y = RandomKey(seed: 5).split(b).stream
      var sum = 0.0
      for _ in 0..<n { sum += (Double(x.uniform()) - 0.5) * (Double(y.uniform()) - 0.5) }
      // The correlation of n independent pairs has deviation 1/√n.
      #expect(abs(sum / Double(n) * 12) < 4 / Double(n).squareRoot())
    }
  }

  @Test func `uniform draws fill [0, 1) evenly`() {
    var stream = RandomKey(seed: 1).stream
    var bins = [Int](repeating: 0, count: 16)
    var sum = 0.0
    let n = 160_000
    for _ in 0..<n {
      let u = stream.uniform()
      #expect(u >= 0 && u < 1)
      bins[Int(u * 16)] += 1
      sum += Double(u)
    }
    #expect(abs(sum / Double(n) - 0.5) < 4 * 0.2887 / Double(n).squareRoot())  // 4 deviations of the mean
    let chi2 = bins.reduce(0.0) { $0 + (Double($1) - 10_000) * (Double($1) - 10_000) / 10_000 }
    #expect(chi2 < 37.7)  // χ² of 15 degrees exceeds this once in a thousand
    for _ in 0..<1000 {
      let u = stream.uniform(-0.03, 0.03)
      #expect(u >= -0.03 && u < 0.03)
    }
  }

  @Test func `integers are even over a bound that is no power of two`() {
    var stream = RandomKey(seed: 2).stream
    var bins = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { bins[stream.int(below: 7)] += 1 }
    let chi2 = bins.reduce(0.0) { $0 + (Double($1) - 10_000) * (Double($1) - 10_000) / 10_000 }
    #expect(chi2 < 22.5)  // 6 degrees, once in a thousand
    #expect((0..<100).allSatisfy { _ in stream.int(below: 1) == 0 })
    #expect((0..<100).allSatisfy { _ in (0..<1 << 32).contains(stream.int(below: 1 << 32)) })
  }

  @Test func `normal draws have the moments of a normal`() {
    var stream = RandomKey(seed: 3).stream
    let n = 200_000
    var moments = [0.0, 0.0, 0.0, 0.0]
    for _ in 0..<n {
      let z = Double(stream.normal())
      #expect(z.isFinite)
      for p in 0..<4 { moments[p] += (0...p).reduce(1.0) { product, _ in product * z } / Double(n) }
    }
    // Four deviations of each mean: √(1, 2, 15, 96)/√n.
    let root = Double(n).squareRoot()
    #expect(abs(moments[0]) < 4 * 1 / root)
    #expect(abs(moments[1] - 1) < 4 * 1.414 / root)
    #expect(abs(moments[2]) < 4 * 3.873 / root)
    #expect(abs(moments[3] - 3) < 4 * 9.798 / root)
  }

  @Test func `a permutation holds every index once and depends on the key`() {
    for count in [0, 1, 2, 17] { #expect(RandomKey(seed: 4).permutation(count).sorted() == Array(0..<count)) }
    #expect(RandomKey(seed: 4).permutation(50) == RandomKey(seed: 4).permutation(50))
    #expect(RandomKey(seed: 4).permutation(50) != RandomKey(seed: 5).permutation(50))
    var first = [Int](repeating: 0, count: 6)
    for seed in 0..<6000 {
      let p = RandomKey(seed: UInt64(seed)).permutation(3)
      first[p[0] * 2 + (p[1] > p[2] ? 1 : 0)] += 1
    }
    let chi2 = first.reduce(0.0) { $0 + (Double($1) - 1000) * (Double($1) - 1000) / 1000 }
    #expect(chi2 < 20.6)  // 5 degrees, once in a thousand
  }
}
