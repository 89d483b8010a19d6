// Hashes of bytes: SHA-256 where content names something, FNV-1a where a short number is enough.

internal import CCrypto

/// SHA-256, FIPS 180-4.
package enum Digest {
  /// SHA-256 of `bytes` in lower-case hexadecimal, 64 characters.
  package static func sha256(_ bytes: [UInt8]) -> String {
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    _ = SHA256(bytes, bytes.count, &digest)
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// SHA-256 of the text's UTF-8 bytes.
  package static func sha256(_ text: String) -> String { sha256(Array(text.utf8)) }
}

/// The 64-bit hash FNV-1a, fed byte by byte or number by number: for names and checks, not against an adversary.
/// Fowler, Noll & Vo; RFC 9923.
package struct FNV1a: Hashable, Sendable {
  /// The hash of what was added so far.
  package private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  package init() {}

  /// value ← (value ⊕ number)·(2⁴⁰ + 2⁸ + 0xB3) modulo 2⁶⁴; a byte, or a whole number where that is how a hash was
  /// defined once.
  package mutating func add(_ number: UInt64) { value = (value ^ number) &* 0x100_0000_01B3 }

  /// Adds bytes one by one.
  package mutating func add(_ bytes: some Sequence<UInt8>) { for byte in bytes { add(UInt64(byte)) } }

  /// Adds the eight bytes of `number`, lowest first.
  package mutating func addBytes(of number: UInt64) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) { add(number >> shift & 0xFF) }
  }

  /// 16 lower-case hexadecimal digits.
  package var hex: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
