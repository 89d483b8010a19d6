// LaTeX of BibTeX fields -> Unicode: accents, dashes, quotes, names.

internal import Foundation

enum LaTeXText {
  /// Combining characters of `\'e` and its like.
  private static let accents: [Character: Character] = [
    "'": "\u{301}", "`": "\u{300}", "\"": "\u{308}", "^": "\u{302}", "~": "\u{303}", "=": "\u{304}", ".": "\u{307}",
    "v": "\u{30C}", "c": "\u{327}", "u": "\u{306}", "H": "\u{30B}", "r": "\u{30A}", "k": "\u{328}", "d": "\u{323}",
  ]
  private static let letters = [
    "ss": "ß", "o": "ø", "O": "Ø", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "l": "ł", "L": "Ł",
    "i": "ı", "j": "ȷ", "textendash": "–", "textemdash": "—", "textquoteright": "’", "textquoteleft": "‘",
    "textquotedblleft": "“", "textquotedblright": "”", "LaTeX": "LaTeX", "TeX": "TeX", "BibTeX": "BibTeX", "dots": "…",
    "ldots": "…", "textellipsis": "…", "S": "§", "P": "¶", "copyright": "©", "textregistered": "®",
    "texttrademark": "™",
    "pounds": "£", "euro": "€", "texteuro": "€", "textdegree": "°", "textasciitilde": "~", "textbackslash": "\\",
    "textunderscore": "_", "textbar": "|", "th": "þ", "TH": "Þ", "dh": "ð", "DH": "Ð", "ng": "ŋ",
  ]
  /// Commands that only say how text looks, or nothing.
  private static let looks: Set<String> = [
    "em", "it", "bf", "rm", "sc", "tt", "sf", "sl", "itshape", "bfseries", "scshape", "ttfamily", "relax", "protect",
    "noop",
    "ignorespaces", "nobreak", "allowbreak", "null", "small", "large", "footnotesize", "upshape", "mdseries",
    "normalfont",
  ]

  /// Fields that hold an address or a part of one.
  static let addresses: Set<String> = ["url", "doi", "eprint"]

  /// An address without the markup that BibTeX files put into it: `\_`, `\url{…}`.
  static func address(_ latex: String) -> String {
    var text = latex.trimmingCharacters(in: .whitespacesAndNewlines)
    for command in ["\\url{", "\\href{"] where text.hasPrefix(command) { text = String(text.dropFirst(command.count)) }
    text = text.replacing(#/\\([_%&#~$^])(?:\{\})?/#) { String($0.1) }
    return String(text.filter { !"{}".contains($0) && !$0.isNewline })
  }

  /// A field's text without markup.
  static func plain(_ latex: String) -> String {
    var reader = Reader(text: Array(latex))
    return reader.read().split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// "Last, First and First Last and others".
  static func names(_ latex: String) -> [PersonName] {
    parts(latex, separatedBy: " and ").compactMap { text in
      let name = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      if name.isEmpty { return nil }
      if name == "others" { return PersonName(first: "", last: "et al.") }
      let pieces = parts(name, separatedBy: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      if pieces.count == 2 { return PersonName(first: plain(pieces[1]), last: plain(pieces[0])) }
      if pieces.count > 2 {
        return PersonName(first: plain(pieces[2]), last: plain(pieces[0]) + ", " + plain(pieces[1]))
      }
      let words = parts(name, separatedBy: " ")
      // The last name begins at the last word, or at a word in small letters before it: "von", "van der".
      let von = words.dropLast().firstIndex { $0.first?.isLowercase == true } ?? words.count - 1
      return PersonName(
        first: plain(words[..<von].joined(separator: " ")), last: plain(words[von...].joined(separator: " ")))
    }
  }

  /// Cuts at a separator that stands outside braces.
  private static func parts(_ text: String, separatedBy separator: String) -> [String] {
    let (characters, mark) = (Array(text), Array(separator))
    var result = [""]
    var depth = 0
    var index = 0
    while index < characters.count {
      let character = characters[index]
      if character == "{" { depth += 1 }
      if character == "}" { depth -= 1 }
      let matches = characters[index...].starts(with: mark) { $0 == $1 || $1 == " " && $0.isWhitespace }
      if depth == 0, matches {
        result.append("")
        index += mark.count
      } else {
        result[result.count - 1].append(character)
        index += 1
      }
    }
    return result
  }

  private struct Reader {
    let text: [Character]
    private var position = 0

    init(text: [Character]) { self.text = text }

    mutating func read() -> String {
      var result = ""
      while position < text.count { result += next() }
      return result
    }

    private mutating func next() -> String {
      let character = text[position]
      position += 1
      switch character {
      case "{", "}": return ""
      case "~": return "\u{A0}"
      case "-":
        var count = 1
        while position < text.count, text[position] == "-" {
          count += 1
          position += 1
        }
        return ["-", "–", "—"][min(count, 3) - 1]
      case "`" where peek == "`":
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

    private var peek: Character? { position < text.count ? text[position] : nil }

    private mutating func command() -> String {
      guard let first = peek else { return "" }
      position += 1
      if !first.isLetter {
        guard let accent = LaTeXText.accents[first] else { return String(first) }
        return accented(accent)
      }
      var name = String(first)
      while let letter = peek, letter.isLetter {
        name.append(letter)
        position += 1
      }
      if let letter = LaTeXText.letters[name] {
        if peek == " " { position += 1 }
        return letter
      }
      if name.count == 1, let accent = LaTeXText.accents[first] { return accented(accent) }
      let blanks = text[position...].prefix { $0 == " " }.count
      let hasArgument = position + blanks < text.count && text[position + blanks] == "{"
      if ["url", "nolinkurl", "path"].contains(name), hasArgument { return rawArgument() }
      if LaTeXText.looks.contains(name) || hasArgument {
        position += blanks
        return ""  // \emph and its like: their argument is text
      }
      // A command that is not known is shown, so that nothing is missing.
      return name
    }

    /// The argument of a command as it was written.
    private mutating func rawArgument() -> String {
      while peek == " " { position += 1 }
      let rest = text[(position + 1)...]
      let end = rest.firstIndex(of: "}") ?? text.count
      position = min(end + 1, text.count)
      return LaTeXText.address(String(rest[..<end]))
    }

    /// `$O(n^2)$` as far as Unicode has it: O(n²).
    private mutating func formula() -> String {
      guard let end = text[position...].firstIndex(of: "$"), end > position else { return "$" }
      let tex = String(text[position..<end])
      position = end + 1
      return FormulaText.unicode(tex)
    }

    /// The next letter with a combining character, in one character where Unicode has it.
    private mutating func accented(_ accent: Character) -> String {
      while let character = peek, character == "{" || character == " " { position += 1 }
      guard peek != nil else { return "" }
      var base = next()
      if base == "ı" { base = "i" }
      return (base + String(accent)).precomposedStringWithCanonicalMapping
    }
  }
}
