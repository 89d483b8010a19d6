// MathML 2 as blahtexml writes it -> MathML Core as browsers read it.

enum MathMLForBrowsers {
  static func adapted(_ mathML: String) -> String {
    var text = mathML.replacing(" xmlns=\"http://www.w3.org/1998/Math/MathML\"", with: "")
    // Browsers know no variants but "normal": the letters have code points of their own.
    text = text.replacing(#/<(m[ino]) mathvariant="([a-z-]+)">([^<]*)</#) { match in
      if match.2 == "normal" { return String(match.0) }
      return "<\(match.1)>" + String(match.3.map { letter($0, String(match.2)) }) + "<"
    }
    // As an operator ∥ has the space of a relation around it; as a norm's bar it has none.
    text = text.replacing("<mo>∥</mo>", with: "<mo lspace=\"0\" rspace=\"0\">∥</mo>")
    text = text.replacing(
      "<mo stretchy=\"true\">∥</mo>", with: "<mo stretchy=\"true\" lspace=\"0\" rspace=\"0\">∥</mo>")
    text = text.replacing(
      "<mo stretchy=\"false\">/</mo>", with: "<mo stretchy=\"false\" lspace=\"0\" rspace=\"0\">/</mo>")
    text = text.replacing("<mo>-</mo>", with: "<mo>\u{2212}</mo>")
    text = text.replacing(#/<mo rspace="([^"]*)">∥/#) { "<mo lspace=\"0\" rspace=\"\($0.1)\">∥" }
    text = text.replacing("<mo>:</mo><mo>=</mo>", with: "<mo>:=</mo>")
    for (combining, spacing) in [("\u{302}", "^"), ("·", "˙"), ("\u{20D7}", "→"), ("\u{30C}", "ˇ")] {
      text = text.replacing("accent=\"true\">\(combining)</mo>", with: "accent=\"true\">\(spacing)</mo>")
    }
    for (old, new) in [("︷", "⏞"), ("︸", "⏟")] { text = text.replacing(">\(old)</mo>", with: ">\(new)</mo>") }
    // Browsers take the alignment of columns from the style sheet only.
    text = text.replacing(" columnalign=\"left\"", with: " class=\"left\"")
    text = text.replacing(
      " columnalign=\"right left\" columnspacing=\"0.2em\"", with: " class=\"aligned\"")
    return text
  }

  /// Where the letters of a variant begin: A, a, 0, Α, α.
  private static let alphabets: [String: [UInt32?]] = [
    "bold": [0x1D400, 0x1D41A, 0x1D7CE, 0x1D6A8, 0x1D6C2],
    "bold-italic": [0x1D468, 0x1D482, nil, 0x1D71C, 0x1D736],
    "italic": [0x1D434, 0x1D44E, nil, 0x1D6E2, 0x1D6FC],
    "double-struck": [0x1D538, 0x1D552, 0x1D7D8, nil, nil],
    "script": [0x1D49C, 0x1D4B6, nil, nil, nil],
    "fraktur": [0x1D504, 0x1D51E, nil, nil, nil],
    "sans-serif": [0x1D5A0, 0x1D5BA, 0x1D7E2, nil, nil],
    "monospace": [0x1D670, 0x1D68A, 0x1D7F6, nil, nil],
  ]
  /// Letters that Unicode had before the alphabets.
  private static let exceptions: [String: [Character: Character]] = [
    "italic": ["h": "ℎ"],
    "double-struck": ["C": "ℂ", "H": "ℍ", "N": "ℕ", "P": "ℙ", "Q": "ℚ", "R": "ℝ", "Z": "ℤ"],
    "script": [
      "B": "ℬ", "E": "ℰ", "F": "ℱ", "H": "ℋ", "I": "ℐ", "L": "ℒ", "M": "ℳ", "R": "ℛ", "e": "ℯ", "g": "ℊ", "o": "ℴ",
    ],
    "fraktur": ["C": "ℭ", "H": "ℌ", "I": "ℑ", "R": "ℜ", "Z": "ℨ"],
  ]
  private static let ranges: [ClosedRange<UInt32>] = [
    0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x391...0x3A9, 0x3B1...0x3C9,
  ]

  private static func letter(_ character: Character, _ variant: String) -> Character {
    if let exception = exceptions[variant]?[character] { return exception }
    guard let alphabet = alphabets[variant], let scalar = character.unicodeScalars.first else { return character }
    for (range, start) in zip(ranges, alphabet) where range.contains(scalar.value) {
      guard let start, let found = Unicode.Scalar(start + scalar.value - range.lowerBound) else { return character }
      return Character(found)
    }
    return character
  }
}
