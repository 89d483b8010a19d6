// What a text holds that the policy of `RawHTML` leaves out: it is told when the notebook is read, with its place.

package import NotebookText

extension Notebook {
  /// Warnings for links that lead where no page may, and for the first of each raw tag that a page shows as text.
  package var refusedMarkup: [NotebookWarning] {
    var warnings: [NotebookWarning] = []
    var tags: Set<String> = []
    func warn(_ range: SourceRange, _ message: String) {
      warnings.append(NotebookWarning(place(of: range), message, sourceLine: line(range.firstLine)))
    }
    func check(_ html: String, _ range: SourceRange) {
      for tag in RawHTML.refused(html) {
        let name = tag.dropFirst().prefix { !$0.isWhitespace && $0 != "/" }.lowercased()
        if tag.hasPrefix("</") || !tags.insert(name).inserted { continue }
        warn(
          range,
          "\(tag)> stands on the page as text: raw HTML marks up text, and its tags and attributes are known ones")
      }
    }
    forEachInline { inline in
      switch inline.content {
      case .html(let html): check(html, inline.range)
      case .link(let address, _, _) where !RawHTML.isSafe(address: address):
        warn(
          inline.range,
          "no link to \"\(address.prefix(60))\": a page leads to http, https, mailto and relative addresses")
      case .image(let address, _, _) where !RawHTML.isSafe(picture: address):
        warn(
          inline.range,
          "no picture at \"\(address.prefix(60))\": a page shows pictures of http, https and relative addresses, and those "
            + "that stand in the address itself")
      default: break
      }
    }
    forEachBlock { block in if case .html(let html) = block.content { check(html, block.range) } }
    return warnings.sorted { ($0.location.line, $0.location.column) < ($1.location.line, $1.location.column) }
  }

  /// Where a stretch of the text begins.
  func place(of range: SourceRange) -> SourceLocation {
    SourceLocation(file: path, line: range.firstLine, column: range.firstColumn)
  }

  /// Every block of the text, those within others and those of notes among them, in the order of the tree.
  func forEachBlock(_ body: (MarkdownBlock) -> Void) {
    for case .prose(let prose) in blocks { prose.blocks.forEachBlock(body) }
    for note in footnotes { note.blocks.forEachBlock(body) }
  }

  /// Every piece of running text, those within others among them.
  func forEachInline(_ body: (MarkdownInline) -> Void) { forEachBlock { $0.forEachInline(body) } }
}

extension [MarkdownBlock] {
  /// Every block, those within others among them.
  func forEachBlock(_ body: (MarkdownBlock) -> Void) {
    for block in self {
      body(block)
      block.children.forEachBlock(body)
    }
  }
}

extension MarkdownBlock {
  /// Every piece of running text that stands directly in the block, and those within others.
  func forEachInline(_ body: (MarkdownInline) -> Void) {
    func visit(_ inlines: [MarkdownInline]) {
      for inline in inlines {
        body(inline)
        visit(inline.children)
      }
    }
    visit(inlines)
    switch content {
    case .table(let table): ([table.header] + table.rows).joined().forEach(visit)
    case .callout(let callout): visit(callout.title)
    default: break
    }
  }
}
