// A BibTeX file's bytes as UTF-8, and its lines for messages.

/// The text of a file with the places of its lines.
struct BibTeXSource {
  let text: [UInt8]
  let file: String
  /// Lines that were no UTF-8, from 1.
  let foreignLines: [Int]
  /// Bytes at which lines begin.
  private let lineStarts: [Int]

  init(bytes: [UInt8], file: String) {
    self.file = file
    let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    if String(validating: bytes, as: UTF8.self) != nil {
      (text, foreignLines) = (bytes, [])
    } else {
      (text, foreignLines) = Self.decoded(bytes)
    }
    var starts = [0]
    for (place, byte) in text.enumerated() {
      // A carriage return ends a line where no line feed follows.
      if byte == 10 || byte == 13 && place + 1 < text.count && text[place + 1] != 10 { starts.append(place + 1) }
    }
    lineStarts = starts
  }

  /// Lines that are no UTF-8 are Latin-1, as Windows writes it.
  private static func decoded(_ bytes: [UInt8]) -> (text: [UInt8], foreignLines: [Int]) {
    var (text, foreign): ([UInt8], [Int]) = ([], [])
    for (number, line) in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
      if number > 0 { text.append(10) }
      if String(validating: line, as: UTF8.self) != nil {
        text += line
      } else {
        foreign.append(number + 1)
        for byte in line { text += Array(String(Character(windowsLatin1(byte))).utf8) }
      }
    }
    return (text, foreign)
  }

  /// The character of a byte in Windows-1252, which is Latin-1 but for 0x80…0x9F.
  private static func windowsLatin1(_ byte: UInt8) -> UnicodeScalar {
    let special = Array("€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ".unicodeScalars)
    return (0x80...0x9F).contains(byte) ? special[Int(byte) - 0x80] : UnicodeScalar(byte)
  }

  func string(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }

  /// The line of a byte, from 1.
  func line(_ place: Int) -> Int { lineStarts.partitioningIndex { $0 > place } }

  /// The first byte of a line.
  func lineStart(_ line: Int) -> Int { lineStarts[line - 1] }

  func error(_ place: Int, _ message: String) -> NotebookError {
    let place = min(place, text.count)
    let number = line(place)
    let start = lineStart(number)
    let line = string(start..<(lineStarts.indices.contains(number) ? lineStart(number + 1) : text.count))
      .trimmingNewlines
    return NotebookError(
      SourceLocation(file: file, line: number, column: place - start + 1), message,
      sourceLine: line.isEmpty ? nil : line)
  }

  func warning(_ place: Int, _ message: String) -> NotebookWarning {
    let mistake = error(place, message)
    return NotebookWarning(mistake.location, message, sourceLine: mistake.sourceLine)
  }
}
