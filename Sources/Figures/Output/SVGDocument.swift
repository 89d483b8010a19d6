// Cairo numbers the ids of an SVG by counters of the process. Here they become names that follow from the content.

internal import Basics
internal import Images

/// An SVG as Cairo wrote it.
package struct SVGDocument {
  /// Text between ids, and ids by order of appearance.
  private enum Part {
    case text(ArraySlice<UInt8>)
    case id(Int)
  }

  private var parts: [Part] = []

  package init(_ bytes: [UInt8]) {
    var numbers: [ArraySlice<UInt8>: Int] = [:]
    // An id follows ` id="`, `"#` or `url(#`.
    let openers: [[UInt8]] = [Array(" id=\"".utf8), Array("\"#".utf8), Array("url(#".utf8)]
    var start = 0
    var i = 0
    while i < bytes.count {
      guard let opener = openers.first(where: { Self.has($0, at: i, in: bytes) }) else {
        i += 1
        continue
      }
      let first = i + opener.count
      let end = bytes[first...].firstIndex { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: ")") } ?? bytes.count
      let id = bytes[first..<end]
      let number = numbers[id] ?? numbers.count
      numbers[id] = number
      parts.append(.text(bytes[start..<first]))
      parts.append(.id(number))
      start = end
      i = end
    }
    parts.append(.text(bytes[start...]))
  }

  /// The document with ids `f<hash>-<number>`, a label for readers who do not see it, and the key.
  package func bytes(summary: String, key: String?) -> [UInt8] {
    let plain = joined(prefix: "")
    var hash = FNV1a()
    hash.add(plain)
    hash.add((key ?? "").utf8)
    var bytes = joined(prefix: "f\(hash.hex)-")
    // Pixels of enlarged images stay squares.
    let image = Array("<image ".utf8)
    for place in bytes.indices.reversed() where Self.has(image, at: place, in: bytes) {
      bytes.insert(contentsOf: "style=\"image-rendering:pixelated\" ".utf8, at: place + image.count)
    }
    let tag = Array("<svg ".utf8)
    if let place = bytes.indices.first(where: { Self.has(tag, at: $0, in: bytes) }).map({ $0 + tag.count }),
      let close = bytes[place...].firstIndex(of: UInt8(ascii: ">"))
    {
      let metadata =
        key.map { "\n<metadata>\(PNGImage.keyword): \(Markup.escape($0, apostrophe: "'"))</metadata>" } ?? ""
      bytes.insert(contentsOf: metadata.utf8, at: close + 1)
      let label = "role=\"img\" aria-label=\"\(Markup.escape(summary, apostrophe: "'"))\" "
      bytes.insert(contentsOf: label.utf8, at: place)
    }
    return bytes
  }

  /// Whether the text stands at the place. The first byte, which nearly always differs, is compared without a call.
  private static func has(_ text: [UInt8], at place: Int, in bytes: [UInt8]) -> Bool {
    guard bytes[place] == text[0], place + text.count <= bytes.count else { return false }
    return text.indices.allSatisfy { bytes[place + $0] == text[$0] }
  }

  private func joined(prefix: String) -> [UInt8] {
    var result: [UInt8] = []
    for part in parts {
      switch part {
      case .text(let bytes): result += bytes
      case .id(let number): result += Array((prefix + String(number)).utf8)
      }
    }
    return result
  }
}
