internal import Channel
internal import Execution
internal import NotebookText
internal import Pages
import Testing

struct PageContentsTests {
  private func page(_ text: String, _ neighbours: PageNeighbours = PageNeighbours()) throws -> String {
    var page = Page(
      notebook: try Notebook(text: text, path: "notebooks/x.md"), results: [], failure: nil,
      configuration: SessionConfiguration(name: "x", threads: 1, rootDirectory: "/none", outputDirectory: "/none"))
    page.neighbours = neighbours
    return try page.text()
  }

  private func contents(_ html: String) -> String? {
    html.firstMatch(of: #/<nav class="contents"(?s:.*?)<\/nav>/#).map { String($0.0) }
  }

  @Test func `lists lie in lists as deep as the headings, whatever levels are left out`() {
    func shape(_ levels: [Int]) -> String {
      let entries = levels.map { PageContents.Entry(level: $0, title: "\($0)", anchor: "a") }
      return PageContents(entries).html.replacing(
        #/<nav[^>]*>\n<details><summary>Contents<\/summary>|<\/details>\n<\/nav>/#, with: ""
      )
      .replacing(#/<a href="#a"><span>(\d)<\/span><\/a>/#) { String($0.1) }.replacing("\n", with: "")
    }
    #expect(shape([2, 2]) == "<ol><li>2</li><li>2</li></ol>")
    #expect(shape([2, 3, 3, 2]) == "<ol><li>2<ol><li>3</li><li>3</li></ol></li><li>2</li></ol>")
    #expect(shape([1, 3, 2]) == "<ol><li>1<ol><li>3</li><li>2</li></ol></li></ol>")
    #expect(shape([3, 2, 3]) == "<ol><li>3</li><li>2<ol><li>3</li></ol></li></ol>")
    #expect(shape([2]) == "" && shape([]) == "")
  }

  @Test func `every entry leads to a place of the page, and nothing in an entry is a link`() throws {
    let html = try page(
      """
      ---
      title: T
      ---

      # Top

      ## A [link](https://x.org) and `code`[^n] {#sec-a}

      ### With $x_1$ and <b>raw</b> ![picture](https://x.org/p.png)

      #### Too deep

      ## Claims

      ## References

      See `{claim} 2 > 1`.

      [^n]: A note.
      """)
    let list = try #require(contents(html))
    let anchors = list.matches(of: #/href="#([^"]*)"/#).map { String($0.1) }
    #expect(anchors.count == 6, "\(anchors)")
    for anchor in anchors { #expect(html.ranges(of: " id=\"\(anchor)\"").count == 1, "\(anchor)") }
    #expect(list.ranges(of: "<a ").count == anchors.count && !list.contains("footnote") && !list.contains("<img"))
    #expect(list.contains("<span class=\"section\">1</span> <span>A link and <code>code</code></span>"))
    #expect(list.contains("<math") && list.contains("picture"))
    #expect(html.contains("<body class=\"page with-contents\">"))
  }

  @Test func `a page with nothing to choose from has no contents, and a page alone leads nowhere`() throws {
    let html = try page("---\ntitle: T\n---\n\n## One\n\nText.\n")
    #expect(contents(html) == nil && html.contains("<body class=\"page\">"))
    #expect(html.matches(of: #/href="([^"#]*)/#).isEmpty)
  }

  @Test func `the page before, the page after and the report are links by their titles`() throws {
    let html = try page(
      "Text.\n",
      PageNeighbours(
        report: .init(title: "R & D", address: "index.html#chapter-x"),
        previous: .init(title: "A <b>", address: "a.html"),
        next: .init(title: "C", address: "c.html")))
    #expect(html.contains("<a href=\"index.html#chapter-x\"><span aria-hidden=\"true\">←</span> R &amp; D</a>"))
    #expect(html.contains("rel=\"prev\" href=\"a.html\"><span class=\"which\">Previous</span> A &lt;b&gt;</a>"))
    #expect(html.contains("rel=\"next\" href=\"c.html\"><span class=\"which\">Next</span> C</a>"))
  }

  @Test func `a reference to another page is a link where that page is there, and words where it is not`() throws {
    let notebook = try Notebook(text: "See @sec-b.\n", path: "notebooks/x.md")
    let other = try Notebook(text: "---\ntitle: O\n---\n\n## B {#sec-b}\n", path: "notebooks/o.md")
    var page = Page(
      notebook: notebook, results: [], failure: nil,
      configuration: SessionConfiguration(name: "x", threads: 1, rootDirectory: "/none", outputDirectory: "/none"),
      index: try ReferenceIndex(page: notebook, siblings: [other]))
    #expect(try page.text().contains("See <span class=\"reference\" title=\"B\">Section\u{A0}1</span> of “O”."))
    page.neighbours.pages = ["o.html"]
    #expect(
      try page.text().contains("<a class=\"reference\" href=\"o.html#sec-b\" title=\"B\">Section\u{A0}1</a> of “O”."))
  }

  @Test func `on paper links to files are words, links to places and hosts stay`() {
    let html =
      "<a href=\"../a.svg\">A</a><a class=\"x\" href=\"b.html#c\" title=\"t\">B</a><a id=\"d\"></a>"
      + "<a href=\"#e\">E</a><a href=\"https://x.org/\">X</a><a href=\"mailto:a@b.org\">M</a><a href=\"//h/p\">H</a>"
    #expect(
      PDFPrinter.withoutFileLinks(html)
        == "<a >A</a><a class=\"x\"  title=\"t\">B</a><a id=\"d\"></a><a href=\"#e\">E</a><a href=\"https://x.org/\">X</a>"
        + "<a href=\"mailto:a@b.org\">M</a><a >H</a>")
  }

  @Test func `tables of many columns are set closer, formulas that no line holds are boxes`() throws {
    func row(_ cell: String, _ count: Int) -> String { "|" + String(repeating: " \(cell) |", count: count) + "\n" }
    func table(_ count: Int) -> String { row("a", count) + row("-", count) + row("1", count) + "\n" }
    let html = try page(table(6) + table(7) + table(13) + "$x$ and $\(Array(repeating: "a+", count: 20).joined())b$\n")
    #expect(
      html.matches(of: #/<div class="(scroll[^"]*)"/#).map { String($0.1) } == [
        "scroll", "scroll dense", "scroll dense many",
      ])
    #expect(html.ranges(of: "<span class=\"formula long\" tabindex=\"0\"><math").count == 1)
  }
}
