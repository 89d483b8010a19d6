// Commands that a BibTeX file defines in @preamble: `\newcommand{\noopsort}[1]{}`, `\def\cprime{'}`.

/// Definitions of LaTeX commands without optional arguments.
struct LaTeXMacros {
  private struct Definition {
    var parameters: Int
    var body: [Character]
  }

  /// What files use without a preamble.
  static let usual = LaTeXMacros()

  private var definitions: [String: Definition] = [
    // What files use though they may not define it: the argument orders entries and is not for readers.
    "noop": Definition(parameters: 1, body: []), "noopsort": Definition(parameters: 1, body: []),
    "sortnoop": Definition(parameters: 1, body: []), "SortNoop": Definition(parameters: 1, body: []),
    "cprime": Definition(parameters: 0, body: ["′"]),
  ]

  /// Adds the definitions of a preamble; what else stands in it is passed over.
  mutating func define(_ preamble: String) {
    let text = Array(preamble)
    var place = 0
    while place < text.count {
      guard text[place] == "\\" else {
        place += 1
        continue
      }
      let command = Self.name(in: text, at: place + 1)
      place += 1 + command.count
      let isPlain = ["def", "gdef", "edef"].contains(command)
      guard isPlain || ["newcommand", "renewcommand", "providecommand"].contains(command) else { continue }
      if let (name, definition, end) = Self.definition(in: text, at: place, isPlain: isPlain) {
        definitions[name] = definition
        place = end
      }
    }
  }

  /// What a command and its arguments stand for, and where they end; nil if it is not defined. `place` is behind its name.
  func expansion(of name: String, in text: [Character], at place: Int) -> (text: [Character], end: Int)? {
    guard let definition = definitions[name] else { return nil }
    var arguments: [[Character]] = []
    var end = place
    for _ in 0..<definition.parameters {
      guard let (argument, next) = Self.argument(in: text, at: end) else { return nil }
      arguments.append(argument)
      end = next
    }
    if definition.parameters == 0, end < text.count, text[end] == " " { end += 1 }
    var result: [Character] = []
    var body = definition.body[...]
    while let character = body.popFirst() {
      if character == "#", let number = body.first?.wholeNumberValue, (1...max(arguments.count, 1)).contains(number),
        number <= arguments.count
      {
        result += arguments[number - 1]
        body.removeFirst()
      } else {
        result.append(character)
      }
    }
    return (result, end)
  }

  /// `{\name}[2]{body}`, `\name{body}`, or with `isPlain` `\name#1#2{body}`.
  private static func definition(
    in text: [Character], at start: Int, isPlain: Bool
  ) -> (name: String, Definition, end: Int)? {
    var place = start
    func skip(_ signs: Set<Character>) { while place < text.count, signs.contains(text[place]) { place += 1 } }
    skip(["{", " ", "*"])
    guard place < text.count, text[place] == "\\" else { return nil }
    let name = name(in: text, at: place + 1)
    if name.isEmpty { return nil }
    place += 1 + name.count
    skip(["}", " "])
    var parameters = 0
    if isPlain {
      while place + 1 < text.count, text[place] == "#" {
        parameters += 1
        place += 2
      }
    } else if place + 2 < text.count, text[place] == "[", let count = text[place + 1].wholeNumberValue {
      parameters = count
      place += 3
    }
    guard let (body, end) = argument(in: text, at: place) else { return nil }
    return (name, Definition(parameters: parameters, body: body), end)
  }

  /// The letters at a place.
  static func name(in text: [Character], at place: Int) -> String {
    place < text.count ? String(text[place...].prefix { $0.isASCII && $0.isLetter }) : ""
  }

  /// The group in braces at a place, without them, or the one character there; nil at the end.
  static func argument(in text: [Character], at start: Int) -> (text: [Character], end: Int)? {
    var place = start
    while place < text.count, text[place].isWhitespace { place += 1 }
    guard place < text.count, text[place] != "}" else { return nil }
    guard text[place] == "{" else { return ([text[place]], place + 1) }
    var depth = 0
    for end in place..<text.count {
      if text[end] == "{" { depth += 1 }
      if text[end] == "}" { depth -= 1 }
      if depth == 0 { return (Array(text[(place + 1)..<end]), end + 1) }
    }
    return (Array(text[(place + 1)...]), text.count)
  }
}
