// Claims of a notebook's text: `{claim "SN is flatter than the baseline", expected: held} sn < baseline`.

package import Channel

/// What a notebook says of its numbers.
package struct ClaimStatement: Sendable, Equatable {
  /// The comparison or condition as it was written: "sn < baseline".
  package var code: String
  /// The claim as a sentence for readers, Markdown in a line; nil where only its code says it.
  package var words: RichText?
  /// Whether the notebook fails when the numbers refute it.
  package var isRequired = false
  /// What its author expects the numbers to say; nil where nothing is said.
  package var expected: ClaimFinding.Verdict?

  package init(
    code: String, words: RichText? = nil, isRequired: Bool = false, expected: ClaimFinding.Verdict? = nil
  ) {
    self.code = code
    self.words = words
    self.isRequired = isRequired
    self.expected = expected
  }

  /// The words without markup, else the code.
  package var text: String {
    guard let words else { return code }
    let text = words.document.blocks.flatMap(\.inlines).plainText { words.items[$0].source }
    return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// "held", "refuted", "undecided"; "failed" for a required claim that is refuted, "not reached" without a finding.
  package func verdict(_ finding: ClaimFinding?) -> String {
    if isRequired, finding?.verdict == .refuted { return "failed" }
    return finding?.verdict.rawValue ?? "not reached"
  }
}

extension InlineScanner {
  /// The brace that ends what the brace at `start` begins. In a claim braces within its words are words.
  func headEnd(from start: Int, before end: Int) throws(NotebookError) -> Int? {
    let name = text[(start + 1)..<end].drop(while: \.isSpace).prefix(while: \.isLetter)
    guard string(name.startIndex..<name.endIndex) == "claim" else {
      return text[start..<end].firstIndex(of: UInt8(ascii: "}"))
    }
    var place = start
    while place < end {
      if let quote = quote(at: place) {
        guard let close = closing(quote, before: end) else {
          throw error(place, "the claim's words have no end: add \(quote.closing) behind them")
        }
        place = close + quote.closing.utf8.count
      } else if text[place] == UInt8(ascii: "}") {
        return place
      } else {
        place += 1
      }
    }
    return nil
  }

  /// What stands between the word "claim" and the brace: words in quotes, "required", "expected: refuted".
  func claim(_ head: Range<Int>, code: String) throws(NotebookError) -> ClaimStatement {
    var claim = ClaimStatement(code: code)
    var place = head.lowerBound
    while place < head.upperBound {
      if text[place].isSpace || text[place] == UInt8(ascii: ",") {
        place += 1
      } else if let quote = quote(at: place), let close = closing(quote, before: head.upperBound) {
        guard claim.words == nil else { throw error(place, "a claim has one sentence in quotes") }
        claim.words = try words(quote.inside..<close)
        place = close + quote.closing.utf8.count
      } else {
        let word = text[place..<head.upperBound].prefix { !$0.isSpace && !":=,\"".utf8.contains($0) }
        let name = string(word.startIndex..<word.endIndex)
        switch name {
        case "required": claim.isRequired = true
        case "expected": claim.expected = .held
        default:
          throw error(
            place, "a claim is \"required\" or \"expected\", not \"\(name)\"; its words stand in quotes")
        }
        place = max(word.endIndex, place + 1)
        if name == "expected" { claim.expected = try expectation(&place, before: head.upperBound) }
      }
    }
    if claim.isRequired, let expected = claim.expected, expected != .held {
      throw error(
        head.lowerBound, "a required claim must hold: it cannot be expected to be \(expected.rawValue)")
    }
    return claim
  }

  /// `: refuted` behind "expected"; a claim that is only expected is expected to hold.
  private func expectation(_ place: inout Int, before end: Int) throws(NotebookError) -> ClaimFinding.Verdict {
    var next = place
    while next < end, text[next].isSpace { next += 1 }
    guard next < end, text[next] == UInt8(ascii: ":") || text[next] == UInt8(ascii: "=") else { return .held }
    next += 1
    while next < end, text[next].isSpace { next += 1 }
    let word = text[next..<end].prefix(while: \.isLetter)
    let name = string(word.startIndex..<word.endIndex)
    guard let verdict = ClaimFinding.Verdict(rawValue: name) else {
      throw error(next, "a claim is expected to be held, refuted or undecided, not \"\(name)\"")
    }
    place = word.endIndex
    return verdict
  }

  /// The sentence between the quotes, read as Markdown in a line.
  private func words(_ range: Range<Int>) throws(NotebookError) -> RichText {
    var sentence = string(range).replacing("\\\"", with: "\"").split(whereSeparator: \.isWhitespace)
      .joined(separator: " ")
    if isRow { sentence = sentence.replacing("\\|", with: "|") }
    guard !sentence.isEmpty else {
      throw error(range.lowerBound - 1, "the claim's words are missing: write {claim \"A is above B\"} a > b")
    }
    let words = try RichText(withoutNotes: sentence, at: location(range.lowerBound), firstItem: nil)
    guard words.line != nil else {
      throw error(range.lowerBound, "a claim's words are a sentence in a line, without lists and headings")
    }
    return words
  }

  // MARK: Quotes

  /// A sign that begins words, and the one that ends them.
  private typealias Quote = (inside: Int, closing: String)

  private func quote(at place: Int) -> Quote? {
    if byte(place) == UInt8(ascii: "\"") { return (place + 1, "\"") }
    return starts("“", at: place) ? (place + 3, "”") : nil
  }

  /// The place of the sign that ends the quote; one behind a backslash is a word's.
  private func closing(_ quote: Quote, before end: Int) -> Int? {
    let sign = Array(quote.closing.utf8)
    var place = quote.inside
    while place + sign.count <= end {
      if text[place] == UInt8(ascii: "\\") {
        place += 2
      } else if text[place...].starts(with: sign) {
        return place
      } else {
        place += 1
      }
    }
    return nil
  }
}
