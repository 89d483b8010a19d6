// Finds values, claims, formulas, references and citations in Markdown and leaves marks in their place.

/// A pass over Markdown, byte by byte: every character with a meaning is ASCII, and columns count bytes.
struct InlineScanner {
  /// A label of a heading, `{#sec-x}`.
  struct HeadingLabel {
    var label: String
    var location: SourceLocation
  }

  let file: String
  /// The original lines, for messages.
  let sourceLines: [String]
  /// Whether values and claims may stand here: not in captions, which no one runs.
  var allowsValues = true
  /// For text out of YAML, whose lines are not those of the file: the one place that all messages name.
  var fixedLocation: SourceLocation?

  private(set) var items: [InlineItem] = []
  /// The lines with marks for items.
  private(set) var lines: [String] = []
  /// The lines with everything blank that is not plain text: code, formulas, links' addresses, HTML.
  private(set) var plainLines: [String] = []
  /// By line.
  private(set) var headingLabels: [Int: HeadingLabel] = [:]

  // The chunk at hand.
  var text: [UInt8] = []
  var position = 0
  private var out: [UInt8] = []
  private var plain: [UInt8] = []
  private var chunkLine = 1
  /// Bytes of `text` at which its lines begin.
  private var lineStarts: [Int] = []

  init(file: String, lines: [String]) {
    self.file = file
    sourceLines = lines
  }

  /// Scans all lines. Those in `verbatim` are kept as they are. Throws at the first mistake.
  mutating func scan(verbatim: Set<Int> = []) throws(NotebookError) {
    var line = 1
    while line <= sourceLines.count {
      if verbatim.contains(line) {
        lines.append(ItemMark.cleaned(sourceLines[line - 1]))
        plainLines.append("")
        line += 1
      } else {
        let end = chunkEnd(from: line, verbatim)
        try scanChunk(line, end)
        line = end
      }
    }
  }

  /// The line after the chunk that begins at `first`: a paragraph, a list item's text, a row of a table, a formula.
  private func chunkEnd(from first: Int, _ verbatim: Set<Int>) -> Int {
    var isInFormula = false
    var line = first
    repeat {
      let text = sourceLines[line - 1]
      if text.allSatisfy(\.isWhitespace) || text.trimmedStart.hasPrefix("#") && line == first { return line + 1 }
      if text.ranges(of: "$$").count % 2 == 1, isInFormula || text.trimmedStart.hasPrefix("$$") { isInFormula.toggle() }
      line += 1
    } while line <= sourceLines.count && !verbatim.contains(line)
      && (isInFormula || !Self.beginsBlock(sourceLines[line - 1]))
    return line
  }

  /// Whether a line begins a block of its own rather than going on with a paragraph.
  private static func beginsBlock(_ line: String) -> Bool {
    let text = line.trimmedStart
    if let first = text.first, "#>|".contains(first) { return true }
    if text.hasPrefix("- ") || text.hasPrefix("* ") || text.hasPrefix("+ ") { return true }
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    return !digits.isEmpty && digits.count < 10
      && [". ", ") "].contains(where: text.dropFirst(digits.count).hasPrefix)
  }

  private mutating func scanChunk(_ first: Int, _ end: Int) throws(NotebookError) {
    let chunk = sourceLines[first - 1..<end - 1].map(ItemMark.cleaned)
    text = Array(chunk.joined(separator: "\n").utf8)
    (position, out, plain, chunkLine) = (0, [], [], first)
    lineStarts = [0] + text.indices.filter { text[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
    while position < text.count { try step() }
    lines += String(decoding: out, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
    plainLines += String(decoding: plain, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
  }

  // MARK: Output

  /// Copies the text up to `end` as plain text.
  mutating func copy(to end: Int) {
    out += text[position..<end]
    plain += text[position..<end]
    position = end
  }

  /// Copies the text up to `end`, which is no plain text.
  mutating func copyHidden(to end: Int) {
    out += text[position..<end]
    hide(to: end)
  }

  /// Puts a mark for an item in the place of the text up to `end`.
  mutating func emit(_ kind: InlineItem.Kind, at place: Int, to end: Int) {
    let source = String(decoding: text[position..<end], as: UTF8.self)
    out += Array(ItemMark.text(items.count).utf8)
    items.append(InlineItem(kind: kind, location: location(place), source: source))
    drop(to: end)
  }

  /// Leaves the text up to `end` out, but for its line ends.
  mutating func drop(to end: Int) {
    for byte in text[position..<end] where byte == UInt8(ascii: "\n") {
      out += [byte] + Array(String(ItemMark.filler).utf8)
    }
    hide(to: end)
  }

  /// Plain text gets blanks, byte for byte.
  private mutating func hide(to end: Int) {
    plain += text[position..<end].map { $0 == UInt8(ascii: "\n") ? $0 : UInt8(ascii: " ") }
    position = end
  }

  mutating func setHeadingLabel(_ label: String, at place: Int) {
    let location = location(place)
    headingLabels[location.line] = HeadingLabel(label: label, location: location)
  }

  // MARK: Places

  /// The place in the notebook of a byte of the chunk.
  func location(_ place: Int) -> SourceLocation {
    if let fixedLocation { return fixedLocation }
    let line = (lineStarts.lastIndex { $0 <= place }) ?? 0
    return SourceLocation(file: file, line: chunkLine + line, column: place - lineStarts[line] + 1)
  }

  func error(_ place: Int, _ message: String) -> NotebookError {
    let location = location(place)
    let line = sourceLines.indices.contains(location.line - 1) ? sourceLines[location.line - 1] : nil
    return NotebookError(location, message, sourceLine: fixedLocation == nil ? line : nil)
  }

  // MARK: Bytes

  func byte(_ place: Int) -> UInt8? { text.indices.contains(place) ? text[place] : nil }

  func starts(_ prefix: String, at place: Int) -> Bool {
    let bytes = Array(prefix.utf8)
    return place + bytes.count <= text.count && text[place..<place + bytes.count].elementsEqual(bytes)
  }

  /// The first place at or after `start` where `mark` stands, not behind a backslash.
  func find(_ mark: String, from start: Int) -> Int? {
    var place = start
    while place < text.count {
      if starts(mark, at: place) { return place }
      place += text[place] == UInt8(ascii: "\\") ? 2 : 1
    }
    return nil
  }

  func string(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }
}

extension UInt8 {
  var isLetterOrDigit: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    default: isDigit
    }
  }
  var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
  var isSpace: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\n") || self == UInt8(ascii: "\t") }
}
