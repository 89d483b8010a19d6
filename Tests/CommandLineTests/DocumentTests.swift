internal import Foundation
import Testing

@Suite(.serialized) struct DocumentTests {
  private static let bibliography = """
    @inproceedings{madry2018, author = {Madry, Aleksander and Vladu, Adrian and Tsipras, D.}, title = {Towards},
      booktitle = {ICLR}, year = {2018}}
    """

  @Test func `values, claims, references, citations and formulas come onto the page`() throws {
    let sandbox = try Sandbox()
    try Self.bibliography.write(
      toFile: sandbox.root + "/notebooks/r.bib", atomically: true, encoding: .utf8)
    try sandbox.write("other", "## Elsewhere {#sec-other}\n")
    try sandbox.write(
      "x",
      """
      ---
      title: All of it
      bibliography: r.bib
      abstract: A formula $a_1$ of @madry2018.
      ---

      ## Start {#sec-start}

      Before any cell: `{swift} 1 + 1`.

      ```swift
      //| label: tbl-a
      //| caption: About $b_2$, see @eq-e.
      //| fold: true
      let accuracy = Measured(successes: 59, trials: 100)
      let big = 0.9
      show(Table(header: ["a"], rows: [["1"]]))
      ```

      The accuracy is `{swift} accuracy`, or `{swift} percent(accuracy)`, in @tbl-a and @sec-other and @sec-start [see @madry2018].

      $$ \\sum_i x_i $$ {#eq-e}

      So `{claim required} big > accuracy`, `{claim} accuracy ≈ 0.2 ± 0.1` and `{claim expected} accuracy > 0.55`
      and `{claim} [1, 2].contains(2)`.

      ```swift
      //| label: later
      show(formula: #"\\frac{1}{2}"#)
      show(markdown: "*so* $c_3$, see @tbl-a; $\\\\foo$")
      ```
      """)
    #expect(try sandbox.run("run", "notebooks/other.md").code == 0)
    let result = try sandbox.run("run", "notebooks/x.md")
    #expect(result.code == 0, "\(result.stderr)")
    let page = try #require(sandbox.read("report/x.html"))
    #expect(page.contains("Before any cell: <span class=\"value\" title=\"1 + 1\">2</span>."))
    #expect(page.contains("<span class=\"value\" title=\"accuracy\">0.59 ± 0.09</span>"))
    #expect(page.contains("<span class=\"value\" title=\"percent(accuracy)\">59 ± 9 %</span>"))
    #expect(page.contains("<a class=\"reference\" href=\"#tbl-a\">Table\u{A0}1</a>"))
    #expect(page.contains("href=\"other.html#sec-other\" title=\"Elsewhere\">Section\u{A0}1</a> of “other”"))
    #expect(page.contains("<h2 id=\"sec-start\"><span class=\"section\">1</span> Start</h2>"))
    #expect(page.contains("[see <a href=\"#ref-madry2018\""))
    #expect(page.contains("Madry et al. [<a href=\"#ref-madry2018\""))
    #expect(
      page.contains("<li id=\"ref-madry2018\">A. Madry, A. Vladu and D. Tsipras. Towards. In <i>ICLR</i>, 2018.</li>"))
    #expect(
      page.contains("<span class=\"equation\" id=\"eq-e\">") && page.contains("<span class=\"number\">(1)</span>"))
    #expect(page.contains("<details class=\"code\"><summary>Code</summary>"))
    #expect(page.contains("<b>Table 1.</b> About <math"))
    #expect(page.contains("✓\u{A0}held</b>: 0.9 &gt; 0.59 ± 0.09)"))
    #expect(page.contains("4 claims: 2 held, 1 refuted, 1 undecided. 1 was expected otherwise."))
    #expect(page.contains("<mfrac><mn>1</mn><mn>2</mn></mfrac>"))
    #expect(page.contains("<p><em>so</em> <math"))
    #expect(page.contains("<code class=\"mistake\" title=\"unrecognised command &quot;\\foo&quot;\">$\\foo$</code>"))
    #expect(
      result.stderr.contains("held       notebooks/x.md:24:22: required: big > accuracy (0.9 > 0.59 ± 0.09; n = 100)"))
    #expect(
      result.stderr.contains(
        "refuted    notebooks/x.md:24:48: accuracy ≈ 0.2 ± 0.1 (0.59 ± 0.09 ≈ 0.20 ± 0.10; n = 100)"))
    #expect(result.stderr.contains("undecided  notebooks/x.md:24:95:"))
    #expect(!page.unicodeScalars.contains { (0xE000...0xE002).contains($0.value) })
  }

  @Test func `a required claim that fails has its own exit code, and the page is there`() throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", "One: `{claim required} 1.0 > 2.0`.\n\n```swift\nlet a = 1\n```\n")
    let result = try sandbox.run("run", "notebooks/x.md")
    #expect(result.code == 7)
    #expect(
      result.stderr.contains("failed  notebooks/x.md:1:24: required: 1.0 > 2.0 (1 > 2; no interval)"),
      "\(result.stderr)")
    #expect(sandbox.read("report/x.html")?.contains("✗\u{A0}failed") == true)
    #expect(try sandbox.run("--help").stdout.contains("7  a required claim failed; the page was written"))
  }

  @Test(arguments: [
    (
      "é `{swift} foo`", 3,
      "notebooks/x.md:5:13: error: cannot find 'foo' in scope\n  é `{swift} foo`\n             ^\n"
    ),
    ("so `{claim} a > \"b\"`", 3, "notebooks/x.md:5:15: error: "),
    (
      "see @fig-b", 2,
      "notebooks/x.md:5:5: error: no figure \"fig-b\"; did you mean \"fig-a\"?\n  see @fig-b\n      ^\n"
    ),
    ("$\\foo$", 2, "notebooks/x.md:5:2: error: unrecognised command \"\\foo\"\n  $\\foo$\n   ^\n"),
    ("`{swift} try fail()`", 4, "error thrown: oh\n"),
    ("`{swift} [1][a]`", 5, "notebooks/x.md:5:13: trap: Index out of range\n"),
  ])
  func `a mistake in the text has its place in the text`(text: String, code: Int32, message: String) throws {
    let sandbox = try Sandbox()
    try sandbox.write(
      "x",
      "```swift\n//| label: fig-a\n//| eval: true\n```\n\(text)\n\n```swift\nlet b = 1\n```\n"
        .replacingOccurrences(
          of: "//| eval: true",
          with: code > 3
            ? "let a = 1; struct Oh: Error, CustomStringConvertible { var description: String { \"oh\" } }; func fail() throws -> Int { throw Oh() }"
            : "let a = 1"))
    let result = try sandbox.run("run", "notebooks/x.md")
    #expect(result.code == code, "\(result.stderr)")
    #expect(result.stderr.contains(message), "\(result.stderr)")
  }

  @Test func `lint names what is amiss with works that are cited, and claims without words`() throws {
    let sandbox = try Sandbox()
    let works =
      "@misc{a, title = {A}, note = {x}, note = {y}, year = 2020}\n@misc{b, title = {B}\n\n@misc{c, title = {C}}\n"
    try works.write(toFile: sandbox.root + "/notebooks/r.bib", atomically: true, encoding: .utf8)
    try sandbox.write(
      "x",
      "---\nbibliography: r.bib\n---\n\nSee [@a; @b; @d].\n\nSo `{claim} 2 > 1` and `{claim \"so it is\"} 2 > 1`.\n")
    let result = try sandbox.run("lint", "notebooks/x.md")
    #expect(result.code == 0)
    for line in [
      "notebooks/r.bib:1:35: warning: \"note\" is given twice in entry \"a\": the first one counts",
      "notebooks/r.bib:2:1: warning: this entry has no end: add \"}\" behind entry \"b\"; \"b\" cannot be cited",
      "notebooks/x.md:5:14: warning: no entry \"d\" in notebooks/r.bib; did you mean \"a\"?",
      "notebooks/x.md:7:13: hint: this claim has no words: say it in a sentence, `{claim \"A is above B\"} 2 > 1`",
    ] { #expect(result.stderr.contains(line), "\(result.stderr)") }
    #expect(!result.stderr.contains("entry \"c\"") && result.stderr.components(separatedBy: "hint: ").count == 2)
  }

  @Test func `a missing bibliography is named with what there is`() throws {
    let sandbox = try Sandbox()
    try Self.bibliography.write(
      toFile: sandbox.root + "/notebooks/references.bib", atomically: true, encoding: .utf8)
    try sandbox.write("x", "---\nbibliography: reference.bib\n---\n\nText.\n")
    let result = try sandbox.run("run", "notebooks/x.md")
    #expect(result.code == 2)
    #expect(
      result.stderr
        == "notebooks/x.md:2:15: error: no file \"reference.bib\"; did you mean \"references.bib\"?\n  bibliography: reference.bib\n                ^\n"
    )
  }

  @Test func `lint lists numbers and runs nothing`() throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", "We reach 59.5 % on 10 <!-- given -->\n\nand 60.\n\n```swift\nprint(1)\n```\n")
    let result = try sandbox.run("lint", "notebooks/x.md")
    #expect(result.code == 0)
    #expect(result.stdout == "notebooks/x.md:3:5: note: no value stands behind \"60\"\n  and 60.\n      ^\n")
    #expect(result.stderr == "1 number without a value\n")
    #expect(try sandbox.run("lint", "--strict", "notebooks/x.md").code == 2)
    #expect(try sandbox.run("lint", "notebooks/y.md").code == 66)
  }
}
