// What a page is made of: a notebook's tree, what its cells made, what its labels mean. A `PageFormat` writes it.

package import Channel
package import Execution
internal import Foundation
package import NotebookText

/// The page of a notebook.
package struct Page {
  package var notebook: Notebook
  package var results: [CellResult]
  package var failure: CellFailure?
  package var configuration: SessionConfiguration
  /// What values and claims became.
  package var inlineResults: [Int: InlineResult]
  /// What labels and keys mean; nil for the notebook's own labels alone.
  var index: ReferenceIndex?
  package var typesetter: FormulaTypesetter
  /// What the footer says about how the page was made.
  package var facts: [(name: String, value: String)] = []
  /// Where the outputs came from, to stand under them.
  package var provenance: [OutputProvenance] = []
  /// The pages beside it.
  package var neighbours = PageNeighbours()
  /// Whether all code is folded away, with what it prints, whatever its cells say.
  package var foldsCode = false

  package init(
    notebook: Notebook, results: [CellResult], failure: CellFailure?, configuration: SessionConfiguration,
    inlineResults: [Int: InlineResult] = [:], index: ReferenceIndex? = nil,
    typesetter: FormulaTypesetter = FormulaTypesetter(), facts: [(name: String, value: String)] = []
  ) {
    self.notebook = notebook
    self.results = results
    self.failure = failure
    self.configuration = configuration
    self.inlineResults = inlineResults
    self.index = index
    self.typesetter = typesetter
    self.facts = facts
  }

  /// The page's text in a form. Throws `NotebookError` where a reference of the notebook names nothing.
  package func text(as format: some TextPageFormat = HTMLPageFormat()) throws -> String { try format.text(of: self) }

  /// What the labels and keys of the page mean, the works among them that only cells cite.
  package func resolvedIndex() throws -> ReferenceIndex {
    var index = try index ?? ReferenceIndex(page: notebook, siblings: [])
    index.addWorks(
      citedBy: results.flatMap(\.outputs).flatMap(\.citingTexts), of: notebook)
    return index
  }

  /// What a cell printed and showed; nil if it did not run.
  package func result(of cell: Cell) -> CellResult? {
    // Results stand in the order of the cells, each of which has at most one.
    let place = results.partitioningIndex { $0.cell >= cell.index }
    if results.indices.contains(place), results[place].cell == cell.index { return results[place] }
    return results.first { $0.cell == cell.index }
  }
}

extension CellOutput {
  /// The texts of an output that can cite works.
  package var citingTexts: [String] {
    switch self {
    case .markdown(let text): [text]
    case .table(let header, let rows, _): (header + rows.joined()).filter { $0.contains("@") }
    default: []
    }
  }
}

/// `path` as a relative path from the folder `base`; both absolute.
func relativePath(_ path: String, from base: String) -> String {
  let (to, from) = (path.split(separator: "/"), base.split(separator: "/"))
  let common = zip(to, from).prefix { $0 == $1 }.count
  return ([String](repeating: "..", count: from.count - common) + to[common...].map(String.init)).joined(separator: "/")
}
