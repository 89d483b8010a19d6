// The inline nodes of a paragraph, a heading or a cell of a table, with their places in the source.

/// The way from the parser's lines and columns within one leaf to those of the source.
///
/// The parser counts columns as if every line of a leaf began where the first one does, and lines as if no definitions
/// of links had stood at a paragraph's beginning.
struct LeafPlaces {
  private let first: SourceRange
  private let quotations: Int
  private let marked: MarkedText
  private let isCell: Bool
  private let shift: Int
  /// Lines of link definitions that the paragraph began with.
  private var definitions = 0
  /// In a cell with escaped bars: columns of the line by the parser's columns from the cell's first.
  private var cellColumns: [Int] = []

  /// - Parameter shift: how many columns the leaf stands to the right of where the parser has it.
  init(_ leaf: CMarkTree.Node, _ quotations: Int, _ marked: MarkedText, shift: Int = 0) {
    (first, self.quotations, self.marked, isCell) = (leaf.range, quotations, marked, leaf.kind == .cell)
    self.shift = shift
    if leaf.kind == .paragraph, first.lastLine > first.firstLine,
      line(first.firstLine).utf8.dropFirst(first.firstColumn - 1).first == UInt8(ascii: "[")
    {
      definitions = first.lastLine - first.firstLine - Self.lineEnds(in: leaf)
    }
    if isCell { findBars() }
  }

  private static func lineEnds(in leaf: CMarkTree.Node) -> Int {
    var count = 0
    var deepest = 0
    leaf.walk { node in
      if node.kind == .paragraph { return }
      if node.kind == .softBreak || node.kind == .lineBreak { count += 1 }
      deepest = max(deepest, node.range.lastLine - leaf.range.firstLine)
    }
    return max(count, deepest)
  }

  private mutating func findBars() {
    let bytes = Array(line(first.firstLine).utf8)
    let (start, end) = (first.firstColumn - 1 + shift, first.lastColumn + shift)
    guard start >= 0, start <= end, end <= bytes.count else { return }
    let cell = bytes[start..<end]
    guard cell.contains(UInt8(ascii: "\\")) else { return }
    var place = cell.startIndex
    while place < cell.endIndex {
      cellColumns.append(place + 1)
      let isBar = cell[place] == UInt8(ascii: "\\") && place + 1 < cell.endIndex && cell[place + 1] == UInt8(ascii: "|")
      place += isBar ? 2 : 1
    }
  }

  private func line(_ number: Int) -> String {
    marked.lines.indices.contains(number - 1) ? marked.lines[number - 1] : ""
  }

  /// The line and the column in the lines with marks.
  private func place(_ line: Int, _ column: Int) -> (line: Int, column: Int) {
    let number = line + definitions
    if isCell {
      let offset = column - first.firstColumn
      return (number, cellColumns.indices.contains(offset) ? cellColumns[offset] : column + shift)
    }
    if number == first.firstLine { return (number, column) }
    let prefix = TextLines.prefix(of: self.line(number), quotations: quotations)
    return (number, prefix + column - first.firstColumn + 1)
  }

  /// The place in the source of what the parser has at `range`.
  func source(_ range: SourceRange) -> SourceRange {
    let (start, end) = (place(range.firstLine, range.firstColumn), place(range.lastLine, range.lastColumn))
    return SourceRange(
      firstLine: start.line, firstColumn: marked.sourceColumn(line: start.line, column: start.column),
      lastLine: end.line, lastColumn: marked.sourceEnd(line: end.line, column: end.column))
  }

  /// The parser's column at which lines begin.
  var firstColumn: Int { first.firstColumn }
}

extension MarkdownReader {
  /// Appends a node of the parser's. `cursor` is the place behind the node before, as the parser counts, for nodes
  /// whose place it does not tell.
  mutating func append(
    _ node: CMarkTree.Node, to result: inout [MarkdownInline], _ cursor: inout (line: Int, column: Int),
    _ places: LeafPlaces, depth: Int
  ) {
    let told = range(of: node, cursor)
    let range = places.source(told)
    func add(_ content: MarkdownInline.Content) { result.append(MarkdownInline(content: content, range: range)) }
    switch node.kind {
    case .text: appendText(node.literal, range, to: &result)
    case .softBreak, .lineBreak:
      add(node.kind == .softBreak ? .softBreak : .lineBreak)
      cursor = (cursor.line + 1, places.firstColumn)
      return
    case .codeSpan: add(.code(marked.restored(node.literal)))
    case .htmlInline: add(.html(marked.restored(node.literal)))
    case .footnoteReference:
      let number = Int(node.literal) ?? 0
      references[number, default: 0] += 1
      add(.footnote(number: number, reference: references[number] ?? 1))
    case .emphasis, .strong, .strikethrough, .link, .image:
      let inner = children(of: node, told, places, depth)
      if depth > Self.deepest { result += inner } else { add(container(node, inner)) }
    default: break
    }
    cursor = (told.lastLine, told.lastColumn + 1)
  }

  private func container(_ node: CMarkTree.Node, _ inner: [MarkdownInline]) -> MarkdownInline.Content {
    let (address, title) = (marked.restored(node.address), marked.restored(node.title))
    return switch node.kind {
    case .emphasis: .emphasis(inner)
    case .strong: .strong(inner)
    case .strikethrough: .strikethrough(inner)
    case .image: .image(address: address, title: title, inner)
    default: .link(address: address, title: title, inner)
    }
  }

  private mutating func children(
    of node: CMarkTree.Node, _ range: SourceRange, _ places: LeafPlaces, _ depth: Int
  ) -> [MarkdownInline] {
    var nodes = node.children
    if depth > Self.deepest {
      nodes = []
      node.walk { if $0.children.isEmpty { nodes.append($0) } }
    }
    var result: [MarkdownInline] = []
    let sign = isBare(node) ? 0 : [.strong, .strikethrough, .image].contains(node.kind) ? 2 : 1
    var cursor = (line: range.firstLine, column: range.firstColumn + sign)
    if isBare(node), let text = nodes.first {
      appendText(text.literal, places.source(range), to: &result)
      return result
    }
    for child in nodes { append(child, to: &result, &cursor, places, depth: depth + 1) }
    return result
  }

  /// Whether a link is an address that became one by itself, with no sign before its text. Its place is not told, or is
  /// that of its text.
  private func isBare(_ node: CMarkTree.Node) -> Bool {
    guard node.kind == .link else { return false }
    return node.range.firstLine == 0 || node.firstChild?.range == node.range
  }

  /// The node's place as the parser counts. It tells none for what it cut a text into when it found addresses, and for
  /// the text before them the place of the whole.
  private func range(of node: CMarkTree.Node, _ cursor: (line: Int, column: Int)) -> SourceRange {
    let told = node.range
    let isLink = isBare(node)
    let isCut = node.kind == .text && (told.firstLine == 0 || node.next.map(isBare) ?? false)
    guard isLink || isCut || told.firstLine == 0 else { return told }
    let text = isLink ? node.firstChild?.literal ?? "" : node.kind == .text ? node.literal : " "
    return SourceRange(
      firstLine: cursor.line, firstColumn: cursor.column, lastLine: cursor.line,
      lastColumn: cursor.column + text.utf8.count - 1)
  }

  /// Text and the items whose marks stand in it.
  private mutating func appendText(_ literal: String, _ range: SourceRange, to result: inout [MarkdownInline]) {
    let pieces = ItemMark.pieces(literal)
    var start = (line: range.firstLine, column: range.firstColumn)
    for (index, piece) in pieces.enumerated() {
      switch piece {
      case .text(let text, _):
        var end = (line: range.lastLine, column: range.lastColumn)
        if index + 1 < pieces.count, case .mark(let next, _) = pieces[index + 1], marked.marks.indices.contains(next) {
          end = (marked.marks[next].range.firstLine, marked.marks[next].range.firstColumn - 1)
        }
        result.append(
          MarkdownInline(
            content: .text(text),
            range: SourceRange(
              firstLine: start.line, firstColumn: start.column, lastLine: end.line, lastColumn: end.column)))
      case .mark(let mark, _):
        guard marked.marks.indices.contains(mark) else { continue }
        let place = marked.marks[mark].range
        if case .picture(let attributes, let source, _) = marked.marks[mark] {
          attach(attributes, source: source, place, to: &result)
        } else if let number = numbers[mark] {
          result.append(MarkdownInline(content: .item(number), range: place))
        } else {
          // A label of a heading, until the heading takes it.
          openLabels.append(mark)
          if hasHeadings { result.append(MarkdownInline(content: .item(-1 - mark), range: place)) }
        }
        start = (place.lastLine, place.lastColumn + 1)
      case .filler:
        // The line's end is inside the item.
        if case .softBreak = result.last?.content { result.removeLast() }
        if let item = result.last?.range { start = (item.lastLine, item.lastColumn + 1) }
      }
    }
  }
}
