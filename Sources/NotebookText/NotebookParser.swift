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
    var warnings = frontMatter.warnings
    func warn(_ place: SourceRange, _ message: String) {
      warnings.append(
        NotebookWarning(
          SourceLocation(file: path, line: place.firstLine, column: place.firstColumn), message,
          sourceLine: lines[place.firstLine - 1]))
    }
    for (line, message) in reader.fenceWarnings {
      warn(SourceRange(firstLine: line, firstColumn: 1, lastLine: line, lastColumn: 1), message)
    }
    for cell in document.cellsInside {
      warn(
        cell,
        "this cell is shown, not run: a swift cell runs at the left margin, outside lists, quotations and notes"
      )
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
      let kind = FenceInfo(info)
      if !isClosed(range, lines) {
        throw NotebookError(
          SourceLocation(file: path, line: range.firstLine),
          "this \(kind.isSwift ? "cell" : "code block") has no end: add a line of \"```\" below its code",
          sourceLine: lines[range.firstLine - 1])
      }
      guard kind.isSwift else {
        if kind.isBraced {
          warn(range, "a cell in \(kind.language) is shown, not run: only swift cells run")
        }
        prose.append(block)
        continue
      }
      if let option = kind.option {
        throw NotebookError(
          SourceLocation(file: path, line: range.firstLine),
          "\"\(option)\" beside the language has no meaning here: a cell's options are its first lines, such as "
            + "\"//| echo: false\"", sourceLine: lines[range.firstLine - 1])
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
      plainLines: scanner.plainLines, warnings: warnings)
    self.warnings = (warnings + handles).enumerated().sorted {
      ($0.element.location.line, $0.offset) < ($1.element.location.line, $1.offset)
    }.map(\.element)
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

/// What follows an opening fence: `swift`, or as other tools spell a cell, `{swift}`, `{.swift}`, `Swift`.
struct FenceInfo {
  /// As it was written, without braces.
  let language: String
  /// Whether braces stand around it, which in other tools means that it runs.
  let isBraced: Bool
  /// The first of the options that stand in the braces; classes and names are none.
  let option: String?

  init(_ info: String) {
    let text = info.trimmedStart
    isBraced = text.hasPrefix("{") && !text.hasPrefix("{.")
    let inside =
      text.hasPrefix("{") ? text.dropFirst().prefix { $0 != "}" } : text.prefix { !$0.isWhitespace }
    let words = inside.split { $0.isWhitespace || $0 == "," }.map(String.init)
    language = words.first.map { $0.hasPrefix(".") ? String($0.dropFirst()) : $0 } ?? ""
    option =
      text.hasPrefix("{")
      ? words.dropFirst().first { !$0.hasPrefix(".") && !$0.hasPrefix("#") } : nil
  }

  var isSwift: Bool { language.lowercased() == "swift" }
}

extension MarkdownDocument {
  /// Where cells stand inside lists, quotations and notes.
  fileprivate var cellsInside: [SourceRange] {
    var result: [SourceRange] = []
    for block in blocks {
      if case .code = block.content { continue }
      result += Self.cells(in: [block])
    }
    return result + footnotes.flatMap { Self.cells(in: $0.blocks) }
  }

  private static func cells(in blocks: [MarkdownBlock]) -> [SourceRange] {
    blocks.flatMap { block -> [SourceRange] in
      switch block.content {
      case .code(_, let info?): FenceInfo(info).isSwift ? [block.range] : []
      default: cells(in: block.children)
      }
    }
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
