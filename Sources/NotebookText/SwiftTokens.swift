// The words of Swift source, with what stands in strings and comments left out: enough to see which names a cell defines
// and which it uses.

/// A word, a bracket or a sign of Swift source.
struct SwiftToken: Equatable {
  enum Kind { case name, sign, other }

  var kind: Kind
  var text: String
  /// Counted from 0.
  var line: Int
  /// Counted from 1, in bytes.
  var column: Int
  /// Whether it is the first of its line.
  var beginsLine: Bool

  /// The tokens of `source`. Of a string only what is interpolated is among them, in parentheses.
  static func tokens(of source: String) -> [SwiftToken] {
    var lexer = SwiftLexer(text: Array(source.utf8))
    lexer.read(untilClosing: false)
    return lexer.tokens
  }

  func isSign(_ text: String) -> Bool { kind == .sign && self.text == text }
  func isName(_ text: String) -> Bool { kind == .name && self.text == text }
}

private struct SwiftLexer {
  let text: [UInt8]
  private(set) var tokens: [SwiftToken] = []
  private var position = 0
  private var line = 0
  private var lineStart = 0
  private var beginsLine = true

  init(text: [UInt8]) { self.text = text }

  private func byte(_ place: Int) -> UInt8? { place < text.count ? text[place] : nil }

  private func starts(_ prefix: StaticString) -> Bool {
    prefix.withUTF8Buffer { text[position...].starts(with: $0) }
  }

  private mutating func advance(_ count: Int) {
    for _ in 0..<min(count, text.count - position) {
      if text[position] == UInt8(ascii: "\n") { (line, lineStart, beginsLine) = (line + 1, position + 1, true) }
      position += 1
    }
  }

  private mutating func add(_ kind: SwiftToken.Kind, to end: Int) {
    tokens.append(
      SwiftToken(
        kind: kind, text: String(decoding: text[position..<end], as: UTF8.self), line: line,
        column: position - lineStart + 1, beginsLine: beginsLine))
    beginsLine = false
    advance(end - position)
  }

  /// Reads to the end, or behind the parenthesis that closes an interpolation.
  mutating func read(untilClosing: Bool) {
    var depth = 0
    while let next = byte(position) {
      if untilClosing, next == UInt8(ascii: ")"), depth == 0 { return add(.sign, to: position + 1) }
      if next == UInt8(ascii: "(") { depth += 1 }
      if next == UInt8(ascii: ")") { depth -= 1 }
      step(next)
    }
  }

  private mutating func step(_ next: UInt8) {
    switch next {
    case _ where starts("//"): while let next = byte(position), next != UInt8(ascii: "\n") { advance(1) }
    case _ where starts("/*"): comment()
    case UInt8(ascii: "\""): string(hashes: 0)
    case UInt8(ascii: "#"):
      let end = text[position...].firstIndex { $0 != next } ?? text.count
      if byte(end) == UInt8(ascii: "\"") { return string(hashes: end - position) }
      if byte(end) == UInt8(ascii: "/") { return expression(hashes: end - position) }
      add(.other, to: wordEnd(end))
    case UInt8(ascii: "@"), UInt8(ascii: "$"): add(.other, to: wordEnd(position + 1))
    case UInt8(ascii: "`"):
      let end = wordEnd(position + 1)
      advance(1)
      add(.name, to: max(end, position))
      if byte(position) == next { advance(1) }
    case _ where next.isDigit: number()
    case _ where isWord(next): add(.name, to: wordEnd(position))
    case _ where Self.operators.contains(next):
      var end = position + 1
      // A dot before a name is a sign of its own.
      if next == UInt8(ascii: "."), byte(end) != next { return add(.sign, to: end) }
      while let more = byte(end), Self.operators.contains(more) { end += 1 }
      add(.sign, to: end)
    case _ where next.isSpace || next == UInt8(ascii: "\r"): advance(1)
    default: add(.sign, to: position + 1)
    }
  }

  private static let operators = Set("=<>!+-*/%&|^~.".utf8)

  private func isWord(_ byte: UInt8) -> Bool { byte.isLetterOrDigit || byte == UInt8(ascii: "_") || byte >= 0x80 }

  private func wordEnd(_ start: Int) -> Int { text[min(start, text.count)...].firstIndex { !isWord($0) } ?? text.count }

  private mutating func number() {
    var end = wordEnd(position)
    while byte(end) == UInt8(ascii: "."), byte(end + 1)?.isDigit == true { end = wordEnd(end + 1) }
    add(.other, to: end)
  }

  private mutating func comment() {
    var depth = 0
    repeat {
      let (opens, closes) = (starts("/*"), starts("*/"))
      depth += opens ? 1 : closes ? -1 : 0
      advance(opens || closes ? 2 : 1)
    } while depth > 0 && position < text.count
  }

  private mutating func string(hashes: Int) {
    let marks = [UInt8](repeating: UInt8(ascii: "#"), count: hashes)
    advance(hashes)
    let isLong = starts("\"\"\"")
    let end = [UInt8](repeating: UInt8(ascii: "\""), count: isLong ? 3 : 1) + marks
    let escape = [UInt8(ascii: "\\")] + marks
    advance(isLong ? 3 : 1)
    while position < text.count {
      let rest = text[position...]
      if rest.starts(with: end) { return advance(end.count) }
      if !isLong, rest.first == UInt8(ascii: "\n") { return }
      if rest.starts(with: escape) {
        advance(escape.count)
        guard byte(position) == UInt8(ascii: "(") else {
          advance(1)
          continue
        }
        add(.sign, to: position + 1)
        read(untilClosing: true)
      } else {
        advance(1)
      }
    }
  }

  /// `#/…/#`.
  private mutating func expression(hashes: Int) {
    let end = [UInt8(ascii: "/")] + [UInt8](repeating: UInt8(ascii: "#"), count: hashes)
    advance(hashes + 1)
    while position < text.count, !text[position...].starts(with: end) { advance(1) }
    advance(end.count)
  }
}
