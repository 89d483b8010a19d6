// A notebook's prose, captions and abstract as HTML: the tree's items become what they stand for.

internal import Channel
internal import Execution
internal import NotebookText

/// Writes the text of one notebook.
struct ProseRenderer {
  let notebook: Notebook
  let index: ReferenceIndex
  let typesetter: FormulaTypesetter
  /// By the number of the item in the notebook's text.
  let values: [Int: InlineResult]
  /// The folder of the notebook.
  let folder: String
  /// The root of its project.
  let root: String
  /// The file names of the pages that references may lead to.
  let pages: Set<String>
  private let works: CitationText

  init(
    notebook: Notebook, index: ReferenceIndex, typesetter: FormulaTypesetter, values: [Int: InlineResult],
    folder: String, root: String, pages: Set<String>
  ) {
    (self.notebook, self.index, self.typesetter) = (notebook, index, typesetter)
    (self.values, self.folder, self.root, self.pages) = (values, folder, root, pages)
    works = CitationText(index, notebook)
  }

  /// The notebook's own text.
  func html(_ prose: Prose, cell: @escaping (Int) throws -> String) throws -> String {
    var writer = writer(notebook.items)
    writer.cell = cell
    return try writer.html(prose.blocks)
  }

  /// The notes of the notebook's text.
  func footnotes() throws -> String { try writer(notebook.items).footnotes(notebook.footnotes) }

  /// A text beside the notebook's own. Its notes are numbered by themselves: `scope` begins the names of their anchors.
  func html(_ text: RichText, scope: String = "text-") throws -> String {
    var writer = writer(text.items, text.firstItem)
    writer.anchor = { index.anchor(scope + $0, in: notebook) }
    return try writer.html(text.document)
  }

  /// Without the paragraph around it, if it is one.
  func inlineHTML(_ text: RichText) throws -> String {
    try text.line.map { try writer(text.items, text.firstItem).html($0) } ?? html(text)
  }

  /// A heading of the notebook's text as the contents show it: links and references are words, notes are left out.
  func contentsHTML(_ words: [MarkdownInline]) throws -> String {
    var writer = writer(notebook.items)
    writer.item = { number in
      let item = notebook.items[number]
      if case .formula(let tex, let isDisplay, _) = item.kind {
        return try formula(Formula(tex: tex, isDisplay: isDisplay), nil, item)
      }
      return HTML.escape(plain(item, values[number]))
    }
    return try writer.html(words.flatMap(\.withoutLinks))
  }

  /// A piece of rich text without any markup, for descriptions of pictures.
  func plainText(_ text: RichText) throws -> String {
    if let line = text.line {
      return line.plainText { number in
        plain(text.items[number], text.firstItem.flatMap { values[$0 + number] })
      }
    }
    return HTML.text(try html(text))
  }

  /// - Parameter first: the number of the first item among those of the notebook; nil where nothing is computed.
  func writer(_ items: [InlineItem], _ first: Int? = 0) -> MarkdownHTML {
    func value(_ number: Int) -> InlineResult? { first.flatMap { values[$0 + number] } }
    var writer = MarkdownHTML()
    writer.item = { try html(items[$0], (first ?? 0) + $0, value($0)) }
    writer.plainItem = { plain(items[$0], value($0)) }
    writer.openHeading = openingTag
    writer.anchor = { index.anchor($0, in: notebook) }
    writer.picture = { PictureFile(address: $0, folder: folder, root: root)?.address ?? $0 }
    writer.figureNumber = { label in
      index.targets[label].flatMap { $0.kind == .figure ? "\($0.kind.word) \($0.number)" : nil }
    }
    return writer
  }

  private func openingTag(_ heading: Heading) -> String {
    let section = index.number(of: heading, in: notebook).map { "<span class=\"section\">\($0)</span> " } ?? ""
    return "<h\(heading.level) id=\"\(HTML.escape(index.anchor(of: heading, in: notebook)))\">" + section
  }

  private func html(_ item: InlineItem, _ number: Int, _ value: InlineResult?) throws -> String {
    switch item.kind {
    case .value(let code):
      let title = " title=\"\(HTML.escape(code))\""
      guard case .value(let text) = value else { return "<span class=\"value missing\"\(title)>not computed</span>" }
      let kind = text.count > 30 ? "long value" : "value"
      return "<span class=\"\(kind)\"\(title)>\(HTML.escape(text))</span>"
    case .claim(let statement):
      var claim = ClaimResult(statement: statement, location: item.location, item: number)
      if case .claim(let found) = value { claim.finding = found }
      return ClaimText.inline(
        claim, statement: try html(statement), anchor: index.anchor("claim-\(number)", in: notebook))
    case .formula(let tex, let isDisplay, let label):
      return try formula(Formula(tex: tex, isDisplay: isDisplay), label, item)
    case .reference(let label):
      guard let target = index.targets[label] else { return HTML.escape(item.source) }
      return link(to: target, "\(target.kind.word)\u{A0}\(target.number)") + place(target)
    case .citation(let citations, let isNarrative):
      // A word such as @handle that nothing is cited by stays.
      return works.html(citations, isNarrative: isNarrative) ?? HTML.escape(item.source)
    }
  }

  /// `words` as a link to a figure, table, formula or section; words alone where its page is not there.
  private func link(to target: ReferenceIndex.Target, _ words: String) -> String {
    let title = target.title.map { " title=\"\(HTML.escape($0))\"" } ?? ""
    let isHere = index.style == .oneDocument || target.notebook == notebook.path
    guard isHere || pages.contains(target.page) else { return "<span class=\"reference\"\(title)>\(words)</span>" }
    return "<a class=\"reference\" href=\"\(HTML.escape(index.link(to: target, from: notebook)))\"\(title)>\(words)</a>"
  }

  /// A claim's words, or its code where it has none.
  func html(_ statement: ClaimStatement) throws -> String {
    try statement.words.map { try inlineHTML($0) } ?? "<code>\(HTML.escape(statement.code))</code>"
  }

  /// On another page: whose figure it is.
  private func place(_ target: ReferenceIndex.Target) -> String {
    if index.style == .oneDocument || target.notebook == notebook.path { return "" }
    return " of “\(HTML.escape(target.pageTitle))”"
  }

  private func formula(_ formula: Formula, _ label: String?, _ item: InlineItem) throws -> String {
    let mathML: String
    do {
      mathML = try typesetter.mathML(formula)
    } catch let mistake as FormulaMistake {
      // The text's own formulas were checked before the run; this is one that a cell made.
      return "<code class=\"mistake\" title=\"\(HTML.escape(mistake.message))\">\(HTML.escape(item.source))</code>"
    }
    let length = HTML.text(mathML).count
    guard formula.isDisplay else {
      // Browsers do not break a formula: a long one is a box that scrolls.
      return length > 24 ? "<span class=\"formula long\" tabindex=\"0\">\(mathML)</span>" : mathML
    }
    return ProseRenderer.equation(mathML, label: label, number: label.flatMap { index.targets[$0]?.number })
  }

  /// A display formula with its number at the right margin.
  static func equation(_ mathML: String, label: String?, number: String?) -> String {
    let id = label.map { " id=\"\(HTML.escape($0))\"" } ?? ""
    let number = number.map { "<span class=\"number\">(\($0))</span>" } ?? ""
    // On paper, where nothing scrolls, a formula of more signs than a line holds is set smaller.
    let kind = HTML.text(mathML).count > 90 ? "formula huge" : "formula"
    return "<span class=\"equation\"\(id)><span class=\"\(kind)\" tabindex=\"0\">\(mathML)</span>\(number)</span>"
  }

  /// An item where only text can stand.
  private func plain(_ item: InlineItem, _ value: InlineResult?) -> String {
    switch item.kind {
    case .value:
      if case .value(let text) = value { return text }
      return "not computed"
    case .claim(let statement): return statement.text
    case .formula(let tex, _, _): return tex
    case .reference(let label):
      guard let target = index.targets[label] else { return item.source }
      return "\(target.kind.word) \(target.number)"
    case .citation(let citations, let isNarrative):
      return works.plain(citations, isNarrative: isNarrative) ?? item.source
    }
  }
}

extension MarkdownInline {
  /// The text without its links, pictures and notes, whose words stay.
  fileprivate var withoutLinks: [MarkdownInline] {
    func inner(_ inlines: [MarkdownInline]) -> [MarkdownInline] { inlines.flatMap(\.withoutLinks) }
    var result = self
    switch content {
    case .link(_, _, let words), .image(_, _, let words): return inner(words)
    case .picture(let picture): return inner(picture.words)
    case .footnote, .html: return []
    case .emphasis(let words): result.content = .emphasis(inner(words))
    case .strong(let words): result.content = .strong(inner(words))
    case .strikethrough(let words): result.content = .strikethrough(inner(words))
    case .text, .code, .softBreak, .lineBreak, .item: break
    }
    return [result]
  }
}
