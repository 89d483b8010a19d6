// SHA-256 as text.

internal import Crypto

enum Checksum {
  /// SHA-256 of `bytes` in lower-case hexadecimal, 64 characters.
  static func sha256(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
