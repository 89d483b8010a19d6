// Markdown -> Notebook. Cells are cut out of the text itself, so that lines and columns are those of the file.

extension Notebook {
  /// Parses a notebook. Throws `NotebookError` at the first mistake.
  public init(text: String, path: String) throws(NotebookError) {
    var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map(String.init)
    if lines.last == "" { lines.removeLast() }
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

    // Blank lines stand for the front matter, so that cmark's line numbers are the file's.
    let body = [String](repeating: "", count: bodyStart) + lines[bodyStart...]
    var scanner = InlineScanner(file: path, lines: body)
    try scanner.scan(verbatim: MarkdownDocument(body.joined(separator: "\n") + "\n").verbatimLines)
    let document = MarkdownDocument(scanner.lines.joined(separator: "\n") + "\n")
    var items = scanner.items
    var headings = HeadingReader(labels: scanner.headingLabels, items: items)
    var blocks: [Block] = []
    var labels: [String: SourceLocation] = [:]
    var count = 0
    for block in document.blocks {
      if let inner = block.innerFences.first(where: { isSwift($0.info) }) {
        throw NotebookError(
          SourceLocation(file: path, line: inner.line, column: inner.column),
          "a swift cell must stand at the left margin, outside lists and quotations", sourceLine: lines[inner.line - 1])
      }
      if let info = block.fenceInfo, !isClosed(block, lines) {
        throw NotebookError(
          SourceLocation(file: path, line: block.firstLine),
          "this \(isSwift(info) ? "cell" : "code block") has no end: add a line of \"```\" below its code",
          sourceLine: lines[block.firstLine - 1])
      }
      if let info = block.fenceInfo, isSwift(info) {
        blocks.append(.cell(try Self.cell(count, block.firstLine, block.lastLine, lines, path, &labels)))
        count += 1
        continue
      }
      var html = document.html(block)
      if let level = block.headingLevel {
        let heading = headings.read(
          level, document.headingHTML(block), SourceLocation(file: path, line: block.firstLine),
          lastLine: block.lastLine)
        html = ItemMark.text(items.count) + document.headingHTML(block) + ItemMark.text(items.count + 1) + "\n"
        items.append(InlineItem(kind: .heading(heading), location: heading.location, source: ""))
        items.append(InlineItem(kind: .headingEnd(level: level), location: heading.location, source: ""))
      }
      if case .prose(let before, let line) = blocks.last {
        blocks[blocks.count - 1] = .prose(html: before + html, line: line)
      } else {
        blocks.append(.prose(html: html, line: block.firstLine))
      }
    }
    if let stray = headings.unused {
      throw NotebookError(
        stray.location, "a label such as {#\(stray.label)} must stand at the end of a heading",
        sourceLine: lines[stray.location.line - 1])
    }
    var abstract: RichText?
    if let text = frontMatter.abstract {
      abstract = try RichText(markdown: text, at: frontMatter.abstractAt ?? SourceLocation(file: path, line: 1))
    }
    self.init(
      path: path, frontMatter: frontMatter, blocks: blocks, lines: lines, items: items, abstract: abstract,
      plainLines: scanner.plainLines)
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
      caption = try RichText(markdown: text, at: captionAt ?? SourceLocation(file: path, line: first))
    }
    return Cell(
      index: index, line: first, codeLine: codeStart + 1, code: code, options: options, caption: caption,
      labelAt: labelAt)
  }
}

/// Makes headings with anchors that differ.
private struct HeadingReader {
  private var labels: [Int: InlineScanner.HeadingLabel]
  private let items: [InlineItem]
  private var anchors: Set<String> = []

  init(labels: [Int: InlineScanner.HeadingLabel], items: [InlineItem]) {
    self.labels = labels
    self.items = items
  }

  /// The first label that no heading took.
  var unused: InlineScanner.HeadingLabel? { labels.min { $0.key < $1.key }?.value }

  mutating func read(_ level: Int, _ html: String, _ location: SourceLocation, lastLine: Int) -> Heading {
    var label: InlineScanner.HeadingLabel?
    for line in location.line...max(lastLine, location.line) { label = labels.removeValue(forKey: line) ?? label }
    let title = HTML.text(ItemMark.replace(in: html) { index, _ in items[index].source }).trimmingNewlines
    let words = title.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: "-")
    let name = label?.label ?? (words.isEmpty ? "section" : words)
    var anchor = name
    var number = 2
    while !anchors.insert(anchor).inserted {
      anchor = "\(name)-\(number)"
      number += 1
    }
    return Heading(
      level: level, label: label?.label, anchor: anchor, title: title, location: label?.location ?? location)
  }
}

private func isSwift(_ info: String) -> Bool { info.split(separator: " ").first == "swift" }

/// Whether the last line of a fenced block is its closing fence.
private func isClosed(_ block: MarkdownDocument.TopLevelBlock, _ lines: [String]) -> Bool {
  guard block.lastLine > block.firstLine, block.lastLine <= lines.count else { return false }
  let opening = lines[block.firstLine - 1].trimmedStart
  guard let character = opening.first else { return false }
  let length = opening.prefix { $0 == character }.count
  let closing = lines[block.lastLine - 1].trimmedStart.trimmedEnd
  return closing.count >= length && closing.allSatisfy { $0 == character }
}
