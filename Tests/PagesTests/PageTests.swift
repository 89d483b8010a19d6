internal import Channel
internal import Execution
internal import Foundation
internal import NotebookText
internal import Pages
import Testing

struct PageTests {
  private func page(
    _ text: String, _ outputs: [[CellOutput]] = [], failure: CellFailure? = nil, output: String = "/nowhere"
  ) throws -> String {
    let notebook = try Notebook(text: text, path: "notebooks/x.md")
    var results = outputs.enumerated().map { CellResult(cell: $0, outputs: $1) }
    if let failure, !results.isEmpty { results[results.count - 1].failure = failure }
    return try Page(
      notebook: notebook, results: results, failure: failure,
      configuration: SessionConfiguration(name: "x", threads: 1, rootDirectory: "/nowhere", outputDirectory: output)
    ).text()
  }

  @Test func `what a cell prints is escaped`() throws {
    let html = try page(
      "```swift\nlet a = \"<b>&\"\n```\n",
      [[.text(.standardOutput, "<script>alert('x')</script> & \u{1B}[1mbold\u{1B}[0m\n")]])
    #expect(html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; bold</pre>"))
    #expect(!html.contains("<script>"))
    #expect(html.contains("<span class=\"s\">&quot;&lt;b&gt;&amp;&quot;</span>"))
  }

  @Test func `titles, captions and messages are escaped`() throws {
    let html = try page(
      "---\ntitle: a < b & c\n---\n\n```swift\n//| caption: x < y\nlet a = 1\n```\n",
      [[.table(header: ["<i>"], rows: [["<td>"]])]],
      failure: CellFailure(kind: .trap, message: "<oh>"))
    #expect(html.contains("<title>a &lt; b &amp; c</title>"))
    #expect(html.contains("<figcaption>x &lt; y</figcaption>"))
    #expect(html.contains("&lt;i&gt;"))
    #expect(html.contains("<p>&lt;oh&gt;</p>"))
  }

  @Test func `echo and output hide code and output`() throws {
    let html = try page(
      "```swift\n//| echo: false\nlet unseen = 1\n```\n\n```swift\n//| output: false\nlet shown = 1\n```\n",
      [[.text(.standardOutput, "first")], [.text(.standardOutput, "second")]])
    #expect(!html.contains("unseen"))
    #expect(html.contains("shown"))
    #expect(html.contains("first"))
    #expect(!html.contains("second"))
  }

  @Test func `a cell that did not run says so`() throws {
    let html = try page(
      "```swift\nlet a = 1\n```\n\n```swift\nlet b = 1\n```\n", [[]],
      failure: CellFailure(
        kind: .thrownError, message: "no", location: SourceLocation(file: "notebooks/x.md", line: 2, column: 5)))
    #expect(html.contains("Not run: the notebook stopped before this cell."))
    #expect(html.contains("<strong>Error thrown</strong> <span class=\"place\">notebooks/x.md:2:5</span>"))
    #expect(html.contains("<a href=\"#cell-1\">line 2</a>"))
  }

  @Test func `a figure is inlined with names of its own and links to its files`() throws {
    let folder = NSTemporaryDirectory() + "/page-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder + "/figures/draft", withIntermediateDirectories: true)
    let svg =
      "<?xml version=\"1.0\"?><svg role=\"img\" aria-label=\"y over x\" width=\"10pt\"><g id=\"glyph\"/><use xlink:href=\"#glyph\"/><g clip-path=\"url(#clip)\"/></svg>"
    try svg.write(toFile: folder + "/figures/draft/fig-a.svg", atomically: true, encoding: .utf8)
    let html = try page(
      "```swift\n//| label: fig-a\n//| caption: \"A *fine* curve\"\nlet a = 1\n```\n",
      [[.figure(name: "fig-a", files: ["figures/draft/fig-a.svg"])]], output: folder)
    // One name, its own; a name twice would be no HTML.
    let tag = "<svg role=\"img\" aria-label=\"A fine curve\" style=\"--natural:10pt\" width=\"10pt\">"
    #expect(html.contains(tag + "<g id=\"fig-a-glyph\"/>"))
    #expect(html.contains("xlink:href=\"#fig-a-glyph\""))
    #expect(html.contains("url(#fig-a-clip)"))
    #expect(html.contains("<b>Figure 1.</b> A <em>fine</em> curve"))
    #expect(html.contains("<a href=\"../../figures/draft/fig-a.svg\">SVG</a>"))
    #expect(!html.contains("<?xml"))
  }

  @Test func `a page fetches nothing and is the same twice`() throws {
    let text = "# A\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n```swift\nlet a = 1\n```\n"
    let html = try page(text, [[.text(.standardOutput, "x")]])
    #expect(!html.contains("<script") && !html.contains("<link") && !html.contains("src="))
    #expect(try html == page(text, [[.text(.standardOutput, "x")]]))
  }

  @Test func `tables that are wider than a phone can be scrolled by keyboard and have a name`() throws {
    let html = try page(
      "| paper | *here*, `{swift} a` |\n| - | - |\n| 1 | 2 |\n\n```swift\n//| caption: Both \"rows\"\nlet a = 1\n```\n\n"
        + "```swift\nlet b = 1\n```\n\nIt is `{claim} a > 0`.\n",
      [[.table(header: ["x"], rows: [["1"]])], [.table(header: ["y"], rows: [["2"]])]])
    let boxes = html.matches(of: #/<div class="scroll"([^>]*)><table>/#).map { String($0.1) }
    #expect(
      boxes == [
        " tabindex=\"0\" role=\"region\" aria-label=\"Table of paper, here, \"",
        " tabindex=\"0\" role=\"region\" aria-label=\"Both “rows”\"",
        " tabindex=\"0\" role=\"region\" aria-label=\"Table of cell 2\"",
        " tabindex=\"0\" role=\"region\" aria-label=\"Claims\"",
      ], "\(boxes)")
    #expect(html.ranges(of: "<table>").count == boxes.count)
  }

  @Test func `numbers are set flush right, names are not`() throws {
    let html = try page(
      "```swift\nlet a = 1\n```\n", [[.table(header: ["Name", "Value"], rows: [["a", "0.5 ± 0.1"], ["b", "−3 %"]])]])
    #expect(html.contains("<td class=\"short\">a</td><td class=\"number\">0.5 ± 0.1</td>"))
  }

  @Test(arguments: [
    (
      "let a = 1.5e-3 // c",
      "<span class=\"k\">let</span> a = <span class=\"n\">1.5e-3</span> <span class=\"c\">// c</span>"
    ),
    ("/* a /* b */ c */ x", "<span class=\"c\">/* a /* b */ c */</span> x"),
    ("#\"a\"b\"# @A .init", "<span class=\"s\">#&quot;a&quot;b&quot;#</span> <span class=\"a\">@A</span> .init"),
    ("\"a\\\"b\" Int", "<span class=\"s\">&quot;a\\&quot;b&quot;</span> <span class=\"t\">Int</span>"),
    ("\"open\nnext", "<span class=\"s\">&quot;open</span>\nnext"),
    ("/* open", "<span class=\"c\">/* open</span>"),
    (
      "\"\"\"\na \"b\"\n\"\"\" 0...9",
      "<span class=\"s\">&quot;&quot;&quot;\na &quot;b&quot;\n&quot;&quot;&quot;</span> <span class=\"n\">0</span>...<span class=\"n\">9</span>"
    ),
  ])
  func `source is coloured and never changed`(source: String, html: String) {
    #expect(SwiftHighlighter.html(source) == html)
  }

  @Test func `a carriage return starts its line anew`() {
    #expect(HTML.terminalText("10 %\r50 %\rdone\nnext\r\n") == "done\nnext\n")
  }
}
