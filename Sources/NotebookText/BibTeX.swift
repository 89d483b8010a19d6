// BibTeX files: entries, braces, quotes, @string, #. There is no Swift package for it; this is the part that files use.

/// A BibTeX file's entries, fields in Unicode.
public struct Bibliography: Sendable, Equatable {
  /// As it appears in messages.
  public var file: String
  /// By key.
  public var entries: [String: BibliographyEntry]

  /// Reads the text of a file. Throws `NotebookError` with the line of the first mistake.
  public init(text: String, file: String) throws(NotebookError) {
    var parser = BibTeXParser(text: text, file: file)
    self.file = file
    entries = try parser.parse()
  }
}

/// One work.
public struct BibliographyEntry: Sendable, Equatable {
  public var key: String
  /// In lower case: `article`, `inproceedings`.
  public var type: String
  /// By name in lower case; accents and dashes are Unicode, braces are gone.
  public var fields: [String: String]
  public var authors: [PersonName]
}

/// An author's name.
public struct PersonName: Sendable, Equatable {
  public var first: String
  /// With "von" and "Jr": "van der Maaten".
  public var last: String

  package init(first: String, last: String) {
    self.first = first
    self.last = last
  }
}

private struct BibTeXParser {
  private let text: [Character]
  private let file: String
  private var position = 0
  private var strings: [String: String] = [
    "jan": "January", "feb": "February", "mar": "March", "apr": "April", "may": "May", "jun": "June", "jul": "July",
    "aug": "August", "sep": "September", "oct": "October", "nov": "November", "dec": "December",
  ]

  init(text: String, file: String) {
    self.text = Array(text)
    self.file = file
  }

  mutating func parse() throws(NotebookError) -> [String: BibliographyEntry] {
    var entries: [String: BibliographyEntry] = [:]
    var places: [String: Int] = [:]
    // What stands between entries is a comment.
    while let start = text[position...].firstIndex(of: "@") {
      position = start + 1
      let type = word().lowercased()
      guard !type.isEmpty else { continue }
      skipSpace()
      guard current == "{" || current == "(" else {
        if type == "comment" { continue }
        throw error(start, "\"{\" is expected behind @\(type)")
      }
      if type == "comment" || type == "preamble" {
        _ = try value()
        continue
      }
      position += 1
      if type == "string" {
        let (name, text) = try field(of: "@string")
        strings[name] = text
        try close(start)
        continue
      }
      skipSpace()
      let keyPlace = position
      let key = word()
      guard !key.isEmpty else { throw error(keyPlace, "an entry's key is expected here") }
      if let earlier = places[key] {
        throw error(keyPlace, "entry \"\(key)\" is already given on line \(line(earlier))")
      }
      places[key] = keyPlace
      entries[key] = try entry(key, type, start)
    }
    return entries
  }

  private mutating func entry(_ key: String, _ type: String, _ start: Int) throws(NotebookError) -> BibliographyEntry {
    var raw: [String: String] = [:]
    skipSpace()
    while current == "," {
      position += 1
      skipSpace()
      if current == "}" || current == ")" { break }
      let place = position
      let (name, value) = try field(of: "entry \"\(key)\"")
      if raw.updateValue(value, forKey: name) != nil {
        throw error(place, "\"\(name)\" is given twice in entry \"\(key)\"")
      }
      skipSpace()
    }
    try close(start)
    guard raw["title"] != nil else { throw error(start, "entry \"\(key)\" has no title") }
    guard raw["author"] != nil || raw["editor"] != nil || raw["organization"] != nil else {
      throw error(start, "entry \"\(key)\" has no author")
    }
    let authors = LaTeXText.names(raw["author"] ?? raw["editor"] ?? "{\(raw["organization"] ?? "")}")
    return BibliographyEntry(key: key, type: type, fields: raw.mapValues(LaTeXText.plain), authors: authors)
  }

  /// `name = value # value`.
  private mutating func field(of owner: String) throws(NotebookError) -> (name: String, value: String) {
    skipSpace()
    let place = position
    let name = word().lowercased()
    guard !name.isEmpty else { throw error(place, "a field's name is expected in \(owner)") }
    skipSpace()
    guard current == "=" else { throw error(position, "\"=\" is expected behind \"\(name)\" in \(owner)") }
    position += 1
    var result = try value()
    skipSpace()
    while current == "#" {
      position += 1
      result += try value()
      skipSpace()
    }
    return (name, result)
  }

  private mutating func value() throws(NotebookError) -> String {
    skipSpace()
    let start = position
    guard let open = current else { throw error(start, "a value is expected here") }
    if open == "{" || open == "(" || open == "\"" {
      position += 1
      let end: Character = open == "\"" ? "\"" : open == "{" ? "}" : ")"
      var depth = 0
      var result = ""
      while let character = current {
        if depth == 0 && character == end {
          position += 1
          return result
        }
        if character == "{" { depth += 1 }
        if character == "}" { depth -= 1 }
        if character == "\\", position + 1 < text.count {
          result.append(character)
          position += 1
        }
        result.append(text[position])
        position += 1
      }
      throw error(start, "this value has no end: add \"\(end)\"")
    }
    let name = word()
    if !name.isEmpty, name.allSatisfy(\.isNumber) { return name }
    guard let found = strings[name.lowercased()] else {
      throw error(start, "\"\(name)\" is neither a number nor a @string: put the value in braces")
    }
    return found
  }

  private mutating func close(_ start: Int) throws(NotebookError) {
    skipSpace()
    guard let end = current else { throw error(start, "this entry has no end: add \"}\"") }
    guard end == "}" || end == ")" else { throw error(position, "\",\" or \"}\" is expected here") }
    position += 1
  }

  private var current: Character? { position < text.count ? text[position] : nil }

  private mutating func skipSpace() {
    while let character = current, character.isWhitespace { position += 1 }
  }

  private mutating func word() -> String {
    let start = position
    while let character = current, !character.isWhitespace, !"{}(),=#\"".contains(character) { position += 1 }
    return String(text[start..<position])
  }

  private func line(_ place: Int) -> Int { text[..<place].count { $0.isNewline } + 1 }

  private func error(_ place: Int, _ message: String) -> NotebookError {
    let place = min(place, text.count)
    let start = text[..<place].lastIndex { $0.isNewline }.map { $0 + 1 } ?? 0
    let end = text[place...].firstIndex { $0.isNewline } ?? text.count
    let column = String(text[start..<place]).utf8.count + 1
    return NotebookError(
      SourceLocation(file: file, line: line(place), column: column), message,
      sourceLine: start < end ? String(text[start..<end]) : nil)
  }
}
