// A small lexer for Swift, for the colours of the page: comments, strings, numbers, keywords, types, attributes.

internal import NotebookText

/// Swift source as HTML with classes.
package struct SwiftHighlighter {
  private static let keywords: Set<String> = [
    "actor", "any", "as", "associatedtype", "async", "await", "borrowing", "break", "case", "catch", "class",
    "consuming",
    "continue", "default", "defer", "deinit", "do", "else", "enum", "extension", "fallthrough", "false", "fileprivate",
    "final", "for", "func", "get", "guard", "if", "import", "in", "indirect", "init", "inout", "internal", "is", "lazy",
    "let", "mutating", "nil", "nonisolated", "nonmutating", "open", "operator", "override", "package",
    "precedencegroup",
    "private", "protocol", "public", "repeat", "rethrows", "return", "self", "set", "some", "static", "struct",
    "subscript", "super", "switch", "throw", "throws", "true", "try", "typealias", "unowned", "var", "weak", "where",
    "while",
  ]

  private let text: [Character]
  private var position = 0
  private var result = ""

  private init(_ text: String) { self.text = Array(text) }

  /// Escaped HTML with `<span class="…">` around what has a colour.
  package static func html(_ source: String) -> String {
    var lexer = SwiftHighlighter(source)
    lexer.run()
    return lexer.result
  }

  private mutating func run() {
    while position < text.count {
      let character = text[position]
      if starts("//") {
        emit("c", until: { $0 == "\n" })
      } else if starts("/*") {
        emitComment()
      } else if character == "\"" || character == "#" && isRawString {
        emitString()
      } else if character.isNumber {
        emitNumber()
      } else if character == "@" || character == "#" {
        let end = wordEnd(position + 1)
        end > position + 1 ? emit("a", to: end) : emit(nil, to: position + 1)
      } else if character.isLetter || character == "_" {
        let end = wordEnd(position)
        let word = String(text[position..<end])
        let isMember = position > 0 && text[position - 1] == "."
        let kind = Self.keywords.contains(word) && !isMember ? "k" : character.isUppercase ? "t" : nil
        emit(kind, to: end)
      } else {
        emit(nil, to: position + 1)
      }
    }
  }

  private func starts(_ prefix: String) -> Bool { text[position...].starts(with: prefix) }

  private func wordEnd(_ start: Int) -> Int {
    text[start...].firstIndex { !($0.isLetter || $0.isNumber || $0 == "_") } ?? text.count
  }

  private var isRawString: Bool {
    let next = text[position...].firstIndex { $0 != "#" }
    return next.map { text[$0] == "\"" } ?? false
  }

  private mutating func emit(_ kind: String?, to end: Int) {
    let escaped = HTML.escape(String(text[position..<end]))
    result += kind.map { "<span class=\"\($0)\">\(escaped)</span>" } ?? escaped
    position = end
  }

  private mutating func emit(_ kind: String, until stop: (Character) -> Bool) {
    emit(kind, to: text[position...].firstIndex(where: stop) ?? text.count)
  }

  private mutating func emitComment() {
    var (end, depth) = (position, 0)
    repeat {
      if text[end...].starts(with: "/*") {
        (depth, end) = (depth + 1, end + 2)
      } else if text[end...].starts(with: "*/") {
        (depth, end) = (depth - 1, end + 2)
      } else {
        end += 1
      }
    } while end < text.count && depth > 0
    emit("c", to: min(end, text.count))
  }

  private mutating func emitString() {
    let hashes = text[position...].prefix { $0 == "#" }.count
    var end = position + hashes
    let isMultiline = text[end...].starts(with: "\"\"\"")
    let quotes = isMultiline ? "\"\"\"" : "\""
    let closing = quotes + String(repeating: "#", count: hashes)
    end += quotes.count
    while end < text.count {
      if text[end...].starts(with: closing) {
        end += closing.count
        break
      }
      if hashes == 0, text[end] == "\\" {
        end += 2
      } else if !isMultiline, text[end] == "\n" {
        break
      } else {
        end += 1
      }
    }
    emit("s", to: min(end, text.count))
  }

  private mutating func emitNumber() {
    let end =
      text[position...].indices.first { index in
        let character = text[index]
        if character.isLetter || character.isNumber || character == "_" { return false }
        if character == ".", index + 1 < text.count, text[index + 1].isNumber { return false }
        if character == "-" || character == "+", "eE".contains(text[index - 1]), !starts("0x") { return false }
        return true
      } ?? text.count
    emit("n", to: end)
  }
}
