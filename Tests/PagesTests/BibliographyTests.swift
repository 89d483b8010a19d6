internal import Execution
internal import Foundation
internal import NotebookText
internal import Pages
import Testing

struct BibliographyTests {
  private func entry(_ text: String) throws -> BibliographyEntry {
    try #require(Bibliography(text: text, file: "r.bib").entries.values.first)
  }

  @Test func `fields are read with braces, quotes, numbers, strings and joins`() throws {
    let entry = try entry(
      """
      Comments stand between entries.
      @string{jmlr = "Journal of {ML}"}
      @comment{nothing @article{x, }}
      @Article{ key1,
        Author = "Ada Lovelace and B{\\"o}hm, Jan-Erik",
        title = {The {GPU} \\& a -- b},
        journal = jmlr # { Research},
        year = 2019, month = mar,
        note = {x{"}y},
      }
      """)
    #expect(entry.key == "key1" && entry.type == "article")
    #expect(entry.fields["title"] == "The GPU & a – b")
    #expect(entry.fields["journal"] == "Journal of ML Research")
    #expect(entry.fields["month"] == "March")
    #expect(entry.fields["note"] == "x\"y")
    #expect(entry.authors == [PersonName(first: "Ada", last: "Lovelace"), PersonName(first: "Jan-Erik", last: "Böhm")])
  }

  @Test(arguments: [
    ("Terj{\\'e}k, D{\\'a}vid", "Terjék", "Dávid"), ("Ludwig van der Berg", "van der Berg", "Ludwig"),
    ("{\\L}ukasz K\\\"{u}hn", "Kühn", "Łukasz"), ("King, Jr, Martin", "King", "Martin"),
    ("{Deep Mind}", "Deep Mind", ""), ("\\v{C}apek, K.", "Čapek", "K."), ("\\'{\\i}x", "íx", ""),
  ])
  func `names have their accents and parts`(latex: String, last: String, first: String) throws {
    let entry = try entry("@misc{a, author = {\(latex)}, title = {T}}")
    let suffix = latex.contains("Jr") ? "Jr" : ""
    #expect(entry.authors == [PersonName(first: first, last: last, suffix: suffix)])
  }

  @Test func `references read as they are printed`() throws {
    let article = try entry(
      "@article{a, author = {Quinn McNemar}, title = {Why?}, journal = {P}, volume = 12, number = 2, pages = {153--157}, year = 1947}"
    )
    #expect(article.text == "Q. McNemar. Why? P 12(2), 153–157, 1947.")
    #expect(article.shortAuthors == "McNemar")
    let talk = try entry(
      "@inproceedings{a, author = {A B and C D and E F}, title = {T}, booktitle = {ICML}, year = 2020, eprint = {2003.01690}}"
    )
    #expect(talk.text == "A. B, C. D and E. F. T. In ICML, 2020. arXiv:2003.01690")
    #expect(talk.shortAuthors == "B et al.")
    let book = try entry("@book{a, author = {A B and others}, title = {T}, publisher = {X}, year = 1993}")
    #expect(book.text == "A. B et al. T. X, 1993.")
  }

  @Test(arguments: [
    ("@misc{a, author = {A}, title = {T}", "r.bib:1:1: error: this entry has no end: add \"}\""),
    ("\n@misc{a, author = {A", "r.bib:2:19: error: this value has no end: add \"}\""),
    ("@misc{a, author {A}}", "r.bib:1:17: error: \"=\" is expected behind \"author\" in entry \"a\""),
    ("@misc{a, author = {A}}", "r.bib:1:1: error: entry \"a\" has no title"),
    ("@misc{a, title = {T {x\n}\n\n@misc{b, title = {U}}", "r.bib:1:18: error: this value has no end: add \"}\""),
    ("@misc{a, title = {T {x}\n}\n\n@misc{b, title = {U}}", "r.bib:1:1: error: this entry has no end: add \"}\""),
  ])
  func `a mistake is named with its line and column, where the entry is cited`(text: String, expected: String) throws {
    let bibliography = Bibliography(text: "@misc{good, title = {G}}\n".dropLast() + text, file: "r.bib")
    let shifted = Bibliography(text: text, file: "r.bib")
    #expect("\(try #require(shifted.entries["a"]?.problem))".hasPrefix(expected))
    #expect(bibliography.entries["good"]?.problem == nil && bibliography.entries["a"]?.problem != nil)
    let notebook = try Notebook(text: "See @good.\n", path: "x.md")
    #expect(throws: Never.self) {
      try ReferenceIndex(page: notebook, siblings: [], bibliography: bibliography)
    }
    let citing = try Notebook(text: "See [@good; @a].\n", path: "x.md")
    #expect(throws: NotebookError.self) { try ReferenceIndex(page: citing, siblings: [], bibliography: bibliography) }
  }

  @Test func `what follows a broken entry is read`() {
    let text = "@misc{a, title = {T {x}\n}\n\n@misc{b, title = {U}}\n@misc{c, note 3}\n@misc{d, title = {V}}"
    let entries = Bibliography(text: text, file: "r.bib").entries
    #expect(entries["b"]?.fields["title"] == "U" && entries["d"]?.fields["title"] == "V")
    #expect(entries["c"]?.problem != nil)
  }

  @Test(arguments: [
    (
      "@misc{a, title = {T}, year = 1}\n@misc{a, title = {U}}",
      "r.bib:2:1: warning: entry \"a\" is already given on line 1: the first one counts"
    ),
    (
      "@misc{a, title = {T}, title = {U}, year = 1}",
      "r.bib:1:23: warning: \"title\" is given twice in entry \"a\": the first one counts"
    ),
    (
      "@misc{a, title = {T}, year = 1, month = sept}",
      "r.bib:1:41: warning: \"sept\" is neither a number nor a @string: the field is left out"
    ),
    ("@misc{a, title = {T}}", "r.bib:1:1: warning: entry \"a\" has no year"),
    ("@misc{a, title = {T}, year = 1, crossref = {b}}", "r.bib:1:1: warning: entry \"a\" refers to \"b\""),
  ])
  func `what is passed over is named`(text: String, expected: String) throws {
    let entry = try entry(text)
    #expect(entry.fields["title"] == "T" && entry.problem == nil)
    #expect("\(try #require(entry.warnings.first))".hasPrefix(expected), "\(entry.warnings)")
  }

  @Test func `an empty year says that there is none`() throws {
    let entry = try entry("@misc{a, title = {T}, year = {}}")
    #expect(entry.warnings.isEmpty && entry.fields["year"] == nil)
  }

  @Test func `text between entries is a comment`() {
    let text = """
      % Kept by ann@example.org{x}, made on 2024-01-01 by someone @ a lab, see @home.
      @Comment{jabref-meta: databaseType:biblatex;}
      @comment plain words behind it
      @preamble{"\\newcommand{\\noop}[1]{}" # "more"}
      @article{used, title = {Used}, author = {Doe, Ann}, year = 2020}
      """
    #expect(Array(Bibliography(text: text, file: "r.bib").entries.keys) == ["used"])
  }

  @Test(arguments: [
    (
      "@incollection{a, crossref = {B}, title = {T}, author = {A B}}\n@book{b, title = {Whole}, year = 2019}",
      "A. B. T. In Whole, 2019."
    ),
    (
      "@article{a, author = {A B}, title = {T}, subtitle = {U}, journaltitle = {J}, date = {2017-06-12}}",
      "A. B. T: U. J, 2017."
    ),
    (
      "@online{a, author = {A B}, title = {T}, date = {2019/2021}, url = {https://x.org/~a--b\\_c}}",
      "A. B. T. 2019–2021. x.org/~a--b_c"
    ),
    (
      "@misc{a, title = {A page}, howpublished = {\\url{https://x.org/a_b--c}}, year = 2019}",
      "A page. https://x.org/a_b--c, 2019."
    ),
    ("@techreport{a, title = {R}, institution = {I}, year = 2021}", "R. I, 2021."),
    ("@manual{a, title = {M}, organization = {O}, year = 2021}", "O. M. 2021."),
    (
      "@misc{a, author = {A B}, title = {T}, year = 1, eprint = {22}, eprinttype = {hal}, url = {https://y.org}}",
      "A. B. T. 1. y.org"
    ),
  ])
  func `year, venue and address are there`(text: String, expected: String) throws {
    #expect(try #require(Bibliography(text: text, file: "r.bib").entries["a"]).text == expected)
  }

  @Test(arguments: [
    ("{\\LaTeX} and {{HTML}} \\& 50\\% of $O(n^2)$ {--} a test", "LaTeX and HTML & 50% of O(n²) – a test"),
    ("An $\\ell_\\infty$ ball, $10^{-3}$ and $x_{12}$, $\\mathcal{L}$", "An ℓ∞ ball, 10⁻³ and x₁₂, L"),
    ("{B}aby don't {\\em hurt} me", "Baby don’t hurt me"), ("\\textbf{bold} \\unknown here", "bold unknown here"),
    ("Tom\\textquoteright s 5\\$", "Tom’s 5$"), ("$ alone", "$ alone"), ("\\'{\\i} \\~n \\ss", "í ñ ß"),
  ])
  func `titles keep what LaTeX says`(latex: String, expected: String) throws {
    #expect(try entry("@misc{a, title = {\(latex)}}").fields["title"] == expected)
  }

  @Test func `the project's own references are sound`() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(contentsOf: root.appendingPathComponent("notebooks/references.bib"), encoding: .utf8)
    let entries = Bibliography(text: text, file: "references.bib").entries
    #expect(entries.count > 20)
    #expect(entries["cubuk2019"]?.authors[2] == PersonName(first: "Dandelion", last: "Mané"))
    for entry in entries.values {
      #expect(!entry.text.contains { "{}\\".contains($0) }, "\(entry.text)")
      #expect(entry.authors.allSatisfy { !$0.last.isEmpty && !$0.first.isEmpty }, "\(entry.key)")
    }
  }
}
