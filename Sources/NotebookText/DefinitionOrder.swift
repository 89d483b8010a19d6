// A program's global variables have their values from the line on that gives them. Text may speak of them above that line:
// a summary on top of a page. Cells may not.

extension Notebook {
  /// The items of the text, by their numbers, that need a variable which only a cell below them defines: the program
  /// computes them behind its last cell.
  static func itemsAboveDefinitions(
    _ items: [(index: Int, item: InlineItem)], _ names: CellNames, _ cells: [Cell]
  ) -> Set<Int> {
    Set(
      items.filter { _, item in
        let expression: String
        switch item.kind {
        case .value(let code): expression = code
        case .claim(let claim): expression = claim.code
        default: return false
        }
        guard let needed = names.lastDefinition(neededBy: CellNames.names(in: expression)) else { return false }
        return cells[needed.place.cell].line > item.location.line
      }.map(\.index))
  }

  /// Throws `NotebookError` where a cell needs a variable before the line that gives it its value.
  static func checkOrder(_ names: CellNames, _ lines: [String]) throws(NotebookError) {
    for use in names.uses {
      guard let needed = names.lastDefinition(neededBy: [use.name]), use.place < needed.place else { continue }
      let what = use.name.drop { $0 == "." }
      let how = what == needed.name ? "\"\(what)\" has" : "\"\(what)\" uses \"\(needed.name)\", which has"
      throw NotebookError(
        use.place.location,
        "\(how) no value yet: line \(needed.place.location.line) defines it; move this code below that line",
        sourceLine: lines.indices.contains(use.place.location.line - 1) ? lines[use.place.location.line - 1] : nil)
    }
  }
}
