internal import Channel
internal import NotebookText
import Testing

struct ClaimStatementTests {
  private func claims(_ text: String) throws -> [ClaimStatement] {
    try Notebook(text: text, path: "x.md").items.compactMap { item in
      if case .claim(let claim) = item.kind { claim } else { nil }
    }
  }

  @Test(
    arguments: [
      ("{claim \"SN is flatter\"} a < b", "SN is flatter", false, nil),
      ("{claim required \"SN is flatter\"} a < b", "SN is flatter", true, nil),
      ("{claim \"SN is flatter\" required} a < b", "SN is flatter", true, nil),
      ("{claim \"SN is flatter\", expected: refuted} a < b", "SN is flatter", false, .refuted),
      ("{claim expected: undecided \"SN is flatter\"} a < b", "SN is flatter", false, .undecided),
      ("{claim expected = held} a < b", "a < b", false, .held), ("{claim expected} a < b", "a < b", false, .held),
      ("{claim required expected} a < b", "a < b", true, .held), ("{claim} a < b", "a < b", false, nil),
      ("{claim “It is 3 \"in\" all”} a < b", "It is 3 “in” all", false, nil),
      ("{claim \"The \\\"flat\\\" one } {x\"} a < b", "The “flat” one } {x", false, nil),
      ("{claim \"Over\n  two *lines*\"}\n  a < b", "Over two lines", false, nil),
    ] as [(String, String, Bool, ClaimFinding.Verdict?)])
  func `a claim has words, strength and an expectation`(
    code: String, text: String, isRequired: Bool, expected: ClaimFinding.Verdict?
  ) throws {
    let claim = try #require(try claims("So `\(code)`.\n").first)
    #expect(claim.code == "a < b" && claim.text == text)
    #expect(claim.isRequired == isRequired && claim.expected == expected)
    #expect((claim.words == nil) == (text == "a < b"))
  }

  @Test func `words are Markdown with formulas and citations, in tables too`() throws {
    let text = "---\nbibliography: r.bib\n---\n\n| a |\n|---|\n| `{claim \"$|x| \\| y$ by @key\"} a < b` |\n"
    let words = try #require(try claims(text).first?.words)
    #expect(words.items.map(\.source) == ["$|x| | y$", "@key"])
    let notebook = try Notebook(text: text, path: "x.md")
    #expect(notebook.allItems.count == 3)
    #expect(throws: NotebookError.self) {
      try ReferenceIndex(page: notebook, siblings: [], bibliography: Bibliography(text: "", file: "r.bib"))
    }
  }

  @Test(arguments: [
    ("`{claim \"no end} a < b`", "x.md:1:9: error: the claim's words have no end: add \" behind them"),
    ("`{claim \"\"} a < b`", "x.md:1:9: error: the claim's words are missing"),
    ("`{claim \"a\" \"b\"} a < b`", "x.md:1:13: error: a claim has one sentence in quotes"),
    ("`{claim SN is flat} a < b`", "x.md:1:9: error: a claim is \"required\" or \"expected\", not \"SN\""),
    (
      "`{claim expected: failed} a < b`",
      "x.md:1:19: error: a claim is expected to be held, refuted or undecided, not \"failed\""
    ),
    (
      "`{claim required, expected: refuted} a < b`",
      "x.md:1:8: error: a required claim must hold: it cannot be expected to be refuted"
    ),
    ("`{claim \"a\"}`", "x.md:1:2: error: an expression is missing"),
    ("`{claim \"# a\"} a < b`", "x.md:1:10: error: a claim's words are a sentence in a line"),
    ("`{claim \"a $x\"} a < b` and `{clam} b`", "x.md:1:29: error: nothing in the text is called \"{clam}\""),
  ])
  func `a mistake is named with its line and column`(text: String, expected: String) {
    let error = #expect(throws: NotebookError.self) { try Notebook(text: text + "\n", path: "x.md") }
    #expect(error?.description.hasPrefix(expected) == true, "\(String(describing: error))")
  }

  @Test func `the words of a claim are prose, not what the program computes`() throws {
    let bare = try Notebook(text: "`{claim} a < b`\n", path: "x.md")
    let worded = try Notebook(text: "`{claim \"A is less\", expected: refuted} a < b`\n", path: "x.md")
    #expect(bare.items[0].computation == worded.items[0].computation)
  }

  @Test func `failed is what a required claim is that the numbers refute`() {
    let (found, required) = (ClaimStatement(code: "a"), ClaimStatement(code: "a", isRequired: true))
    let refuted = ClaimFinding(.refuted, numbers: "1 > 2")
    #expect(found.verdict(refuted) == "refuted" && required.verdict(refuted) == "failed")
    #expect(
      required.verdict(ClaimFinding(.undecided, numbers: "")) == "undecided" && found.verdict(nil) == "not reached")
  }
}
