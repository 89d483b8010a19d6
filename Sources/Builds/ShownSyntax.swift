// What a page shows as it was written though it looks like a value of the text.

internal import Channel
package import Execution
package import NotebookText

extension Notebook {
  /// Warnings for cells whose tables and Markdown hold `{swift} …` or `{claim} …`, which only the notebook's own text
  /// computes.
  package func shownSyntax(_ results: [CellResult]) -> [NotebookWarning] {
    results.flatMap { result in
      let texts = result.outputs.flatMap { output -> [String] in
        switch output {
        case .table(let header, let rows, _): header + rows.joined()
        case .markdown(let text): [text]
        default: []
        }
      }
      let found = texts.lazy.compactMap { $0.firstMatch(of: #/`\s?\{(?:swift|claim)[^}`]*\}[^`]*`/#)?.0 }.first
      guard let found, cells.indices.contains(result.cell) else { return [NotebookWarning]() }
      let place = SourceLocation(file: path, line: cells[result.cell].codeLine)
      return [
        NotebookWarning(
          place,
          "what this cell shows holds \(found), which stays as it was written: in a cell, put the value into the string "
            + "with \\(…)")
      ]
    }
  }
}
