// Notes are read where the text first refers to them, wherever they are defined: so are the works that they cite.

extension Notebook {
  /// The line and column at which an item is read.
  func readingPlace(of location: SourceLocation, _ notes: [NotePlace]) -> (line: Int, column: Int) {
    var place = (line: location.line, column: location.column)
    // A note may be referred to from another note.
    for _ in 0..<4 {
      guard let note = notes.first(where: { $0.lines.contains(place.line) }) else { return place }
      place = note.reference
    }
    return place
  }

  /// The lines of each note, and where the text first refers to it.
  var notePlaces: [NotePlace] {
    if footnotes.isEmpty { return [] }
    var references: [Int: (line: Int, column: Int)] = [:]
    func read(_ inlines: [MarkdownInline]) {
      for inline in inlines {
        if case .footnote(let number, reference: 1) = inline.content {
          references[number] = (inline.range.firstLine, inline.range.firstColumn)
        }
        read(inline.children)
      }
    }
    func read(_ blocks: [MarkdownBlock]) {
      for block in blocks {
        read(block.inlines)
        if case .table(let table) = block.content { (table.header + table.rows.joined()).forEach(read) }
        if case .callout(let callout) = block.content { read(callout.title) }
        read(block.children)
      }
    }
    for case .prose(let prose) in blocks { read(prose.blocks) }
    for note in footnotes { read(note.blocks) }
    return footnotes.compactMap { note in
      references[note.number].map {
        NotePlace(lines: note.range.firstLine...max(note.range.firstLine, note.range.lastLine), reference: $0)
      }
    }
  }
}

/// Where a note is defined and where it is read.
struct NotePlace {
  var lines: ClosedRange<Int>
  var reference: (line: Int, column: Int)
}
