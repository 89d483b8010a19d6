// Markdown beside the notebook's own text: captions, the abstract, what a cell shows.

/// A piece of Markdown as HTML with marks for its items.
public struct RichText: Sendable, Equatable {
  package var html: String
  public var items: [InlineItem]

  /// Markdown that stands, or was shown, at `location`. Throws `NotebookError` there.
  package init(markdown: String, at location: SourceLocation) throws(NotebookError) {
    let lines = markdown.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map(String.init)
    var scanner = InlineScanner(file: location.file, lines: lines)
    scanner.allowsValues = false
    scanner.fixedLocation = location
    try scanner.scan(verbatim: MarkdownDocument(lines.joined(separator: "\n")).verbatimLines)
    html = MarkdownDocument.html(scanner.lines.joined(separator: "\n"))
    items = scanner.items
  }

  /// The HTML without the `<p>` around it, if it is one paragraph.
  package var inlineHTML: String {
    guard html.hasPrefix("<p>"), html.hasSuffix("</p>\n"), html.ranges(of: "<p>").count == 1 else { return html }
    return String(html.dropFirst(3).dropLast(5))
  }
}
