// Notebook + results -> one self-contained HTML page. The same input gives the same bytes: no clock, no durations.

package import Channel
internal import Foundation

/// The page of a notebook.
package struct Page {
  var notebook: Notebook
  var results: [CellResult]
  var failure: CellFailure?
  var configuration: SessionConfiguration
  /// What the footer says about how the page was made.
  var facts: [(name: String, value: String)] = []

  package init(
    notebook: Notebook, results: [CellResult], failure: CellFailure?, configuration: SessionConfiguration,
    facts: [(name: String, value: String)] = []
  ) {
    self.notebook = notebook
    self.results = results
    self.failure = failure
    self.configuration = configuration
    self.facts = facts
  }

  private var title: String { notebook.frontMatter.title ?? notebook.name }

  /// The page's HTML.
  package func html() throws -> String {
    var numbering = Numbering()
    let blocks: [[String: Any]] = notebook.blocks.map { block in
      switch block {
      case .prose(let html, _): ["prose": html]
      case .cell(let cell): ["cell": cellValues(cell, &numbering)]
      }
    }
    var values: [String: Any] = [
      "title": title, "style": PageStyle.css, "blocks": blocks,
      "facts": facts.map { ["name": $0.name, "value": $0.value] },
    ]
    if !notebook.frontMatter.authors.isEmpty {
      values["authors"] = notebook.frontMatter.authors.joined(separator: ", ")
    }
    if let abstract = notebook.frontMatter.abstract { values["abstract"] = MarkdownDocument.html(abstract) }
    if let failure, let cell = results.last?.cell {
      values["failure"] = [
        "title": failure.title.capitalizedFirst, "cell": String(cell + 1),
        "place": failure.location.map { "line \($0.line)" } ?? "cell \(cell + 1)",
      ]
    }
    return try PageTemplate.render(values)
  }

  private func cellValues(_ cell: Cell, _ numbering: inout Numbering) -> [String: Any] {
    var values: [String: Any] = ["number": String(cell.index + 1)]
    let result = results.first { $0.cell == cell.index }
    if let label = cell.options.label { values["label"] = label }
    if cell.options.echo, !cell.code.allSatisfy(\.isWhitespace) {
      values["code"] = SwiftHighlighter.html(cell.code.trimmingNewlines)
    }
    values["outputs"] = cell.options.output ? result.map { outputs($0, cell, &numbering) } ?? "" : ""
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

  private func outputs(_ result: CellResult, _ cell: Cell, _ numbering: inout Numbering) -> String {
    var html = ""
    for output in result.outputs {
      switch output {
      case .text(let stream, let text):
        let shown = HTML.terminalText(text).trimmingNewlines
        if shown.isEmpty { continue }
        let isError = stream == .standardError
        html += "<pre class=\"printed\(isError ? " error" : "")\" tabindex=\"0\" role=\"region\" "
        html += "aria-label=\"\(isError ? "Standard error" : "Output") of cell \(cell.index + 1)\">"
        html += (isError ? "<span class=\"who\">stderr</span>" : "") + HTML.escape(shown) + "</pre>\n"
      case .markdown(let text): html += MarkdownDocument.html(text)
      case .table(let header, let rows, let files):
        html += "<figure class=\"table\">" + caption(cell, "Table", numbering.table(cell), files)
        html += table(header, rows) + "</figure>\n"
      case .figure(let name, let files):
        html += "<figure><div class=\"plate\">" + picture(name, files, cell) + "</div>"
        html += caption(cell, "Figure", numbering.figure(cell), files) + "</figure>\n"
      }
    }
    return html
  }

  private func caption(_ cell: Cell, _ kind: String, _ number: Int, _ files: [String]) -> String {
    let text = cell.options.caption.map { " " + MarkdownDocument.inlineHTML($0) } ?? ""
    var links: [String] = []
    let base = configuration.reportDirectory
    for file in files {
      let kind = (file as NSString).pathExtension.uppercased()
      let absolute = file.hasPrefix("/") ? file : configuration.outputDirectory + "/" + file
      links.append("<a href=\"\(HTML.escape(relativePath(absolute, from: base)))\">\(HTML.escape(kind))</a>")
    }
    let made = links.isEmpty ? "" : " <span class=\"files\">\(links.joined(separator: " · "))</span>"
    return "<figcaption><b>\(kind) \(number).</b>\(text)\(made)</figcaption>"
  }

  private func picture(_ name: String, _ files: [String], _ cell: Cell) -> String {
    func path(_ kind: String) -> String? {
      files.first { $0.hasSuffix("." + kind) }.map {
        $0.hasPrefix("/") ? $0 : configuration.outputDirectory + "/" + $0
      }
    }
    let title = cell.options.caption.map(plainText) ?? name
    if let svg = path("svg"), let text = try? String(contentsOfFile: svg, encoding: .utf8),
      let inlined = SVGInliner.inline(text, prefix: name, title: title)
    {
      return inlined
    }
    if let png = path("png"), let data = FileManager.default.contents(atPath: png) {
      return "<img alt=\"\(HTML.escape(title))\" src=\"data:image/png;base64,\(data.base64EncodedString())\">"
    }
    return "<p>\(HTML.escape(title)): the picture's file is missing.</p>"
  }

  private func table(_ header: [String], _ rows: [[String]]) -> String {
    let isNumber = header.indices.map { column in
      isNumberColumn(rows.map { $0.indices.contains(column) ? $0[column] : "?" })
    }
    func cells(_ tag: String, _ row: [String]) -> String {
      zip(row, isNumber).map { text, number in
        "<\(tag)\(tag == "th" ? " scope=\"col\"" : "")\(number ? " class=\"number\"" : "")>\(HTML.escape(text))</\(tag)>"
      }.joined()
    }
    let body = rows.map { "<tr>\(cells("td", $0))</tr>\n" }.joined()
    return
      "<div class=\"scroll\"><table><thead><tr>\(cells("th", header))</tr></thead>\n<tbody>\(body)</tbody></table></div>"
  }

  private func plainText(_ markdown: String) -> String { markdown.filter { !"*_`".contains($0) } }
}

/// Figures and tables are counted through the page; a cell's outputs of one kind share its number.
private struct Numbering {
  private var figures: [Int] = []
  private var tables: [Int] = []

  mutating func figure(_ cell: Cell) -> Int { Self.number(cell.index, &figures) }
  mutating func table(_ cell: Cell) -> Int { Self.number(cell.index, &tables) }

  private static func number(_ cell: Int, _ cells: inout [Int]) -> Int {
    if cells.last != cell { cells.append(cell) }
    return cells.count
  }
}

/// `path` as a relative path from the folder `base`; both absolute.
func relativePath(_ path: String, from base: String) -> String {
  let (to, from) = (path.split(separator: "/"), base.split(separator: "/"))
  let common = zip(to, from).prefix { $0 == $1 }.count
  return ([String](repeating: "..", count: from.count - common) + to[common...].map(String.init)).joined(separator: "/")
}

extension String {
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
  var trimmingNewlines: String {
    String(drop { $0.isNewline }.reversed().drop { $0.isWhitespace }.reversed())
  }
  /// Without the two spaces that messages put before a source line.
  var removingIndent: String {
    split(separator: "\n").map { $0.hasPrefix("  ") ? String($0.dropFirst(2)) : String($0) }.joined(separator: "\n")
  }
}
