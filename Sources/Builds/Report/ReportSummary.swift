// The report's summary: Markdown of the plan, with numbers that the chapters computed.

internal import Basics
internal import Channel
internal import NotebookText
internal import Pages

/// The plan's summary with what the chapters found in it.
///
/// A code span `{from landscape} …` names something of the chapter `landscape.md`: an expression of a `{swift}` value
/// there, a claim by its code or by its words in quotes, or a cell of a table as `tbl-six["SN", "Clean"]`, by the first cells of its row and its column. It
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
    var writer = MarkdownHTML()
    writer.code = { code in
      guard let match = code.wholeMatch(of: #/\{from ([^}]+)\}\s*((?s:.*))/#) else { return nil }
      // The words of a span that goes over several lines stand apart by one blank.
      let code = Self.oneLine(String(match.2))
      let (chapter, found) = try finding(code, in: String(match.1).trimmedEnd)
      let title = HTML.escape("\(chapter.title): \(code)")
      let kind = HTML.text(found.html).count > 20 ? "long value" : "value"
      return "<a class=\"\(kind)\" href=\"#\(HTML.escape(found.anchor))\" title=\"\(title)\">\(found.html)</a>"
    }
    return try writer.html(RichText(plainMarkdown: text).document)
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
    if let claim = chapter.claims.first(where: { Self.oneLine($0.code) == code || "\"\($0.statement.text)\"" == code })
    {
      let numbers = claim.finding.map { HTML.escape($0.numbers) + " " } ?? ""
      let anchor = chapter.anchor(of: claim, index) ?? chapter.anchor
      let surprise = claim.surprise.map { ", \($0)" } ?? ""
      return (chapter, Finding(html: "\(numbers)(\(ClaimText.badge(claim))\(surprise))", anchor: anchor))
    }
    var known: [String] = []
    for (number, item) in notebook.items.enumerated() {
      guard item.isComputed, case .value(let own) = item.kind else {
        if case .claim(let claim) = item.kind {
          known.append(Self.oneLine(claim.code))
          if claim.words != nil { known.append("\"\(claim.text)\"") }
        }
        continue
      }
      known.append(Self.oneLine(own))
      guard Self.oneLine(own) == code else { continue }
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
      if case .table(let header, let rows, _) = output { CSVTable(header: header, rows: rows) } else { nil }
    }
    guard let table = tables.first else {
      // The chapter stopped before it, or it shows none.
      if chapter.failure != nil || chapter.outcome == nil { return Finding(html: "–", anchor: label) }
      throw error("in \(chapter.name).md: the cell \(label) shows no table")
    }
    guard keys.count >= 2, let name = keys.last else {
      throw error("\(label)[…] takes the first cells of a row and the name of a column: \(label)[\"SN\", \"Clean\"]")
    }
    let row = Array(keys.dropLast())
    do throws(CSVTable.Missing) {
      let cell = try table.cell(row: row, column: name)
      return Finding(html: HTML.escape(cell.isEmpty ? "–" : cell), anchor: label)
    } catch {
      let missing =
        switch error {
        case .column(let known): unknown("column", name, known: known)
        case .row(let known): unknown("row", row.joined(separator: ", "), known: known)
        }
      throw self.error("in \(label) of \(chapter.name).md: " + missing)
    }
  }

  private static func oneLine(_ code: String) -> String {
    code.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private func error(_ message: String) -> NotebookError {
    NotebookError(plan.summaryAt ?? SourceLocation(file: ReportPlan.path, line: 1), message)
  }
}
