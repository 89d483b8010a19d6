// What stands in a notebook beside plain Markdown, in the orders in which it is read, cited and computed.

extension Citation {
  /// Whether the key begins as few do.
  fileprivate var mayBeText: Bool { key.first.map { !$0.isLetter } ?? true }
}

extension InlineItem {
  var citations: [Citation] {
    if case .citation(let citations, _) = kind { return citations }
    return []
  }
}

extension Notebook {
  /// Labels of cells in order.
  var cellLabels: [(label: String, place: SourceLocation)] {
    cells.compactMap { cell in
      cell.options.label.map { (label: $0, place: cell.labelAt ?? SourceLocation(file: path, line: cell.line)) }
    }
  }

  /// All items in the order in which they are read, those of abstract and captions among them.
  package var allItems: [InlineItem] {
    var result = abstract?.items ?? []
    let captions = cells.flatMap { $0.caption?.items ?? [] }
    let words = (items + captions + (abstract?.items ?? [])).flatMap { item in
      if case .claim(let claim) = item.kind { return claim.words?.items ?? [] }
      return []
    }
    let notes = notePlaces
    let placed = (items + words + captions).enumerated().map { number, item in
      (place: readingPlace(of: item.location, notes), number: number, item: item)
    }
    result += placed.sorted {
      ($0.place.line, $0.place.column, $0.number) < ($1.place.line, $1.place.column, $1.number)
    }.map(\.item)
    return result
  }

  /// The items of the text, of the abstract and of the captions of cells that run, with the numbers by which the program
  /// computes them and results name them, in no order.
  package var numberedItems: [(index: Int, item: InlineItem)] {
    var result = items.enumerated().map { (index: $0.offset, item: $0.element) }
    let captions = cells.compactMap { $0.options.eval ? $0.caption : nil }
    for text in [abstract].compactMap(\.self) + captions {
      guard let first = text.firstItem else { continue }
      result += text.items.enumerated().map { (index: first + $0.offset, item: $0.element) }
    }
    return result
  }

  /// The items that the program computes, with their numbers, in the order of the lines.
  package var computedItems: [(index: Int, item: InlineItem)] {
    numberedItems.filter(\.item.isComputed).sorted {
      ($0.item.location.line, $0.index) < ($1.item.location.line, $1.index)
    }
  }

  var citations: [Citation] { allItems.flatMap(\.citations) }

  /// The citations that may be none, `@handle` in a notebook without a bibliography or `@2x`, or all others.
  func citations(isLoose: Bool) -> [Citation] {
    allItems.flatMap { item in
      if case .citation(let citations, let isNarrative) = item.kind,
        isLoose == (isNarrative && (frontMatter.bibliography == nil || citations[0].mayBeText))
      {
        return citations
      }
      return []
    }
  }

  /// A mistake at a place of this notebook.
  package func error(_ place: SourceLocation, _ message: String) -> NotebookError {
    NotebookError(place, message, sourceLine: line(place.line))
  }
}
