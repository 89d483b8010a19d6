// SHA-256 of texts and files, in lower-case hexadecimal.

internal import Crypto
internal import FileSystem
internal import Foundation

package enum ContentHash {
  /// SHA-256 of `bytes`, 64 characters.
  package static func of(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    let text = SHA256.hash(data: Data(bytes)).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }

  package static func of(_ text: String) -> String { of(Array(text.utf8)) }

  /// SHA-256 of a file's bytes, nil if it cannot be read.
  package static func of(file path: String) -> String? { (try? Files.read(path)).map { of($0) } }
}
