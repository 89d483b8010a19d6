// LaTeX of BibTeX fields -> Unicode: accents, letters, dashes, quotes, formulas.

internal import Foundation

enum LaTeXText {
  /// Combining characters of `\'e` and its like.
  static let accents: [Character: Character] = [
    "'": "\u{301}", "`": "\u{300}", "\"": "\u{308}", "^": "\u{302}", "~": "\u{303}", "=": "\u{304}", ".": "\u{307}",
    "v": "\u{30C}", "c": "\u{327}", "u": "\u{306}", "H": "\u{30B}", "r": "\u{30A}", "k": "\u{328}", "d": "\u{323}",
    "b": "\u{331}", "t": "\u{361}", "h": "\u{309}",
  ]
  static let letters = [
    "ss": "ß", "SS": "ẞ", "o": "ø", "O": "Ø", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å",
    "l": "ł", "L": "Ł", "i": "ı", "j": "ȷ", "dj": "đ", "DJ": "Đ", "th": "þ", "TH": "Þ", "dh": "ð", "DH": "Ð", "ng": "ŋ",
    "NG": "Ŋ", "textendash": "–", "textemdash": "—", "textquoteright": "’", "textquoteleft": "‘",
    "textquotedblleft": "“", "textquotedblright": "”", "textquotedbl": "\"", "textquotesingle": "'",
    "guillemotleft": "«", "guillemotright": "»", "guilsinglleft": "‹", "guilsinglright": "›", "quotedblbase": "„",
    "quotesinglbase": "‚", "LaTeX": "LaTeX", "TeX": "TeX", "BibTeX": "BibTeX", "LaTeXe": "LaTeX2ε", "dots": "…",
    "ldots": "…", "textellipsis": "…", "S": "§", "P": "¶", "dag": "†", "ddag": "‡", "copyright": "©",
    "textcopyright": "©", "textregistered": "®", "texttrademark": "™", "pounds": "£", "textsterling": "£", "euro": "€",
    "texteuro": "€", "textyen": "¥", "textdollar": "$", "textdegree": "°", "textmu": "µ", "texttimes": "×",
    "textpm": "±", "textbullet": "•", "textperiodcentered": "·", "textasciitilde": "~", "textasciicircum": "^",
    "textasciigrave": "`", "textbackslash": "\\", "textunderscore": "_", "textbar": "|", "textless": "<",
    "textgreater": ">", "textbraceleft": "{", "textbraceright": "}", "textnumero": "№", "textordfeminine": "ª",
    "textordmasculine": "º", "textexclamdown": "¡", "textquestiondown": "¿", "slash": "/", "textvisiblespace": "␣",
    "hyphen": "-", "adddot": ".", "psq": " sq.", "psqq": " sqq.", "lbrace": "{", "rbrace": "}", "textonehalf": "½",
    "textonequarter": "¼", "textthreequarters": "¾",
  ]
  /// Commands that only say how text looks, or nothing.
  static let looks: Set<String> = [
    "em", "it", "bf", "rm", "sc", "tt", "sf", "sl", "itshape", "bfseries", "scshape", "ttfamily", "relax", "protect",
    "ignorespaces", "nobreak", "allowbreak", "null", "small", "large", "footnotesize", "upshape", "mdseries",
    "normalfont", "rmfamily", "sffamily", "noindent", "newblock", "selectfont", "boldmath", "unboldmath", "xspace",
  ]
  /// Blanks of some width.
  static let blanks: Set<String> = ["quad", "qquad", "thinspace", "enspace", "space", "newline", "par", "linebreak"]
  /// Commands whose first argument says how the second looks, or where it leads.
  static let pairs: Set<String> = [
    "href", "textcolor", "colorbox", "foreignlanguage", "texorpdfstring", "selectlanguage",
  ]

  /// Fields that hold an address or a part of one.
  static let addresses: Set<String> = ["url", "doi", "eprint", "file"]

  /// An address without the markup that BibTeX files put into it: `\_`, `\url{…}`, `{\%}`.
  static func address(_ latex: String) -> String {
    var text = latex.trimmingCharacters(in: .whitespacesAndNewlines)
    guard text.utf8.contains(where: { "\\{}$\n\r".utf8.contains($0) }) else { return text }
    if let whole = text.wholeMatch(
      of: #/\{?\\(?:url|href|nolinkurl|path)\s*\{(.*?)\}(?:\s*\{.*\})?\}?/#.dotMatchesNewlines())
    {
      text = String(whole.1)
    }
    text = text.replacing(#/\\textasciitilde\s?(?:\{\})?/#, with: "~").replacing(
      #/\\textunderscore\s?(?:\{\})?/#, with: "_")
    text = text.replacing(#/\\([_%&#~$^\-{}])(?:\{\})?/#) { String($0.1) }.replacing(#/\$\\sim\$/#, with: "~")
    return String(text.filter { !"{}".contains($0) && !$0.isNewline })
  }

  /// A field's text without markup.
  static func plain(_ latex: String, _ macros: LaTeXMacros = .usual) -> String {
    // Most fields hold letters, digits and single blanks alone.
    if latex.utf8.allSatisfy({ $0.isLetterOrDigit || ".,:;()/+?! ".utf8.contains($0) }),
      !latex.utf8.starts(with: " ".utf8),
      latex.utf8.last != UInt8(ascii: " "), !latex.contains("  ")
    {
      return latex
    }
    var reader = LaTeXReader(text: Array(latex), macros: macros)
    let text = reader.read().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return withoutMarkup(text)
  }

  /// Catalogues export HTML: `&amp;`, `<i>…</i>`.
  private static func withoutMarkup(_ text: String) -> String {
    var text = text
    if text.contains("<") {
      text = text.replacing(
        #/<\/?(?:i|b|em|strong|sub|sup|scp|sc|tt|span|p|jats:\w+)(?:\s[^<>]*)?>/#.ignoresCase(), with: "")
    }
    guard text.contains("&") else { return text }
    for (code, sign) in [
      ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "’"), ("&apos;", "’"), ("&amp;", "&"),
    ] {
      text = text.replacing(code, with: sign)
    }
    return text
  }
}
