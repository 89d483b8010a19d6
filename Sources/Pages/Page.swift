// Notebook + results -> one self-contained HTML page. The same input gives the same bytes: no clock, no durations.

package import Channel
package import Execution
internal import Foundation
package import NotebookText

/// The page of a notebook.
package struct Page {
  var notebook: Notebook
  var results: [CellResult]
  var failure: CellFailure?
  var configuration: SessionConfiguration
  /// What values and claims became.
  var inlineResults: [Int: InlineResult]
  /// What labels and keys mean; nil for the notebook's own labels alone.
  var index: ReferenceIndex?
  var typesetter: FormulaTypesetter
  /// What the footer says about how the page was made.
  var facts: [(name: String, value: String)] = []
  /// Where the outputs came from, to stand under them.
  package var provenance: [OutputProvenance] = []
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

  /// The page's HTML. Throws `NotebookError` where a reference of the notebook names nothing.
  package func html() throws -> String {
    let renderer = try renderer()
    var values: [String: Any] = [
      "title": notebook.title, "style": PageStyle.css, "body": try body(renderer),
      "claims": ClaimText.section(notebook.claims(inlineResults)) {
        renderer.index.anchor("claim-\($0.item)", in: notebook)
      },
      "bibliography": renderer.index.bibliographySection(citedIn: notebook),
      "facts": facts.map { ["name": $0.name, "value": $0.value] },
    ]
    if !notebook.frontMatter.authors.isEmpty {
      values["authors"] = notebook.frontMatter.authors.joined(separator: ", ")
    }
    if let abstract = notebook.abstract { values["abstract"] = try renderer.html(abstract) }
    if let failure, let cell = results.last?.cell {
      values["failure"] = [
        "title": failure.title.capitalizedFirst, "cell": renderer.index.anchor("cell-\(cell + 1)", in: notebook),
        "place": failure.location.map { "line \($0.line)" } ?? "cell \(cell + 1)",
      ]
    }
    return try PageTemplate.page.render(values)
  }

  /// The notebook's abstract, for a page that holds several notebooks; nil without one.
  package func abstract() throws -> String? { try notebook.abstract.map(try renderer().html) }

  /// The notebook's prose and cells, for a page that holds several notebooks.
  package func body() throws -> String { try body(try renderer()) }

  private func renderer() throws -> ProseRenderer {
    var index = try index ?? ReferenceIndex(page: notebook, siblings: [])
    index.addWorks(
      citedBy: results.flatMap(\.outputs).compactMap { if case .markdown(let text) = $0 { text } else { nil } },
      of: notebook)
    let renderer = ProseRenderer(notebook: notebook, index: index, typesetter: typesetter, values: inlineResults)
    try typesetter.prepare(notebook.formulas.map(\.formula))
    return renderer
  }

  private func body(_ renderer: ProseRenderer) throws -> String {
    let blocks: [[String: Any]] = try notebook.blocks.map { block in
      switch block {
      case .prose(let html, _): ["prose": try renderer.html(html)]
      case .cell(let cell): ["cell": try cellValues(cell, renderer)]
      }
    }
    return try PageTemplate.body.render(["blocks": blocks])
  }

  private func cellValues(_ cell: Cell, _ renderer: ProseRenderer) throws -> [String: Any] {
    var values: [String: Any] = [
      "number": String(cell.index + 1), "anchor": renderer.index.anchor("cell-\(cell.index + 1)", in: notebook),
    ]
    let result = results.first { $0.cell == cell.index }
    if let label = cell.options.label { values["label"] = label }
    if cell.options.echo, !cell.code.allSatisfy(\.isWhitespace) {
      if cell.options.fold || foldsCode { values["fold"] = true }
      values["code"] = SwiftHighlighter.html(cell.code.trimmingNewlines)
    }
    let outputs = CellOutputRenderer(
      cell: cell, configuration: configuration, prose: renderer,
      provenance: provenance.filter { $0.cell == cell.index + 1 })
    var shown = cell.options.output ? result?.outputs ?? [] : []
    if foldsCode, values["code"] != nil {
      let printed = try outputs.html(shown.filter(\.isText))
      if !printed.isEmpty { values["printed"] = printed }
      shown.removeAll(where: \.isText)
    }
    values["outputs"] = try outputs.html(shown)
    if let failure = result?.failure {
      var failed: [String: Any] = [
        "title": failure.title.capitalizedFirst, "place": failure.location.map { "\($0)" } ?? "",
        "message": failure.message,
      ]
      if let excerpt = failure.excerpt { failed["excerpt"] = excerpt.removingIndent }
      if !failure.callers.isEmpty {
        failed["callers"] = failure.callers.map { "line \($0.line)" }.joined(separator: ", ")
      }
      values["failed"] = failed
    }
    if !cell.options.eval {
      values["skipped"] = "Shown, not run."
    } else if result == nil {
      values["skipped"] = "Not run: the notebook stopped before this cell."
    }
    return values
  }
}

/// `path` as a relative path from the folder `base`; both absolute.
func relativePath(_ path: String, from base: String) -> String {
  let (to, from) = (path.split(separator: "/"), base.split(separator: "/"))
  let common = zip(to, from).prefix { $0 == $1 }.count
  return ([String](repeating: "..", count: from.count - common) + to[common...].map(String.init)).joined(separator: "/")
}
