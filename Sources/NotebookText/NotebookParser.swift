// Markdown -> Notebook. Cells are cut out of the text itself, so that lines and columns are those of the file.

extension Notebook {
  /// Parses a notebook. Throws `NotebookError` at the first mistake.
  public init(text: String, path: String) throws(NotebookError) {
    var lines = Self.lines(text)
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
    if let cell = document.cellInside {
      throw NotebookError(
        SourceLocation(file: path, line: cell.firstLine, column: cell.firstColumn),
        "a swift cell must stand at the left margin, outside lists and quotations",
        sourceLine: lines[cell.firstLine - 1])
    }
    var blocks: [Block] = []
    var cells: [Cell] = []
    var labels: [String: SourceLocation] = [:]
    var prose: [MarkdownBlock] = []
    var proseStart = bodyStart + 1
    func endProse(before line: Int) {
      if !prose.isEmpty { blocks.append(.prose(Prose(blocks: prose, lines: proseStart...max(line - 1, proseStart)))) }
      prose = []
    }
    for block in document.blocks {
      guard case .code(_, let info?) = block.content else {
        prose.append(block)
        continue
      }
      let range = block.range
      if !isClosed(range, lines) {
        throw NotebookError(
          SourceLocation(file: path, line: range.firstLine),
          "this \(isSwift(info) ? "cell" : "code block") has no end: add a line of \"```\" below its code",
          sourceLine: lines[range.firstLine - 1])
      }
      guard isSwift(info) else {
        prose.append(block)
        continue
      }
      endProse(before: range.firstLine)
      cells.append(try Self.cell(cells.count, range.firstLine, range.lastLine, lines, path, &labels))
      blocks.append(.cell(cells[cells.count - 1]))
      proseStart = range.lastLine + 1
    }
    endProse(before: lines.count + 1)
    var abstract: RichText?
    if let text = frontMatter.abstract {
      abstract = try RichText(withoutNotes: text, at: frontMatter.abstractAt ?? SourceLocation(file: path, line: 1))
    }
    let names = CellNames(cells, path: path)
    try Self.checkOrder(names, lines)
    self.init(
      path: path, frontMatter: frontMatter, blocks: blocks, cells: cells, footnotes: document.footnotes, lines: lines,
      frontMatterCount: bodyStart, items: reader.items,
      lateItems: Self.itemsAboveDefinitions(reader.items, names, cells), abstract: abstract,
      plainLines: scanner.plainLines)
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

  private static func cell(
    _ index: Int, _ first: Int, _ last: Int, _ lines: [String], _ path: String, _ labels: inout [String: SourceLocation]
  ) throws(NotebookError) -> Cell {
    let inside = lines[first..<max(last - 1, first)]
    let optionLines = inside.prefix { $0.trimmedStart.hasPrefix("//|") }
    let reader = YAMLReader(notebook: path, lines: lines, firstLine: first + 1)
    let yaml = optionLines.map { $0.replacing("//|", with: "   ", maxReplacements: 1) }.joined(separator: "\n")
    let (options, labelAt, captionAt) = try reader.cellOptions(yaml)
    if let label = options.label, let labelAt {
      if let earlier = labels[label] {
        throw reader.error(at: labelAt, "label \"\(label)\" is already that of the cell at line \(earlier.line)")
      }
      labels[label] = labelAt
    }
    let codeStart = first + optionLines.count
    if let stray = inside[codeStart...].firstIndex(where: { $0.hasPrefix("//|") }) {
      throw reader.error(
        at: SourceLocation(file: path, line: stray + 1), "cell options must stand at the top of the cell")
    }
    let code = inside[codeStart...].map { $0 + "\n" }.joined()
    var caption: RichText?
    if let text = options.caption {
      caption = try RichText(withoutNotes: text, at: captionAt ?? SourceLocation(file: path, line: first))
    }
    return Cell(
      index: index, line: first, codeLine: codeStart + 1, code: code, options: options, caption: caption,
      labelAt: labelAt)
  }
}

private func isSwift(_ info: String) -> Bool { info.split(separator: " ").first == "swift" }

extension MarkdownDocument {
  /// Where a cell stands inside a list, a quotation or a note.
  fileprivate var cellInside: SourceRange? {
    for block in blocks {
      if case .code = block.content { continue }
      if let cell = Self.cell(in: [block]) { return cell }
    }
    return footnotes.lazy.compactMap { Self.cell(in: $0.blocks) }.first
  }

  private static func cell(in blocks: [MarkdownBlock]) -> SourceRange? {
    for block in blocks {
      switch block.content {
      case .code(_, let info?): if isSwift(info) { return block.range }
      case .quotation(let inner): if let cell = cell(in: inner) { return cell }
      case .list(let list): for item in list.items { if let cell = cell(in: item.blocks) { return cell } }
      default: break
      }
    }
    return nil
  }
}

/// Whether the last line of a fenced block is its closing fence.
private func isClosed(_ block: SourceRange, _ lines: [String]) -> Bool {
  guard block.lastLine > block.firstLine, block.lastLine <= lines.count else { return false }
  let opening = lines[block.firstLine - 1].trimmedStart
  guard let character = opening.first else { return false }
  let length = opening.prefix { $0 == character }.count
  let closing = lines[block.lastLine - 1].trimmedStart.trimmedEnd
  return closing.count >= length && closing.allSatisfy { $0 == character }
}
