// Cells of a table that the program showed: plain text as it is, or Markdown of a line with formulas, references, citations.

package import NotebookText

/// What one cell of a table holds.
package struct TableText {
  var html: String
  /// The words without markup, which tell whether it is a number.
  var plain: String

  /// Tags that mark up a cell; others are text, such as `Array<Int>`.
  private static let tags: Set<String> = ["<br>", "<br/>", "<br />", "<sub>", "</sub>", "<sup>", "</sup>"]

  /// Raw HTML in a cell.
  static func raw(_ html: String) -> String { tags.contains(html.lowercased()) ? html : HTML.escape(html) }

  /// The cell as Markdown; nil for text that Markdown would leave as it is, or that a cell of a table cannot hold.
  package static func markdown(_ text: String, at place: SourceLocation) -> RichText? {
    guard text.utf8.contains(where: { "*_`[<$@~\\".utf8.contains($0) }) || text.contains("://") || text.contains("www.")
    else { return nil }
    // With a blank that Markdown does not know before it, what would begin a list or a heading is text.
    for text in [text, "\u{A0}" + text] {
      guard let rich = try? RichText(markdown: text, at: place), let line = rich.line else { continue }
      return isMarked(line) || text.contains(#/\\[!-\/:-@\[-`{-~]/#) ? rich : nil
    }
    return nil
  }

  private static func isMarked(_ line: [MarkdownInline]) -> Bool {
    line.contains { inline in
      switch inline.content {
      case .text, .softBreak, .lineBreak: false
      case .html(let html): tags.contains(html.lowercased())
      default: true
      }
    }
  }
}

extension ProseRenderer {
  /// The cells of a table, a row each, in the words of the page.
  func tableTexts(_ rows: [[String]], at place: SourceLocation) throws -> [[TableText]] {
    let marked = rows.map { $0.map { TableText.markdown($0, at: place) } }
    try typesetter.prepare(marked.joined().flatMap { $0?.formulas ?? [] })
    return try zip(rows, marked).map { texts, marked in
      try zip(texts, marked).map { text, rich in
        guard let rich, let line = rich.line else { return TableText(html: HTML.escape(text), plain: text) }
        var writer = writer(rich.items, nil)
        writer.raw = TableText.raw
        let blank = { (text: String) in text.first == "\u{A0}" ? String(text.dropFirst()) : text }
        return TableText(html: blank(try writer.html(line)), plain: blank(try plainText(rich)))
      }
    }
  }
}

extension RichText {
  /// Its formulas.
  package var formulas: [Formula] {
    items.compactMap {
      if case .formula(let tex, let isDisplay, _) = $0.kind { Formula(tex: tex, isDisplay: isDisplay) } else { nil }
    }
  }
}
