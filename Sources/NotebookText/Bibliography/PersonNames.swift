// Lists of names in BibTeX fields: "Last, First and First von Last and {An Institute} and others".

internal import Foundation

/// The names of a field, and what had to be guessed to read them.
struct NameList {
  private(set) var names: [PersonName] = []
  /// What is wrong with the list; nil if nothing is.
  private(set) var doubt: String?
  private let macros: LaTeXMacros

  init(_ latex: String, _ macros: LaTeXMacros) {
    self.macros = macros
    for text in Self.parts(latex, separatedBy: " and ") {
      let name = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      if !name.isEmpty { add(name) }
    }
  }

  private mutating func add(_ name: String) {
    if ["others", "et al.", "et al"].contains(name.lowercased()) { return names.append(.others) }
    if name.hasSuffix("al.") || name.hasSuffix("al"),
      let start = name.range(of: #",?[ ~]+et[ ~\\]+al\.?$"#, options: .regularExpression)
    {
      add(String(name[..<start.lowerBound]))
      return names.append(.others)
    }
    let bySemicolons = Self.parts(name, separatedBy: ";").map { $0.trimmingCharacters(in: .whitespaces) }
    if bySemicolons.count > 1 {
      doubt = "names are separated by \"and\", not by \";\""
      for part in bySemicolons where !part.isEmpty { add(part) }
      return
    }
    let pieces = Self.parts(name, separatedBy: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    if name.contains("="), let parts = extended(pieces) {
      // A list may begin with options of its own, such as "useprefix=false".
      guard let last = parts["family"] ?? parts["given"] else { return }
      return names.append(
        PersonName(
          first: parts["family"] == nil ? "" : parts["given"] ?? "",
          last: [parts["prefix"], last].compactMap { $0 }.joined(separator: " "), suffix: parts["suffix"] ?? ""))
    }
    switch pieces.count {
    case 1: names.append(inOrder(Self.words(name)))
    case 2: names.append(PersonName(first: plain(pieces[1]), last: plain(pieces[0])))
    case 3 where !Self.areInitials(pieces[1]) || Self.suffixes.contains(pieces[1].lowercased()):
      names.append(PersonName(first: plain(pieces[2]), last: plain(pieces[0]), suffix: plain(pieces[1])))
    default: addList(pieces)
    }
  }

  /// Names with commas between them: "Doe, A., Roe, B." or "Ann Doe, Bob Roe, Cy Poe".
  private mutating func addList(_ pieces: [String]) {
    doubt = "names are separated by \"and\", not by commas"
    let isInverted =
      pieces.count % 2 == 0 && stride(from: 1, to: pieces.count, by: 2).allSatisfy { Self.areInitials(pieces[$0]) }
    if isInverted {
      for index in stride(from: 0, to: pieces.count, by: 2) {
        names.append(PersonName(first: plain(pieces[index + 1]), last: plain(pieces[index])))
      }
    } else {
      for piece in pieces where !piece.isEmpty { names.append(inOrder(Self.words(piece))) }
    }
  }

  /// biblatex: "family=Maaten, given=Laurens, prefix=van der"; nil if the pieces are no such list.
  private func extended(_ pieces: [String]) -> [String: String]? {
    var parts: [String: String] = [:]
    for piece in pieces {
      guard let match = piece.wholeMatch(of: #/"?([a-z][a-z\-]+)\s*=\s*(.*?)"?/#) else { return nil }
      parts[String(match.1)] = plain(String(match.2))
    }
    return parts
  }

  /// "First von Last Jr.": the last name begins at a word in small letters, else it is the last word.
  private func inOrder(_ words: [String]) -> PersonName {
    var words = words
    var suffix = ""
    if words.count > 2, Self.suffixes.contains(words[words.count - 1].lowercased()) {
      suffix = plain(words.removeLast())
    }
    guard !words.isEmpty else { return PersonName(first: "", last: suffix) }
    let von = words.dropLast().firstIndex { Self.isSmall($0) } ?? words.count - 1
    return PersonName(
      first: plain(words[..<von].joined(separator: " ")), last: plain(words[von...].joined(separator: " ")),
      suffix: suffix)
  }

  private static let suffixes: Set<String> = ["jr", "jr.", "sr", "sr.", "ii", "iii", "iv"]

  private func plain(_ latex: String) -> String { LaTeXText.plain(latex, macros) }

  /// Whether a word begins with a small letter: "von", "{\'e}t", "{van den}".
  private static func isSmall(_ word: String) -> Bool {
    guard let first = word.first else { return false }
    return (first == "{" || first == "\\" ? LaTeXText.plain(word).first : first)?.isLowercase == true
  }

  /// "A.", "A. B.", "AB", "J.-P.".
  private static func areInitials(_ text: String) -> Bool {
    text.wholeMatch(of: #/(?:\p{Lu}\.?[\s~-]*){1,4}/#) != nil
  }

  /// Cuts at blanks outside braces; "~" is one.
  private static func words(_ text: String) -> [String] {
    parts(text, separatedBy: " ").flatMap { parts($0, separatedBy: "~") }.filter { !$0.isEmpty }
  }

  /// Cuts at a separator that stands outside braces; letters may be of either case.
  private static func parts(_ text: String, separatedBy separator: String) -> [String] {
    let (characters, mark) = (Array(text), Array(separator))
    var result: [String] = []
    var start = 0
    var depth = 0
    var index = 0
    while index < characters.count {
      let character = characters[index]
      if character == "\\" {
        // \~n and \" begin letters.
        index += 2
        continue
      }
      if character == "{" { depth += 1 }
      if character == "}" { depth -= 1 }
      let matches =
        depth == 0 && index + mark.count <= characters.count
        && zip(characters[index...], mark).allSatisfy {
          $0 == $1 || $1 == " " && $0.isWhitespace || $1.isLetter && $0.lowercased() == String($1)
        }
      if matches {
        result.append(String(characters[min(start, index)..<index]))
        index += mark.count
        start = index
        // One blank may end a name and begin the next separator: "A and and B".
        if mark.count > 1 { index -= 1 }
      } else {
        index += 1
      }
    }
    return result + [String(characters[min(start, characters.count)...])]
  }
}
