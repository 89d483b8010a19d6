// One step of the scanner: what begins at this byte?

extension InlineScanner {
  mutating func step() throws(NotebookError) {
    switch text[position] {
    case UInt8(ascii: "\\"): copy(to: min(position + 2, text.count))
    case UInt8(ascii: "`"): try codeSpan()
    case UInt8(ascii: "$"): try formula()
    case UInt8(ascii: "<"): markup()
    case UInt8(ascii: "["): try bracket()
    case UInt8(ascii: "]"): linkTarget()
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
    guard let close = closingRun(run, from: start + run) else { return copy(to: start + run) }
    let end = close + run
    var content = start + run
    if byte(content) == UInt8(ascii: " ") { content += 1 }
    guard byte(content) == UInt8(ascii: "{"), let brace = find("}", from: content), brace < close else {
      return copyHidden(to: end)
    }
    let words = string(content + 1..<brace).split(whereSeparator: \.isWhitespace).map(String.init)
    guard let word = words.first else { return copyHidden(to: end) }
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
    let code = string(first..<last)
    if word == "swift" {
      guard words.count == 1 else { throw error(content, "\"{swift}\" takes no word beside it") }
      return emit(.value(code: code), at: first, to: end)
    }
    var isRequired = false
    for strength in words.dropFirst() {
      guard ["required", "expected"].contains(strength) else {
        throw error(content, "a claim is \"required\" or \"expected\", not \"\(strength)\"")
      }
      isRequired = strength == "required"
    }
    emit(.claim(code: code, isRequired: isRequired), at: first, to: end)
  }

  /// The next run of exactly `length` backticks.
  private func closingRun(_ length: Int, from start: Int) -> Int? {
    var place = start
    while place < text.count {
      guard text[place] == UInt8(ascii: "`") else {
        place += 1
        continue
      }
      let run = text[place...].prefix { $0 == UInt8(ascii: "`") }.count
      if run == length { return place }
      place += run
    }
    return nil
  }

  // MARK: Formulas

  /// `$…$` and `$$…$$ {#eq-…}`. A dollar before a blank, and one with no other to end it, is a dollar.
  private mutating func formula() throws(NotebookError) {
    let start = position
    if starts("$$", at: start) {
      guard let close = find("$$", from: start + 2) else {
        throw error(start, "this formula has no end: add \"$$\" behind it, before the next empty line")
      }
      let (label, end) = try equationLabel(from: close + 2)
      return emit(.formula(tex: string(start + 2..<close), isDisplay: true, label: label), at: start + 2, to: end)
    }
    guard let next = byte(start + 1), !next.isSpace else { return copy(to: start + 1) }
    var place = start + 1
    // Code binds closer than dollars.
    while let close = find("$", from: place), !text[place..<close].contains(UInt8(ascii: "`")) {
      let isEnd = !text[close - 1].isSpace && byte(close + 1).map { !$0.isDigit } ?? true
      if isEnd, close > start + 1 {
        return emit(
          .formula(tex: string(start + 1..<close), isDisplay: false, label: nil), at: start + 1, to: close + 1)
      }
      place = close + 1
    }
    copy(to: start + 1)
  }

  private func equationLabel(from start: Int) throws(NotebookError) -> (label: String?, end: Int) {
    var place = start
    while byte(place) == UInt8(ascii: " ") { place += 1 }
    guard starts("{#", at: place) else { return (nil, start) }
    guard let brace = find("}", from: place) else { throw error(place, "this label has no end: add \"}\"") }
    let label = string(place + 2..<brace)
    guard label.hasPrefix("eq-"), isLabel(label) else {
      throw error(place + 2, "a formula's label begins with \"eq-\" and is made of letters, digits and \"-\"")
    }
    return (label, brace + 1)
  }

  // MARK: Markup

  /// `<tag …>`, `<!-- … -->` and `<https://…>` are left alone.
  private mutating func markup() {
    if starts("<!--", at: position) {
      let end = find("-->", from: position).map { $0 + 3 } ?? text.count
      return copyHidden(to: end)
    }
    guard let next = byte(position + 1), next.isLetterOrDigit && !next.isDigit || next == UInt8(ascii: "/"),
      let close = find(">", from: position)
    else { return copy(to: position + 1) }
    copyHidden(to: close + 1)
  }

  /// `](address)` is left alone.
  private mutating func linkTarget() {
    guard starts("](", at: position), let close = find(")", from: position), !text[position..<close].contains(10) else {
      return copy(to: position + 1)
    }
    copy(to: position + 1)
    copyHidden(to: close + 1)
  }

  /// `{#sec-…}` at the end of a heading.
  private mutating func attribute() throws(NotebookError) {
    guard starts("{#", at: position), let brace = find("}", from: position) else { return copy(to: position + 1) }
    let label = string(position + 2..<brace)
    guard isLabel(label) else { return copy(to: position + 1) }
    guard label.hasPrefix("sec-") else {
      throw error(position + 2, "a heading's label begins with \"sec-\", a formula's with \"eq-\"")
    }
    setHeadingLabel(label, at: position + 2)
    drop(to: brace + 1)
  }

  // MARK: References

  /// `[see @a; @b, p. 3]`: every part names one work. Other brackets are links and footnotes.
  private mutating func bracket() throws(NotebookError) {
    let start = position
    guard let close = find("]", from: start + 1), let at = find("@", from: start + 1), at < close,
      byte(close + 1) != UInt8(ascii: "("), byte(close + 1) != UInt8(ascii: "["),
      find("[", from: start + 1).map({ $0 > close }) ?? true
    else { return copy(to: start + 1) }
    var citations: [Citation] = []
    var part = start + 1
    while part <= close {
      let end = text[part..<close].firstIndex(of: UInt8(ascii: ";")) ?? close
      guard let mark = find("@", from: part), mark < end, let key = key(from: mark), key.upperBound <= end else {
        return copy(to: start + 1)
      }
      let name = string(key)
      guard !isReference(name) else { return copy(to: start + 1) }
      var prefix = string(part..<mark)
      if prefix.first == " " { prefix.removeFirst() }
      citations.append(
        Citation(key: name, location: location(mark), prefix: prefix, suffix: string(key.upperBound..<end)))
      part = end + 1
    }
    emit(.citation(citations, isNarrative: false), at: at, to: close + 1)
  }

  /// `@fig-a`, or a work as the subject of a sentence: `@madry2018`.
  private mutating func narrative() throws(NotebookError) {
    // In an address such as a@b.org the sign has a letter before it.
    if position > 0, text[position - 1].isLetterOrDigit { return copy(to: position + 1) }
    guard let key = key(from: position) else { return copy(to: position + 1) }
    let name = string(key)
    let place = position
    if isReference(name) {
      emit(.reference(label: name), at: place, to: key.upperBound)
    } else {
      emit(
        .citation([Citation(key: name, location: location(place))], isNarrative: true), at: place, to: key.upperBound)
    }
  }

  /// The key behind the `@` at `place`: letters, digits and, inside, `-_:.`.
  private func key(from place: Int) -> Range<Int>? {
    guard let first = byte(place + 1), first.isLetterOrDigit, !first.isDigit else { return nil }
    var end = place + 1
    while let next = byte(end), next.isLetterOrDigit || "-_:.".utf8.contains(next) { end += 1 }
    while !text[end - 1].isLetterOrDigit { end -= 1 }
    return place + 1..<end
  }

  private func isReference(_ name: String) -> Bool { ReferenceKind(label: name) != nil }
}

/// Letters, digits and "-", beginning with a letter.
func isLabel(_ text: String) -> Bool {
  guard let first = text.first, first.isASCII, first.isLetter else { return false }
  return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
}
