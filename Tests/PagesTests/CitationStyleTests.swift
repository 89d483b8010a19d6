internal import Channel
internal import Execution
internal import NotebookText
internal import Pages
import Testing

struct CitationStyleTests {
  private static let works = """
    @inproceedings{madry2018, author = {Madry, A. and Makelov, A. and Schmidt, L.}, title = {Towards Models}, booktitle = {ICLR}, year = 2018}
    @inproceedings{aa, author = {Croce, Francesco and Hein, Matthias}, title = {Reliable Evaluation}, booktitle = {ICML}, year = 2020}
    @inproceedings{fab, author = {Croce, Francesco and Hein, Matthias}, title = {Minimally Distorted}, booktitle = {ICML}, year = 2020}
    @article{tsne, author = {van der Maaten, Laurens and Hinton, Geoffrey}, title = {Visualizing Data}, journal = {JMLR}, volume = 9, year = 2008}
    @misc{nist, author = {{National Institute of Tests}}, title = {A Standard}, year = {}}
    @misc{site, title = {A page about very many small things}, url = {https://x.org}, year = 2019}
    @misc{king, author = {King, Jr., Martin}, title = {Dreams}, year = 1963, url = {javascript:alert(1)}}
    @misc{lukasz, author = {{\\L}ukasz, Jan and others}, title = {Z}, year = 2001}
    @book{odell, author = {Odell, Ann}, title = {B}, publisher = {P}, address = {Oslo}, edition = 2, year = {2019--2021}}
    @book{ore, author = {{\\O}re, Ann}, title = {C}, publisher = {P}, year = 1999}
    """

  /// The text of the body and of the list.
  private func page(_ text: String, style: String? = "author-year") throws -> (
    text: String, list: [String], html: String
  ) {
    let front = "---\nbibliography: r.bib\n\(style.map { "bibliography-style: \($0)\n" } ?? "")---\n\n"
    let notebook = try Notebook(text: front + text, path: "x.md")
    let index = try ReferenceIndex(
      page: notebook, siblings: [], bibliography: Bibliography(text: Self.works, file: "r.bib"))
    let html = try Page(
      notebook: notebook, results: [], failure: nil,
      configuration: SessionConfiguration(
        name: "x", scale: .demo, threads: 1, rootDirectory: "/", outputDirectory: "/"), index: index
    ).text()
    let body = try #require(html.firstMatch(of: #/<\/header>((?s:.*?))<section class="bibliography">/#)?.1)
    let list = html.matches(of: #/<li id="ref-[^"]*">(.*?)<\/li>/#).map { HTML.text(String($0.1)) }
    return (HTML.text(String(body)).trimmingNewlines.trimmedStart, list, html)
  }

  @Test(arguments: [
    ("@madry2018 show.", "Madry et al. (2018) show."), ("So [@madry2018].", "So (Madry et al., 2018)."),
    ("So [see @madry2018; @tsne, p. 3].", "So (see Madry et al., 2018; van der Maaten and Hinton, 2008, p. 3)."),
    ("@tsne [p. 33] say.", "van der Maaten and Hinton (2008, p. 33) say."), ("So [-@madry2018, §2].", "So (2018, §2)."),
    ("@aa and @fab.", "Croce and Hein (2020b) and Croce and Hein (2020a)."),
    ("So [@aa; @fab; @tsne].", "So (Croce and Hein, 2020b, 2020a; van der Maaten and Hinton, 2008)."),
    ("@nist say, [@nist].", "National Institute of Tests (n.d.) say, (National Institute of Tests, n.d.)."),
    ("So [@site].", "So (“A page about very many small…”, 2019)."), ("@king dreams.", "King (1963) dreams."),
    ("@lukasz [@odell].", "Łukasz et al. (2001) (Odell, 2019–2021)."),
    ("@madry2018 [see below].", "Madry et al. (2018) [see below]."),
  ])
  func `authors and years stand in the text`(text: String, shown: String) throws {
    let found = try page(text + "\n").text
    #expect(found.hasPrefix(shown), "\(found)")
  }

  @Test(arguments: [
    ("@madry2018 [p. 33] and [-@tsne].", "Madry et al. [1, p. 33] and [2]."),
    ("[see @aa, p. 3; @fab]", "[see 1, p. 3; 2]"),
    ("@tsne[^n] and @king.\n\n[^n]: See @aa.", "van der Maaten and Hinton [1]1 and King [3]."),
  ])
  func `numbers are as they were, in the order of reading`(text: String, shown: String) throws {
    for style in [nil, "numbers"] {
      let found = try page(text + "\n", style: style).text
      #expect(found.hasPrefix(shown), "\(found)")
    }
  }

  @Test func `the list is in the order of authors and years, whatever their accents`() throws {
    let (_, list, html) = try page("[@ore; @odell; @nist; @tsne; @aa; @fab; @king; @site; @lukasz; @madry2018]\n")
    #expect(
      list == [
        "A page about very many small things (2019). x.org",
        "Croce, F. and Hein, M. (2020a). Minimally Distorted. In ICML.",
        "Croce, F. and Hein, M. (2020b). Reliable Evaluation. In ICML.",
        "King, M., Jr. (1963). Dreams. javascript:alert(1)",
        "Łukasz, J. et al. (2001). Z.", "Madry, A., Makelov, A. and Schmidt, L. (2018). Towards Models. In ICLR.",
        "National Institute of Tests (n.d.). A Standard.", "Odell, A. (2019–2021). B. 2nd ed., P, Oslo.",
        "Øre, A. (1999). C. P.", "van der Maaten, L. and Hinton, G. (2008). Visualizing Data. JMLR 9.",
      ])
    #expect(!html.contains("href=\"javascript") && html.contains("<a href=\"#ref-aa\" title="))
    #expect(html.contains("<section class=\"bibliography\">\n<h2 id=\"references\">References</h2>\n<ul>"))
  }

  @Test func `citations in captions and in claims lead to the list`() throws {
    let text =
      "```swift\n//| label: tbl-a\n//| caption: As in @aa, [@tsne].\n```\n\n`{claim \"@king was right\"} a > b`\n"
    let (body, list, _) = try page(text)
    #expect(body.contains("King (1963) was right (–\u{A0}not reached)"), "\(body)")
    #expect(list.count == 3)
  }

  @Test func `what a style is called is checked, and one document has one style`() throws {
    let error = #expect(throws: NotebookError.self) { try page("@aa\n", style: "apa") }
    #expect(
      error?.description.hasPrefix("x.md:3:21: error: \"bibliography-style\" must be numbers or author-year") == true)
    func notebook(_ name: String, _ style: String, _ text: String) throws -> Notebook {
      try Notebook(text: "---\nbibliography: \(name).bib\n\(style)---\n\n\(text)\n", path: "\(name).md")
    }
    let style = "bibliography-style: author-year\n"
    for (second, given, expected) in [
      (style, nil, .authorYear), ("", nil, .numbers), ("", .authorYear, .authorYear), (style, .numbers, .numbers),
    ] as [(String, CitationStyle?, CitationStyle)] {
      let notebooks = [try notebook("a", style, "@aa"), try notebook("b", second, "@tsne")]
      let bibliography = Bibliography(text: Self.works, file: "r.bib")
      let index = try ReferenceIndex(
        notebooks: notebooks, style: .oneDocument, bibliographies: ["a.md": bibliography, "b.md": bibliography],
        citationStyle: given)
      #expect(notebooks.map { index.citationStyle(of: $0) } == [expected, expected])
    }
  }

  @Test func `a key that means two works in one document is refused`() throws {
    let notebooks = try ["a", "b"].map {
      try Notebook(text: "---\nbibliography: \($0).bib\n---\n\nBy @aa.\n", path: "\($0).md")
    }
    let other = Bibliography(text: "@misc{aa, title = {Another}, year = 1}", file: "b.bib")
    let error = #expect(throws: NotebookError.self) {
      try ReferenceIndex(
        notebooks: notebooks, style: .oneDocument,
        bibliographies: ["a.md": Bibliography(text: Self.works, file: "a.bib"), "b.md": other])
    }
    #expect(error?.description.hasPrefix("a.md:5:4: error: \"aa\" is one work in a.bib and another in b.bib") == true)
  }
}
