// What a cell printed and showed, as HTML.

internal import Basics
internal import Channel
internal import Execution
internal import Foundation
internal import NotebookText

/// Renders the outputs of one cell.
struct CellOutputRenderer {
  let cell: Cell
  let configuration: SessionConfiguration
  let prose: ProseRenderer
  /// Of the cell's figures and tables.
  var provenance: [OutputProvenance] = []

  func html(_ outputs: [CellOutput]) throws -> String { try outputs.map(html).joined() }

  private func html(_ output: CellOutput) throws -> String {
    switch output {
    case .text(let stream, let text): return printed(text, isError: stream == .standardError)
    case .markdown(let text): return try markdown(text)
    case .formula(let tex, let line):
      let text = try RichText(
        markdown: "$$\(tex)$$", at: SourceLocation(file: prose.notebook.path, line: line))
      return try prose.html(text)
    case .table(let header, let rows, let files):
      let texts = try prose.tableTexts([header] + rows.map { Array($0.prefix(header.count)) }, at: place)
      let table = HTML.table(
        texts[0].map(\.html), texts.dropFirst().map { $0.map(\.html) },
        numbers: numbers(header, texts.dropFirst().map { $0.map(\.plain) }),
        label: try cell.caption.map(prose.plainText) ?? "Table of cell \(cell.index + 1)")
      return "<figure class=\"table\(width)\"\(share)>" + (try caption(.table, files)) + table
        + made(cell.options.label) + "</figure>\n"
    case .figure(let name, let files):
      return "<figure class=\"picture\(width)\"\(share)><div class=\"plate\">" + (try picture(name, files)) + "</div>"
        + (try caption(.figure, files)) + made(name) + "</figure>\n"
    }
  }

  private func printed(_ text: String, isError: Bool) -> String {
    let shown = HTML.terminalText(text).trimmingNewlines
    if shown.isEmpty { return "" }
    return "<pre class=\"printed\(isError ? " error" : "")\" tabindex=\"0\" role=\"region\" "
      + "aria-label=\"\(isError ? "Standard error" : "Output") of cell \(cell.index + 1)\">"
      + (isError ? "<span class=\"who\">stderr</span>" : "") + HTML.escape(shown) + "</pre>\n"
  }

  /// Markdown that a cell made. It is not checked beforehand, so what is wrong in it is shown as it was written.
  private func markdown(_ text: String) throws -> String {
    do {
      let rich = try RichText(markdown: text, at: place)
      try prose.typesetter.prepare(rich.formulas)
      return try prose.html(rich, scope: scope)
    } catch is NotebookError {
      return try prose.html(RichText(plainMarkdown: text), scope: scope)
    }
  }

  private var place: SourceLocation { SourceLocation(file: prose.notebook.path, line: cell.codeLine) }

  private var scope: String { "cell-\(cell.index + 1)-" }

  // MARK: Figures and tables

  /// Where an output came from, folded; nothing if that is not known.
  private func made(_ name: String?) -> String {
    guard let own = provenance.first(where: { $0.label == name }) else { return "" }
    return own.html(
      anchor: prose.index.anchor("cell-\(cell.index + 1)", in: prose.notebook), recipe: recipe,
      address: { relativePath(absolute($0.path), from: configuration.reportDirectory) })
  }

  /// The address of a published network's recipe; nil where it is not published.
  private func recipe(_ network: OutputProvenance.Network) -> String? {
    let folder = "\(ProjectLayout(root: configuration.rootDirectory).records)/\(network.name)"
    let file = "\(folder)-\(network.run.prefix(10))/recipe.json"
    return FileManager.default.fileExists(atPath: file) ? relativePath(file, from: configuration.reportDirectory) : nil
  }

  private var width: String {
    switch cell.options.width {
    case .text: ""
    case .wide: " wide"
    case .full: " full"
    case .percent: " share"
    }
  }

  private var share: String {
    if case .percent(let share) = cell.options.width { return " style=\"--share: \(share)%\"" }
    return ""
  }

  /// "Figure 3. …": only what has a label has a number; a figure of a cell whose label names a table has no caption.
  private func caption(_ kind: ReferenceKind, _ files: [String]) throws -> String {
    let labelled = cell.options.label.flatMap(ReferenceKind.init(label:))
    let isMeant = labelled == nil || labelled == kind
    let target = isMeant ? cell.options.label.flatMap { prose.index.targets[$0] } : nil
    let number = target.map { "<b>\($0.kind.word) \($0.number).</b>" } ?? ""
    let text = isMeant ? try cell.caption.map { try prose.inlineHTML($0) } ?? "" : ""
    let links = files.map { file in
      let kind = (file as NSString).pathExtension.uppercased()
      let address = relativePath(absolute(file), from: configuration.reportDirectory)
      return "<a href=\"\(HTML.escape(address))\">\(HTML.escape(kind))</a>"
    }
    let made = links.isEmpty ? "" : "<span class=\"files\">\(links.joined(separator: " · "))</span>"
    let parts = [number, text, made].filter { !$0.isEmpty }
    return parts.isEmpty ? "" : "<figcaption>\(parts.joined(separator: " "))</figcaption>"
  }

  private func absolute(_ file: String) -> String {
    file.hasPrefix("/") ? file : configuration.outputDirectory + "/" + file
  }

  private func picture(_ name: String, _ files: [String]) throws -> String {
    func path(_ kind: String) -> String? { files.first { $0.hasSuffix("." + kind) }.map(absolute) }
    let title = try cell.caption.map(prose.plainText) ?? name
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

  /// The columns that hold numbers.
  private func numbers(_ header: [String], _ rows: [[String]]) -> Set<Int> {
    Set(
      header.indices.filter { column in
        isNumberColumn(rows.map { $0.indices.contains(column) ? $0[column] : "?" })
      })
  }
}
