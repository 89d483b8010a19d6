internal import Foundation
import Testing

/// Text of a notebook from end to end: values in captions, cells in lists, tables with Markdown, numbered pictures.
@Suite(.serialized) struct TextNotebookTests {
  private static let text = """
    ---
    title: All of it
    abstract: The best is `{swift} percent(best)`.
    ---

    See @fig-b and @fig-x, for $5 and 6$.

    - First

      ```swift
      //| label: fig-b
      //| caption: "The **loss** of `{swift} losses.count` runs, at best `{swift} fixed(best, 2)`."
      let losses: [Float] = [0.5, 0.25]
      try show(Figure(width: 200, height: 120, x: .linear("x"), y: .linear("y")) { Line(x: [0, 1], y: [0, 1]) })
      ```

    > ```swift
    > //| label: tbl-c
    > //| caption: Below `{swift} losses[0]`, as `{claim required} best > 0.1` has it.
    > let best = losses[1]
    > show(Table(header: ["$x$", "here"], rows: [["**best**", "**0.25**"], ["a_b", "0.50"]]))
    > ```

    ![A picture](a.png){#fig-x width=50%}

    About `{swift} Int((best * 1000).rounded()) / 10` %, `{swift} -0.0` and `{swift} Double.nan`, `{swift} fixed(-0.001, 2)`,
    `{swift} percent(best)`, `{swift} fixed(0.125, 2)`, `{swift} 12_345_678`, `{swift} 0.1 + 0.2`.
    """

  @Test func `captions have values, lists have cells, tables have Markdown and pictures have numbers`() throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", Self.text)
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: sandbox.root + "/notebooks/a.png"))
    for _ in 0..<2 {
      let result = try sandbox.run("run", "notebooks/x.md")
      #expect(result.code == 0, "\(result.stderr)")
      let page = try #require(sandbox.read("report/x.html"))
      #expect(page.contains("The best is <span class=\"value\" title=\"percent(best)\">25.0 %</span>."))
      #expect(
        page.contains("<strong>loss</strong> of <span class=\"value\" title=\"losses.count\">2</span> runs, at best"))
      #expect(page.contains("The loss of 2 runs, at best 0.25."), "what is said instead of the picture")
      #expect(page.contains("aria-label=\"Below 0.5, as"))
      #expect(
        page.contains("<td class=\"short\"><strong>best</strong></td><td class=\"number\"><strong>0.25</strong></td>"))
      #expect(page.contains("<b>Figure 2.</b> A picture") && page.contains("alt=\"A picture\" width=\"50%\""))
      #expect(page.contains("Figure\u{A0}1</a> and") && page.contains("for $5 and 6$.") && !page.contains("{swift}"))
      #expect(
        HTMLText.words(page).contains(
          "About 25 %, 0 and not a number, 0.00,\n25.0 %, 0.13, 12\u{202F}345\u{202F}678, 0.3."))
    }
    let latex = try #require(sandbox.read("figures/demo/tbl-c.tex"))
    #expect(
      latex.contains("$x$ & here") && latex.contains("\\textbf{best} & \\textbf{0.25}")
        && latex.contains("a\\_b & 0.50"))
  }

  private enum HTMLText {
    static func words(_ html: String) -> String { html.replacing(#/<[^>]*>/#, with: "") }
  }

  @Test(arguments: [
    (
      "```swift\n//| caption: A `{swift} nosuch` b\nlet a = 1\n```\n",
      "notebooks/x.md:2:25: error: cannot find 'nosuch'"
    ),
    ("- a\n\n  ```swift\n  let a = nosuch\n  ```\n", "notebooks/x.md:4:11: error: cannot find 'nosuch'"),
    ("> ```swift\n> let a = 1\n> let b = nosuch\n> ```\n", "notebooks/x.md:3:11: error: cannot find 'nosuch'"),
    (
      "---\nabstract: A `{swift} nosuch`\n---\n\n```swift\nlet a = 1\n```\n",
      "notebooks/x.md:2:22: error: cannot find 'nosuch'"
    ),
  ])
  func `the compiler's messages have line and column of the file`(text: String, expected: String) throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", text)
    let result = try sandbox.run("run", "notebooks/x.md")
    #expect(result.code != 0 && result.stderr.contains(expected), "\(result.stderr)")
  }

  @Test func `lint lists what the page shows as it stands`() throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", "A {{< video a >}} and @fig-missing.\n\n[[Wiki]]\n\n```swift\nprint(1)\n```\n")
    let result = try sandbox.run("lint", "notebooks/x.md")
    #expect(result.code == 0)
    let places = result.stdout.split(separator: "\n").filter { $0.hasPrefix("notebooks") }.map {
      $0.prefix { $0 != " " }
    }
    #expect(places == ["notebooks/x.md:1:3:", "notebooks/x.md:1:23:", "notebooks/x.md:3:1:"], "\(result.stdout)")
    #expect(result.stderr.contains("3 places where the page shows syntax as it stands"))
    #expect(try sandbox.run("lint", "--strict", "notebooks/x.md").code == 2)
    #expect(try sandbox.run("lint", "--json", "notebooks/x.md").stdout.contains("\"message\" : "))
  }
}
