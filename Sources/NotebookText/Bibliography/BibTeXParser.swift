// BibTeX files: entries, braces, quotes, @string, #, @preamble. There is no Swift package for it; this is what files use.

/// An entry as it was read, with LaTeX in its fields.
struct RawEntry {
  var key: String
  var type: String
  /// The byte of its "@", and that behind its end.
  var start: Int
  var end = 0
  var fields: [String: String] = [:]
  var warnings: [NotebookWarning] = []
  var problem: NotebookError?
}

/// A pass over a file, byte by byte: every character with a meaning is ASCII.
struct BibTeXParser {
  let source: BibTeXSource
  private var position = 0
  private var strings = BibTeXParser.knownStrings
  /// The commands of its preambles.
  private(set) var macros = LaTeXMacros.usual
  /// What is passed over in the entry at hand.
  private var warnings: [NotebookWarning] = []

  private var text: [UInt8] { source.text }

  init(bytes: [UInt8], file: String) { source = BibTeXSource(bytes: bytes, file: file) }

  /// Months, and the journals of BibTeX's standard styles.
  private static let knownStrings = [
    "jan": "January", "feb": "February", "mar": "March", "apr": "April", "may": "May", "jun": "June", "jul": "July",
    "aug": "August", "sep": "September", "oct": "October", "nov": "November", "dec": "December",
    "acmcs": "ACM Computing Surveys", "acta": "Acta Informatica", "cacm": "Communications of the ACM",
    "ibmjrd": "IBM Journal of Research and Development", "ibmsj": "IBM Systems Journal",
    "ieeese": "IEEE Transactions on Software Engineering", "ieeetc": "IEEE Transactions on Computers",
    "ieeetcad": "IEEE Transactions on Computer-Aided Design of Integrated Circuits",
    "ipl": "Information Processing Letters", "jacm": "Journal of the ACM",
    "jcss": "Journal of Computer and System Sciences", "scp": "Science of Computer Programming",
    "sicomp": "SIAM Journal on Computing", "tcs": "Theoretical Computer Science",
    "tocs": "ACM Transactions on Computer Systems", "tods": "ACM Transactions on Database Systems",
    "tog": "ACM Transactions on Graphics", "toms": "ACM Transactions on Mathematical Software",
    "toois": "ACM Transactions on Office Information Systems",
    "toplas": "ACM Transactions on Programming Languages and Systems",
  ]

  mutating func parse() -> [String: BibliographyEntry] {
    var raw: [String: RawEntry] = [:]
    // What stands between entries is a comment.
    while let start = text[position...].firstIndex(of: UInt8(ascii: "@")) {
      position = start + 1
      // An address such as a@b.org begins no entry.
      if start > 0, text[start - 1].isLetterOrDigit || text[start - 1] >= 0x80 { continue }
      let type = word().lowercased()
      skipSpace()
      guard !type.isEmpty, let open = current, open == UInt8(ascii: "{") || open == UInt8(ascii: "(") else { continue }
      let close = open == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: ")")
      position += 1
      switch type {
      case "comment": if (try? group(until: close, from: position - 1)) == nil { position = start + 1 }
      case "preamble": if let text = try? value(of: "@preamble", close) { macros.define(text) }
      case "string": defineStrings(close)
      default:
        guard let key = key(close) else { continue }
        let entry = entry(key, type, start, close)
        if let first = raw[key] {
          raw[key]?.warnings.append(
            warning(
              start, "entry \"\(key)\" is already given on line \(source.line(first.start)): the first one counts"))
        } else {
          raw[key] = entry
        }
      }
    }
    return finished(raw)
  }

  /// `{name = "text", other = …}`.
  private mutating func defineStrings(_ close: UInt8) {
    repeat {
      guard let (name, text) = try? field(of: "@string", close), let text else { return }
      strings[name] = text
      skipSpace()
      guard current == UInt8(ascii: ",") else { return }
      position += 1
      skipSpace()
    } while current != close && current != nil
  }

  /// The key of an entry: what stands before its first comma. Nil if a field or nothing stands there.
  private mutating func key(_ close: UInt8) -> String? {
    skipSpace()
    let start = position
    while let byte = current, !",}{\"\n\r".utf8.contains(byte), byte != close { position += 1 }
    var end = position
    while end > start, text[end - 1].isBlank { end -= 1 }
    if end == start || current == UInt8(ascii: "{") || current == UInt8(ascii: "\"") { return nil }
    return source.string(start..<end)
  }

  private mutating func entry(_ key: String, _ type: String, _ start: Int, _ close: UInt8) -> RawEntry {
    var entry = RawEntry(key: key, type: type, start: start)
    warnings = []
    do throws(NotebookError) {
      try fields(&entry, close)
    } catch {
      entry.problem = error
    }
    entry.end = position
    for line in source.foreignLines where source.line(start) <= line && line <= source.line(position) {
      warnings.append(
        source.warning(source.lineStart(line), "this line is no UTF-8 and is read as Latin-1: save the file as UTF-8"))
    }
    entry.warnings = warnings
    return entry
  }

  /// The fields up to the entry's end, and behind it if they go on.
  private mutating func fields(_ entry: inout RawEntry, _ close: UInt8) throws(NotebookError) {
    let owner = "entry \"\(entry.key)\""
    var needsComma = true
    while true {
      skipSpace()
      if current == UInt8(ascii: ",") {
        position += 1
        needsComma = false
        continue
      }
      guard let byte = current, !isEntry(position) else {
        throw error(entry.start, "this entry has no end: add \"\(Character(UnicodeScalar(close)))\" behind \(owner)")
      }
      if byte == close || byte == UInt8(ascii: "}") || byte == UInt8(ascii: ")") {
        position += 1
        guard let place = fieldBehindEnd() else { return }
        warnings.append(warning(place, "a \"}\" too many stands before this field of \(owner)"))
        continue
      }
      let place = position
      if needsComma {
        guard byte.isLetter else { throw error(place, "\",\" or \"}\" is expected here in \(owner)") }
      }
      let (name, value) = try field(of: owner, close)
      if needsComma { warnings.append(warning(place, "a comma is missing before \"\(name)\" in \(owner)")) }
      needsComma = true
      if entry.fields[name] != nil {
        warnings.append(warning(place, "\"\(name)\" is given twice in \(owner): the first one counts"))
      } else {
        entry.fields[name] = value
      }
    }
  }

  /// The place of a field, `, year = …`, behind what ended an entry: then a brace was one too many.
  private mutating func fieldBehindEnd() -> Int? {
    let end = position
    skipSpace()
    defer { position = end }
    guard current == UInt8(ascii: ",") else { return nil }
    position += 1
    skipSpace()
    let place = position
    let name = word()
    skipSpace()
    return name.isEmpty || current != UInt8(ascii: "=") ? nil : place
  }

  // MARK: Values

  /// `name = value # value`; no value where a macro is unknown.
  private mutating func field(of owner: String, _ close: UInt8) throws(NotebookError) -> (name: String, value: String?)
  {
    skipSpace()
    let place = position
    let name = word().lowercased()
    guard !name.isEmpty else { throw error(place, "a field's name is expected in \(owner)") }
    skipSpace()
    guard current == UInt8(ascii: "=") else {
      throw error(position, "\"=\" is expected behind \"\(name)\" in \(owner)")
    }
    position += 1
    return (name, try value(of: "\"\(name)\" of \(owner)", close))
  }

  private mutating func value(of owner: String, _ close: UInt8) throws(NotebookError) -> String? {
    var result = try piece(of: owner, close)
    skipSpace()
    while current == UInt8(ascii: "#") {
      position += 1
      let next = try piece(of: owner, close)
      result = result.flatMap { first in next.map { first + $0 } }
      skipSpace()
    }
    return result
  }

  /// A text in braces or quotes, a number, or the name of a text.
  private mutating func piece(of owner: String, _ close: UInt8) throws(NotebookError) -> String? {
    skipSpace()
    let start = position
    if current == UInt8(ascii: "{") || current == UInt8(ascii: "\"") {
      let end = current == UInt8(ascii: "\"") ? UInt8(ascii: "\"") : UInt8(ascii: "}")
      position += 1
      do throws(Endless) {
        return source.string(try group(until: end, from: start))
      } catch {
        throw self.error(start, "this value has no end: add \"\(Character(UnicodeScalar(end)))\" to \(owner)")
      }
    }
    while let byte = current, !byte.isBlank, !",{}#\"".utf8.contains(byte), byte != close { position += 1 }
    let name = source.string(start..<position)
    guard let first = name.utf8.first else {
      warnings.append(warning(start, "\(owner) has no value"))
      return nil
    }
    if let found = strings[name.lowercased()] { return found }
    // Numbers, and what begins as one: pages = 12--15.
    if first.isDigit || first == UInt8(ascii: "-") { return name }
    warnings.append(
      warning(start, "\"\(name)\" is neither a number nor a @string: the field is left out; put the value in braces"))
    return nil
  }

  private struct Endless: Error {}

  /// What stands between the sign before `position` and the one that ends it; braces come in pairs in it. Throws where the
  /// file ends, or an entry begins on a line of its own.
  private mutating func group(until end: UInt8, from start: Int) throws(Endless) -> Range<Int> {
    let first = position
    var depth = 0
    while let byte = current {
      if depth == 0, byte == end, !isEscapedQuote(position) {
        position += 1
        return first..<position - 1
      }
      if byte == UInt8(ascii: "{") { depth += 1 }
      if byte == UInt8(ascii: "}") { depth = max(depth - 1, 0) }
      position += 1
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
        let line = position
        skipSpace()
        if isEntry(position) { throw Endless() }
        position = line
      }
    }
    throw Endless()
  }

  /// `\"o` within quotes, which BibTeX wants in braces, is a letter.
  private func isEscapedQuote(_ place: Int) -> Bool {
    text[place] == UInt8(ascii: "\"") && place > 0 && text[place - 1] == UInt8(ascii: "\\") && place + 1 < text.count
      && (text[place + 1].isLetter || text[place + 1] == UInt8(ascii: "{") || text[place + 1] == UInt8(ascii: "\\"))
  }

  /// Whether an entry begins here, `@article{key,` or `@string{`: then a brace was forgotten before it.
  private func isEntry(_ place: Int) -> Bool {
    guard place < text.count, text[place] == UInt8(ascii: "@") else { return false }
    let name = text[(place + 1)...].prefix(while: \.isLetter)
    var next = name.endIndex
    while next < text.count, text[next].isBlank { next += 1 }
    guard !name.isEmpty, next < text.count, text[next] == UInt8(ascii: "{") || text[next] == UInt8(ascii: "(") else {
      return false
    }
    if ["string", "preamble", "comment"].contains(source.string(name.startIndex..<name.endIndex).lowercased()) {
      return true
    }
    let key = text[(next + 1)...].prefix { !"{}=,\"\n\r".utf8.contains($0) }
    return key.contains { !$0.isBlank } && key.endIndex < text.count && text[key.endIndex] == UInt8(ascii: ",")
  }

  // MARK: Bytes

  private var current: UInt8? { position < text.count ? text[position] : nil }

  private mutating func skipSpace() {
    while let byte = current, byte.isBlank { position += 1 }
  }

  private mutating func word() -> String {
    let start = position
    while let byte = current, !byte.isBlank, !"{}(),=#\"".utf8.contains(byte) { position += 1 }
    return source.string(start..<position)
  }

  private func warning(_ place: Int, _ message: String) -> NotebookWarning { source.warning(place, message) }
  private func error(_ place: Int, _ message: String) -> NotebookError { source.error(place, message) }
}

extension UInt8 {
  /// A blank or the end of a line.
  fileprivate var isBlank: Bool { self == 32 || (9...13).contains(self) }
}
