// Markdown beside the notebook's own text: captions, the abstract, what a cell shows.

/// A piece of Markdown and its items.
package struct RichText: Sendable, Equatable {
  package var document: MarkdownDocument
  package private(set) var items: [InlineItem]
  /// The number of the first item among those of the notebook, whose program computes values; nil for what a cell shows.
  package private(set) var firstItem: Int?
  /// The labels of its pictures.
  package private(set) var pictureLabels: [String] = []

  /// Markdown that a cell shows at `location`, where no values can stand. Throws `NotebookError` there.
  package init(markdown: String, at location: SourceLocation) throws(NotebookError) {
    try self.init(markdown, at: location, firstItem: nil)
  }

  private init(_ markdown: String, at location: SourceLocation, firstItem: Int?) throws(NotebookError) {
    var scanner = InlineScanner(file: location.file, lines: Self.lines(markdown))
    scanner.allowsValues = firstItem != nil
    scanner.fixedLocation = location
    try scanner.scan()
    var reader = MarkdownReader(scanner, hasHeadings: false)
    (document, items) = (try reader.document(), reader.items)
    self.firstItem = firstItem
    pictureLabels = reader.pictureLabels.map(\.label)
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

  /// A caption or an abstract, with the number of its first item; the words of a claim, in which nothing is computed, have
  /// none. Notes are defined in the notebook's own text, so that a reference to one would be shown as it was written: that is
  /// a mistake too.
  init(withoutNotes markdown: String, at location: SourceLocation, firstItem: Int?) throws(NotebookError) {
    try self.init(markdown, at: location, firstItem: firstItem)
    let words = document.blocks.flatMap(\.inlines).plainText { _ in "" }
    if document.footnotes.isEmpty, let note = words.firstMatch(of: #/\[\^[^\]\s]+\]/#) {
      throw NotebookError(location, "the note \(note.0) must stand in the notebook's text, not here")
    }
    if let label = pictureLabels.first {
      throw NotebookError(location, "the picture \"\(label)\" must stand in the notebook's text, not here")
    }
  }

  /// Looks for values and claims among the lines of the YAML that they came from, so that the compiler's messages name
  /// their column. One that is written in another way there keeps the place of the text.
  mutating func placeItems(in lines: [String], _ range: Range<Int>) {
    var from = (line: range.lowerBound, column: 0)
    for index in items.indices where items[index].isComputed {
      let code: String
      switch items[index].kind {
      case .value(let text): code = text
      case .claim(let claim): code = claim.code
      default: continue
      }
      for number in from.line..<max(range.upperBound, from.line) where lines.indices.contains(number - 1) {
        let line = lines[number - 1].utf8.dropFirst(number == from.line ? from.column : 0)
        guard let found = line.firstRange(of: items[index].source.utf8),
          let start = line[found].firstRange(of: code.utf8)?.lowerBound
        else { continue }
        let bytes = lines[number - 1].utf8
        let column = bytes.distance(from: bytes.startIndex, to: start) + 1
        items[index].location = SourceLocation(file: items[index].location.file, line: number, column: column)
        from = (number, bytes.distance(from: bytes.startIndex, to: found.upperBound))
        break
      }
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
