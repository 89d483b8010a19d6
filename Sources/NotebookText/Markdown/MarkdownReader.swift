// libcmark-gfm's nodes and the scanner's marks -> the tree of values.
//
// A mark in text is an item. Elsewhere - in code, in an address, in a tag - it is what was written.

/// Makes the tree of a text that was scanned.
struct MarkdownReader {
  /// The items of the text in order: those whose marks stand in text.
  let items: [InlineItem]
  /// Whether headings have anchors and labels: in a notebook's own text.
  let hasHeadings: Bool

  let scanner: InlineScanner
  let marked: MarkedText
  private let tree: CMarkTree
  /// Items by their marks.
  let numbers: [Int: Int]
  /// Labels that no heading has taken yet, by their marks.
  var openLabels: [Int] = []
  private var names = HeadingNames()
  /// What to say of lines of colons.
  private(set) var fenceWarnings: [(line: Int, message: String)] = []
  /// The labels of pictures, as they were come to.
  var pictureLabels: [(label: String, place: SourceLocation)] = []
  /// What is passed over.
  var warnings: [NotebookWarning] = []
  /// How often each footnote was referred to.
  var references: [Int: Int] = [:]

  init(_ scanner: InlineScanner, hasHeadings: Bool) {
    self.scanner = scanner
    self.hasHeadings = hasHeadings
    marked = scanner.marked
    tree = CMarkTree(marked.lines.joined(separator: "\n") + "\n")
    var inText: [Int] = []
    if !marked.marks.isEmpty {
      tree.root.walk { node in
        guard node.kind == .text else { return }
        for case .mark(let number, _) in ItemMark.pieces(node.literal) { inText.append(number) }
      }
    }
    var items: [InlineItem] = []
    var numbers: [Int: Int] = [:]
    for mark in inText.sorted() where marked.marks.indices.contains(mark) {
      guard case .item(let item, _) = marked.marks[mark] else { continue }
      numbers[mark] = items.count
      items.append(item)
    }
    (self.items, self.numbers) = (items, numbers)
  }

  /// The tree. Throws `NotebookError` for a label that stands at the end of no heading.
  mutating func document() throws(NotebookError) -> MarkdownDocument {
    var result = MarkdownDocument()
    var notes: [(node: CMarkTree.Node, number: Int)] = []
    for node in tree.root.children {
      if node.kind == .footnote {
        notes.append((node, notes.count + 1))
      } else {
        result.blocks += blocks([node], Surroundings())
      }
    }
    (result.blocks, fenceWarnings) = Self.boxed(result.blocks, scanner.fences)
    for (node, number) in notes {
      let inner = blocks(node.children, Surroundings(depth: 1))
      result.footnotes.append(
        MarkdownFootnote(
          number: number, references: 0, blocks: inner, range: whole(mapped(node.range), inner.last?.range)))
    }
    // A note may refer to another.
    for place in result.footnotes.indices { result.footnotes[place].references = references[place + 1] ?? 0 }
    if hasHeadings, let mark = openLabels.min(), case .headingLabel(let label, let place, _, _) = marked.marks[mark] {
      throw scanner.error(at: place, "a label such as {#\(label)} must stand at the end of a heading")
    }
    return result
  }

  // MARK: Blocks

  /// What a block stands in.
  private struct Surroundings {
    var depth = 0
    var quotations = 0

    func inside(isQuotation: Bool = false) -> Surroundings {
      Surroundings(depth: depth + 1, quotations: quotations + (isQuotation ? 1 : 0))
    }
  }

  /// Deeper than this the containers of blocks and inlines are left out, not their text: the tree is read recursively.
  static let deepest = 100

  private mutating func blocks(_ nodes: [CMarkTree.Node], _ around: Surroundings) -> [MarkdownBlock] {
    var result: [MarkdownBlock] = []
    for node in nodes {
      if around.depth > Self.deepest, [.quotation, .list, .item, .other].contains(node.kind) {
        var leaves: [CMarkTree.Node] = []
        node.walk { if [.paragraph, .heading, .code, .htmlBlock, .table].contains($0.kind) { leaves.append($0) } }
        result += blocks(leaves, around)
      } else if let block = block(node, around) {
        result.append(block)
      }
    }
    return result
  }

  private mutating func block(_ node: CMarkTree.Node, _ around: Surroundings) -> MarkdownBlock? {
    let range = mapped(node.range)
    switch node.kind {
    case .paragraph:
      return MarkdownBlock(content: .paragraph(inlines(of: node, around.quotations)), range: range)
    case .heading:
      var inner = inlines(of: node, around.quotations)
      var heading: Heading?
      if hasHeadings, around.depth == 0 { heading = self.heading(node.headingLevel, &inner, range) }
      return MarkdownBlock(content: .heading(level: node.headingLevel, inner, heading), range: range)
    case .quotation:
      let inner = blocks(node.children, around.inside(isQuotation: true))
      return MarkdownBlock(
        content: Self.alert(inner).map { .callout($0) } ?? .quotation(inner), range: whole(range, inner.last?.range))
    case .list:
      var items: [MarkdownList.Item] = []
      for item in node.children {
        let inner = blocks(item.children, around.inside())
        items.append(
          MarkdownList.Item(
            isChecked: item.isChecked, blocks: inner, range: whole(mapped(item.range), inner.last?.range)))
      }
      return MarkdownBlock(
        content: .list(MarkdownList(start: node.listStart, isTight: node.isTight, items: items)),
        range: whole(range, items.last?.range))
    case .code: return MarkdownBlock(content: .code(marked.restored(node.literal), info: node.fenceInfo), range: range)
    case .htmlBlock: return MarkdownBlock(content: .html(marked.restored(node.literal)), range: range)
    case .thematicBreak: return MarkdownBlock(content: .thematicBreak, range: range)
    case .table:
      var rows: [MarkdownTable.Row] = []
      for row in node.children {
        let shift = shift(of: row, in: node, around.quotations)
        rows.append([])
        for cell in row.children { rows[rows.count - 1].append(inlines(of: cell, around.quotations, shift: shift)) }
      }
      let table = MarkdownTable(
        alignments: node.alignments, header: rows.first ?? [], rows: Array(rows.dropFirst()))
      return MarkdownBlock(content: .table(table), range: range)
    default: return nil
    }
  }

  /// The parser has all rows of a table begin where its header does.
  private func shift(of row: CMarkTree.Node, in table: CMarkTree.Node, _ quotations: Int) -> Int {
    let line = row.range.firstLine
    guard line > table.range.firstLine, marked.lines.indices.contains(line - 1) else { return 0 }
    return TextLines.prefix(of: marked.lines[line - 1], quotations: quotations) - table.range.firstColumn + 1
  }

  private mutating func inlines(of leaf: CMarkTree.Node, _ quotations: Int, shift: Int = 0) -> [MarkdownInline] {
    var result: [MarkdownInline] = []
    let places = LeafPlaces(leaf, quotations, marked, shift: shift)
    var cursor = (line: leaf.range.firstLine, column: leaf.range.firstColumn)
    for child in leaf.children { append(child, to: &result, &cursor, places, depth: 0) }
    return result
  }

  /// The heading's label, taken from its end, its words and its anchor.
  private mutating func heading(_ level: Int, _ inner: inout [MarkdownInline], _ range: SourceRange) -> Heading {
    var place = SourceLocation(file: scanner.file, line: range.firstLine)
    var label: String?
    if case .item(let number) = inner.last?.content, number < 0,
      case .headingLabel(let name, let location, _, _) = marked.marks[-1 - number]
    {
      (label, place) = (name, location)
      inner.removeLast()
      openLabels.removeAll { $0 == -1 - number }
      if case .text(let text) = inner.last?.content {
        let kept = text.trimmedEnd
        inner[inner.count - 1].content = .text(kept)
        if kept.isEmpty { inner.removeLast() }
      }
    }
    let title = inner.plainText { items.indices.contains($0) ? items[$0].source : "" }.trimmingNewlines
    return Heading(level: level, label: label, anchor: names.anchor(label, title), title: title, location: place)
  }

  // MARK: Places

  /// The place in the source of a block.
  private func mapped(_ range: SourceRange) -> SourceRange {
    SourceRange(
      firstLine: range.firstLine,
      firstColumn: marked.sourceColumn(line: range.firstLine, column: range.firstColumn), lastLine: range.lastLine,
      lastColumn: marked.sourceEnd(line: range.lastLine, column: range.lastColumn))
  }

  /// A container ends where its last block does, not at the empty lines behind it.
  private func whole(_ range: SourceRange, _ last: SourceRange?) -> SourceRange {
    guard let last else { return range }
    var range = range
    (range.lastLine, range.lastColumn) = (last.lastLine, last.lastColumn)
    return range
  }
}

/// Makes anchors that differ.
private struct HeadingNames {
  /// Names in use; the two sections that pages add have theirs.
  private var anchors: Set<String> = ["claims", "references"]
  /// The number to try next for a name.
  private var next: [String: Int] = [:]

  mutating func anchor(_ label: String?, _ title: String) -> String {
    let words = title.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: "-")
    let name = label ?? (words.isEmpty ? "section" : words)
    if anchors.insert(name).inserted { return name }
    var number = next[name] ?? 2
    while !anchors.insert("\(name)-\(number)").inserted { number += 1 }
    next[name] = number + 1
    return "\(name)-\(number)"
  }
}
