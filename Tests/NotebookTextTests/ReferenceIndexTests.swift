internal import Channel
internal import NotebookText
import Testing

struct ReferenceIndexTests {
  private func parse(_ text: String, _ name: String = "x") throws -> Notebook {
    try Notebook(text: text, path: "notebooks/\(name).md")
  }

  private static let first = """
    ## One

    $$a$$ {#eq-a}

    ### Deeper {#sec-deep}

    ## Two {#sec-two}

    ```swift
    //| label: tbl-a
    ```

    ```swift
    //| label: fig-a
    ```

    ```swift
    //| label: setup
    ```

    ```swift
    //| label: fig-b
    ```
    """

  @Test func `labels are numbered in order, by kind, each page for itself`() throws {
    let second = "$$b$$\n\n$$c$$ {#eq-c}\n\n```swift\n//| label: fig-c\n```\n\nSee @fig-a.\n"
    let notebooks = [try parse(Self.first, "one"), try parse(second, "two")]
    let index = try ReferenceIndex(notebooks: notebooks, style: .pages)
    let numbers = index.targets.mapValues(\.number)
    #expect(
      numbers == [
        "eq-a": "1", "sec-deep": "1.1", "sec-two": "2", "tbl-a": "1", "fig-a": "1", "fig-b": "2", "eq-c": "1",
        "fig-c": "1",
      ])
    let target = try #require(index.targets["fig-a"])
    #expect(index.link(to: target, from: notebooks[1]) == "one.html#fig-a")
    #expect(index.link(to: target, from: notebooks[1], fileExtension: "txt") == "one.txt#fig-a")
    #expect(index.link(to: target, from: notebooks[0]) == "#fig-a")
    #expect(index.anchor("cell-1", in: notebooks[1]) == "cell-1")
  }

  @Test func `numbers go on through one document, and sections are those of chapters`() throws {
    let second = "## Three {#sec-three}\n\n$$c$$ {#eq-c}\n\n```swift\n//| label: fig-c\n```\n\nSee @fig-a.\n"
    let notebooks = [try parse(Self.first, "one"), try parse(second, "two")]
    let index = try ReferenceIndex(notebooks: notebooks, style: .oneDocument)
    #expect(index.targets["fig-c"]?.number == "3")
    #expect(index.targets["eq-c"]?.number == "2")
    #expect(index.targets["sec-deep"]?.number == "1.1.1")
    #expect(index.targets["sec-three"]?.number == "2.1")
    #expect(notebooks.map { index.chapter(of: $0) } == [1, 2])
    #expect(index.link(to: try #require(index.targets["fig-a"]), from: notebooks[1]) == "#fig-a")
    #expect(index.anchor("cell-1", in: notebooks[1]) == "two-cell-1")
  }

  private func message(_ texts: [String], _ bibliography: String? = nil) -> String? {
    do {
      let notebooks = try texts.enumerated().map { try parse($1, ["a", "b", "c"][$0]) }
      var bibliographies: [String: Bibliography] = [:]
      if let bibliography {
        bibliographies["notebooks/a.md"] = Bibliography(text: bibliography, file: "notebooks/r.bib")
      }
      _ = try ReferenceIndex(notebooks: notebooks, style: .pages, bibliographies: bibliographies)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func `what does not exist is named with its place and what was meant`() {
    let figure = "```swift\n//| label: fig-landscape\n```\n\n"
    #expect(
      message([figure + "See @fig-lanscape."])
        == "notebooks/a.md:5:5: error: no figure \"fig-lanscape\"; did you mean \"fig-landscape\"?\n  See @fig-lanscape.\n      ^"
    )
    #expect(
      message([figure + "See @tbl-other."])
        == "notebooks/a.md:5:5: error: no table \"tbl-other\": there is none\n  See @tbl-other.\n      ^")
    #expect(
      message(["By [@madry2018]."])
        == "notebooks/a.md:1:5: error: nothing to cite as \"madry2018\": name a BibTeX file in the front matter, such as \"bibliography: references.bib\", or write \\@ for a plain @\n  By [@madry2018].\n      ^"
    )
    let work = "@misc{madry2018, author = {A B}, title = {T}, year = 2018}"
    #expect(message(["By @madry2018."], work) == nil)
    #expect(message(["By @madry2018."]) == nil)
    #expect(
      message(["So [see @madry2081, p. 3]."], work)
        == "notebooks/a.md:1:9: error: no entry \"madry2081\" in notebooks/r.bib; did you mean \"madry2018\"?\n  So [see @madry2081, p. 3].\n          ^"
    )
  }

  @Test func `a label that stands twice is refused, across notebooks too`() {
    #expect(
      message(["## A {#sec-a}\n\n## B {#sec-a}\n"])
        == "notebooks/a.md:3:8: error: label \"sec-a\" is already given at notebooks/a.md:1:8\n  ## B {#sec-a}\n         ^"
    )
    #expect(
      message(["$$a$$ {#eq-a}\n", "$$b$$ {#eq-a}\n"])?.hasPrefix(
        "notebooks/b.md:1:3: error: label \"eq-a\" is already given at notebooks/a.md:1:3") == true)
  }

  @Test func `a page does not answer for the mistakes of its siblings`() throws {
    let page = try parse("See @fig-a.", "page")
    let siblings = [
      try parse("```swift\n//| label: fig-a\n```\n", "one"),
      try parse("```swift\n//| label: fig-a\n```\n\nSee @fig-missing.\n", "two"),
    ]
    let index = try ReferenceIndex(page: page, siblings: siblings)
    #expect(index.targets["fig-a"]?.page == "one.html")
    #expect(throws: NotebookError.self) {
      try ReferenceIndex(page: try parse("```swift\n//| label: fig-a\n```\n", "page"), siblings: siblings)
    }
  }

  @Test func `works are numbered in the order in which they are cited`() throws {
    let works = ["c", "a", "b"].map { "@misc{\($0), author = {\($0) \($0.uppercased())}, title = {T}}" }
    let notebook = try parse("[@b; @a] and @b, not the third.", "a")
    let bibliography = Bibliography(text: works.joined(), file: "r.bib")
    let index = try ReferenceIndex(page: notebook, siblings: [], bibliography: bibliography)
    #expect(index.number(ofKey: "b", in: notebook) == 1)
    #expect(index.number(ofKey: "a", in: notebook) == 2)
    #expect(index.number(ofKey: "c", in: notebook) == nil)
    #expect(index.works(citedIn: notebook).map(\.key) == ["b", "a"])
  }
}
