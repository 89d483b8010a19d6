// check.html: what was committed and what was made, side by side.

internal import FileSystem
internal import Foundation
internal import NotebookText
internal import Pages

/// The page of a check. The same input gives the same bytes.
package struct CheckPage {
  package var title: String
  package var reviews: [NotebookCheck.Review]
  /// What the check did: "drawn from stored numbers; 2 networks and 4 numbers from report/records".
  package var work: String

  package init(title: String, reviews: [NotebookCheck.Review], work: String) {
    self.title = title
    self.reviews = reviews
    self.work = work
  }

  /// Writes the page to `path`. Throws `FileError`.
  package func write(to path: String) throws {
    try Files.makeFolder(Files.folder(of: path))
    try AtomicFile.write(html, to: path)
  }

  package var html: String {
    let outputs = reviews.flatMap(\.outputs)
    let counts = Verdict.allCases.compactMap { verdict -> String? in
      let count = outputs.count { $0.verdict == verdict }
      return count == 0 ? nil : "\(badge(verdict)) \(count)"
    }
    let body = """
      <main>
      <header>
      <h1>\(HTML.escape(title))</h1>
      <p>\(HTML.escape(work))</p>
      <p class="counts">\(counts.isEmpty ? "Nothing was compared." : counts.joined(separator: "&ensp;"))</p>
      </header>
      \(reviews.map(section).joined())<footer>
      <h2>The verdicts</h2>
      <dl>
      \(Verdict.allCases.map { "<div><dt>\($0.rawValue)</dt><dd>\($0.explanation)</dd></div>" }.joined(separator: "\n"))
      </dl>
      </footer>
      </main>
      """
    return HTMLDocument(title: title, styles: [Self.css], body: body).text
  }

  private func section(_ review: NotebookCheck.Review) -> String {
    var html = "<section>\n<h2>\(HTML.escape(review.notebook))</h2>\n"
    if let failure = review.failure {
      html += "<div class=\"failure\" role=\"alert\"><p><strong>This notebook stopped.</strong></p>"
      html += "<pre tabindex=\"0\" role=\"region\" aria-label=\"Why it stopped\">\(HTML.escape(failure))</pre></div>\n"
    }
    if review.outputs.isEmpty && review.failure == nil { html += "<p>It makes no files.</p>\n" }
    // What changed comes first.
    let sorted = review.outputs.sorted { ($1.verdict, $0.name) < ($0.verdict, $1.name) }
    return html + sorted.map(article).joined() + "</section>\n"
  }

  private func article(_ output: OutputComparison) -> String {
    let head = "\(badge(output.verdict)) <span class=\"name\">\(HTML.escape(output.name))</span>"
    if output.verdict == .identical { return "<h3 class=\"output\">\(head)</h3>\n" }
    var html = "<article>\n<h3 class=\"output\">\(head)</h3>\n<ul>"
    html += output.reasons.map { "<li>\(HTML.escape($0))</li>" }.joined() + "</ul>\n"
    html += pictures(output)
    if let numbers = output.numbers, !numbers.worst.isEmpty { html += table(numbers) }
    if output.oldKey != output.newKey {
      html +=
        "<dl class=\"keys\"><div><dt>Key before</dt><dd><code>\(HTML.escape(output.oldKey ?? "none"))</code></dd></div>"
      html += "<div><dt>Key now</dt><dd><code>\(HTML.escape(output.newKey ?? "none"))</code></dd></div></dl>\n"
    } else if let key = output.newKey {
      html += "<dl class=\"keys\"><div><dt>Key, as before</dt><dd><code>\(HTML.escape(key))</code></dd></div></dl>\n"
    }
    return html + "</article>\n"
  }

  private func pictures(_ output: OutputComparison) -> String {
    let all = [
      ("committed", output.oldPicture), ("made now", output.newPicture), ("difference, in red", output.difference),
    ]
    guard all.contains(where: { $0.1 != nil }) else { return "" }
    let figures = all.compactMap { what, bytes in
      bytes.map {
        "<figure><div class=\"plate\"><img alt=\"\(HTML.escape(output.name)), \(what)\" src=\"data:image/png;base64,"
          + "\(Data($0).base64EncodedString())\"></div><figcaption>\(what)</figcaption></figure>"
      }
    }
    return "<div class=\"beside\">\(figures.joined(separator: "\n"))</div>\n"
  }

  private func table(_ numbers: NumberComparison) -> String {
    let rows = numbers.worst.map { change in
      let excess = change.excess.isFinite ? String(format: change.excess < 10 ? "%.2f" : "%.0f", change.excess) : "∞"
      return [change.series, change.place, change.old, change.new].map { HTML.escape($0) } + [excess]
    }
    return HTML.table(
      ["series", "where", "committed", "now", "in tolerances"], rows, numbers: [2, 3, 4], label: "Largest changes")
  }

  private func badge(_ verdict: Verdict) -> String {
    "<span class=\"verdict \(verdict.rawValue)\">\(verdict.rawValue)</span>"
  }

  private static let css = """
    main { max-width: 68rem; }
    .verdict { display: inline-block; font: 600 .78rem/1.5 "DejaVu Sans", system-ui, sans-serif; border: 1px solid currentColor; border-radius: 3px; padding: 0 .45em; }
    .identical, .equivalent { color: #1d6b3a; } .restyled { color: #7a5200; } .drifted, .broken { color: var(--error); }
    .broken { background: var(--error-paper); }
    @media (prefers-color-scheme: dark) { .identical, .equivalent { color: #7fd09a; } .restyled { color: #e5b45a; } }
    .counts { line-height: 2; }
    h3.output { margin: 1.2rem 0 .4rem; display: flex; gap: .6rem; align-items: baseline; flex-wrap: wrap; }
    .output .name { overflow-wrap: anywhere; }
    article { border-top: 1px solid var(--line); margin-top: 1.5rem; }
    .beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); gap: 1rem; margin: 1rem 0; }
    .beside figure { margin: 0; } .beside figcaption { margin: .3rem auto 0; }
    article table { margin: 0; }
    .keys { font-size: .85rem; margin: .6rem 0; } .keys div { display: flex; gap: 1rem; } .keys dt { flex: 0 0 7rem; color: var(--soft); }
    .keys dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
    """
}
