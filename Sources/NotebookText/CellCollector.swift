// Fenced blocks of a notebook's tree -> cells. A cell stands at the left margin, or in a list, a quotation or a box.

/// Takes cells out of Markdown's tree and leaves their numbers.
struct CellCollector {
  let path: String
  let lines: [String]
  /// The number that the first item of the next caption gets among all items of the notebook.
  var nextItem: Int
  private(set) var cells: [Cell] = []
  /// Blocks that other tools would run.
  private(set) var warnings: [(line: Int, message: String)] = []
  private var labels: [String: SourceLocation] = [:]

  init(path: String, lines: [String], nextItem: Int) {
    (self.path, self.lines, self.nextItem) = (path, lines, nextItem)
  }

  /// The blocks with `.cell` in the place of swift code. Throws `NotebookError` for what is wrong with a cell.
  mutating func blocks(_ blocks: [MarkdownBlock], isInside: Bool = false) throws(NotebookError) -> [MarkdownBlock] {
    var result: [MarkdownBlock] = []
    for block in blocks { result.append(try self.block(block, isInside: isInside)) }
    return result
  }

  private mutating func block(_ block: MarkdownBlock, isInside: Bool) throws(NotebookError) -> MarkdownBlock {
    var block = block
    switch block.content {
    case .code(_, let info?):
      if try addCell(FenceInfo(info), block.range, isInside) { block.content = .cell(cells.count - 1) }
    case .code(let text, info: nil) where text.trimmedStart.hasPrefix("```") && FenceInfo.isCell(text):
      warnings.append(
        (
          block.range.firstLine,
          "this cell is shown, not run: it stands four blanks or more to the right of the text that it belongs to"
        ))
    case .html(let text):
      for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      where line.hasPrefix("```") && FenceInfo.isCell(String(line)) {
        warnings.append(
          (
            block.range.firstLine + number,
            "this cell is shown, not run: an empty line must part it from the raw HTML above"
          ))
      }
    case .quotation(let inner): block.content = .quotation(try blocks(inner, isInside: true))
    case .callout(var callout):
      // The lines of a box's colons stand at the margin, and so does what is in it.
      callout.blocks = try blocks(callout.blocks, isInside: isInside || isQuoted(block.range.firstLine))
      block.content = .callout(callout)
    case .list(var list):
      for item in list.items.indices { list.items[item].blocks = try blocks(list.items[item].blocks, isInside: true) }
      block.content = .list(list)
    default: break
    }
    return block
  }

  private func isQuoted(_ line: Int) -> Bool {
    lines.indices.contains(line - 1) && lines[line - 1].trimmedStart.hasPrefix(">")
  }

  /// Adds a cell and returns true, if it is one.
  private mutating func addCell(
    _ kind: FenceInfo, _ range: SourceRange, _ isInside: Bool
  ) throws(NotebookError) -> Bool {
    if !isClosed(range), kind.isSwift || !isInside {
      throw error(
        range.firstLine,
        "this \(kind.isSwift ? "cell" : "code block") has no end: add a line of \"```\" below its code"
          + (isInside ? ", as far to the right as its beginning" : ""))
    }
    guard kind.isSwift else {
      if kind.isBraced {
        warnings.append((range.firstLine, "a cell in \(kind.language) is shown, not run: only swift cells run"))
      }
      return false
    }
    if let option = kind.option {
      throw error(
        range.firstLine,
        "\"\(option)\" beside the language has no meaning here: a cell's options are its first lines, such as "
          + "\"//| echo: false\"")
    }
    cells.append(try cell(range, indent: isInside ? range.firstColumn - 1 : 0))
    return true
  }

  private func error(_ line: Int, _ message: String) -> NotebookError {
    NotebookError(SourceLocation(file: path, line: line), message, sourceLine: lines[line - 1])
  }

  /// Whether the last line of a fenced block is its closing fence.
  private func isClosed(_ block: SourceRange) -> Bool {
    guard block.lastLine > block.firstLine, block.lastLine <= lines.count else { return false }
    let opening = lines[block.firstLine - 1].utf8.dropFirst(block.firstColumn - 1)
    guard let sign = opening.first(where: { $0 == UInt8(ascii: "`") || $0 == UInt8(ascii: "~") }) else { return false }
    let length = opening.drop { $0 != sign }.prefix { $0 == sign }.count
    let closing = lines[block.lastLine - 1].utf8.drop { $0 != sign }
    return lines[block.lastLine - 1].utf8.prefix { $0 != sign }.allSatisfy { " \t>".utf8.contains($0) }
      && closing.prefix { $0 == sign }.count >= length
      && closing.drop { $0 == sign }.allSatisfy { " \t".utf8.contains($0) }
  }

  // MARK: One cell

  private mutating func cell(_ range: SourceRange, indent: Int) throws(NotebookError) -> Cell {
    let (first, last) = (range.firstLine, range.lastLine)
    // Blanks stand for what the list or the quotation has before each line, so that columns are the file's.
    let inside = lines[first..<max(last - 1, first)].map { indent == 0 ? $0 : Self.blanked($0, indent) }
    let count = inside.prefix { $0.trimmedStart.hasPrefix("//|") }.count
    let reader = YAMLReader(notebook: path, lines: lines, firstLine: first + 1)
    let yaml = inside[..<count].map { $0.replacing("//|", with: "   ", maxReplacements: 1) }.joined(separator: "\n")
    let (options, labelAt, captionAt) = try reader.cellOptions(yaml)
    for (number, line) in inside[..<count].enumerated()
    where line.contains(#/^\s*\/\/\|\s*caption:\s+[^"'|>\s\[{#][^"']*\s#/#) {
      warnings.append(
        (first + number + 1, "to YAML a comment begins at the # of this caption: put the text in quotes if it is none"))
    }
    if let label = options.label, let labelAt {
      if let earlier = labels[label] {
        throw reader.error(at: labelAt, "label \"\(label)\" is already that of the cell at line \(earlier.line)")
      }
      labels[label] = labelAt
    }
    let code = inside[count...].map { Self.indented($0, by: indent) }
    if let stray = code.firstIndex(where: { $0.hasPrefix("//|") }) {
      throw reader.error(
        at: SourceLocation(file: path, line: first + count + stray + 1),
        "cell options must stand at the top of the cell")
    }
    let codeLine = first + count + 1
    var caption: RichText?
    if let text = options.caption {
      let place = captionAt ?? SourceLocation(file: path, line: first)
      caption = try RichText(withoutNotes: text, at: place, firstItem: nextItem)
      caption?.placeItems(in: lines, place.line..<codeLine)
      nextItem += caption?.items.count ?? 0
    }
    return Cell(
      index: cells.count, line: first, codeLine: codeLine, code: code.map { $0 + "\n" }.joined(), options: options,
      caption: caption, labelAt: labelAt, indent: indent)
  }

  /// A line with blanks for the signs of quotations among its first bytes.
  private static func blanked(_ line: String, _ indent: Int) -> String {
    let prefix = line.utf8.prefix(indent).prefix { " \t>".utf8.contains($0) }
    return String(decoding: prefix.map { $0 == UInt8(ascii: ">") ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
      + String(decoding: line.utf8.dropFirst(prefix.count), as: UTF8.self)
  }

  /// A line without as many blanks at its beginning, or as many as it has.
  private static func indented(_ line: String, by indent: Int) -> String {
    indent == 0 ? line : String(line.dropFirst(line.utf8.prefix(indent).prefix { $0 == UInt8(ascii: " ") }.count))
  }
}

extension Notebook {
  /// Where swift code stands in notes, whose place in the order of things is not that of their lines.
  static func cells(in blocks: [MarkdownBlock]) -> [SourceRange] {
    blocks.flatMap { block -> [SourceRange] in
      switch block.content {
      case .code(_, let info?): FenceInfo(info).isSwift ? [block.range] : []
      default: cells(in: block.children)
      }
    }
  }
}

extension Prose {
  /// The numbers of the cells that stand in lists, quotations and boxes, in order.
  package var cells: [Int] {
    func numbers(_ blocks: [MarkdownBlock]) -> [Int] {
      blocks.flatMap { block in
        if case .cell(let number) = block.content { [number] } else { numbers(block.children) }
      }
    }
    return numbers(blocks)
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

  /// Whether a text begins with the opening fence of a cell.
  static func isCell(_ text: String) -> Bool {
    let line = text.trimmedStart.prefix { $0 != "\n" }
    return FenceInfo(String(line.drop { $0 == "`" })).isSwift
  }

  var isSwift: Bool { language.lowercased() == "swift" }
}
