internal import Channel
internal import Execution
internal import NotebookText
internal import Pages
import Testing

/// What cells of a program's table become on the page.
struct TableTextTests {
  private func page(
    _ header: [String], _ rows: [[String]], text: String = "```swift\n//| label: fig-a\nlet a = 1\n```\n"
  ) throws
    -> String
  {
    try Page(
      notebook: try Notebook(text: text, path: "notebooks/x.md"),
      results: [CellResult(cell: 0, outputs: [.table(header: header, rows: rows)])], failure: nil,
      configuration: .init(name: "x", threads: 1, rootDirectory: "/none", outputDirectory: "/none")
    ).text()
  }

  private func cell(_ text: String) throws -> String {
    let html = try page(["x", "y"], [[text, "z"]])
    let start = try #require(html.firstRange(of: "<tbody><tr><td")).upperBound
    let rest = html[start...].drop { $0 != ">" }.dropFirst()
    return String(rest[..<(try #require(rest.firstRange(of: "</td><td")).lowerBound)])
  }

  @Test(arguments: [
    "plain", "0.83 ± 0.01", "[45.2, 51.4]", "a < b & c > d", "\"quoted\" -- it's... fine", "snake_case_name",
    "2 * 3 * 4", "p*",
    "- minus", "+ plus", "> larger", "# 5", "1. first", "a\nb", "Array<Int>", "<script>x</script>", "<b>bold</b>", "$5",
    "$5 and 6$",
    "C:\\dir", "100 %", "~5", "[x]", "f(x)[0]", "", "`", "*", "&lt;", "![", "| a | b |", "a  b", "[^1]", "_", "__",
    "**",
  ])
  func `plain text stays what it is, byte for byte`(text: String) throws {
    #expect(try cell(text) == HTML.escape(text))
  }

  @Test(arguments: [
    ("**best**", "<strong>best</strong>"), ("*so* and _so_", "<em>so</em> and <em>so</em>"),
    ("`a < b`", "<code>a &lt; b</code>"),
    ("~~old~~", "<del>old</del>"), ("[here](https://a.org \"t\")", "<a href=\"https://a.org\" title=\"t\">here</a>"),
    ("[x](javascript:a)", "x"), ("https://a.org", "<a href=\"https://a.org\">https://a.org</a>"),
    ("x<sub>2</sub>", "x<sub>2</sub>"),
    ("a<br>b", "a<br>b"), ("- **a**", "- <strong>a</strong>"), ("# *a*", "# <em>a</em>"), ("\\*not\\*", "*not*"),
    ("\\$5 or 6", "$5 or 6"),
    ("> `a`", "&gt; <code>a</code>"), ("**a** <b>", "<strong>a</strong> &lt;b&gt;"), ("1. `a`", "1. <code>a</code>"),
  ])
  func `Markdown of a line is read`(text: String, expected: String) throws {
    #expect(try cell(text) == expected)
  }

  @Test func `formulas are typeset, references are links, handles are text`() throws {
    #expect(try cell("$\\ell_\\infty$").hasPrefix("<math"))
    #expect(try cell("| $|x|$").contains("| <math"))
    #expect(try cell("see @fig-a").contains("href=\"#fig-a\">Figure\u{A0}1</a>"))
    #expect(try cell("@nobody") == "@nobody")
    #expect(try cell("$\\nosuch{x}$").contains("class=\"mistake\""))
    #expect(try cell("`{swift} a`") == "`{swift} a`")
  }

  @Test func `a marked number is a number, in the header Markdown is read too`() throws {
    let html = try page(["$x$", "*y*"], [["**0.83 ± 0.01**", "a"], ["0.5", "b"]])
    #expect(html.contains("<td class=\"number\"><strong>0.83 ± 0.01</strong></td>"))
    #expect(html.contains("<em>y</em></th>"))
  }

  @Test func `works that only a table cites are listed`() throws {
    let notebook = try Notebook(text: "---\nbibliography: b.bib\n---\n\n```swift\nlet a = 1\n```\n", path: "x.md")
    var index = try ReferenceIndex(
      page: notebook, siblings: [],
      bibliography: Bibliography(text: "@article{doe, title = {T}, author = {Doe, Ann}, year = 2001}", file: "b.bib"))
    let table = CellOutput.table(header: ["a"], rows: [["by [@doe]"], ["@none"]])
    index.addWorks(citedBy: table.citingTexts, of: notebook)
    #expect(index.works(citedIn: notebook).count == 1)
  }
}
