// One step of the scanner: what begins at this byte?

internal import Basics

extension InlineScanner {
  mutating func step() throws(NotebookError) {
    if let end = syntax.addressEnd(position) { return copyHidden(to: end) }
    switch text[position] {
    case UInt8(ascii: "\\"): copy(to: min(position + 2, text.count))
    case UInt8(ascii: "`"): try codeSpan()
    case UInt8(ascii: "$"): try formula()
    case UInt8(ascii: "["): try bracket()
    case UInt8(ascii: "@"): try narrative()
    case UInt8(ascii: "{"): try attribute()
    default: copy(to: position + 1)
    }
  }

  // MARK: Code

  /// `code`, `{swift} value`, `{claim} a > b`.
  private mutating func codeSpan() throws(NotebookError) {
    let start = position
    let run = text[start...].prefix { $0 == UInt8(ascii: "`") }.count
    guard let close = syntax.closingRun(run, from: start + run) else { return copy(to: start + run) }
    let end = close + run
    var content = start + run
    if byte(content) == UInt8(ascii: " ") { content += 1 }
    guard byte(content) == UInt8(ascii: "{"), let brace = try headEnd(from: content, before: close) else {
      return copyHidden(to: end)
    }
    let inside = string(content + 1..<brace).drop(while: \.isWhitespace)
    let word = String(inside.prefix { !$0.isWhitespace && !"\"“,".contains($0) })
    guard !word.isEmpty else { return copyHidden(to: end) }
    guard ["swift", "claim"].contains(word) else {
      // Only what looks like a slip is refused: braces are fine in code.
      if byte(brace + 1) == UInt8(ascii: " "), let near = nearest(to: word, among: ["swift", "claim"]) {
        throw error(content, "nothing in the text is called \"{\(word)}\"; did you mean \"{\(near)}\"?")
      }
      return copyHidden(to: end)
    }
    var first = brace + 1
    while first < close, text[first].isSpace { first += 1 }
    var last = close
    while last > first, text[last - 1].isSpace { last -= 1 }
    guard allowsValues else {
      throw error(content, "a \(word == "claim" ? "claim" : "value") must stand in the notebook's text, not here")
    }
    guard first < last else {
      throw error(content, "an expression is missing: write `{\(word)} \(word == "claim" ? "a > b" : "a + b")`")
    }
    // In a table a bar would end the cell: Markdown has it written `\|`.
    let code = isRow ? string(first..<last).replacing("\\|", with: "|") : string(first..<last)
    if word == "swift" {
      guard inside.dropFirst(word.count).allSatisfy(\.isWhitespace) else {
        throw error(content, "\"{swift}\" takes no word beside it")
      }
      return emit(.value(code: code), at: first, to: end)
    }
    let head = brace - inside.utf8.count + word.utf8.count
    emit(.claim(try claim(head..<brace, code: code)), at: first, to: end)
  }

  // MARK: Formulas

  /// `$…$` and `$$…$$ {#eq-…}`. The next dollar ends a formula, unless both are money: see `FormulaDollars`. Three dollars
  /// and more are text.
  private mutating func formula() throws(NotebookError) {
    let start = position
    let run = syntax.run(of: UInt8(ascii: "$"), at: start)
    if run > 2 { return copy(to: start + run) }
    if run == 2 {
      guard let close = syntax.displayEnd(from: start + 2) else {
        throw error(
          start,
          "this formula has no end: add \"$$\" behind it, before the next empty line; plain dollars are written \\$\\$")
      }
      let (label, end) = try equationLabel(from: close + 2)
      return emit(.formula(tex: string(start + 2..<close), isDisplay: true, label: label), at: start + 2, to: end)
    }
    guard let close = ChunkSyntax.next(syntax.dollars, from: start + 1),
      // Code binds closer than dollars.
      ChunkSyntax.next(syntax.backticks, from: start).map({ $0 > close }) ?? true,
      FormulaDollars.areAroundFormula(text, open: start, close: close, isRow: isRow)
    else { return copy(to: start + 1) }
    emit(.formula(tex: string(start + 1..<close), isDisplay: false, label: nil), at: start + 1, to: close + 1)
  }

  private func equationLabel(from start: Int) throws(NotebookError) -> (label: String?, end: Int) {
    var place = start
    while byte(place) == UInt8(ascii: " ") { place += 1 }
    guard starts("{#", at: place) else { return (nil, start) }
    guard let brace = text[place...].firstIndex(of: UInt8(ascii: "}")) else {
      throw error(place, "this label has no end: add \"}\"")
    }
    let label = string(place + 2..<brace)
    guard label.hasPrefix("eq-"), isLabel(label) else {
      throw error(place + 2, "a formula's label begins with \"eq-\" and is made of letters, digits and \"-\"")
    }
    return (label, brace + 1)
  }

  // MARK: Labels

  /// `{#sec-…}` at the end of a heading, or what stands behind a picture.
  private mutating func attribute() throws(NotebookError) {
    if try pictureAttributes() { return }
    let first = position + 2
    var brace = first
    while let next = byte(brace), next.isLetterOrDigit || next == UInt8(ascii: "-") { brace += 1 }
    guard starts("{#", at: position), byte(first)?.isLetter == true, byte(brace) == UInt8(ascii: "}") else {
      return copy(to: position + 1)
    }
    let label = string(first..<brace)
    guard label.hasPrefix("sec-") else {
      throw error(first, "a heading's label begins with \"sec-\", a formula's with \"eq-\"")
    }
    emit(headingLabel: label, at: first, to: brace + 1)
  }

  // MARK: References

  /// `[see @a; @b, p. 3]`: every part names one work. Other brackets are links and footnotes.
  private mutating func bracket() throws(NotebookError) {
    let start = position
    guard let close = ChunkSyntax.next(syntax.closes, from: start + 1),
      let at = ChunkSyntax.next(syntax.ats, from: start + 1), at < close,
      byte(close + 1) != UInt8(ascii: "("), byte(close + 1) != UInt8(ascii: "["),
      ChunkSyntax.next(syntax.opens, from: start + 1).map({ $0 > close }) ?? true
    else { return copy(to: start + 1) }
    var citations: [Citation] = []
    var part = start + 1
    while part <= close {
      let end = text[part..<close].firstIndex(of: UInt8(ascii: ";")) ?? close
      guard let mark = ChunkSyntax.next(syntax.ats, from: part), mark < end, !isBehindLetter(mark),
        let key = key(from: mark), self.end(of: key) <= end
      else {
        return copy(to: start + 1)
      }
      let name = string(key)
      guard !isReference(name) else { return copy(to: start + 1) }
      let hidesAuthors = mark > part && text[mark - 1] == UInt8(ascii: "-")
      var prefix = string(part..<(hidesAuthors ? mark - 1 : mark))
      if prefix.first == " " { prefix.removeFirst() }
      citations.append(
        Citation(
          key: name, location: location(mark), prefix: prefix, suffix: string(self.end(of: key)..<end),
          hidesAuthors: hidesAuthors))
      part = end + 1
    }
    emit(.citation(citations, isNarrative: false), at: at, to: close + 1)
  }

  /// `@fig-a`, or a work as the subject of a sentence: `@madry2018`.
  private mutating func narrative() throws(NotebookError) {
    if isBehindLetter(position) { return copy(to: position + 1) }
    guard let key = key(from: position) else { return copy(to: position + 1) }
    let name = string(key)
    let place = position
    if isReference(name) {
      emit(.reference(label: name), at: place, to: end(of: key))
    } else {
      let (suffix, end) = locator(from: end(of: key)) ?? ("", end(of: key))
      emit(
        .citation([Citation(key: name, location: location(place), suffix: suffix)], isNarrative: true), at: place,
        to: end)
    }
  }

  /// The place in a work that follows it in the sentence: `@madry2018 [p. 33]`. Other brackets are links and notes.
  private func locator(from start: Int) -> (suffix: String, end: Int)? {
    guard byte(start) == UInt8(ascii: " "), byte(start + 1) == UInt8(ascii: "["),
      let close = ChunkSyntax.next(syntax.closes, from: start + 2), close > start + 2,
      byte(close + 1) != UInt8(ascii: "("), byte(close + 1) != UInt8(ascii: "["),
      byte(close + 1) != UInt8(ascii: ":"),
      ChunkSyntax.next(syntax.opens, from: start + 2).map({ $0 > close }) ?? true,
      ChunkSyntax.next(syntax.ats, from: start + 2).map({ $0 > close }) ?? true
    else { return nil }
    let words = string(start + 2..<close)
    // A place is named by a word or sign and a number: "p. 33", "§3", "chap. 2", "12–15".
    guard words.wholeMatch(of: #/[^\[\]^`$]*\d[^\[\]^`$]*/#) != nil else { return nil }
    return (", " + words, close + 1)
  }

  /// In an address such as a@b.org the sign has a letter before it, of whatever alphabet.
  private func isBehindLetter(_ place: Int) -> Bool {
    var start = place
    while start > 0, place - start < 4 {
      start -= 1
      if text[start] & 0xC0 != 0x80 { break }
    }
    guard start < place, let before = string(start..<place).unicodeScalars.first else { return false }
    return before.properties.isAlphabetic || before.properties.numericType != nil
  }

  /// The key behind the `@` at `place`: letters of whatever alphabet, digits, `_` and, inside, `-:.`; inside the key of a
  /// work `/` and `+` too. Any key can stand in braces.
  private func key(from place: Int) -> Range<Int>? {
    func isWord(_ byte: UInt8) -> Bool { byte.isLetterOrDigit || byte >= 0x80 }
    guard let first = byte(place + 1) else { return nil }
    if first == UInt8(ascii: "{") {
      let end = text[(place + 2)...].firstIndex { $0 == UInt8(ascii: "}") || $0.isSpace } ?? place + 2
      return end > place + 2 && byte(end) == UInt8(ascii: "}") ? place + 2..<end : nil
    }
    guard isWord(first) || first == UInt8(ascii: "_") else { return nil }
    func range(_ inside: String) -> Range<Int> {
      var end = place + 1
      while let next = byte(end), isWord(next) || inside.utf8.contains(next) { end += 1 }
      while end > place + 1, !isWord(text[end - 1]) { end -= 1 }
      return place + 1..<end
    }
    let short = range("-_:.")
    let key = isReference(string(short)) ? short : range("-_:./+")
    return key.isEmpty ? nil : key
  }

  /// The end of what was written for a key: behind its brace, if it has one.
  private func end(of key: Range<Int>) -> Int {
    byte(key.lowerBound - 1) == UInt8(ascii: "{") ? key.upperBound + 1 : key.upperBound
  }

  private func isReference(_ name: String) -> Bool { ReferenceKind(label: name) != nil }
}

/// Letters, digits and "-", beginning with a letter.
func isLabel(_ text: String) -> Bool {
  guard let first = text.first, first.isASCII, first.isLetter else { return false }
  return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
}
