// What a page shows as it was written though it looks like syntax: in what cells showed, which is known only after they ran.

internal import Channel
package import Execution
package import NotebookText
internal import Pages

extension Notebook {
  /// Warnings for what stands in tables and Markdown of cells and means nothing there: values and claims, which only the
  /// notebook's own text computes, references and notes that name nothing, and pictures that the page cannot show.
  ///
  /// - Parameters:
  ///   - index: what the labels of the notebook and its siblings name; nil where no references are looked at.
  ///   - folder: the notebook's, for pictures; `root` is that of its project.
  package func shownSyntax(
    _ results: [CellResult], _ index: ReferenceIndex? = nil, folder: String? = nil, root: String = "/"
  ) -> [NotebookWarning] {
    results.filter { cells.indices.contains($0.cell) }.flatMap { result -> [NotebookWarning] in
      let cell = cells[result.cell]
      var warnings: [NotebookWarning] = []
      for (text, isTable) in result.outputs.flatMap(\.markdownTexts) {
        if let found = text.firstMatch(of: #/`\s?\{(?:swift|claim)[^}`]*\}[^`]*`/#)?.0 {
          warnings.append(
            warning(
              cell, String(found),
              "what this cell shows holds \(found), which stays as it was written: in a cell, put the "
                + "value into the string with \\(…)"))
        } else if let index {
          let place = SourceLocation(file: path, line: cell.codeLine)
          guard let rich = isTable ? TableText.markdown(text, at: place) : try? RichText(markdown: text, at: place)
          else {
            continue
          }
          let problems = rich.looseEnds(index) + (folder.map { rich.pictureProblems(in: $0, root: root) } ?? [])
          warnings += problems.map { warning(cell, $0.source, "what this cell shows: \($0.message)") }
        }
      }
      // A loop shows the same mistake many times.
      var seen: Set<String> = []
      return warnings.filter { seen.insert($0.description).inserted }
    }
  }

  /// A warning at the place in a cell's code where a text stands; at the cell's first line where it was put together.
  private func warning(_ cell: Cell, _ text: String, _ message: String) -> NotebookWarning {
    let written = [text, text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")]
    for (number, line) in cell.code.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard let found = written.lazy.compactMap({ line.firstRange(of: $0) }).first else { continue }
      let column = line.utf8.distance(from: line.startIndex, to: found.lowerBound) + cell.indent + 1
      let place = SourceLocation(file: path, line: cell.codeLine + number, column: column)
      return NotebookWarning(place, message, sourceLine: self.line(place.line))
    }
    return NotebookWarning(SourceLocation(file: path, line: cell.codeLine), message)
  }
}

extension CellOutput {
  /// The texts that the page reads as Markdown, and whether they are cells of a table.
  fileprivate var markdownTexts: [(text: String, isTable: Bool)] {
    switch self {
    case .table(let header, let rows, _): (header + rows.joined()).map { ($0, true) }
    case .markdown(let text): [(text, false)]
    case .text, .figure, .formula: []
    }
  }
}

extension RichText {
  /// References, citations and notes that name nothing, and labels that have no number.
  fileprivate func looseEnds(_ index: ReferenceIndex) -> [(source: String, message: String)] {
    var result = items.compactMap { item -> (source: String, message: String)? in
      guard case .reference(let label) = item.kind, index.targets[label] == nil else { return nil }
      return (item.source, "nothing is called \"\(label)\"")
    }
    result += pictureLabels.map { ($0, "the picture \"\($0)\" has no number: only those of the notebook's text have") }
    let words = document.blocks.flatMap(\.inlines).plainText { _ in "" }
    result += words.matches(of: #/\[\^[^\]\s]+\]/#).map { (String($0.0), "the note \($0.0) is not there") }
    return result
  }
}
