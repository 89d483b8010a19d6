// What labels and keys mean: numbers, pages, anchors; checked before anything runs.

/// What a label names, told by how it begins.
package enum ReferenceKind: String, Sendable, CaseIterable {
  case figure = "fig"
  case table = "tbl"
  case equation = "eq"
  case section = "sec"

  /// The kind of a label such as `fig-landscape`.
  package init?(label: String) {
    guard let dash = label.firstIndex(of: "-"), let kind = ReferenceKind(rawValue: String(label[..<dash])),
      label.index(after: dash) < label.endIndex
    else { return nil }
    self = kind
  }

  /// As it stands before the number: "Figure".
  package var word: String { "\(self)".capitalizedFirst }
}

/// Labels, section numbers and citations of notebooks.
package struct ReferenceIndex: Sendable {
  package enum Style: Sendable {
    /// Every notebook is a page with numbers of its own; links lead to other pages.
    case pages
    /// All notebooks are parts of one document with numbers that go on; each notebook is a section.
    case oneDocument
  }

  /// What a label names.
  package struct Target: Sendable, Equatable {
    package var kind: ReferenceKind
    /// "3", or "2.1" for a section.
    package var number: String
    /// The notebook's path.
    package var notebook: String
    /// The notebook's title.
    package var pageTitle: String
    /// The page's file name.
    package var page: String
    package var anchor: String
    /// Words of a heading.
    package var title: String?
    package var location: SourceLocation
  }

  package let style: Style
  /// How one document cites.
  private var documentStyle = CitationStyle.numbers
  package private(set) var targets: [String: Target] = [:]
  private var sectionNumbers: [String: String] = [:]
  private var chapters: [String: Int] = [:]
  private var counts: [ReferenceKind: Int] = [:]
  private var bibliographies: [String: Bibliography] = [:]
  /// Keys in the order in which they are first cited, by notebook; under "" for one document.
  private var citedKeys: [String: [String]] = [:]
  /// The numbers of the keys, from 1, in the same way.
  private var keyNumbers: [String: [String: Int]] = [:]

  /// The index of `notebooks` in this order. `bibliographies` are found by the notebooks' paths. One document cites in
  /// `citationStyle`; where that is not given, by authors and years if all its notebooks with a bibliography do. Throws
  /// `NotebookError` for a label that stands twice, for a reference or citation of what there is not, and where two files
  /// of one document have different works under a key.
  package init(
    notebooks: [Notebook], style: Style, bibliographies: [String: Bibliography] = [:],
    citationStyle: CitationStyle? = nil
  ) throws(NotebookError) {
    self.style = style
    self.bibliographies = bibliographies
    let styles = Set(notebooks.filter { $0.frontMatter.bibliography != nil }.map { $0.frontMatter.citationStyle })
    documentStyle = citationStyle ?? (styles == [.authorYear] ? .authorYear : .numbers)
    for notebook in notebooks { try add(notebook) { _ in true } }
    for notebook in notebooks { try check(notebook) }
  }

  /// The index of one page that links to the pages of its `siblings`, whose own mistakes are not looked at.
  package init(page: Notebook, siblings: [Notebook], bibliography: Bibliography? = nil) throws(NotebookError) {
    style = .pages
    bibliographies[page.path] = bibliography
    try add(page) { _ in true }
    for notebook in siblings { try add(notebook) { $0.notebook == page.path } }
    try check(page)
  }

  /// The link to a target from a page.
  ///
  /// - Parameter fileExtension: what pages of this form end in, without the dot.
  package func link(to target: Target, from notebook: Notebook, fileExtension: String = "html") -> String {
    if style == .oneDocument || target.notebook == notebook.path { return "#\(target.anchor)" }
    return "\(target.page.dropLast("html".count))\(fileExtension)#\(target.anchor)"
  }

  /// A name of a notebook's page such as `cell-2`, made unique in one document.
  package func anchor(_ name: String, in notebook: Notebook) -> String {
    style == .oneDocument ? "\(notebook.name)-\(name)" : name
  }

  /// What a heading's links point to.
  package func anchor(of heading: Heading, in notebook: Notebook) -> String {
    heading.label ?? anchor(heading.anchor, in: notebook)
  }

  /// "2.1"; nil for headings without a number.
  package func number(of heading: Heading, in notebook: Notebook) -> String? {
    sectionNumbers["\(notebook.path)#\(heading.anchor)"]
  }

  /// The number of a notebook's own section in one document, from 1.
  package func chapter(of notebook: Notebook) -> Int? { chapters[notebook.path] }

  /// How a notebook's page, or the one document, cites.
  package func citationStyle(of notebook: Notebook) -> CitationStyle {
    style == .oneDocument ? documentStyle : notebook.frontMatter.citationStyle ?? .numbers
  }

  /// The number of a cited work, from 1.
  package func number(ofKey key: String, in notebook: Notebook) -> Int? {
    keyNumbers[citationScope(notebook)]?[key]
  }

  package func entry(_ key: String, in notebook: Notebook) -> BibliographyEntry? {
    bibliographies[notebook.path]?.entries[key]
      ?? (style == .oneDocument
        ? bibliographies.sorted { $0.key < $1.key }.lazy.compactMap { $0.value.entries[key] }.first : nil)
  }

  /// The works that are cited on the notebook's page, or in the one document, in the order of their numbers.
  package func works(citedIn notebook: Notebook) -> [BibliographyEntry] {
    (citedKeys[citationScope(notebook)] ?? []).compactMap { entry($0, in: notebook) }
  }

  private func citationScope(_ notebook: Notebook) -> String { style == .oneDocument ? "" : notebook.path }

  // MARK: Making

  private mutating func add(_ notebook: Notebook, reportsDuplicate: (Target) -> Bool) throws(NotebookError) {
    if style == .pages { counts = [:] }
    chapters[notebook.path] = chapters.count + 1
    let labels = (notebook.cellLabels + notebook.pictureLabels).enumerated().sorted {
      ($0.element.place.line, $0.offset) < ($1.element.place.line, $1.offset)
    }
    for (label, place) in labels.map(\.element) {
      guard let kind = ReferenceKind(label: label), kind == .figure || kind == .table else { continue }
      try add(label, kind, next(kind), nil, notebook, place, reportsDuplicate)
    }
    var numbering = SectionNumbering(prefix: style == .oneDocument ? chapters[notebook.path] : nil)
    for item in notebook.items {
      guard case .formula(_, _, let label?) = item.kind else { continue }
      try add(label, .equation, next(.equation), nil, notebook, item.location, reportsDuplicate)
    }
    for heading in notebook.headings {
      let number = numbering.next(heading.level)
      sectionNumbers["\(notebook.path)#\(heading.anchor)"] = number
      if let label = heading.label {
        try add(label, .section, number ?? "", heading.title, notebook, heading.location, reportsDuplicate)
      }
    }
    // A word such as @handle is a citation only where there is something to cite.
    let loose = notebook.citations(isLoose: true).map(\.key)
    let uncited = Set(loose.filter { entry($0, in: notebook) == nil })
    cite(notebook.citations.map(\.key).filter { !uncited.contains($0) }, in: notebook)
  }

  /// Numbers works that only the Markdown of cells cites, behind those of the text. For one document: of each notebook
  /// in order, before the first page is rendered.
  package mutating func addWorks(citedBy markdown: [String], of notebook: Notebook) {
    for text in markdown {
      let shown = try? RichText(markdown: text, at: SourceLocation(file: notebook.path, line: 1))
      let keys = (shown?.items ?? []).flatMap(\.citations).map(\.key)
      cite(keys.filter { entry($0, in: notebook) != nil }, in: notebook)
    }
  }

  /// Numbers works that a page cites; those that have a number keep it.
  private mutating func cite(_ keys: [String], in notebook: Notebook) {
    let scope = citationScope(notebook)
    for key in keys where keyNumbers[scope]?[key] == nil {
      citedKeys[scope, default: []].append(key)
      keyNumbers[scope, default: [:]][key] = citedKeys[scope]?.count
    }
  }

  private mutating func next(_ kind: ReferenceKind) -> String {
    counts[kind, default: 0] += 1
    return String(counts[kind] ?? 1)
  }

  private mutating func add(
    _ label: String, _ kind: ReferenceKind, _ number: String, _ title: String?, _ notebook: Notebook,
    _ place: SourceLocation, _ reportsDuplicate: (Target) -> Bool
  ) throws(NotebookError) {
    if let earlier = targets[label] {
      if reportsDuplicate(earlier) {
        throw notebook.error(place, "label \"\(label)\" is already given at \(earlier.location)")
      }
      return
    }
    targets[label] = Target(
      kind: kind, number: number, notebook: notebook.path, pageTitle: notebook.title, page: notebook.name + ".html",
      anchor: label, title: title,
      location: place)
  }

  // MARK: Checking

  /// The references of a notebook that name nothing, on its page or on those of its siblings, in order.
  package static func looseReferences(of page: Notebook, siblings: [Notebook]) -> [NotebookWarning] {
    var index = ReferenceIndex(style: .pages)
    for notebook in [page] + siblings { try? index.add(notebook) { _ in false } }
    return page.allItems.compactMap { item in
      guard case .reference(let label) = item.kind, index.targets[label] == nil else { return nil }
      return NotebookWarning(item.location, index.unknownReference(label), sourceLine: page.line(item.location.line))
    }
  }

  private init(style: Style) { self.style = style }

  private func unknownReference(_ label: String) -> String {
    let kind = ReferenceKind(label: label)
    let known = targets.filter { $0.value.kind == kind }.map(\.key)
    return unknown(kind.map { "\($0)" } ?? "label", label, known: known)
  }

  private func check(_ notebook: Notebook) throws(NotebookError) {
    // Entries that nobody cites are not judged.
    for citation in notebook.citations {
      if let problem = entry(citation.key, in: notebook)?.problem { throw problem }
    }
    if style == .oneDocument { try checkKeys(of: notebook) }
    for item in notebook.allItems {
      guard case .reference(let label) = item.kind, targets[label] == nil else { continue }
      throw notebook.error(item.location, unknownReference(label))
    }
    for citation in notebook.citations(isLoose: false)
    where entry(citation.key, in: notebook) == nil {
      guard let bibliography = bibliographies[notebook.path] else {
        throw notebook.error(
          citation.location,
          "nothing to cite as \"\(citation.key)\": name a BibTeX file in the front matter, such as "
            + "\"bibliography: references.bib\", or write \\@ for a plain @")
      }
      throw bibliography.missing(citation.key, notebook.error(citation.location, ""))
    }
  }
}

extension ReferenceIndex {
  /// One document lists a work once: the same key must mean the same work in all its files.
  private func checkKeys(of notebook: Notebook) throws(NotebookError) {
    guard let own = bibliographies[notebook.path] else { return }
    for citation in notebook.citations {
      guard let entry = own.entries[citation.key] else { continue }
      for (_, other) in bibliographies.sorted(by: { $0.key < $1.key }) where other.file != own.file {
        guard let twin = other.entries[citation.key], twin.fields["title"] != entry.fields["title"] else { continue }
        throw notebook.error(
          citation.location,
          "\"\(citation.key)\" is one work in \(own.file) and another in \(other.file), which the same document cites: "
            + "give one of them another key")
      }
    }
  }
}

/// Counts headings: levels 2 to 4 have numbers.
private struct SectionNumbering {
  var prefix: Int?
  private var counts = [0, 0, 0]

  init(prefix: Int?) { self.prefix = prefix }

  mutating func next(_ level: Int) -> String? {
    guard (2...4).contains(level) else { return nil }
    counts[level - 2] += 1
    for deeper in counts.indices where deeper > level - 2 { counts[deeper] = 0 }
    return ((prefix.map { [$0] } ?? []) + counts[...(level - 2)]).map(String.init).joined(separator: ".")
  }
}
