internal import NotebookText
internal import Pages
import Testing

/// What a page shows as it was written though it looks like syntax.
struct LiteralSyntaxTests {
  private func found(_ text: String) throws -> [NotebookWarning] {
    try Notebook(text: text + "\n", path: "x.md").literalSyntax
  }

  @Test(arguments: [
    ("A {{< video x.mp4 >}} b", 3, "\"{{< video x.mp4 >}}\" is shown as it stands: pages know no short codes"),
    ("{{ page.title }}", 1, "\"{{ page.title }}\""), ("a {{<video x>}}", 3, "\"{{<video x>}}\""),
    ("{% include a %}", 1, "\"{% include a %}\""),
    ("See [[Other page]].", 5, "\"[[Other page]]\""), ("*a* [[b|c]]", 5, "\"[[b|c]]\""),
    ("Note[^none].", 5, "\"[^none]\""),
    ("See [words][none].", 5, "\"[words][none]\""), ("![words][none]", 1, "\"![words][none]\""),
    ("> [!FOO]\n> text", 3, "\"[!FOO]\""),
    ("[a](b.html){target=_blank}", 12, "\"{target=_blank}\""), ("A word{.big} b", 7, "\"{.big}\""),
    ("{: .no_toc}", 1, "\"{: .no_toc}\""), ("a {#x y}", 3, "\"{#x y}\""),
    ("as \\cite{doe} says", 4, "\"\\cite{doe}\""), ("in \\ref{fig:a}", 4, "\"\\ref{fig:a}\""),
    ("the ==best== one", 5, "\"==best==\""),
    ("- a\n\n  ::: {.callout-note}", 3, "\"::: {.callout-note}\""), ("| a | b |\n| c | d |", 1, "\"| a | b |\""),
    ("[TOC]", 1, "\"[TOC]\""),
    ("| a |\n|---|\n| {{ b }} |", 3, "\"{{ b }}\""), ("a[^n]\n\n[^n]: {{ b }}", 7, "\"{{ b }}\""),
    ("# A {{ b }}", 5, "\"{{ b }}\""),
    ("**a {{ b }}**", 5, "\"{{ b }}\""), ("größe {{ b }}", 9, "\"{{ b }}\""), ("$x$ `y` {{ b }}", 9, "\"{{ b }}\""),
    ("> > - a\n> >   {{ b }}", 7, "\"{{ b }}\""),
  ])
  func `syntax of other tools is named with line and column`(text: String, column: Int, expected: String) throws {
    let warnings = try found("First.\n\n" + text)
    #expect(warnings.first?.message.hasPrefix(expected) == true, "\(warnings)")
    #expect(warnings.first?.location.column == column, "\(warnings)")
    #expect(warnings.first?.location.line ?? 0 > 2)
  }

  @Test(arguments: [
    ("<!-- echo: false -->", 1, "this comment is no option"),
    ("a <!--| label: fig-a --> b", 3, "this comment is no option"),
    ("<!--\nfig-cap: A\n-->", 1, "this comment is no option"),
    ("<!-- givne -->", 1, "\"givne\" means nothing here; did you mean \"given\"?"),
    ("```swift\n#| label: fig-q\nlet a = 1\n```", 1, "this is no option of the cell"),
    ("```swift\n// | echo: false\nlet a = 1\n```", 1, "this is no option of the cell"),
  ])
  func `options in another spelling are named`(text: String, column: Int, expected: String) throws {
    let warnings = try found(text)
    #expect(warnings.count == 1 && warnings.first?.message.hasPrefix(expected) == true, "\(warnings)")
    #expect(warnings.first?.location.column == column, "\(warnings)")
  }

  @Test(arguments: [
    "`{{ a }}`, `[[b]]`, `::: c`", "```text\n{{ a }}\n[[b]]\n::: c\n```", "$\\ref{a}$ and $\\{x\\}$",
    "[a][b]\n\n[b]: c", "a[^n]\n\n[^n]: b",
    "## A {#sec-a}", "$$x$$ {#eq-a}", "![a](b.png){width=50%}", "> [!NOTE]\n> a", "::: {.callout-note}\na\n:::",
    "- [x] a", "a == b, c == d",
    "10:30:00", "the set {x=1, y=2} or {a, b}", "{.5}", "<!-- given -->", "<!-- a remark: so -->", "[@a; @b]",
    "array[0][1]", "f { x in x }",
    "| a |\n|---|\n| b |", "\\{\\{ a \\}\\}",
    "```swift\n//| echo: false\n// a: b\nlet a = 1\n```", "![a](b.png){#fig-a .x}", "a | b | c", "\\[\\[a\\]\\]",
  ])
  func `what is understood, and what is code, is not`(text: String) throws {
    #expect(try found(text) == [])
  }

  @Test func `references that name nothing are all named`() throws {
    let page = try Notebook(
      text: "@fig-missing and @tbl-b, @sec-c\n\n```swift\n//| label: fig-mising\n//| caption: As @eq-d\n```\n",
      path: "x.md")
    let sibling = try Notebook(text: "## C {#sec-c}\n", path: "y.md")
    let loose = ReferenceIndex.looseReferences(of: page, siblings: [sibling])
    #expect(loose.map { "\($0.location.line):\($0.location.column)" } == ["1:1", "1:18", "5:14"])
    #expect(loose[0].message.contains("did you mean \"fig-mising\"?"))
  }
}
