internal import NotebookText
import Testing

struct InlineItemTests {
  private func parse(_ text: String) throws -> Notebook { try Notebook(text: text, path: "notebooks/x.md") }

  private func message(_ text: String) -> String? {
    do {
      _ = try parse(text)
      return nil
    } catch {
      return (error as? NotebookError)?.description
    }
  }

  private func kinds(_ text: String) throws -> [InlineItem.Kind] { try parse(text).items.map(\.kind) }

  @Test func `values and claims are found with the place of their expression`() throws {
    let notebook = try parse(
      "Größe: `{swift} a + b`.\n\n- so `{claim required} a > b` and ``{claim} x ≈ 1 ± 0.1``\n")
    #expect(
      notebook.items.map(\.kind) == [
        .value(code: "a + b"), .claim(ClaimStatement(code: "a > b", isRequired: true)),
        .claim(ClaimStatement(code: "x ≈ 1 ± 0.1")),
      ])
    #expect(
      notebook.items.map { "\($0.location)" } == ["notebooks/x.md:1:19", "notebooks/x.md:3:24", "notebooks/x.md:3:45"])
  }

  @Test func `code that only looks like it stays code`() throws {
    let text =
      "`{}` `{ x in x }` ```{swift} a` ` `{\"swift\"}` \\`{swift} a`\n\n    `{swift} a`\n\n```sh\n`{swift} a` $x$ @y\n```\n"
    #expect(try kinds(text) == [])
  }

  @Test func `formulas keep what Markdown would read, across lines, and dollars stay dollars`() throws {
    #expect(
      try kinds("$a_1 * b_2 * c$ costs $5 and 6 $; \\$x\\$ `$y$` [$z$](http://a/$q$) US$\n")
        == [
          .formula(tex: "a_1 * b_2 * c", isDisplay: false, label: nil),
          .formula(tex: "z", isDisplay: false, label: nil),
        ])
    let notebook = try parse("text\n$$\na \\\\\n- b\n$$ {#eq-a}\nmore $x$\n")
    #expect(notebook.items.first?.kind == .formula(tex: "\na \\\\\n- b\n", isDisplay: true, label: "eq-a"))
    #expect(notebook.items.last?.location.line == 6)
    guard case .prose(let prose) = notebook.blocks[0] else { throw Missing() }
    #expect(prose.blocks.count == 1)
    guard case .paragraph(let inner) = prose.blocks[0].content else { throw Missing() }
    #expect(inner.map(\.content) == [.text("text"), .softBreak, .item(0), .softBreak, .text("more "), .item(1)])
    #expect(inner[2].range == SourceRange(firstLine: 2, firstColumn: 1, lastLine: 5, lastColumn: 10))
  }

  private struct Missing: Error {}

  @Test func `a dollar in one list item does not pair with one in the next`() throws {
    #expect(try kinds("- costs $5\n- costs 6$ more\n- | $7 |\n") == [])
  }

  @Test func `references and citations are told apart from addresses and links`() throws {
    #expect(
      try kinds("See @fig-a, @tbl-b and @eq-c-d (@sec-e); mail a@b.org, <c@d.org>, \\@f, [x](@g) @ 3.\n")
        == ["fig-a", "tbl-b", "eq-c-d", "sec-e"].map { .reference(label: $0) })
    let items = try parse("@madry2018 and [see @a:b, p. 3; @c.d.] but [not] [@fig-x]\n").items
    guard case .citation(let narrative, true) = items[0].kind, case .citation(let both, false) = items[1].kind else {
      throw Missing()
    }
    #expect(narrative.map(\.key) == ["madry2018"])
    #expect(both.map(\.key) == ["a:b", "c.d"])
    #expect(both.map(\.prefix) == ["see ", ""])
    #expect(both.map(\.suffix) == [", p. 3", "."])
    #expect(both.map { "\($0.location)" } == ["notebooks/x.md:1:21", "notebooks/x.md:1:33"])
    #expect(items[2].kind == .reference(label: "fig-x"))
  }

  @Test(arguments: [
    ("[@DBLP:conf/iclr/MadryMSTV18]", "DBLP:conf/iclr/MadryMSTV18"), ("[see @doe+roe2020, p. 3]", "doe+roe2020"),
    ("[@müller2020]", "müller2020"), ("[@{who?2020}]", "who?2020"), ("[@2020doe]", "2020doe"), ("[@_doe]", "_doe"),
    ("So @{a b} @{x=y}.", "x=y"), ("By @2020doe.", "2020doe"), ("[-@a]", "a"),
  ])
  func `keys are those that files have`(text: String, key: String) throws {
    let keys = try parse(text + "\n").items.flatMap { item in
      if case .citation(let citations, _) = item.kind { citations.map(\.key) } else { [String]() }
    }
    #expect(keys == [key])
  }

  @Test func `headings get anchors of their own, and labels`() throws {
    let headings = try parse(
      "## A $x_1$ b\n\n## A b {#sec-c}\n\n### Übergröße, so\n\n### Übergröße so\n\nD {#sec-d}\n===\n"
    ).headings
    #expect(headings.map(\.anchor) == ["a-x-1-b", "sec-c", "übergröße-so", "übergröße-so-2", "sec-d"])
    #expect(headings.map(\.level) == [2, 2, 3, 3, 1])
    #expect(headings.map(\.label) == [nil, "sec-c", nil, nil, "sec-d"])
    #expect(headings[1].title == "A b")
  }

  @Test(arguments: [
    (
      "a `{swfit} b`\n",
      "notebooks/x.md:1:4: error: nothing in the text is called \"{swfit}\"; did you mean \"{swift}\"?\n  a `{swfit} b`\n     ^"
    ),
    (
      "`{swift}`\n",
      "notebooks/x.md:1:2: error: an expression is missing: write `{swift} a + b`\n  `{swift}`\n   ^"
    ),
    (
      "`{claim maybe} a > b`\n",
      "notebooks/x.md:1:9: error: a claim is \"required\" or \"expected\", not \"maybe\"; its words stand in quotes\n  `{claim maybe} a > b`\n          ^"
    ),
    (
      "a\n\n$$ a\n\nb $$ c\n",
      "notebooks/x.md:3:1: error: this formula has no end: add \"$$\" behind it, before the next empty line; plain dollars are written \\$\\$\n  $$ a\n  ^"
    ),
    (
      "$$ a $$ {#fig-a}\n",
      "notebooks/x.md:1:11: error: a formula's label begins with \"eq-\" and is made of letters, digits and \"-\"\n  $$ a $$ {#fig-a}\n            ^"
    ),
    (
      "## A {#intro}\n",
      "notebooks/x.md:1:8: error: a heading's label begins with \"sec-\", a formula's with \"eq-\"\n  ## A {#intro}\n         ^"
    ),
    (
      "text {#sec-a}\n",
      "notebooks/x.md:1:8: error: a label such as {#sec-a} must stand at the end of a heading\n  text {#sec-a}\n         ^"
    ),
    (
      "a\n\n$$$ cheap $$\n\n",
      "notebooks/x.md:3:11: error: this formula has no end: add \"$$\" behind it, before the next empty line; plain dollars are written \\$\\$\n  $$$ cheap $$\n            ^"
    ),
    (
      "```swift\n//| caption: a note[^n]\n```\n\n[^n]: Here.\n",
      "notebooks/x.md:2:14: error: the note [^n] must stand in the notebook's text, not here"
    ),
    (
      "```swift\n//| width: 120%\n```\n",
      "notebooks/x.md:2:12: error: \"width\" must be text, wide, full, or a share of the text's width such as 60%\n  //| width: 120%\n             ^"
    ),
    (
      "```swift\n//| fold: often\n```\n",
      "notebooks/x.md:2:11: error: \"fold\" must be true or false\n  //| fold: often\n            ^"
    ),
  ])
  func `a mistake is named with its line and column`(text: String, expected: String) {
    #expect(message(text) == expected)
  }

  @Test func `options fold and width are read`() throws {
    let cells = try parse(
      "```swift\n//| fold: true\n//| width: 60%\n```\n\n```swift\n//| width: wide\n```\n\n```swift\n```\n"
    ).cells
    #expect(cells.map(\.options.fold) == [true, false, false])
    #expect(cells.map(\.options.width) == [.percent(60), .wide, .text])
  }

  @Test func `characters that would be marks are replaced`() throws {
    let notebook = try parse("a \u{E000}0\u{E001} $x$\n")
    guard case .prose(let prose) = notebook.blocks[0], case .paragraph(let inner) = prose.blocks[0].content else {
      throw Missing()
    }
    #expect(inner.map(\.content) == [.text("a \u{FFFD}0\u{FFFD} "), .item(0)])
  }
}
