// What a page shows as it was written although other tools, or a slip of the pen, mean something by it: `workbench lint`.

package import NotebookText

extension Notebook {
  /// Warnings, in the order of the lines, for what the text shows literally and looks like syntax: short codes and template
  /// variables, wiki links, attributes in braces, notes and link addresses that are not there, boxes and tables that are
  /// none, LaTeX's commands, comments that look like options of a cell.
  package var literalSyntax: [NotebookWarning] {
    var reader = LiteralReader(lines: lines)
    for case .prose(let prose) in blocks { reader.read(prose.blocks) }
    for note in footnotes { reader.read(note.blocks) }
    for cell in cells { reader.read(cell) }
    return reader.found.sorted { ($0.line, $0.column) < ($1.line, $1.column) }.map { find in
      NotebookWarning(
        SourceLocation(file: path, line: find.line, column: find.column), find.message, sourceLine: line(find.line))
    }
  }
}

/// Goes through the text of a notebook.
private struct LiteralReader {
  /// The lines of the notebook.
  let lines: [String]
  private(set) var found: [(line: Int, column: Int, message: String)] = []
  /// Where something was found already: the first pattern that fits counts.
  private var places: Set<[Int]> = []

  /// What is looked for in running text, and what to say of it.
  private let patterns: [(Regex<Substring>, String)] = [
    (#/\{\{[^{}\n]*\}\}|\{%[^%\n]*%\}/#, "pages know no short codes and template variables"),
    (#/\[\[[^\[\]\n]+\]\]/#, "a link is written [words](address)"),
    (#/\[\^[^\[\]\s]+\]/#, "there is no note of this name: write \"[^name]: text\" in a line of its own"),
    (
      #/!?\[[^\[\]\n]+\]\[[^\[\]\n]*\]/#,
      "there is no address for this link: write \"[name]: address\" in a line of its own"
    ),
    (#/\[![A-Za-z]+\]/#, "boxes are note, tip, important, warning and caution, alone on the quotation's first line"),
    (
      #/\{(?:[#.]|:\s?[#.]?)[A-Za-z][^{}\n]*\}|\{[A-Za-z][A-Za-z-]+=[^\s{},]+[^{},\n]*\}/#,
      "attributes stand behind pictures, headings and formulas only"
    ),
    (
      #/\\(?:ref|eqref|autoref|[cC]ref|cite[pt]?|label|begin|end|footnote|includegraphics)\{[^{}\n]*\}/#,
      "LaTeX's commands mean something in formulas only; references are written @fig-x, citations [@key]"
    ),
    (#/==[^=\s][^=\n]*==/#, "pages have no marked text; ** makes it strong"),
  ]

  /// The same, for what stands at the beginning of a line.
  private let linePatterns: [(Regex<Substring>, String)] = [
    (#/:{3,}[^\n]*/#, "the colons of a box stand at the left margin"),
    (#/\|[^\n]*\|[ \t]*/#, "a table has a line such as |---|---| below its header"),
    (#/\[(?:TOC|toc)\]/#, "the contents of a page are made by themselves"),
  ]

  init(lines: [String]) { self.lines = lines }

  // MARK: Blocks

  mutating func read(_ blocks: [MarkdownBlock]) {
    for block in blocks {
      read(block.inlines)
      read(block.children)
      switch block.content {
      case .table(let table): for cell in ([table.header] + table.rows).joined() { read(cell) }
      case .callout(let callout): read(callout.title)
      case .html(let text): read(comment: text, block.range)
      default: break
      }
    }
  }

  /// Options in the spelling of other tools at the top of a cell.
  mutating func read(_ cell: Cell) {
    for (number, line) in cell.code.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard let match = line.firstMatch(of: #/^\s*(?:#\s*\||\/\/\s+\||\/\*\s*\|)\s*[A-Za-z-]+\s*:/#) else { break }
      let blanks = match.0.prefix { $0 == " " }.count
      found.append(
        (
          cell.codeLine + number, cell.indent + blanks + 1,
          "this is no option of the cell: options are written \"//| label: fig-x\""
        ))
    }
  }

  /// Comments such as `<!-- echo: false -->`.
  private mutating func read(comment text: String, _ range: SourceRange) {
    let options =
      #/<!--\s*\|?\s*(?:label|caption|echo|fold|width|output|eval|budget|tolerance|fig-cap|include|warning|message)\s*[:=]/#
    for match in text.matches(of: options) {
      let before = text[..<match.range.lowerBound]
      let line = before.count { $0 == "\n" }
      found.append(
        (
          range.firstLine + line, line == 0 ? range.firstColumn + before.utf8.count : 1,
          "this comment is no option: a cell's options are its first lines, such as \"//| echo: false\""
        ))
    }
    for match in text.matches(of: #/<!--\s*([A-Za-z]{4,6})\s*-->/#)
    where match.1 != "given" && nearest(to: String(match.1), among: ["given"]) != nil {
      found.append((range.firstLine, range.firstColumn, "\"\(match.1)\" means nothing here; did you mean \"given\"?"))
    }
  }

  // MARK: Running text

  /// A text's characters, and where its pieces stand.
  private struct Run {
    var text = ""
    /// The byte at which a piece begins, and its place.
    var pieces: [(start: Int, line: Int, column: Int)] = []

    mutating func append(_ piece: String, _ range: SourceRange) {
      pieces.append((text.utf8.count, range.firstLine, range.firstColumn))
      text += piece
    }

    func place(_ index: String.Index) -> (line: Int, column: Int) {
      let byte = text.utf8.distance(from: text.startIndex, to: index)
      let piece = pieces[max(pieces.partitioningIndex { $0.start > byte } - 1, 0)]
      return (piece.line, piece.column + byte - piece.start)
    }
  }

  private mutating func read(_ inlines: [MarkdownInline]) {
    var run = Run()
    for inline in inlines {
      switch inline.content {
      case .text(let text): run.append(text, inline.range)
      case .softBreak, .lineBreak: run.append("\n", inline.range)
      case .html(let html):
        read(comment: html, inline.range)
        // The tags of a short code are part of it: {{<video x>}}.
        run.append(html.hasPrefix("<!--") ? "\u{FFFC}" : html, inline.range)
      default:
        run.append("\u{FFFC}", inline.range)
        read(inline.children)
      }
    }
    look(in: run)
  }

  private mutating func look(in run: Run) {
    let signs = "{[\\=:|$"
    guard run.text.utf8.contains(where: { signs.utf8.contains($0) }) else { return }
    for (pattern, message) in patterns {
      for match in run.text.matches(of: pattern) where !isSubscript(match.0, run.text) { add(match.0, run, message) }
    }
    for line in run.text.split(separator: "\n", omittingEmptySubsequences: false) {
      for (pattern, message) in linePatterns {
        if let match = line.prefixMatch(of: pattern) { add(match.0, run, message) }
      }
    }
  }

  /// `a[0][1]`.
  private func isSubscript(_ found: Substring, _ text: String) -> Bool {
    guard found.contains("]["), found.startIndex > text.startIndex else { return false }
    let before = text[text.index(before: found.startIndex)]
    return before.isLetter || before.isNumber || before == "]"
  }

  private mutating func add(_ text: Substring, _ run: Run, _ message: String) {
    let (line, column) = run.place(text.startIndex)
    // Signs behind a backslash are meant as they stand. Quotes and dashes are typographic in the tree.
    let plain = text.prefix { !"“”‘’–—…\u{FFFC}".contains($0) }
    guard lines.indices.contains(line - 1), lines[line - 1].contains(plain) else { return }
    if !places.insert([line, column]).inserted { return }
    found.append((line, column, "\"\(text)\" is shown as it stands: \(message)"))
  }
}
