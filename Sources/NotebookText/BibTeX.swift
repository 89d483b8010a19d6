// BibTeX files: entries, braces, quotes, @string, #, crossref, the fields of biblatex. There is no Swift package for it;
// this is the part that files use.

/// A BibTeX file's entries, fields in Unicode.
package struct Bibliography: Sendable, Equatable {
  /// As it appears in messages.
  package var file: String
  /// By key.
  package var entries: [String: BibliographyEntry]

  /// Reads the text of a file. What is wrong with an entry stands in it: entries that nobody cites are not judged, and
  /// what is no entry is a comment.
  package init(text: String, file: String) {
    var parser = BibTeXParser(text: text, file: file)
    self.file = file
    entries = parser.parse()
  }
}

/// One work.
package struct BibliographyEntry: Sendable, Equatable {
  package var key: String
  /// In lower case: `article`, `inproceedings`.
  package var type: String
  /// By name in lower case; accents and dashes are Unicode, braces are gone.
  package var fields: [String: String]
  package var authors: [PersonName]
  /// What is passed over in the entry, for those who cite it.
  package var warnings: [NotebookWarning] = []
  /// Why the work cannot be cited; nil if it can.
  package var problem: NotebookError?
}

/// An author's name.
package struct PersonName: Sendable, Equatable {
  package var first: String
  /// With "von" and "Jr": "van der Maaten".
  package var last: String

  package init(first: String, last: String) {
    self.first = first
    self.last = last
  }
}

/// An entry as it was read, with LaTeX in its fields.
private struct RawEntry {
  var key: String
  var type: String
  var start: Int
  var fields: [String: String] = [:]
  var warnings: [NotebookWarning] = []
  var problem: NotebookError?
}

private struct BibTeXParser {
  private let text: [Character]
  private let file: String
  private var position = 0
  private var strings: [String: String] = [
    "jan": "January", "feb": "February", "mar": "March", "apr": "April", "may": "May", "jun": "June", "jul": "July",
    "aug": "August", "sep": "September", "oct": "October", "nov": "November", "dec": "December",
  ]
  /// What is passed over in the entry at hand.
  private var warnings: [NotebookWarning] = []

  init(text: String, file: String) {
    self.text = Array(text)
    self.file = file
  }

  mutating func parse() -> [String: BibliographyEntry] {
    var raw: [String: RawEntry] = [:]
    // What stands between entries is a comment.
    while let start = text[position...].firstIndex(of: "@") {
      position = start + 1
      // An address such as a@b.org begins no entry.
      if start > 0, text[start - 1].isLetter || text[start - 1].isNumber { continue }
      let type = word().lowercased()
      skipSpace()
      guard !type.isEmpty, current == "{" || current == "(" else { continue }
      switch type {
      case "comment", "preamble": if (try? value()) == nil { position = start + 1 }
      case "string":
        position += 1
        if let (name, text) = try? field(of: "@string"), let text, (try? close(start)) != nil { strings[name] = text }
      default:
        position += 1
        skipSpace()
        let key = word()
        if key.isEmpty { continue }
        let entry = entry(key, type, start)
        if let first = raw[key] {
          raw[key]?.warnings.append(
            warning(start, "entry \"\(key)\" is already given on line \(line(first.start)): the first one counts"))
        } else {
          raw[key] = entry
        }
      }
    }
    return finished(raw)
  }

  private mutating func entry(_ key: String, _ type: String, _ start: Int) -> RawEntry {
    var entry = RawEntry(key: key, type: type, start: start)
    warnings = []
    do throws(NotebookError) {
      skipSpace()
      while current == "," {
        position += 1
        skipSpace()
        if current == "}" || current == ")" { break }
        let place = position
        let (name, value) = try field(of: "entry \"\(key)\"")
        if entry.fields[name] != nil {
          warnings.append(
            warning(place, "\"\(name)\" is given twice in entry \"\(key)\": the first one counts"))
        } else {
          entry.fields[name] = value
        }
        skipSpace()
      }
      try close(start)
    } catch {
      entry.problem = error
    }
    entry.warnings = warnings
    return entry
  }

  // MARK: Fields of other entries, and under other names

  private func finished(_ raw: [String: RawEntry]) -> [String: BibliographyEntry] {
    // References to other entries do not look at the case of letters.
    let keys = Dictionary(raw.keys.sorted().map { ($0.lowercased(), $0) }) { first, _ in first }
    return raw.mapValues { entry in
      var entry = entry
      var (parent, seen) = (entry, Set([entry.key]))
      while let name = (parent.fields["crossref"] ?? parent.fields["xdata"])?.lowercased() {
        guard let key = keys[name], let next = raw[key], seen.insert(key).inserted else {
          if keys[name] == nil {
            entry.warnings.append(
              warning(entry.start, "entry \"\(entry.key)\" refers to \"\(name)\", which there is not"))
          }
          break
        }
        parent = next
        entry.inherit(from: parent)
      }
      return finished(entry)
    }
  }

  private func finished(_ raw: RawEntry) -> BibliographyEntry {
    var raw = raw
    raw.useBibTeXNames()
    if raw.problem == nil, raw.fields["title"] == nil {
      raw.problem = error(raw.start, "entry \"\(raw.key)\" has no title")
    }
    // An empty year says that there is none.
    if raw.fields["year"]?.isEmpty == true {
      raw.fields["year"] = nil
    } else if raw.fields["year"] == nil {
      raw.warnings.append(
        warning(raw.start, "entry \"\(raw.key)\" has no year; if the work has none, write year = {}"))
    }
    let people = raw.fields["author"] ?? raw.fields["editor"] ?? raw.fields["organization"].map { "{\($0)}" }
    var fields: [String: String] = [:]
    for (name, value) in raw.fields {
      fields[name] = LaTeXText.addresses.contains(name) ? LaTeXText.address(value) : LaTeXText.plain(value)
    }
    return BibliographyEntry(
      key: raw.key, type: raw.type, fields: fields, authors: people.map(LaTeXText.names) ?? [], warnings: raw.warnings,
      problem: raw.problem)
  }

  // MARK: Values

  /// `name = value # value`; no value where a macro is unknown.
  private mutating func field(of owner: String) throws(NotebookError) -> (name: String, value: String?) {
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
      let next = try value()
      result = result.flatMap { first in next.map { first + $0 } }
      skipSpace()
    }
    return (name, result)
  }

  private mutating func value() throws(NotebookError) -> String? {
    skipSpace()
    let start = position
    guard let open = current else { throw error(start, "a value is expected here") }
    if open == "{" || open == "(" || open == "\"" { return try quoted(open, start) }
    let name = word()
    guard !name.isEmpty else { throw error(start, "a value is expected here") }
    if name.allSatisfy(\.isNumber) { return name }
    if let found = strings[name.lowercased()] { return found }
    warnings.append(
      warning(start, "\"\(name)\" is neither a number nor a @string: the field is left out; put the value in braces"))
    return nil
  }

  private mutating func quoted(_ open: Character, _ start: Int) throws(NotebookError) -> String {
    position += 1
    let end: Character = open == "\"" ? "\"" : open == "{" ? "}" : ")"
    var depth = 0
    var result = ""
    while let character = current {
      if depth == 0 && character == end {
        position += 1
        return result
      }
      if character.isNewline, isEntry(position + 1) { break }
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

  /// Whether an entry begins here, `@article{key,`: then a brace was forgotten before it.
  private func isEntry(_ place: Int) -> Bool {
    guard place < text.count, text[place] == "@" else { return false }
    let name = text[(place + 1)...].prefix { $0.isLetter }
    guard !name.isEmpty, name.endIndex < text.count, text[name.endIndex] == "{" else { return false }
    let key = text[(name.endIndex + 1)...].prefix { !$0.isWhitespace && !"{}=,".contains($0) }
    return !key.isEmpty && key.endIndex < text.count && text[key.endIndex] == ","
  }

  private mutating func close(_ start: Int) throws(NotebookError) {
    skipSpace()
    guard let end = current, !isEntry(position) else { throw error(start, "this entry has no end: add \"}\"") }
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

  private func warning(_ place: Int, _ message: String) -> NotebookWarning {
    let mistake = error(place, message)
    return NotebookWarning(mistake.location, message, sourceLine: mistake.sourceLine)
  }

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

extension RawEntry {
  /// Takes the fields that it lacks from the entry that it is a part of: the title of that is where it appeared.
  fileprivate mutating func inherit(from parent: RawEntry) {
    if fields["booktitle"] == nil, let title = parent.fields["booktitle"] ?? parent.fields["title"],
      fields["title"] != nil
    {
      fields["booktitle"] = title
    }
    for (name, value) in parent.fields where fields[name] == nil && !["crossref", "xdata", "key"].contains(name) {
      fields[name] = value
    }
  }

  /// Gives the fields of biblatex the names that BibTeX has for them.
  fileprivate mutating func useBibTeXNames() {
    for (name, known) in [
      ("journaltitle", "journal"), ("location", "address"), ("eventtitle", "booktitle"), ("maintitle", "booktitle"),
      ("archiveprefix", "eprinttype"),
    ] where fields[known] == nil && fields[name] != nil {
      if known == "booktitle" && fields["journal"] != nil { continue }
      fields[known] = fields[name]
    }
    if fields["year"] == nil, let date = fields["date"] {
      // 2017-06-12, or from one to another with a slash.
      let years = date.split(separator: "/").map { String($0.prefix { $0 != "-" }) }.filter { !$0.isEmpty }
      fields["year"] = years.count == 2 && years[0] != years[1] ? years.joined(separator: "--") : years.first
    }
    if let subtitle = fields["subtitle"], let title = fields["title"] { fields["title"] = "\(title): \(subtitle)" }
  }
}
