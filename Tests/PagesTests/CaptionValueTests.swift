internal import Channel
internal import Execution
internal import NotebookText
internal import Pages
import Testing

/// Values and claims in captions and in the abstract.
struct CaptionValueTests {
  private static let text = """
    ---
    title: A
    abstract: It reaches `{swift} best` of $x_1$.
    ---

    Before, `{swift} 1 + 1`.

    ```swift
    //| label: fig-a
    //| caption: "Loss of **all** `{swift} n` runs, `{claim} best > 0.5`, see @fig-a."
    let n = 3
    ```

    ```swift
    //| label: tbl-b
    //| caption: >
    //|   The best of `{swift} n`
    //|   is `{swift} best`.
    let best = 0.75
    ```

    After, `{swift} n`.
    """

  private func parse() throws -> Notebook { try Notebook(text: Self.text, path: "notebooks/x.md") }

  @Test func `the program computes them once what they need has a value`() throws {
    let notebook = try parse()
    let computed = notebook.computedItems
    #expect(
      computed.map(\.item.source) == [
        "`{swift} best`", "`{swift} 1 + 1`", "`{swift} n`", "`{claim} best > 0.5`", "`{swift} n`", "`{swift} best`",
        "`{swift} n`",
      ])
    #expect(Set(computed.map(\.index)).count == 7)
    let source = Program(notebook).source
    let order = source.split(separator: "\n").compactMap { line -> String? in
      if line.hasPrefix("notebook.begin") { return "cell" }
      return line.hasPrefix("try notebook.") ? String(line.dropFirst("try notebook.".count).prefix { $0 != "{" }) : nil
    }
    let number = computed.map(\.index)
    #expect(
      order == [
        "value(item: \(number[1])) ", "cell", "value(item: \(number[2])) ", "cell", "value(item: \(number[4])) ",
        "value(item: \(number[5])) ", "value(item: \(number[6])) ", "value(item: \(number[0])) ",
        "claim(item: \(number[3])) ",
      ])
    // The compiler's messages name line and column of the file.
    #expect(computed[2].item.location == SourceLocation(file: "notebooks/x.md", line: 10, column: 40))
    #expect(computed[4].item.location == SourceLocation(file: "notebooks/x.md", line: 17, column: 28))
    #expect(computed[5].item.location == SourceLocation(file: "notebooks/x.md", line: 18, column: 19))
  }

  @Test func `the page has their values in captions, in what stands for a picture, and in the abstract`() throws {
    let notebook = try parse()
    let values: [String: InlineResult] = [
      "`{swift} best`": .value("0.75"), "`{swift} n`": .value("3"), "`{swift} 1 + 1`": .value("2"),
    ]
    var results: [Int: InlineResult] = [:]
    for (index, item) in notebook.computedItems { results[index] = values[item.source] }
    let html = try Page(
      notebook: notebook,
      results: [
        CellResult(cell: 0, outputs: [.figure(name: "fig-a", files: [])]),
        CellResult(cell: 1, outputs: [.table(header: ["a"], rows: [["1"]])]),
      ], failure: nil, configuration: .init(name: "x", threads: 1, rootDirectory: "/none", outputDirectory: "/none"),
      inlineResults: results
    ).text()
    #expect(html.contains("Loss of <strong>all</strong> <span class=\"value\" title=\"n\">3</span> runs"))
    #expect(html.contains("The best of <span class=\"value\" title=\"n\">3</span> is <span"))
    #expect(html.contains("It reaches <span class=\"value\" title=\"best\">0.75</span> of <math"))
    #expect(html.contains("aria-label=\"The best of 3 is 0.75.\""))
    #expect(html.contains("Loss of all 3 runs"), "the picture's description")
    #expect(!html.contains("{swift}"))
    // The claim of the caption is one of the page's.
    #expect(notebook.claims(results).count == 1)
    #expect(html.contains("id=\"claim-\(try #require(notebook.claims(results).first).item)\""))
  }

  @Test func `cells that do not run have no values in their captions`() throws {
    let notebook = try Notebook(
      text: "```swift\n//| eval: false\n//| caption: A `{swift} b`\nlet b = 1\n```\n", path: "x.md")
    #expect(notebook.computedItems.isEmpty && Program(notebook).source.contains("notebook.value") == false)
  }

  @Test(arguments: [
    ("//| caption: A `{swfit} b`", "2:14: error: nothing in the text is called \"{swfit}\""),
    ("//| caption: A `{swift}`", "2:14: error: an expression is missing"),
    ("//| caption: A [^n]", "2:14: error: the note [^n] must stand in the notebook's text"),
    ("//| caption: \"![A](b.png){#fig-b}\"", "2:14: error: the picture \"fig-b\" must stand in the notebook's text"),
    ("//| caption: \"$$ a\"", "2:14: error: this formula has no end"),
  ])
  func `mistakes in captions have their place`(option: String, expected: String) throws {
    let error = #expect(throws: NotebookError.self) { try Notebook(text: "```swift\n\(option)\n```\n", path: "x.md") }
    #expect("\(try #require(error))".hasPrefix("x.md:\(expected)"), "\(String(describing: error))")
  }
}
