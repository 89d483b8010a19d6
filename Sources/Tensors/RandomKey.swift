// Counter-based randomness: Philox 4×32-10. Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3",
// SC 2011. A draw is a function of (key, counter), so it does not depend on order, threads or batches.

internal import Basics

/// A place in a tree of independent random streams. Splitting by index gives each epoch, image or attack its own.
public struct RandomKey: Hashable, Sendable, Codable {
  /// The 64-bit Philox key.
  public let bits: UInt64

  /// The key that an experiment's seed stands for; two seeds draw independent numbers.
  public init(seed: UInt64) { bits = seed }

  /// The child stream `index`. Children of one key are independent of each other and of the key's own draws.
  public func split(_ index: Int) -> RandomKey {
    // Draws use counters whose last word is 0; splits use all ones, so the two never meet.
    let w = Self.philox(counter: counter(UInt64(bitPattern: Int64(index)), domain: .max), key: words)
    return RandomKey(seed: UInt64(w.y) << 32 | UInt64(w.x))
  }

  /// Four random words, the draw number `index`.
  public func block(_ index: UInt64) -> SIMD4<UInt32> {
    Self.philox(counter: counter(index, domain: 0), key: words)
  }

  /// Draws of this key in order, from the first.
  public var stream: RandomStream { RandomStream(self) }

  /// A permutation of `0..<count` (Fisher–Yates).
  public func permutation(_ count: Int) -> [Int] {
    var stream = stream
    var order = Array(0..<count)
    for i in stride(from: count - 1, to: 0, by: -1) { order.swapAt(i, stream.int(below: i + 1)) }
    return order
  }

  private var words: SIMD2<UInt32> { SIMD2(UInt32(truncatingIfNeeded: bits), UInt32(truncatingIfNeeded: bits >> 32)) }

  private func counter(_ index: UInt64, domain: UInt32) -> SIMD4<UInt32> {
    SIMD4(UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32), 0, domain)
  }

  /// The ten-round Philox 4×32 bijection. Public for known-answer tests.
  public static func philox(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var c = counter
    var k = key
    for round in 0..<10 {
      if round > 0 {
        k.x &+= 0x9E37_79B9  // golden ratio
        k.y &+= 0xBB67_AE85  // √3 − 1
      }
      let a = UInt64(c.x) * 0xD251_1F53
      let b = UInt64(c.z) * 0xCD9E_8D57
      c = SIMD4(
        UInt32(truncatingIfNeeded: b >> 32) ^ c.y ^ k.x, UInt32(truncatingIfNeeded: b),
        UInt32(truncatingIfNeeded: a >> 32) ^ c.w ^ k.y, UInt32(truncatingIfNeeded: a))
    }
    return c
  }
}

/// The draws of one key, one after another. A value: a copy repeats what the original will draw.
public struct RandomStream: RandomNumberGenerator, Sendable {
  private let key: RandomKey
  private var index: UInt64 = 0
  private var words = SIMD4<UInt32>()
  private var used = 4

  /// A generator that draws the numbers of `key` from the first on.
  public init(_ key: RandomKey) { self.key = key }

  /// 32 uniform bits.
  public mutating func uint32() -> UInt32 {
    if used == 4 {
      words = key.block(index)
      index += 1
      used = 0
    }
    defer { used += 1 }
    return words[used]
  }

  /// The next 64 bits of the key's stream.
  public mutating func next() -> UInt64 {
    let low = uint32()
    return UInt64(uint32()) << 32 | UInt64(low)
  }

  /// Uniform in [0, 1), a multiple of 2⁻²⁴.
  public mutating func uniform() -> Float { Float(uint32() >> 8) * 0x1p-24 }

  /// Uniform in [low, high).
  public mutating func uniform(_ low: Float, _ high: Float) -> Float { low + (high - low) * uniform() }

  /// Uniform in `0..<bound` without bias (Lemire's multiply-and-reject); `bound` in 1…2³².
  public mutating func int(below bound: Int) -> Int {
    precondition(bound > 0 && bound <= 1 << 32, "int(below:): \(bound) is not in 1…2³²")
    let n = UInt64(bound)
    let threshold = (1 << 32) % n
    while true {
      let product = UInt64(uint32()) * n
      if product & 0xFFFF_FFFF >= threshold { return Int(product >> 32) }
    }
  }

  /// Standard normal (Box–Muller, in Double; two words a draw).
  public mutating func normal() -> Float {
    let u = (Double(uint32()) + 1) * 0x1p-32  // (0, 1]
    let v = Double(uint32()) * 0x1p-32
    return Float((-2 * Maths.log(u)).squareRoot() * Maths.cos(2 * .pi * v))
  }
}
