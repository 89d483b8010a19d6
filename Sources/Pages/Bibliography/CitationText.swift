// Citations in the text, by numbers or by authors and years, and the list of works that they lead to.

package import NotebookText

/// How the works of a page, or of one document, are cited.
struct CitationText {
  let style: CitationStyle
  /// The works in the order of the list.
  let works: [BibliographyEntry]
  /// By key: "2018a" for authors and years, the number else.
  private var labels: [String: String] = [:]
  private let known: [String: BibliographyEntry]

  init(_ index: ReferenceIndex, _ notebook: Notebook) {
    style = index.citationStyle(of: notebook)
    let cited = index.works(citedIn: notebook)
    known = Dictionary(cited.map { ($0.key, $0) }) { first, _ in first }
    guard style == .authorYear else {
      works = cited
      for work in cited { labels[work.key] = index.number(ofKey: work.key, in: notebook).map(String.init) }
      return
    }
    works = cited.map { (order: $0.order, work: $0) }.sorted { $0.order.lexicographicallyPrecedes($1.order) }
      .map(\.work)
    for (_, alike) in Dictionary(grouping: works, by: { "\($0.shortLabel)\0\($0.yearLabel)" }) {
      for (number, work) in alike.enumerated() {
        let letters = alike.count > 1 ? Self.letters(number) : ""
        let dash = letters.isEmpty || work.yearLabel.last?.isNumber == true ? "" : "-"
        labels[work.key] = work.yearLabel + dash + letters
      }
    }
  }

  /// a … z, aa …
  private static func letters(_ number: Int) -> String {
    let letter = String(UnicodeScalar(UInt8(ascii: "a") + UInt8(number % 26)))
    return number < 26 ? letter : letters(number / 26 - 1) + letter
  }

  // MARK: In the text

  /// Citations as HTML, each a link to the list; nil where the sentence's `@handle` is no work.
  func html(_ citations: [Citation], isNarrative: Bool) -> String? {
    text(citations, isNarrative: isNarrative, escape: HTML.escape) { work, text in
      "<a href=\"#\(HTML.escape("ref-" + work.key))\" title=\"\(HTML.escape(work.text))\">\(HTML.escape(text))</a>"
    }.map { "<span class=\"citation\">\($0)</span>" }
  }

  /// Citations where only text can stand.
  func plain(_ citations: [Citation], isNarrative: Bool) -> String? {
    text(citations, isNarrative: isNarrative, escape: { $0 }) { _, text in text }
  }

  private func text(
    _ citations: [Citation], isNarrative: Bool, escape: (String) -> String, link: (BibliographyEntry, String) -> String
  ) -> String? {
    if isNarrative {
      guard let citation = citations.first, let work = known[citation.key], let label = labels[work.key] else {
        return nil
      }
      let authors = style == .numbers ? work.shortAuthors : work.shortLabel
      if style == .numbers { return "\(escape(authors)) [\(link(work, label))\(escape(citation.suffix))]" }
      return citation.suffix.isEmpty
        ? link(work, "\(authors) (\(label))") : "\(link(work, "\(authors) (\(label)"))\(escape(citation.suffix)))"
    }
    var parts: [String] = []
    var before: Citation?
    for citation in citations {
      defer { before = citation }
      guard let work = known[citation.key], let label = labels[work.key] else {
        parts.append(escape("@" + citation.key))
        continue
      }
      let suffix = escape(citation.suffix)
      if style == .numbers || citation.hidesAuthors {
        parts.append(escape(citation.prefix) + link(work, label) + suffix)
      } else if let before, before.suffix.isEmpty, citation.prefix.isEmpty, !before.hidesAuthors,
        known[before.key]?.shortLabel == work.shortLabel
      {
        // Years of the same authors stand beside each other.
        parts[parts.count - 1] += ", " + link(work, label) + suffix
      } else {
        parts.append(escape(citation.prefix) + link(work, "\(work.shortLabel), \(label)") + suffix)
      }
    }
    let inside = parts.joined(separator: "; ")
    return style == .numbers ? "[\(inside)]" : "(\(inside))"
  }

  // MARK: The list

  /// The works as a section with a heading; empty without any.
  var section: String {
    works.isEmpty ? "" : "<section class=\"bibliography\">\n<h2 id=\"references\">References</h2>\n\(list)</section>\n"
  }

  /// The works as a list.
  var list: String {
    if works.isEmpty { return "" }
    let tag = style == .numbers ? "ol" : "ul"
    let rows = works.map { work in
      let text = work.html(year: style == .numbers ? nil : labels[work.key])
      return "<li id=\"ref-\(HTML.escape(work.key))\">\(text)</li>\n"
    }
    return "<\(tag)>\n\(rows.joined())</\(tag)>\n"
  }
}

extension BibliographyEntry {
  /// The authors as they are cited with a year: "Madry et al."; of a work that nobody signs the first words of its title.
  fileprivate var shortLabel: String {
    guard authors.isEmpty, let title = fields["title"] else { return shortAuthors }
    let words = title.split(separator: " ")
    return "“\(words.prefix(6).joined(separator: " "))\(words.count > 6 ? "…" : "")”"
  }

  /// "2018", "2019–2021", "in press", "n.d.".
  fileprivate var yearLabel: String { fields["year"].flatMap { $0.isEmpty ? nil : $0 } ?? "n.d." }

  /// What the list is ordered by: authors, year, title, key; without regard to accents and the case of letters.
  fileprivate var order: [String] {
    let names = authors.isEmpty ? [fields["title"] ?? key] : authors.flatMap { [$0.last, $0.first] }
    return [names.map(Alphabet.plain).joined(separator: "\u{1}"), fields["year"] ?? "\u{10FFFF}"]
      + [Alphabet.plain(fields["title"] ?? ""), key]
  }
}

extension ReferenceIndex {
  /// The list of cited works as a section; empty without citations.
  package func bibliographySection(citedIn notebook: Notebook) -> String { CitationText(self, notebook).section }

  /// The list of cited works by itself.
  package func bibliographyList(citedIn notebook: Notebook) -> String { CitationText(self, notebook).list }
}
