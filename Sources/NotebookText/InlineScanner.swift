// Finds values, claims, formulas, references and citations in running text and leaves marks in their place.
//
// They are looked for before Markdown reads the text, since `_` in a formula and `|` in an expression are no Markdown, but
// only in the lines that Markdown calls text, and a mark counts only where the tree has it in text: see `MarkdownReader`.

/// A pass over Markdown, byte by byte: every character with a meaning is ASCII, and columns count bytes.
struct InlineScanner {
  let file: String
  /// The original lines, for messages.
  let sourceLines: [String]
  /// The lines of colons, which are blank in `sourceLines`.
  let fences: [DivFence]
  /// Whether values and claims may stand here: not in captions, which no one runs.
  var allowsValues = true
  /// For text out of YAML, whose lines are not those of the file: the one place that all messages name.
  var fixedLocation: SourceLocation?

  /// The lines with marks, and what the marks stand for.
  private(set) var marked = MarkedText()
  /// The lines with everything blank that is not plain text: code, formulas, links' addresses, HTML.
  private(set) var plainLines: [String] = []

  // The chunk at hand: the text of its lines without what stands before it, such as the signs of a quotation.
  var text: [UInt8] = []
  var position = 0
  var isRow = false
  var syntax = ChunkSyntax(text: [])
  private var chunkLine = 1
  /// Bytes of `text` at which its lines begin.
  private var lineStarts: [Int] = []
  /// What stands before the text of each line.
  private var prefixes: [[UInt8]] = []
  private var out: [UInt8] = []
  private var plain: [UInt8] = []
  /// Of the chunk, from 0: the line that is written.
  private var outLine = 0

  init(file: String, lines: [String]) {
    self.file = file
    fences = DivFence.fences(in: lines)
    var lines = lines.map(ItemMark.cleaned)
    for fence in fences { lines[fence.line - 1] = "" }
    sourceLines = lines
  }

  /// Lines in which nothing of ours is looked for.
  init(file: String, unscanned lines: [String]) {
    self.init(file: file, lines: lines)
    for line in sourceLines { marked.append(line) }
    plainLines = sourceLines
  }

  /// Scans all lines. Throws at the first mistake.
  mutating func scan() throws(NotebookError) {
    let kinds = TextLines(sourceLines)
    var line = 1
    while line <= sourceLines.count {
      let (start, quotations, isRow): (Int, Int, Bool)
      switch kinds[line] {
      case .begins(let at, let depth, let row): (start, quotations, isRow) = (at, depth, row)
      case .goesOn(let depth):
        (start, quotations, isRow) = (TextLines.prefix(of: sourceLines[line - 1], quotations: depth), depth, false)
      case .verbatim, .empty:
        marked.append(sourceLines[line - 1])
        plainLines.append("")
        line += 1
        continue
      }
      let end = chunkEnd(from: line, kinds)
      try scanChunk(line, end, start, quotations, isRow)
      line = end
    }
  }

  /// The line after the chunk that begins at `first`: a paragraph, a row of a table, or a formula between dollars on lines
  /// of their own, in which Markdown would see lists and rules.
  private func chunkEnd(from first: Int, _ kinds: TextLines) -> Int {
    var isInFormula = false
    var line = first
    repeat {
      let text = sourceLines[line - 1]
      let begins = text.trimmedStart.hasPrefix("$$") && !text.trimmedStart.hasPrefix("$$$")
      if isInFormula || begins, text.ranges(of: "$$").count % 2 == 1 { isInFormula.toggle() }
      line += 1
      guard line <= sourceLines.count, kinds[line] != .verbatim else { break }
      if isInFormula { if sourceLines[line - 1].allSatisfy(\.isWhitespace) { break } else { continue } }
      guard case .goesOn = kinds[line], !sourceLines[line - 1].trimmedStart.hasPrefix("|") else { break }
    } while true
    return line
  }

  private mutating func scanChunk(
    _ first: Int, _ end: Int, _ start: Int, _ quotations: Int, _ isRow: Bool
  ) throws(NotebookError) {
    (text, prefixes, lineStarts) = ([], [], [])
    for line in first..<end {
      let bytes = Array(sourceLines[line - 1].utf8)
      let prefix = line == first ? start : TextLines.prefix(of: sourceLines[line - 1], quotations: quotations)
      prefixes.append(Array(bytes.prefix(prefix)))
      if line > first { text.append(UInt8(ascii: "\n")) }
      lineStarts.append(text.count)
      text += bytes.dropFirst(prefix)
    }
    (position, chunkLine, outLine) = (0, first, 0)
    self.isRow = isRow || text.first == UInt8(ascii: "|")
    (out, plain) = (prefixes[0], prefixes[0])
    syntax = ChunkSyntax(text: text)
    while position < text.count { try step() }
    endLine()
  }

  // MARK: Output

  private mutating func endLine() {
    marked.append(String(decoding: out, as: UTF8.self))
    plainLines.append(String(decoding: plain, as: UTF8.self))
  }

  private mutating func beginNextLine() {
    endLine()
    outLine += 1
    (out, plain) = (prefixes[outLine], prefixes[outLine])
  }

  /// Copies the text up to `end` as plain text.
  mutating func copy(to end: Int) { copy(to: end, isPlain: true) }

  /// Copies the text up to `end`, which is no plain text.
  mutating func copyHidden(to end: Int) { copy(to: end, isPlain: false) }

  private mutating func copy(to end: Int, isPlain: Bool) {
    for byte in text[position..<end] {
      if byte == UInt8(ascii: "\n") {
        beginNextLine()
      } else {
        out.append(byte)
        plain.append(isPlain ? byte : UInt8(ascii: " "))
      }
    }
    position = end
  }

  /// Puts a mark for an item in the place of the text up to `end`.
  mutating func emit(_ kind: InlineItem.Kind, at place: Int, to end: Int) {
    let item = InlineItem(kind: kind, location: location(place), source: string(position..<end))
    replace(to: end) { .item(item, $0) }
  }

  /// Puts a mark for a heading's label, `sec-x` at `place`, in the place of the text up to `end`.
  mutating func emit(headingLabel label: String, at place: Int, to end: Int) {
    let (location, source) = (location(place), string(position..<end))
    replace(to: end) { .headingLabel(label, location, source: source, $0) }
  }

  /// Puts a mark for what stands in braces behind a picture in the place of the text up to `end`.
  mutating func emit(_ attributes: PictureAttributes, to end: Int) {
    let source = string(position..<end)
    replace(to: end) { .picture(attributes, source: source, $0) }
  }

  /// Further lines keep their number: a filler stands on each.
  private mutating func replace(to end: Int, _ mark: (SourceRange) -> MarkedText.Mark) {
    let (first, last) = (placeInLine(position), placeInLine(end - 1))
    let range = SourceRange(
      firstLine: first.line, firstColumn: first.column, lastLine: last.line, lastColumn: last.column)
    var written = Array(marked.add(mark(range)).utf8)
    while true {
      let line = chunkLine + outLine
      let stop = line == last.line ? end : lineStarts[outLine + 1] - 1
      marked.replaced(
        line: line, columns: out.count + 1..<out.count + 1 + written.count,
        source: placeInLine(position).column..<placeInLine(position).column + stop - position)
      out += written
      plain += [UInt8](repeating: UInt8(ascii: " "), count: stop - position)
      position = stop
      if stop == end { return }
      position += 1
      beginNextLine()
      written = Array(String(ItemMark.filler).utf8)
    }
  }

  // MARK: Places

  /// The line of the file and the column of a byte of the chunk.
  private func placeInLine(_ place: Int) -> (line: Int, column: Int) {
    let line = max(lineStarts.partitioningIndex { $0 > place } - 1, 0)
    return (chunkLine + line, prefixes[line].count + place - lineStarts[line] + 1)
  }

  /// The place in the notebook of a byte of the chunk.
  func location(_ place: Int) -> SourceLocation {
    if let fixedLocation { return fixedLocation }
    let (line, column) = placeInLine(place)
    return SourceLocation(file: file, line: line, column: column)
  }

  func error(_ place: Int, _ message: String) -> NotebookError {
    error(at: location(place), message)
  }

  func error(at location: SourceLocation, _ message: String) -> NotebookError {
    let line = sourceLines.indices.contains(location.line - 1) ? sourceLines[location.line - 1] : nil
    return NotebookError(location, message, sourceLine: fixedLocation == nil ? line : nil)
  }

  // MARK: Bytes

  func byte(_ place: Int) -> UInt8? { text.indices.contains(place) ? text[place] : nil }

  func starts(_ prefix: StaticString, at place: Int) -> Bool { syntax.starts(prefix, at: place) }

  func string(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }
}

extension Array {
  /// The first place whose element fulfils `isBehind`, which no element before and every element after does.
  package func partitioningIndex(where isBehind: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

extension UInt8 {
  package var isLetterOrDigit: Bool { isLetter || isDigit }
  var isLetter: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    default: false
    }
  }
  var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
  var isSpace: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\n") || self == UInt8(ascii: "\t") }
}
