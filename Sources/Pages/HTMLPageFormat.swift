// A page as one self-contained HTML file.

internal import Channel
internal import Execution
internal import NotebookText

/// HTML with its style in it, and nothing to fetch.
package struct HTMLPageFormat: TextPageFormat {
  package init() {}

  package var name: String { "html" }
  package var fileExtension: String { "html" }

  package func text(of page: Page) throws -> String { try HTMLPage(page).html() }
}

/// A page while it is written as HTML.
package struct HTMLPage {
  private let page: Page
  private let prose: ProseRenderer

  private var notebook: Notebook { page.notebook }

  /// Throws `NotebookError` where a reference of the notebook names nothing.
  package init(_ page: Page) throws {
    self.page = page
    prose = ProseRenderer(
      notebook: page.notebook, index: try page.resolvedIndex(), typesetter: page.typesetter,
      values: page.inlineResults, folder: page.notebook.folder(root: page.configuration.rootDirectory),
      root: page.configuration.rootDirectory, pages: page.neighbours.pages)
    try page.typesetter.prepare(page.notebook.formulas.map(\.formula))
  }

  /// The whole page.
  func html() throws -> String {
    let title = HTML.escape(notebook.title)
    let body = try body()
    let claims = ClaimText.section(try claims { "line\u{A0}\($0.location.line)" })
    let works = prose.index.bibliographySection(citedIn: notebook)
    let contents = try contents(hasClaims: !claims.isEmpty, hasWorks: !works.isEmpty)
    let main = """
      <main>
      \(page.neighbours.wayBack)<header>
      <h1>\(title)</h1>
      \(authors)\(try abstract().map { "<div class=\"abstract\">\($0)</div>\n" } ?? "")\(stop)</header>
      \(contents.html)\(body)\(claims)\(works)
      \(page.neighbours.siblings)\(footer)
      </main>
      """
    return HTMLDocument(
      title: notebook.title, styles: [PageStyle.callouts(in: body)].filter { !$0.isEmpty },
      kind: contents.isWorthwhile ? "page with-contents" : "page", body: main
    ).text
  }

  private var footer: String {
    let facts = page.facts.map { name, value in
      "<div><dt>\(HTML.escape(name))</dt><dd>\(HTML.escape(value))</dd></div>\n"
    }
    return "<footer>\n<h2>How this page was made</h2>\n<dl>\n\(facts.joined())</dl>\n</footer>"
  }

  /// The text's headings down to the third level, and the sections behind it.
  private func contents(hasClaims: Bool, hasWorks: Bool) throws -> PageContents {
    var entries: [PageContents.Entry] = []
    for case .prose(let text) in notebook.blocks {
      for block in text.blocks {
        guard case .heading(let level, let words, let heading?) = block.content, level <= 3 else { continue }
        entries.append(
          PageContents.Entry(
            level: level, number: prose.index.number(of: heading, in: notebook), title: try prose.contentsHTML(words),
            anchor: prose.index.anchor(of: heading, in: notebook)))
      }
    }
    let top = entries.map(\.level).min() ?? 1
    if hasClaims { entries.append(PageContents.Entry(level: top, title: "Claims", anchor: "claims")) }
    if hasWorks { entries.append(PageContents.Entry(level: top, title: "References", anchor: "references")) }
    return PageContents(entries)
  }

  /// The notebook's abstract; nil without one.
  package func abstract() throws -> String? { try notebook.abstract.map { try prose.html($0) } }

  /// The notebook's prose and cells, and the notes at their end.
  package func body() throws -> String {
    let blocks = try notebook.blocks.map { block in
      switch block {
      case .prose(let text): try prose.html(text) { try html(notebook.cells[$0]) }
      case .cell(let cell): try html(cell)
      }
    }
    return blocks.joined() + (try prose.footnotes()) + "\n"
  }

  /// The claims of the notebook in the order of the text; `place` is what the link to one says.
  package func claims(place: (ClaimResult) -> String) throws -> [ClaimText.Row] {
    try notebook.claims(page.inlineResults).map { claim in
      ClaimText.Row(
        claim: claim, statement: try prose.html(claim.statement), anchor: anchor("claim-\(claim.item)"),
        place: place(claim))
    }
  }

  private func anchor(_ name: String) -> String { prose.index.anchor(name, in: notebook) }

  // MARK: Head

  private var authors: String {
    let names = notebook.frontMatter.authors
    return names.isEmpty ? "" : "<p class=\"authors\">\(HTML.escape(names.joined(separator: ", ")))</p>\n"
  }

  /// That the notebook stopped, and where.
  private var stop: String {
    guard let failure = page.failure, let cell = page.results.last?.cell else { return "" }
    let place = failure.location.map { "line \($0.line)" } ?? "cell \(cell + 1)"
    return Self.alert(
      "<p><strong>This notebook stopped.</strong> \(HTML.escape(failure.title.capitalizedFirst)) at "
        + "<a href=\"#\(HTML.escape(anchor("cell-\(cell + 1)")))\">\(HTML.escape(place))</a>: "
        + "what follows that cell did not run.</p>")
  }

  private static func alert(_ html: String) -> String { "<div class=\"failure\" role=\"alert\">\(html)</div>\n" }

  // MARK: Cells

  private func html(_ cell: Cell) throws -> String {
    let result = page.result(of: cell)
    let outputs = CellOutputRenderer(
      cell: cell, configuration: page.configuration, prose: prose,
      provenance: page.provenance.filter { $0.cell == cell.index + 1 })
    let hasCode = cell.options.echo && !cell.code.allSatisfy(\.isWhitespace)
    var shown = cell.options.output ? result?.outputs ?? [] : []
    var printed = ""
    if page.foldsCode, hasCode {
      printed = try outputs.html(shown.filter(\.isText))
      shown.removeAll(where: \.isText)
    }
    let failed = result?.failure == nil ? "" : " failed"
    var html = "<section class=\"cell\(failed)\" id=\"\(HTML.escape(anchor("cell-\(cell.index + 1)")))\">\n"
    if let label = cell.options.label { html += "<a id=\"\(HTML.escape(label))\"></a>\n" }
    if hasCode { html += code(of: cell, printed: printed) }
    html += try outputs.html(shown)
    if let failure = result?.failure { html += Self.html(failure) }
    if let remark = remark(on: cell, result) { html += "<p class=\"skipped\">\(remark)</p>\n" }
    return html + "</section>\n"
  }

  private func code(of cell: Cell, printed: String) -> String {
    let isFolded = cell.options.fold || page.foldsCode
    let tag = isFolded ? "details" : "div"
    let summary = isFolded ? "<summary>Code\(printed.isEmpty ? "" : " and output")</summary>" : ""
    return "<\(tag) class=\"code\">\(summary)<pre tabindex=\"0\" role=\"region\" "
      + "aria-label=\"Swift code of cell \(cell.index + 1)\">"
      + "<code>\(SwiftHighlighter.html(cell.code.trimmingNewlines))</code></pre>\(printed)</\(tag)>\n"
  }

  private static func html(_ failure: CellFailure) -> String {
    var html = "<p><strong>\(HTML.escape(failure.title.capitalizedFirst))</strong> "
    html += "<span class=\"place\">\(HTML.escape(failure.location.map { "\($0)" } ?? ""))</span></p>\n"
    html += "<p>\(HTML.escape(failure.message))</p>"
    if let excerpt = failure.excerpt {
      html += "\n<pre tabindex=\"0\" role=\"region\" aria-label=\"The line at fault\">"
      html += "\(HTML.escape(excerpt.removingIndent))</pre>"
    }
    if !failure.callers.isEmpty {
      let lines = failure.callers.map { "line \($0.line)" }.joined(separator: ", ")
      html += "\n<p class=\"place\">called from \(lines)</p>"
    }
    return alert(html)
  }

  /// Why a cell shows nothing.
  private func remark(on cell: Cell, _ result: CellResult?) -> String? {
    if !cell.options.eval { return "Shown, not run." }
    return result == nil ? "Not run: the notebook stopped before this cell." : nil
  }
}
