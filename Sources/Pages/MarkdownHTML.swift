// Markdown's tree -> HTML, in the spelling of libcmark-gfm's own renderer: pages stay what they were byte for byte.

package import NotebookText

/// Writes Markdown as HTML. What is not plain Markdown is left to functions.
package struct MarkdownHTML {
  /// An item of the text as HTML.
  package var item: (Int) throws -> String = { _ in "" }
  /// An item where only plain text can stand, such as in a picture's description.
  package var plainItem: (Int) -> String = { _ in "" }
  /// The tag that opens a heading with an anchor, and its number.
  package var openHeading: (Heading) -> String = { "<h\($0.level)>" }
  /// What stands in the place of a code span; nil for the code itself.
  package var code: (String) throws -> String? = { _ in nil }
  /// Raw HTML as it stands in the page; nil for what the policy lets through, with the addresses of its pictures.
  package var raw: ((String) -> String)?
  /// A cell in a list, a quotation or a box.
  package var cell: (Int) throws -> String = { _ in "" }
  /// "Figure 3", for the label of a picture; nil where the label has no number.
  package var figureNumber: (String) -> String? = { _ in nil }
  /// The address of a picture.
  package var picture: (String) -> String = { $0 }
  /// A name of the page such as `fn-2`, made unique in the document.
  package var anchor: (String) -> String = { $0 }

  package init() {}

  package func html(_ document: MarkdownDocument) throws -> String {
    try html(document.blocks) + footnotes(document.footnotes)
  }

  package func html(_ blocks: [MarkdownBlock]) throws -> String {
    var out = HTMLText()
    for block in blocks { try write(block, isTight: false, to: &out) }
    return out.text
  }

  package func html(_ inlines: [MarkdownInline]) throws -> String {
    var out = HTMLText()
    try write(inlines, to: &out)
    return out.text
  }

  /// The notes as one list, each with links back to where the text refers to it; empty without notes.
  func footnotes(_ notes: [MarkdownFootnote]) throws -> String {
    if notes.isEmpty { return "" }
    var out = HTMLText(text: "<section class=\"footnotes\" data-footnotes>\n<ol>\n")
    for note in notes {
      out.text += "<li id=\"\(HTML.escape(anchor("fn-\(note.number)")))\">\n"
      let links = (0..<note.references).map { backLink(note.number, $0 + 1) }.joined(separator: " ")
      for block in note.blocks.dropLast() { try write(block, isTight: false, to: &out) }
      if case .paragraph(let inner) = note.blocks.last?.content {
        out.text += "<p>"
        try write(inner, to: &out)
        out.text += " \(links)</p>\n"
      } else {
        if let last = note.blocks.last { try write(last, isTight: false, to: &out) }
        out.text += links + "\n"
      }
      out.text += "</li>\n"
    }
    return out.text + "</ol>\n</section>\n"
  }

  private func backLink(_ number: Int, _ reference: Int) -> String {
    let which = reference == 1 ? "" : "<sup class=\"footnote-ref\">\(reference)</sup>"
    return "<a href=\"#\(HTML.escape(referenceAnchor(number, reference)))\" class=\"footnote-backref\" "
      + "data-footnote-backref aria-label=\"Back to content\">↩\(which)</a>"
  }

  private func referenceAnchor(_ number: Int, _ reference: Int) -> String {
    anchor(reference == 1 ? "fnref-\(number)" : "fnref-\(number)-\(reference)")
  }

  // MARK: Blocks

  private func write(_ block: MarkdownBlock, isTight: Bool, to out: inout HTMLText) throws {
    switch block.content {
    case .paragraph(let inner):
      if let figure = try figure(inner) {
        out.beginLine()
        out.text += figure
        return
      }
      if isTight { return try write(inner, to: &out) }
      out.beginLine()
      out.text += "<p>"
      try write(inner, to: &out)
      out.text += "</p>\n"
    case .heading(let level, let inner, let heading):
      out.beginLine()
      out.text += heading.map(openHeading) ?? "<h\(level)>"
      try write(inner, to: &out)
      out.text += "</h\(level)>\n"
    case .quotation(let inner):
      out.beginLine()
      out.text += "<blockquote>\n"
      for block in inner { try write(block, isTight: false, to: &out) }
      out.beginLine()
      out.text += "</blockquote>\n"
    case .callout(let callout):
      out.beginLine()
      out.text += "<div class=\"callout \(callout.kind)\" role=\"note\">\n<p class=\"callout-title\">"
      try write(callout.title, to: &out)
      out.text += "</p>\n"
      for block in callout.blocks { try write(block, isTight: false, to: &out) }
      out.beginLine()
      out.text += "</div>\n"
    case .list(let list): try write(list, to: &out)
    case .cell(let number):
      out.beginLine()
      out.text += try cell(number)
    case .code(let text, let info):
      out.beginLine()
      let language = info?.split(whereSeparator: \.isWhitespace).first ?? ""
      out.text += language.isEmpty ? "<pre><code>" : "<pre><code class=\"language-\(Self.escape(language))\">"
      out.text += Self.escape(text) + "</code></pre>\n"
    case .html(let text):
      out.beginLine()
      out.text += html(raw: text)
      out.beginLine()
    case .thematicBreak:
      out.beginLine()
      out.text += "<hr />\n"
    case .table(let table):
      out.beginLine()
      out.text += HTML.scrolling(try html(table), columns: table.header.count, label: label(table)) + "\n"
    }
  }

  private func write(_ list: MarkdownList, to out: inout HTMLText) throws {
    out.beginLine()
    out.text += list.start.map { $0 == 1 ? "<ol>\n" : "<ol start=\"\($0)\">\n" } ?? "<ul>\n"
    for item in list.items {
      out.beginLine()
      out.text += "<li>"
      if let isChecked = item.isChecked {
        out.text += "<input type=\"checkbox\"\(isChecked ? " checked=\"\"" : "") disabled=\"\" /> "
      }
      for block in item.blocks { try write(block, isTight: list.isTight, to: &out) }
      out.text += "</li>\n"
    }
    out.text += list.start == nil ? "</ul>\n" : "</ol>\n"
  }

  private func html(_ table: MarkdownTable) throws -> String {
    func row(_ cells: MarkdownTable.Row, _ tag: String) throws -> String {
      var text = "<tr>\n"
      for (column, cell) in cells.enumerated() {
        let alignment = table.alignments.indices.contains(column) ? table.alignments[column] : nil
        text += "<\(tag)\(alignment.map { " align=\"\($0.rawValue)\"" } ?? "")>\(try html(cell))</\(tag)>\n"
      }
      return text + "</tr>\n"
    }
    var text = "<table>\n<thead>\n\(try row(table.header, "th"))</thead>\n"
    if !table.rows.isEmpty { text += "<tbody>\n\(try table.rows.map { try row($0, "td") }.joined())</tbody>\n" }
    return text + "</table>"
  }

  /// "Table of paper, released code, here": the words of the header.
  private func label(_ table: MarkdownTable) -> String {
    let words = table.header.map { $0.plainText { _ in "" } }.filter { $0.contains { !$0.isWhitespace } }
    return words.isEmpty ? "Table" : "Table of " + words.joined(separator: ", ")
  }

  // MARK: Inlines

  private func write(_ inlines: [MarkdownInline], to out: inout HTMLText) throws {
    for inline in inlines { try write(inline, to: &out) }
  }

  private func write(_ inline: MarkdownInline, to out: inout HTMLText) throws {
    switch inline.content {
    case .text(let text): out.text += Self.escape(text)
    case .softBreak: out.text += "\n"
    case .lineBreak: out.text += "<br />\n"
    case .code(let text): out.text += try code(text) ?? "<code>\(Self.escape(text))</code>"
    case .html(let text): out.text += html(raw: text)
    case .emphasis(let inner): try write(inner, in: "em", to: &out)
    case .strong(let inner): try write(inner, in: "strong", to: &out)
    case .strikethrough(let inner): try write(inner, in: "del", to: &out)
    case .link(let address, let title, let inner):
      guard RawHTML.isSafe(address: address) else {
        // What would run has no link; its words stay.
        return try write(inner, to: &out)
      }
      out.text += "<a href=\"\(Self.escapedAddress(address))\"\(Self.attribute("title", title))>"
      try write(inner, to: &out)
      out.text += "</a>"
    case .image(let address, let title, let inner):
      let source = picture(address)
      guard RawHTML.isSafe(picture: source) else {
        out.text += description(inner)
        return
      }
      out.text += "<img src=\"\(Self.escapedAddress(source))\" alt=\"\(description(inner))\""
      out.text += "\(Self.attribute("title", title)) />"
    case .picture(let picture): out.text += try html(picture)
    case .footnote(let number, let reference):
      out.text += "<sup class=\"footnote-ref\"><a href=\"#\(HTML.escape(anchor("fn-\(number)")))\" "
      out.text += "id=\"\(HTML.escape(referenceAnchor(number, reference)))\" data-footnote-ref>\(number)</a></sup>"
    case .item(let number):
      out.text += try item(number)
      // What was written over several lines takes as many here.
      out.text += String(repeating: "\n", count: inline.range.lastLine - inline.range.firstLine)
    }
  }

  private func write(_ inner: [MarkdownInline], in tag: String, to out: inout HTMLText) throws {
    out.text += "<\(tag)>"
    try write(inner, to: &out)
    out.text += "</\(tag)>"
  }

  private func html(raw text: String) -> String {
    raw.map { $0(text) } ?? RawHTML.replacingPictures(of: RawHTML.cleaned(text), with: picture)
  }

  /// The words of a picture's description.
  func description(_ inlines: [MarkdownInline]) -> String {
    inlines.map { inline in
      switch inline.content {
      case .text(let text), .code(let text), .html(let text): Self.escape(text)
      case .softBreak, .lineBreak: " "
      case .item(let number): HTML.escape(plainItem(number))
      case .footnote: ""
      default: description(inline.children)
      }
    }.joined()
  }

  // MARK: Escapes

  static func attribute(_ name: String, _ text: String) -> String {
    text.isEmpty ? "" : " \(name)=\"\(escape(text))\""
  }

  /// As libcmark-gfm does it: apostrophes stay.
  private static func escape(_ text: some StringProtocol) -> String {
    guard text.utf8.contains(where: { "&<>\"".utf8.contains($0) }) else { return String(text) }
    return HTML.escape(text).replacing("&#39;", with: "'")
  }

  /// An address as an attribute: bytes that no address holds are written as `%XX`.
  static func escapedAddress(_ address: String) -> String {
    var result = ""
    for byte in address.utf8 {
      switch byte {
      case UInt8(ascii: "&"): result += "&amp;"
      case UInt8(ascii: "'"): result += "&#x27;"
      case _ where byte.isLetterOrDigit || "-_.+!*(),%#@?=;:/$~".utf8.contains(byte):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return result
  }
}

/// HTML while it is written.
private struct HTMLText {
  var text = ""

  /// Ends the line that was begun, if one was.
  mutating func beginLine() { if let last = text.utf8.last, last != UInt8(ascii: "\n") { text += "\n" } }
}
