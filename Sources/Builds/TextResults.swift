// figures/<scale>/<notebook>-text.csv: what the values and claims of a notebook's text became. Beside the figures, so that
// `workbench check` compares sentences as it compares pictures.

internal import Basics
internal import Channel
internal import Execution
internal import FileSystem
package import NotebookText

/// The values and claims of a notebook's text as a table.
struct TextResults {
  /// Expression, what it is (value, claim, required claim), the claim's verdict, and value or numbers as shown.
  var rows: [[String]]

  static let header = ["expression", "kind", "verdict", "numbers"]

  init(_ notebook: Notebook, _ results: [Int: InlineResult]) {
    rows = notebook.computedItems.map { number, item in
      switch (item.kind, results[number]) {
      case (.claim(let claim), let result):
        var finding: ClaimFinding?
        if case .claim(let found) = result { finding = found }
        let kind = claim.isRequired ? "required claim" : "claim"
        return [claim.code, kind, claim.verdict(finding), finding?.numbers ?? ""]
      case (.value(let code), .value(let text)): return [code, "value", "", text]
      default: return [item.source, "value", "", ""]
      }
    }
  }

  var csv: String { ([Self.header] + rows).map(CSVText.row).joined() }

  /// Writes the file into the figures of `configuration`; nothing for a text without values and claims. Returns its
  /// path. Throws `FileError`.
  func write(for notebook: Notebook, _ configuration: SessionConfiguration) throws -> String? {
    if rows.isEmpty { return nil }
    try Files.makeFolder(configuration.figuresDirectory)
    let path = "\(configuration.figuresDirectory)/\(notebook.textOutput).csv"
    // What has not changed keeps its time.
    if (try? Files.read(path)) != Array(csv.utf8) { try AtomicFile.write(csv, to: path) }
    return path
  }
}

extension Notebook {
  /// The name of the output that holds what values and claims became.
  package var textOutput: String { "\(name)-text" }
}
