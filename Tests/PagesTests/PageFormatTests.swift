internal import Channel
internal import Execution
internal import NotebookText
internal import Pages
import Testing

/// A form of a page that is nothing but words: what a new form takes is this and a place in `PageFormats.all`.
private struct PlainTextFormat: TextPageFormat {
  var name: String { "text" }
  var fileExtension: String { "txt" }

  func text(of page: Page) throws -> String {
    let index = try page.resolvedIndex()
    var parts = [page.notebook.title]
    for block in page.notebook.blocks {
      switch block {
      case .prose(let prose): parts += prose.blocks.map { text($0, page, index) }
      case .cell(let cell):
        if cell.options.echo { parts.append(cell.code) }
        parts += (page.result(of: cell)?.outputs ?? []).map(output)
      }
    }
    for note in page.notebook.footnotes {
      parts.append("[\(note.number)] " + note.blocks.map { text($0, page, index) }.joined(separator: " "))
    }
    return parts.joined(separator: "\n\n") + "\n"
  }

  private func text(_ block: MarkdownBlock, _ page: Page, _ index: ReferenceIndex) -> String {
    func words(_ inlines: [MarkdownInline]) -> String { self.words(inlines, page, index) }
    switch block.content {
    case .paragraph(let inner): return words(inner)
    case .heading(let level, let inner, let heading):
      let number = heading.flatMap { index.number(of: $0, in: page.notebook) }.map { $0 + " " } ?? ""
      return String(repeating: "=", count: level) + " " + number + words(inner)
    case .quotation(let inner): return inner.map { "> " + text($0, page, index) }.joined(separator: "\n")
    case .callout(let callout):
      return ([words(callout.title)] + callout.blocks.map { text($0, page, index) }).joined(separator: "\n")
    case .list(let list):
      return list.items.enumerated().map { place, item in
        let sign = item.isChecked.map { $0 ? "[x]" : "[ ]" } ?? list.start.map { "\($0 + place)." } ?? "-"
        return sign + " " + item.blocks.map { text($0, page, index) }.joined(separator: " ")
      }.joined(separator: "\n")
    case .cell(let number): return "(cell \(number))"
    case .code(let code, _): return code
    case .html: return ""
    case .table(let table):
      return ([table.header] + table.rows).map { $0.map(words).joined(separator: "\t") }.joined(separator: "\n")
    case .thematicBreak: return "---"
    }
  }

  private func words(_ inlines: [MarkdownInline], _ page: Page, _ index: ReferenceIndex) -> String {
    inlines.map { inline in
      switch inline.content {
      case .text(let text), .code(let text): text
      case .softBreak, .lineBreak: " "
      case .html: ""
      case .footnote(let number, _): "[\(number)]"
      case .link(let address, _, let inner): "\(words(inner, page, index)) <\(address)>"
      case .item(let number): item(number, page, index)
      default: words(inline.children, page, index)
      }
    }.joined()
  }

  private func item(_ number: Int, _ page: Page, _ index: ReferenceIndex) -> String {
    switch (page.notebook.items[number].kind, page.inlineResults[number]) {
    case (.value, .value(let text)): text
    case (.formula(let tex, _, _), _): tex
    case (.reference(let label), _): index.targets[label].map { "\($0.kind.word) \($0.number)" } ?? label
    default: page.notebook.items[number].source
    }
  }

  private func output(_ output: CellOutput) -> String {
    switch output {
    case .text(_, let text), .markdown(let text): text
    case .figure(let name, _): "(\(name))"
    case .table(let header, let rows, _): ([header] + rows).map { $0.joined(separator: "\t") }.joined(separator: "\n")
    case .formula(let tex, _): tex
    }
  }
}

struct PageFormatTests {
  private static let text = """
    ---
    title: Seam
    ---

    ## A *first* one {#sec-a}

    It is `{swift} a` in @sec-a and @fig-b, where $x_1 < *2*$; see [here](http://x.org "t")[^n].

    - [x] done
    - [ ] not

    3. three

    | a | b |
    |---|---|
    | `{swift} false \\|\\| true` | ~~c~~ |

    ```swift
    //| label: fig-b
    let a = 1
    ```

    > The *end*.

    [^n]: A note.
    """

  private func page() throws -> Page {
    let notebook = try Notebook(text: Self.text, path: "notebooks/seam.md")
    return Page(
      notebook: notebook,
      results: [CellResult(cell: 0, outputs: [.text(.standardOutput, "printed"), .figure(name: "fig-b", files: [])])],
      failure: nil,
      configuration: SessionConfiguration(name: "x", threads: 1, rootDirectory: "/none", outputDirectory: "/none"),
      inlineResults: [0: .value("0.5"), 4: .value("true")])
  }

  @Test func `another form is one type that walks the tree`() throws {
    #expect(
      try page().text(as: PlainTextFormat()) == """
        Seam

        == 1 A first one

        It is 0.5 in Section 1 and Figure 1, where x_1 < *2*; see here <http://x.org>[1].

        [x] done
        [ ] not

        3. three

        a	b
        true	c

        let a = 1


        printed

        (fig-b)

        > The end.

        [1] A note.

        """)
  }

  @Test func `HTML is the form that is written when none is named`() throws {
    #expect(PageFormats.all.first?.name == "html")
    #expect(PageFormats.named("html")?.fileExtension == "html")
    #expect(PageFormats.named("text") == nil)
    #expect(Set(PageFormats.all.map(\.name)).count == PageFormats.all.count)
    let html = try page().text()
    #expect(try html == page().text(as: HTMLPageFormat()))
    #expect(html.contains("<h2 id=\"sec-a\"><span class=\"section\">1</span> A <em>first</em> one</h2>\n"))
    #expect(html.contains("<span class=\"value\" title=\"false || true\">true</span>"))
  }
}
