// Which dollars of a text stand around a formula, and which are money or variables of a shell.

/// Tells `$x$` from `$5 and 6$`, `$HOME/$USER` and `5$, 6$`.
///
/// As in pandoc a formula has no blank behind its first dollar and before its last one, and no digit behind the last. What
/// pandoc takes for a formula beyond that, and nobody means as one, is told by what stands in it.
package enum FormulaDollars {
  /// Whether the text between two neighbouring dollars is a formula. Takes time as that text is long.
  ///
  /// - Parameters:
  ///   - open: the place of the first dollar in `text`, UTF-8.
  ///   - close: the place of the next one.
  ///   - isRow: whether `text` is a row of a table, in which bars part cells.
  package static func areAroundFormula(_ text: [UInt8], open: Int, close: Int, isRow: Bool) -> Bool {
    let inside = text[(open + 1)..<close]
    guard let first = inside.first, let last = inside.last, !isBlank(first), !isBlank(last) else { return false }
    let before = open > 0 ? text[open - 1] : nil
    let after = close + 1 < text.count ? text[close + 1] : nil
    if after.map(isDigit) ?? false { return false }
    if "/([".utf8.contains(last) || leavesBrackets(inside) { return false }
    if isRow, crossesCells(inside) { return false }
    if before.map(isDigit) ?? false, isBehindAmount(inside) { return false }
    if isDigit(first), isPrice(inside) { return false }
    return !(after.map { opensVariable(inside, before: $0) } ?? false)
  }

  // MARK: Kinds of text

  /// `5](a) or [6`: from the words of one link into those of the next.
  private static func leavesBrackets(_ inside: ArraySlice<UInt8>) -> Bool {
    var depth = 0
    for (place, byte) in zip(inside.indices, inside) {
      if byte == UInt8(ascii: "[") { depth += 1 }
      if byte == UInt8(ascii: "]") { depth -= 1 }
      if depth < 0, inside.dropFirst(place - inside.startIndex + 1).first == UInt8(ascii: "(") { return true }
    }
    return false
  }

  /// `5M | 6M`: a bar with a blank beside it, or behind a price, parts cells. In `|x|`, `p(a | b)` and `\|` it is TeX's.
  private static func crossesCells(_ inside: ArraySlice<UInt8>) -> Bool {
    var depth = 0
    var place = inside.startIndex
    while place < inside.endIndex {
      switch inside[place] {
      case UInt8(ascii: "\\"):
        if place + 1 < inside.endIndex, inside[place + 1] == UInt8(ascii: "|") { place += 1 }
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
      case UInt8(ascii: "|") where depth <= 0:
        let sides = [place - 1, place + 1].filter(inside.indices.contains).map { inside[$0] }
        if sides.contains(where: isBlank) || isDigit(inside[inside.startIndex]) { return true }
      default: break
      }
      place += 1
    }
    return false
  }

  /// `, 6` of `5$, 6$`: a dollar behind a number is its unit if a sign follows that begins no formula.
  private static func isBehindAmount(_ inside: ArraySlice<UInt8>) -> Bool {
    guard let first = inside.first else { return false }
    // Dashes of typography begin with these two bytes.
    return ",.;:!?/)".utf8.contains(first) || inside.starts(with: [0xE2, 0x80])
      || first == UInt8(ascii: "-") && inside.count > 1
  }

  /// `5 and 6`, `5 to 6 US`: a number, words, and a number or what stands before a dollar sign; no TeX.
  private static func isPrice(_ inside: ArraySlice<UInt8>) -> Bool {
    if inside.contains(where: { "\\^_{}=<>".utf8.contains($0) }) { return false }
    let words = inside.split(whereSeparator: isBlank)
    guard words.count > 1, let last = words.last else { return false }
    let hasWord = words.dropFirst().contains { $0.count > 1 && $0.allSatisfy(isLetter) }
    // Of `**$5** and **6$**` too.
    let isAmount = last.first { !"*~(\"'".utf8.contains($0) }.map(isDigit) ?? false
    let isCurrency = last.count <= 3 && last.allSatisfy { isCapital($0) }
    return hasWord && (isAmount || isCurrency)
  }

  /// `HOME/` before a letter: the next dollar begins another variable.
  private static func opensVariable(_ inside: ArraySlice<UInt8>, before next: UInt8) -> Bool {
    guard isLetter(next) || "_{(".utf8.contains(next), let last = inside.last else { return false }
    if ":/=,;|&+.!?\"'".utf8.contains(last), inside.dropLast().last != UInt8(ascii: "\\") { return true }
    let name = inside.prefix { isCapital($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
    if name.count > 1, name.count == inside.count { return isCapital(next) }
    if name.count > 1, name.count + 1 == inside.count, last == UInt8(ascii: "-") { return true }
    return next == UInt8(ascii: "{") && inside.first == next && last == UInt8(ascii: "}") && inside.count > 3
  }

  // MARK: Bytes

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 }
  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
  private static func isCapital(_ byte: UInt8) -> Bool { (65...90).contains(byte) }
  private static func isLetter(_ byte: UInt8) -> Bool { isCapital(byte) || (97...122).contains(byte) }
}
