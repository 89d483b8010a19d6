// The report's summary: Markdown of the plan, with numbers that the chapters computed.

internal import Channel

/// The plan's summary with what the chapters found in it.
///
/// A code span `{from landscape} …` names something of the chapter `landscape.md`: an expression of a `{swift}` value
/// there, a claim, or a cell of a table as `tbl-six["SN", "Clean"]`, by the first cells of its row and its column. It
/// becomes what the chapter shows, and a link to it.
struct ReportSummary {
  var plan: ReportPlan
  var chapters: [ReportChapter]
  var index: ReferenceIndex?

  /// What stands in the place of a code span.
  private struct Finding {
    var html: String
    /// What the link points to.
    var anchor: String
  }

  /// The summary as HTML. Throws `NotebookError` when a chapter has no such value, claim or table.
  func html(_ text: String) throws -> String {
    var failure: NotebookError?
    let result = MarkdownDocument.html(text).replacing(#/<code>\{from ([^}]+)\}\s*((?s:.*?))<\/code>/#) { match in
      // The words of a span that goes over several lines stand apart by one blank.
      let code = HTML.text(String(match.2)).split(whereSeparator: \.isWhitespace).joined(separator: " ")
      do throws(NotebookError) {
        let (chapter, found) = try finding(code, in: String(match.1).trimmedEnd)
        let title = HTML.escape("\(chapter.title): \(code)")
        let kind = HTML.text(found.html).count > 20 ? "long value" : "value"
        return "<a class=\"\(kind)\" href=\"#\(HTML.escape(found.anchor))\" title=\"\(title)\">\(found.html)</a>"
      } catch {
        failure = failure ?? error
        return ""
      }
    }
    if let failure { throw failure }
    return result
  }

  private func finding(_ code: String, in name: String) throws(NotebookError) -> (ReportChapter, Finding) {
    guard let chapter = chapters.first(where: { $0.name == name }) else {
      throw error(
        "the summary asks for something of \"\(name)\": " + unknown("chapter", name, known: chapters.map(\.name)))
    }
    // A chapter that cannot be read is named at the top of the report; what it would say are dashes here.
    guard let notebook = chapter.notebook else { return (chapter, Finding(html: "–", anchor: chapter.anchor)) }
    if let cell = code.wholeMatch(of: #/(tbl-[\w-]+)\[(.+)\]/#) {
      let keys = cell.2.matches(of: #/"([^"]*)"/#).map { String($0.1) }
      return (chapter, try tableCell(String(cell.1), keys, chapter, notebook))
    }
    if let claim = chapter.claims.first(where: { $0.code == code }) {
      let numbers = claim.finding.map { HTML.escape($0.numbers) + " " } ?? ""
      let anchor = chapter.anchor(of: claim, index) ?? chapter.anchor
      return (chapter, Finding(html: "\(numbers)(\(ClaimText.badge(claim.finding)))", anchor: anchor))
    }
    var known: [String] = []
    for (number, item) in notebook.items.enumerated() {
      guard item.isComputed, case .value(let own) = item.kind else {
        if case .claim(let own, _) = item.kind { known.append(own) }
        continue
      }
      known.append(own)
      guard own == code else { continue }
      guard case .value(let text) = chapter.outcome?.inlineResults[number] else { break }
      return (chapter, Finding(html: HTML.escape(text), anchor: chapter.anchor))
    }
    guard known.contains(code) else {
      throw error("in \(name).md: " + unknown("value or claim", code, known: known))
    }
    return (chapter, Finding(html: "–", anchor: chapter.anchor))
  }

  /// The cell of the table `label` in the row that begins with all but the last of `keys`, which is its column.
  private func tableCell(
    _ label: String, _ keys: [String], _ chapter: ReportChapter, _ notebook: Notebook
  ) throws(NotebookError) -> Finding {
    guard let cell = notebook.cells.first(where: { $0.options.label == label }) else {
      let known = notebook.cells.compactMap(\.options.label)
      throw error("in \(chapter.name).md: " + unknown("table", label, known: known))
    }
    let outputs = chapter.outcome?.results.first { $0.cell == cell.index }?.outputs ?? []
    let tables = outputs.compactMap { output in
      if case .table(let header, let rows, _) = output { (header: header, rows: rows) } else { nil }
    }
    // The chapter stopped before it.
    guard let table = tables.first else { return Finding(html: "–", anchor: label) }
    guard keys.count >= 2, let name = keys.last else {
      throw error("\(label)[…] takes the first cells of a row and the name of a column: \(label)[\"SN\", \"Clean\"]")
    }
    guard let column = table.header.firstIndex(of: name) else {
      throw error("in \(label) of \(chapter.name).md: " + unknown("column", name, known: table.header))
    }
    let row = keys.dropLast().joined(separator: ", ")
    guard let found = table.rows.first(where: { $0.starts(with: keys.dropLast()) }) else {
      let known = table.rows.map { $0.prefix(keys.count - 1).joined(separator: ", ") }
      throw error("in \(label) of \(chapter.name).md: " + unknown("row", row, known: known))
    }
    return Finding(html: HTML.escape(found.indices.contains(column) ? found[column] : "–"), anchor: label)
  }

  private func error(_ message: String) -> NotebookError {
    NotebookError(plan.summaryAt ?? SourceLocation(file: ReportPlan.path, line: 1), message)
  }
}
