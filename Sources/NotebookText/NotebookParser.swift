// Markdown -> Notebook. Cells are cut out of the text itself, so that lines and columns are those of the file.

extension Notebook {
  /// Parses a notebook. Throws `NotebookError` at the first mistake.
  package init(text: String, path: String) throws(NotebookError) {
    let lines = Self.lines(text)
    var frontMatter = FrontMatter()
    var bodyStart = 0
    if lines.first.map({ $0.trimmedEnd }) == "---" {
      guard let end = lines.dropFirst().firstIndex(where: { $0.trimmedEnd == "---" || $0.trimmedEnd == "..." }) else {
        throw NotebookError(
          SourceLocation(file: path, line: 1), "the front matter has no end: add a line \"---\" below it",
          sourceLine: lines[0])
      }
      let reader = YAMLReader(notebook: path, lines: lines, firstLine: 2)
      frontMatter = try reader.frontMatter(lines[1..<end].joined(separator: "\n"))
      bodyStart = end + 1
    }

    // Blank lines stand for the front matter, so that line numbers are the file's.
    let body = [String](repeating: "", count: bodyStart) + lines[bodyStart...]
    var scanner = InlineScanner(file: path, lines: body)
    try scanner.scan()
    var reader = MarkdownReader(scanner, hasHeadings: true)
    let document = try reader.document()
    var collector = CellCollector(path: path, lines: lines, nextItem: reader.items.count)
    var abstract: RichText?
    if let text = frontMatter.abstract {
      let place = frontMatter.abstractAt ?? SourceLocation(file: path, line: 1)
      abstract = try RichText(withoutNotes: text, at: place, firstItem: collector.nextItem)
      abstract?.placeItems(in: lines, place.line..<bodyStart + 1)
      collector.nextItem += abstract?.items.count ?? 0
    }
    let content = try collector.blocks(document.blocks)
    let cells = collector.cells
    self.init(
      path: path, frontMatter: frontMatter, blocks: Self.blocks(content, cells, bodyStart, lines.count), cells: cells,
      footnotes: document.footnotes, lines: lines, frontMatterCount: bodyStart, items: reader.items, lateItems: [],
      abstract: abstract, pictureLabels: reader.pictureLabels, plainLines: scanner.plainLines, warnings: [])
    let names = CellNames(cells, path: path)
    try Self.checkOrder(names, lines)
    lateItems = Self.itemsAboveDefinitions(numberedItems, names, cells)
    let inNotes = document.footnotes.flatMap { Self.cells(in: $0.blocks) }.map {
      (line: $0.firstLine, message: "this cell is shown, not run: a swift cell runs outside notes")
    }
    warnings = (reader.fenceWarnings + collector.warnings + inNotes).map { line, message in
      NotebookWarning(SourceLocation(file: path, line: line), message, sourceLine: lines[line - 1])
    }
    warnings = (frontMatter.warnings + warnings + reader.warnings + handles).enumerated().sorted {
      ($0.element.location.line, $0.offset) < ($1.element.location.line, $1.offset)
    }.map(\.element)
  }

  /// The notebook's pieces: cells at the margin, and the prose between them.
  private static func blocks(_ content: [MarkdownBlock], _ cells: [Cell], _ start: Int, _ count: Int) -> [Block] {
    var blocks: [Block] = []
    var prose: [MarkdownBlock] = []
    var proseStart = start + 1
    func endProse(before line: Int) {
      if !prose.isEmpty { blocks.append(.prose(Prose(blocks: prose, lines: proseStart...max(line - 1, proseStart)))) }
      prose = []
    }
    for block in content {
      guard case .cell(let number) = block.content else {
        prose.append(block)
        continue
      }
      endProse(before: block.range.firstLine)
      blocks.append(.cell(cells[number]))
      proseStart = block.range.lastLine + 1
    }
    endProse(before: count + 1)
    return blocks
  }

  /// Words such as `@handle` where no bibliography is named: they stay as they were written.
  private var handles: [NotebookWarning] {
    guard frontMatter.bibliography == nil else { return [] }
    return allItems.compactMap { item in
      guard case .citation(let citations, isNarrative: true) = item.kind else { return nil }
      return NotebookWarning(
        item.location,
        "\"@\(citations[0].key)\" stays as it is, since the front matter names no bibliography to cite it from; "
          + "\\@ is a plain @", sourceLine: line(item.location.line))
    }
  }

  /// The lines of a file. A carriage return by itself ends a line where no other character does, and is a blank elsewhere,
  /// since Markdown and Swift would count a line that no editor shows.
  private static func lines(_ text: String) -> [String] {
    var text = text
    if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
    if text.utf8.contains(UInt8(ascii: "\r")) {
      text = text.replacing("\r\n", with: "\n")
      text = text.replacing("\r", with: text.utf8.contains(UInt8(ascii: "\n")) ? " " : "\n")
    }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    return lines
  }
}
