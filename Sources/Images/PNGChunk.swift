// The chunks of a PNG file: length, type, data, CRC-32 (PNG specification, section 5).

/// One chunk of a PNG file.
package struct PNGChunk {
  static let signature: [UInt8] = [137, 80, 78, 71, 13, 10, 26, 10]

  /// Four letters.
  package var type: String
  var data: [UInt8]

  /// Length, type, data and checksum.
  var encoded: [UInt8] {
    let body = Array(type.utf8) + data
    return Self.bytes(UInt32(data.count)) + body + Self.bytes(Self.checksum(body))
  }

  /// All chunks up to the last, IEND, every checksum right: libpng would only warn of some. Throws `ImageError.png`.
  package static func list(_ bytes: [UInt8], source: String) throws(ImageError) -> [PNGChunk] {
    guard bytes.starts(with: signature) else {
      throw .png(source: source, reason: "it does not start with the PNG signature")
    }
    var result: [PNGChunk] = []
    var at = signature.count
    while result.last?.type != "IEND" {
      guard at + 12 <= bytes.count, at + 12 + number(bytes[at...]) <= bytes.count else {
        throw .png(source: source, reason: "it ends within a chunk, after \(bytes.count) bytes")
      }
      let length = number(bytes[at...])
      guard Self.checksum(bytes[(at + 4)..<(at + 8 + length)]) == UInt32(number(bytes[(at + 8 + length)...])) else {
        throw .png(source: source, reason: "damaged, a checksum is wrong after \(at) bytes")
      }
      result.append(
        PNGChunk(
          type: String(decoding: bytes[(at + 4)..<(at + 8)], as: UTF8.self),
          data: Array(bytes[(at + 8)..<(at + 8 + length)])))
      at += 12 + length
    }
    return result
  }

  /// The first four bytes as a number, most significant first.
  static func number(_ bytes: some Sequence<UInt8>) -> Int { bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) } }

  static func bytes(_ number: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }

  /// CRC-32 with the polynomial 0xEDB88320.
  package static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(0xFFFF_FFFF) { crc, byte in table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] ^ crc >> 8 }
  }

  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
  }
}
