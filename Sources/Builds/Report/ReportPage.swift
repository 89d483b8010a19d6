// The report as one self-contained page: title, contents, summary, chapters, claims, costs, environment, works.

internal import Channel
internal import Foundation
internal import NotebookText
internal import Pages

/// The page of a report.
struct ReportPage {
  var plan: ReportPlan
  var chapters: [ReportChapter]
  var index: ReferenceIndex?
  var scale: Scale
  var environment: ReportEnvironment
  var root: String

  /// The name of its file.
  static let file = "index.html"

  /// A part of the page after its head, as the contents list it.
  private struct Part {
    var anchor: String
    /// nil for parts without a number.
    var number: String?
    var title: String
    var html: String
    /// The claims of a chapter.
    var claims: [ClaimText.Row] = []
  }

  func html(missing: [String]) throws -> String {
    var parts: [Part] = []
    for chapter in chapters { parts.append(try part(of: chapter)) }
    let claims = section(of: parts.flatMap(\.claims))
    if !claims.isEmpty { parts.append(Part(anchor: "claims", title: "All claims", html: claims)) }
    let costs = ReportCosts(records: chapters.compactMap(\.outcome?.record)).html
    if !costs.isEmpty { parts.append(Part(anchor: "costs", title: "Costs", html: costs)) }
    parts.append(Part(anchor: "environment", title: "Environment", html: environmentSection))
    let works = bibliography
    if !works.isEmpty { parts.append(Part(anchor: "works", title: "Bibliography", html: works)) }
    let body = """
      <a class="skip" href="#summary">Skip to the summary</a>
      \(try head(missing))
      \(try summary())
      \(contents(parts).html)<main>
      \(parts.map(section).joined(separator: "\n"))
      </main>
      """
    return HTMLDocument(
      title: plan.title, styles: [PageStyle.callouts(in: body)].filter { !$0.isEmpty } + [ReportStyle.css],
      kind: "report with-contents", body: body
    ).text
  }

  // MARK: Head

  private func head(_ missing: [String]) throws -> String {
    var html = "<header class=\"title\">\n<h1>\(HTML.escape(plan.title))</h1>\n"
    if let subtitle = plan.subtitle { html += "<p class=\"subtitle\">\(HTML.escape(subtitle))</p>\n" }
    if !plan.authors.isEmpty {
      html += "<p class=\"authors\">\(HTML.escape(plan.authors.joined(separator: ", ")))</p>\n"
    }
    html += "<p class=\"edition\">Scale <b>\(scale.name)</b> · Workbench \(HTML.escape(environment.version)) · "
    html += "numerics \(environment.numericsVersion)<span class=\"screen\"> · <a href=\"report.pdf\">PDF</a> · "
    html += "<a href=\"manifest.json\">manifest</a> · <a href=\"SHA256SUMS\">checksums</a></span></p>\n"
    if !missing.isEmpty {
      html += "<div class=\"failure\" role=\"alert\"><p><strong>This report is incomplete.</strong></p><ul>"
      html += missing.map { "<li>\(HTML.escape($0))</li>" }.joined() + "</ul></div>\n"
    }
    return html + "</header>"
  }

  private func contents(_ parts: [Part]) -> PageContents {
    let entries = parts.map { part in
      PageContents.Entry(number: part.number, title: HTML.escape(part.title), anchor: part.anchor)
    }
    return PageContents([PageContents.Entry(title: "Summary", anchor: "summary")] + entries)
  }

  private func summary() throws -> String {
    var html = "<section id=\"summary\" class=\"abstract\">\n<h2>Summary</h2>\n"
    if let text = plan.summary { html += try ReportSummary(plan: plan, chapters: chapters, index: index).html(text) }
    let claims = chapters.flatMap(\.claims)
    if !claims.isEmpty {
      html += "<p>The chapters make \(ClaimText.summary(claims)) "
      html += "<a href=\"#claims\">The list</a> has the numbers.</p>\n"
    }
    return html + "</section>"
  }

  // MARK: Parts

  private func section(_ part: Part) -> String {
    let number = part.number.map { "<span class=\"section\">\($0)</span> " } ?? ""
    return
      "<section class=\"chapter\(part.number == nil ? " back" : "")\" id=\"\(HTML.escape(part.anchor))\">\n<h2>\(number)\(HTML.escape(part.title))</h2>\n"
      + part.html + "</section>"
  }

  private func part(of chapter: ReportChapter) throws -> Part {
    let anchor = chapter.anchor
    guard let notebook = chapter.notebook, let index else {
      return Part(anchor: anchor, title: chapter.title, html: failure(chapter))
    }
    var html = ""
    if chapter.failure != nil { html += failure(chapter) }
    var page = Page(
      notebook: notebook, results: chapter.outcome?.results ?? [], failure: chapter.outcome?.failure,
      configuration: SessionConfiguration(
        name: notebook.name, scale: scale, threads: 1, rootDirectory: root, outputDirectory: root),
      inlineResults: chapter.outcome?.inlineResults ?? [:], index: index)
    page.provenance = chapter.provenance
    page.foldsCode = true
    let written = try HTMLPage(page)
    if let abstract = try written.abstract() { html += "<div class=\"lead\">\(abstract)</div>\n" }
    html += keepingPunctuation(deeper(try written.body()))
    if !notebook.cells.isEmpty {
      let up = SessionConfiguration.reportFolder(of: scale).split(separator: "/").map { _ in "../" }.joined()
      let page =
        chapter.outcome == nil ? "" : " and on <a href=\"\(HTML.escape(notebook.name)).html\">a page of its own</a>"
      html +=
        "<p class=\"source\">This chapter's program is in <a href=\"\(up)\(HTML.escape(chapter.path))\">"
        + "\(HTML.escape(chapter.path))</a>\(page).</p>\n"
    }
    let number = index.chapter(of: notebook).map(String.init)
    return Part(
      anchor: anchor, number: number, title: chapter.title, html: html,
      claims: try written.claims { _ in "chapter\u{A0}\(number ?? "–")" })
  }

  /// A formula in a line and the comma or full stop behind it stay together.
  private func keepingPunctuation(_ html: String) -> String {
    let pieces = html.components(separatedBy: "</math>")
    var result = ""
    for (number, piece) in pieces.enumerated() {
      guard number + 1 < pieces.count else {
        result += piece
        break
      }
      let follows = pieces[number + 1].first
      guard let follows, ".,;:!?)".contains(follows), let start = piece.range(of: "<math", options: .backwards),
        !piece[start.lowerBound...].prefix(200).contains("display=\"block\"")
      else {
        result += piece + "</math>"
        continue
      }
      // The sign itself begins the next piece; it is closed there.
      result += piece[..<start.lowerBound] + "<span class=\"keep\">" + piece[start.lowerBound...] + "</math>\u{2}"
    }
    return result.replacing(#/\u{2}([.,;:!?)])/#) { "\($0.1)</span>" }
  }

  /// Headings one level deeper: the chapter's own title is of the second.
  private func deeper(_ html: String) -> String {
    html.replacing(#/<(\/?)h([1-5])(?=[ >])/#) { "<\($0.1)h\(Int($0.2)! + 1)" }
  }

  private func failure(_ chapter: ReportChapter) -> String {
    "<div class=\"failure\" role=\"alert\"><p><strong>This chapter is incomplete.</strong> "
      + "\(HTML.escape(chapter.failure ?? ""))</p></div>\n"
  }

  private func section(of claims: [ClaimText.Row]) -> String {
    if claims.isEmpty { return "" }
    return "<p>\(ClaimText.summary(claims.map(\.claim))) \(ClaimText.explanation)</p>\n"
      + "<div class=\"claims\">\(ClaimText.table(claims))</div>\n"
  }

  private var environmentSection: String {
    let networks = chapters.flatMap { $0.outcome?.record.cells.flatMap(\.runs) ?? [] }
    let levels = Set(networks.compactMap(\.kernelLevel)).sorted().joined(separator: ", ")
    var facts = [(name: "Workbench", value: "\(environment.version), numerics \(environment.numericsVersion)")]
    if !levels.isEmpty { facts.append(("Networks trained with", "kernels for \(levels)")) }
    facts.append(("Made by", "./workbench build report --scale \(scale.name)"))
    facts.append(("Built on", "any processor; \(ReportEnvironment.machineFile(scale)) says which it was last"))
    facts.append(("Compared by", "./workbench check --replot"))
    facts.append(("Checksums", "sha256sum -c \(ReportManifest.sums(scale))"))
    let list = facts.map { "<div><dt>\(HTML.escape($0.name))</dt><dd>\(HTML.escape($0.value))</dd></div>" }
    return
      "<dl class=\"facts\">\n\(list.joined(separator: "\n"))\n</dl>\n<p>Figures and numbers are the same bits on one and on "
      + "two threads, and within one level of the kernels. Between levels the sums round differently, and a training "
      + "multiplies that: <code>check</code> says by how much.</p>\n"
  }

  private var bibliography: String {
    guard let index, let notebook = chapters.lazy.compactMap(\.notebook).first else { return "" }
    let list = index.bibliographyList(citedIn: notebook)
    return list.isEmpty ? "" : "<section class=\"bibliography\">\n\(list)</section>\n"
  }
}
