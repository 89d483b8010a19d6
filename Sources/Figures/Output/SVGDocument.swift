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
      let opener = openers.first { bytes[i...].starts(with: $0) }
      guard let opener else {
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
    var text = String(decoding: joined(prefix: "f\(hash.hex)-"), as: UTF8.self)
    // Pixels of enlarged images stay squares.
    text = text.replacing("<image ", with: "<image style=\"image-rendering:pixelated\" ")
    if let tag = text.firstRange(of: "<svg "), let close = text[tag.upperBound...].firstIndex(of: ">") {
      let metadata = key.map { "\n<metadata>\(PNGImage.keyword): \(Markup.escape($0, apostrophe: "'"))</metadata>" } ?? ""
      text.insert(contentsOf: metadata, at: text.index(after: close))
      text.insert(contentsOf: "role=\"img\" aria-label=\"\(Markup.escape(summary, apostrophe: "'"))\" ", at: tag.upperBound)
    }
    return Array(text.utf8)
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
