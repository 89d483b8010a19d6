// Markdown beside the notebook's own text: captions, the abstract, what a cell shows.

/// A piece of Markdown and its items.
package struct RichText: Sendable, Equatable {
  package var document: MarkdownDocument
  package var items: [InlineItem]

  /// Markdown that stands, or was shown, at `location`. Throws `NotebookError` there.
  package init(markdown: String, at location: SourceLocation) throws(NotebookError) {
    var scanner = InlineScanner(file: location.file, lines: Self.lines(markdown))
    scanner.allowsValues = false
    scanner.fixedLocation = location
    try scanner.scan()
    var reader = MarkdownReader(scanner, hasHeadings: false)
    (document, items) = (try reader.document(), reader.items)
  }

  /// Markdown without any syntax of ours.
  package init(plainMarkdown markdown: String) {
    let scanner = InlineScanner(file: "", unscanned: Self.lines(markdown))
    var reader = MarkdownReader(scanner, hasHeadings: false)
    document = (try? reader.document()) ?? MarkdownDocument()
    items = []
  }

  private static func lines(_ text: String) -> [String] {
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isLineEnd).map(String.init)
    if lines.last == "" { lines.removeLast() }
    return lines
  }

  /// A caption or an abstract. Notes are defined in the notebook's own text, so that a reference to one would be shown as
  /// it was written: that is a mistake too.
  init(withoutNotes markdown: String, at location: SourceLocation) throws(NotebookError) {
    try self.init(markdown: markdown, at: location)
    let words = document.blocks.flatMap(\.inlines).plainText { _ in "" }
    if document.footnotes.isEmpty, let note = words.firstMatch(of: #/\[\^[^\]\s]+\]/#) {
      throw NotebookError(location, "the note \(note.0) must stand in the notebook's text, not here")
    }
  }

  /// What stands in the text if it is a single paragraph; nil for more.
  package var line: [MarkdownInline]? {
    guard document.blocks.count == 1, document.footnotes.isEmpty,
      case .paragraph(let inner) = document.blocks[0].content
    else { return nil }
    return inner
  }
}

extension Character {
  /// What Markdown takes for the end of a line.
  fileprivate var isLineEnd: Bool { self == "\n" || self == "\r\n" || self == "\r" }
}
