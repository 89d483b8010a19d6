// Reads LaTeX of a BibTeX field, character by character.

internal import Foundation

/// A pass over a field's LaTeX.
struct LaTeXReader {
  private var text: [Character]
  private let macros: LaTeXMacros
  private var position = 0
  /// Definitions may use each other; one that uses itself must end.
  private var expansions = 0

  init(text: [Character], macros: LaTeXMacros) {
    (self.text, self.macros) = (text, macros)
  }

  /// The text in Unicode.
  mutating func read() -> String {
    var result = ""
    while position < text.count { result += next() }
    return result
  }

  private var peek: Character? { position < text.count ? text[position] : nil }

  private mutating func next() -> String {
    let character = text[position]
    position += 1
    switch character {
    case "{", "}": return ""
    case "~": return "\u{A0}"
    case "-":
      var count = 1
      while peek == "-" {
        count += 1
        position += 1
      }
      return ["-", "–", "—"][min(count, 3) - 1]
    case "`":
      if peek != "`" { return "‘" }
      position += 1
      return "“"
    case "'" where peek == "'":
      position += 1
      return "”"
    case "'": return "’"
    case "\\": return command()
    case "$": return formula()
    default: return String(character)
    }
  }

  private mutating func command() -> String {
    guard let first = peek else { return "" }
    position += 1
    if !(first.isASCII && first.isLetter) {
      switch first {
      case "-", "/", "!", "@": return ""
      case "(": return formula(until: "\\)")
      case "[": return formula(until: "\\]")
      case " ", "\n", "\r\n", "\t", ",", ";", ":", "\\": return " "
      default: return LaTeXText.accents[first].map { accented($0, first) } ?? String(first)
      }
    }
    let name = LaTeXMacros.name(in: text, at: position - 1)
    position += name.count - 1
    if expansions < 1000, let (body, end) = macros.expansion(of: name, in: text, at: position) {
      expansions += 1
      text.replaceSubrange(position..<end, with: body)
      return ""
    }
    if let letter = LaTeXText.letters[name] {
      skipBlankBehindName()
      return letter
    }
    if name.count == 1, let accent = LaTeXText.accents[first] { return accented(accent, nil) }
    return command(named: name)
  }

  private mutating func command(named name: String) -> String {
    if LaTeXText.blanks.contains(name) {
      skipBlankBehindName()
      return " "
    }
    let blanks = text[position...].prefix { $0 == " " }.count
    let hasArgument = position + blanks < text.count && text[position + blanks] == "{"
    if name == "ensuremath", hasArgument, let (tex, end) = LaTeXMacros.argument(in: text, at: position) {
      position = end
      return FormulaText.unicode(String(tex))
    }
    if ["url", "nolinkurl", "path", "doi"].contains(name), hasArgument { return rawArgument() }
    if LaTeXText.pairs.contains(name), hasArgument, let (first, end) = LaTeXMacros.argument(in: text, at: position) {
      // \href{address}{words}: what is not read is the first argument, but for \texorpdfstring, whose second is plain.
      position = end
      return LaTeXMacros.argument(in: text, at: end) == nil ? String(first) : ""
    }
    if ["textsuperscript", "textsubscript"].contains(name), hasArgument,
      let (tex, end) = LaTeXMacros.argument(in: text, at: position)
    {
      position = end
      var reader = LaTeXReader(text: tex, macros: macros)
      let inside = reader.read()
      // Ordinals and notes stay letters: 2nd, not 2ⁿᵈ.
      return inside.allSatisfy(\.isNumber)
        ? FormulaText.unicode((name == "textsuperscript" ? "^{" : "_{") + inside + "}") : inside
    }
    if LaTeXText.looks.contains(name) || hasArgument {
      position += blanks
      return ""  // \emph and its like: their argument is text
    }
    // Greek letters and signs outside formulas; a command that is not known is shown, so that nothing is missing.
    if let sign = FormulaText.sign(name) {
      skipBlankBehindName()
      return sign
    }
    return name
  }

  /// The blank that ends a command's name is none of the text.
  private mutating func skipBlankBehindName() {
    while peek == " " { position += 1 }
  }

  /// The argument of a command as it was written.
  private mutating func rawArgument() -> String {
    guard let (inside, end) = LaTeXMacros.argument(in: text, at: position) else { return "" }
    position = end
    return LaTeXText.address(String(inside))
  }

  /// `$O(n^2)$` as far as Unicode has it: O(n²). Two dollars with money between them are none.
  private mutating func formula() -> String {
    if peek == "$" { position += 1 }
    guard let end = text[position...].firstIndex(of: "$"), end > position else { return "$" }
    let tex = String(text[position..<end])
    if !tex.contains(where: { "\\^_{".contains($0) }),
      tex.last == " " || tex.first == " " || text.dropFirst(end + 1).first?.isNumber == true
    {
      return "$"
    }
    position = end + 1
    if peek == "$" { position += 1 }
    return FormulaText.unicode(tex)
  }

  /// `\(…\)`.
  private mutating func formula(until sign: String) -> String {
    let mark = Array(sign)
    var end = position
    while end + 1 < text.count, text[end] != mark[0] || text[end + 1] != mark[1] { end += 1 }
    guard end + 1 < text.count else { return String(mark[1] == ")" ? "(" : "[") }
    defer { position = end + 2 }
    return FormulaText.unicode(String(text[position..<end]))
  }

  /// The next letter with a combining character, in one character where Unicode has it; `sign` where there is none.
  private mutating func accented(_ accent: Character, _ sign: Character?) -> String {
    while let character = peek, character == "{" || character == " " { position += 1 }
    guard let character = peek, character != "}" else {
      return sign.map { $0 == "~" || $0 == "^" ? String($0) : "" } ?? ""
    }
    var base = next()
    if base == "ı" { base = "i" }
    if base == "ȷ" { base = "j" }
    guard let first = base.first, first.isLetter || first.isNumber else { return base }
    // A tie spans two letters: it stands behind the first.
    return (String(first) + String(accent)).precomposedStringWithCanonicalMapping + base.dropFirst()
  }
}
