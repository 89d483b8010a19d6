internal import Execution
internal import Foundation
internal import NotebookText
internal import Pages
import Testing

struct BibliographyTests {
  private func entry(_ text: String) throws -> BibliographyEntry {
    try #require(try Bibliography(text: text, file: "r.bib").entries.values.first)
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
    ("{\\L}ukasz K\\\"{u}hn", "Kühn", "Łukasz"), ("King, Jr, Martin", "King, Jr", "Martin"),
    ("{Deep Mind}", "Deep Mind", ""), ("\\v{C}apek, K.", "Čapek", "K."), ("\\'{\\i}x", "íx", ""),
  ])
  func `names have their accents and parts`(latex: String, last: String, first: String) throws {
    let entry = try entry("@misc{a, author = {\(latex)}, title = {T}}")
    #expect(entry.authors == [PersonName(first: first, last: last)])
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
    (
      "@misc{a, author = A, title = {T}}",
      "r.bib:1:19: error: \"A\" is neither a number nor a @string: put the value in braces"
    ),
    ("@misc{a, title = {T}}", "r.bib:1:1: error: entry \"a\" has no author"),
    ("@misc{a, author {A}}", "r.bib:1:17: error: \"=\" is expected behind \"author\" in entry \"a\""),
    (
      "@misc{a, author = {A}, title = {T}}\n@misc{a, author = {A}, title = {T}}",
      "r.bib:2:7: error: entry \"a\" is already given on line 1"
    ),
    (
      "@misc{a, title = {T}, title = {T}}",
      "r.bib:1:23: error: \"title\" is given twice in entry \"a\""
    ),
  ])
  func `a mistake is named with its line and column`(text: String, expected: String) {
    #expect {
      try Bibliography(text: text, file: "r.bib")
    } throws: { error in
      #expect("\(error)".hasPrefix(expected), "\(error)")
      return true
    }
  }

  @Test func `the project's own references are sound`() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(contentsOf: root.appendingPathComponent("notebooks/references.bib"), encoding: .utf8)
    let entries = try Bibliography(text: text, file: "references.bib").entries
    #expect(entries.count > 20)
    #expect(entries["cubuk2019"]?.authors[2] == PersonName(first: "Dandelion", last: "Mané"))
    for entry in entries.values {
      #expect(!entry.text.contains { "{}\\".contains($0) }, "\(entry.text)")
      #expect(entry.authors.allSatisfy { !$0.last.isEmpty && !$0.first.isEmpty }, "\(entry.key)")
    }
  }
}
