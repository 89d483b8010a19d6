internal import Channel
internal import NotebookText
import Testing

struct NotebookParserTests {
  private func parse(_ text: String) throws -> Notebook { try Notebook(text: text, path: "notebooks/x.md") }

  private func message(_ text: String) -> String? {
    do {
      _ = try parse(text)
      return nil
    } catch {
      return (error as? NotebookError)?.description
    }
  }

  @Test func `prose and cells come in order, with the lines of the file`() throws {
    let notebook = try parse(
      """
      ---
      title: Hello
      ---

      Some *prose*.

      ```swift
      //| label: fig-a
      //| caption: "A: b"
      let a = 1

      let b = 2
      ```

      ```sh
      ls
      ```
      """)
    #expect(notebook.frontMatter.title == "Hello")
    #expect(notebook.name == "x")
    let cell = try #require(notebook.cells.first)
    #expect(notebook.cells.count == 1)
    #expect(cell.line == 7)
    #expect(cell.codeLine == 10)
    #expect(cell.code == "let a = 1\n\nlet b = 2\n")
    #expect(cell.options.label == "fig-a")
    #expect(cell.options.caption == "A: b")
    #expect(notebook.blocks.count == 3)
    guard case .prose(let prose) = notebook.blocks[0] else { throw Missing() }
    #expect(prose.lines == 4...6)
    guard case .paragraph(let inner) = prose.blocks[0].content else { throw Missing() }
    #expect(inner.map(\.content) == [.text("Some "), inner[1].content, .text(".")])
    guard case .emphasis(let words) = inner[1].content else { throw Missing() }
    #expect(words.map(\.content) == [.text("prose")])
    #expect(words[0].range == SourceRange(firstLine: 5, firstColumn: 7, lastLine: 5, lastColumn: 11))
  }

  private struct Missing: Error {}

  @Test func `an empty cell and windows line ends are fine`() throws {
    let notebook = try parse("```swift\r\n```\r\n\r\n```swift\r\n//| echo: false\r\nlet a = 1\r\n```\r\n")
    #expect(notebook.cells.map(\.code) == ["", "let a = 1\n"])
    #expect(notebook.cells[1].codeLine == 6)
    #expect(!notebook.cells[1].options.echo)
  }

  @Test func `a byte order mark and stray carriage returns move no line`() throws {
    let notebook = try parse("\u{FEFF}---\ntitle: A\n---\n\ntext\rwith $x$\n\n```swift\nlet a = 1\r\nlet b\r= 2\n```\n")
    #expect(notebook.frontMatter.title == "A")
    #expect(notebook.items.map { "\($0.location)" } == ["notebooks/x.md:5:12"])
    #expect(notebook.cells.map(\.codeLine) == [8])
    #expect(notebook.cells.map(\.code) == ["let a = 1\nlet b = 2\n"])
    #expect(try parse("a\r\r```swift\rlet a = 1\r```\r").cells.map(\.line) == [3])
  }

  @Test func `a longer fence may hold a shorter one`() throws {
    let notebook = try parse("````swift\nlet a = \"\"\"\n```\n\"\"\"\n````\n")
    #expect(notebook.cells.map(\.code) == ["let a = \"\"\"\n```\n\"\"\"\n"])
  }

  @Test(arguments: [
    (
      "text\n\n```swift\nlet a = 1\n",
      "notebooks/x.md:3:1: error: this cell has no end: add a line of \"```\" below its code"
    ),
    ("```swift", "notebooks/x.md:1:1: error: this cell has no end: add a line of \"```\" below its code"),
    ("---\ntitle: a\n", "notebooks/x.md:1:1: error: the front matter has no end: add a line \"---\" below it"),
    (
      "---\ntitle: a\ntitel: b\n---\n",
      "notebooks/x.md:3:1: error: no front matter key \"titel\"; did you mean \"title\"?"
    ),
    (
      "```swift\n//| caption: Loss: the lower\n```\n",
      "notebooks/x.md:2:18: error: the cell's options is not YAML: mapping values are not allowed in this context; "
        + "put the text in quotes: caption: \"Loss: the lower\""
    ),
    (
      "---\ntitle: @a \"b\"\n---\n",
      "notebooks/x.md:2:8: error: the front matter is not YAML: found character that cannot start any token; "
        + "put the text in quotes: title: \"@a \\\"b\\\"\""
    ),
    ("---\ntitle: [a\n---\n", "notebooks/x.md:3:1: error: the front matter is not YAML"),
    ("---\ntitle: [a]\n---\n", "notebooks/x.md:2:8: error: \"title\" must be text"),
    (
      "---\nparameters:\n  a: { type: integer, default: x }\n---\n",
      "notebooks/x.md:3:32: error: the default of parameter \"a\" must be a whole number such as 3"
    ),
    (
      "---\nparameters:\n  a: { type: integer, default: 9, range: [1, 3] }\n---\n",
      "notebooks/x.md:3:32: error: 9 is outside 1 … 3, the range of \"a\""
    ),
    (
      "---\nparameters:\n  a: { type: int, default: 9 }\n---\n",
      "notebooks/x.md:3:14: error: no type \"int\"; there are flag, integer, number, text"
    ),
    (
      "\n```swift\n//| lable: fig-a\n```\n",
      "notebooks/x.md:3:5: error: no cell option \"lable\"; did you mean \"label\"?"
    ),
    ("```swift\n//| echo: maybe\n```\n", "notebooks/x.md:2:11: error: \"echo\" must be true or false"),
    ("```swift\n//| label: a b\n```\n", "notebooks/x.md:2:12: error: a label begins with a letter"),
    (
      "```swift\n//| label: a\n//| label: b\n```\n",
      "notebooks/x.md:2:5: error: \"label\" is given twice in the cell's options"
    ),
    (
      "```swift\n//| label: a\n```\n\n```swift\n//| label: a\n```\n",
      "notebooks/x.md:6:12: error: label \"a\" is already that of the cell at line 2"
    ),
    (
      "```swift\nlet a = 1\n//| echo: true\n```\n",
      "notebooks/x.md:3:1: error: cell options must stand at the top of the cell"
    ),
    (
      "```{swift, echo=false}\nlet a = 1\n```\n",
      "notebooks/x.md:1:1: error: \"echo=false\" beside the language has no meaning here"
    ),
    (
      "---\nautor: a\n---\n",
      "notebooks/x.md:2:1: error: no front matter key \"autor\"; did you mean \"authors\"?"
    ),
  ])
  func `a mistake is named with its line and column`(text: String, expected: String) {
    let message = message(text)
    #expect(message?.hasPrefix(expected) == true, "\(message ?? "no error")")
  }

  @Test(arguments: [
    ("---\nname: a\n---\n", "2:1: warning: the front matter's key \"name\" has no meaning here"),
    (
      "---\nformat: { html: { toc: true } }\n---\n",
      "2:1: warning: the front matter's key \"format\""
    ),
    ("---\ntitle: a\ndate: 2024-01-01\n---\n", "3:1: warning: the front matter's key \"date\""),
    ("a[^n]\n\n[^n]: b\n\n    ```swift\n    let a = 1\n    ```\n", "5:1: warning: this cell is shown, not run"),
    ("- list\n\n      ```swift\n      let a = 1\n      ```\n", "3:1: warning: this cell is shown, not run: it stands"),
    ("<details>\n```swift\nlet a = 1\n```\n</details>\n", "2:1: warning: this cell is shown, not run: an empty line"),
    (
      "```swift\n//| echo: false\n//| caption: Loss # of runs\n```\n", "3:1: warning: to YAML a comment begins at the #"
    ),
    ("a\n\n```{python}\nprint(1)\n```\n", "3:1: warning: a cell in python is shown, not run"),
    ("By @handle, and @Published.\n", "1:4: warning: \"@handle\" stays as it is"),
  ])
  func `what is passed over is named with its place`(text: String, expected: String) throws {
    let warning = try #require(try parse(text).warnings.first)
    #expect("\(warning)".hasPrefix("notebooks/x.md:\(expected)"), "\(warning)")
  }

  @Test func `what is understood brings no warning`() throws {
    let text =
      "---\ntitle: a\nbibliography: b.bib\n---\n\nBy @madry2018. Write `@State` or a@b.org.\n\n```python\n1\n```\n"
    #expect(try parse(text).warnings.isEmpty)
  }

  @Test(arguments: [
    "swift", "Swift", "{swift}", "{.swift .numberLines}", "{swift #fig-a}", "SWIFT",
  ])
  func `a cell runs in the spelling of other tools`(info: String) throws {
    #expect(try parse("```\(info)\nlet a = 1\n```\n").cells.map(\.code) == ["let a = 1\n"])
  }

  @Test func `the message shows the line with a mark under the column`() {
    #expect(
      message("```swift\n//| echo: maybe\n```\n")
        == "notebooks/x.md:2:11: error: \"echo\" must be true or false\n  //| echo: maybe\n            ^")
  }

  @Test func `parameters have types, defaults, ranges and help`() throws {
    let parameters = try parse(
      """
      ---
      parameters:
        epochs: { type: integer, default: 5, range: [1, 100], help: passes }
        epsilon: { default: 0.5 }
        name: plain
        fast: yes
      ---
      """
    ).frontMatter.parameters
    #expect(parameters.map(\.name) == ["epochs", "epsilon", "name", "fast"])
    #expect(parameters.map(\.kind) == [.integer, .number, .text, .flag])
    #expect(parameters.map(\.defaultValue) == ["5", "0.5", "plain", "true"])
    #expect(parameters[0].range == 1...100)
    #expect(parameters[0].help == "passes")
    #expect(throws: ParameterError.self) { try parameters[0].value("101") }
    #expect(throws: ParameterError.self) { try parameters[0].value("1.5") }
    #expect(try parameters[0].value("7") == "7")
  }

  @Test func `parameters that only cells name are found`() throws {
    let notebook = try parse("```swift\nlet a = notebook.parameter(\"steps\", default: 3)\n```\n")
    #expect(notebook.parametersInCells == ["steps"])
  }

  @Test func `suggestions count a swap as one edit and do not reach far`() {
    #expect(nearest(to: "lable", among: ["label", "caption"]) == "label")
    #expect(nearest(to: "x", among: ["label"]) == nil)
    #expect(editDistance(Array("abcd"), Array("acbd")) == 1)
    #expect(editDistance(Array(""), Array("abc")) == 3)
  }
}
