internal import NotebookText
import Testing

/// Cells in lists, quotations and boxes.
struct NestedCellTests {
  private func parse(_ text: String) throws -> Notebook { try Notebook(text: text, path: "notebooks/x.md") }

  @Test(arguments: [
    ("- list\n\n  ```swift\n  let a = 1\n    + 2\n  ```\n", "let a = 1\n  + 2\n", 4, 2),
    ("1. list\n   ```swift\n   let a = 1\n   ```\n", "let a = 1\n", 3, 3),
    ("> ```swift\n> let a = 1\n> let b = 2\n> ```\n", "let a = 1\nlet b = 2\n", 2, 2),
    ("> [!NOTE]\n> Text.\n>\n> ```swift\n> let a = 1\n> ```\n", "let a = 1\n", 5, 2),
    ("::: {.callout-tip}\n```swift\nlet a = 1\n```\n:::\n", "let a = 1\n", 3, 0),
    ("- a\n  - b\n\n    ~~~{swift}\n    let a = 1\n\n    let b = 2\n    ~~~\n", "let a = 1\n\nlet b = 2\n", 5, 4),
    ("- > ```Swift\n  > let a = 1\n  > ```\n", "let a = 1\n", 2, 4),
    ("- ```swift\n  let a = 1\n  ```\n", "let a = 1\n", 2, 2),
    ("* [x] done\n\n  ```swift\n  let a = \"\"\"\n    b\n    \"\"\"\n  ```\n", "let a = \"\"\"\n  b\n  \"\"\"\n", 4, 2),
    ("> ```swift\n>let a = 1\n> ```\n", "let a = 1\n", 2, 2),
  ])
  func `a cell runs where it stands`(text: String, code: String, line: Int, indent: Int) throws {
    let notebook = try parse(text + "\nAfter `{swift} a`.\n")
    #expect(notebook.cells.map(\.code) == [code])
    #expect(notebook.cells.map(\.codeLine) == [line] && notebook.cells.map(\.indent) == [indent])
    #expect(notebook.warnings.isEmpty && notebook.lateItems.isEmpty)
    guard case .prose(let prose) = notebook.blocks[0] else { throw Missing() }
    #expect(prose.cells == [0] && notebook.blocks.count == 1)
  }

  private struct Missing: Error {}

  @Test func `cells are counted in the order of their lines, wherever they stand`() throws {
    let cell = "```swift\nlet a = 1\n```\n"
    let notebook = try parse(
      "- a\n\n  ```swift\n  let b = 1\n  ```\n\n\(cell)\n> ```swift\n> let c = 1\n> ```\n\n\(cell)")
    #expect(notebook.cells.map(\.index) == [0, 1, 2, 3] && notebook.cells.map(\.line) == [3, 7, 11, 15])
    let inOrder = notebook.blocks.flatMap { block in
      switch block {
      case .prose(let prose): prose.cells
      case .cell(let cell): [cell.index]
      }
    }
    #expect(inOrder == [0, 1, 2, 3])
  }

  @Test func `options, captions and mistakes have the columns of the file`() throws {
    let notebook = try parse(
      "> ```swift\n> //| label: fig-a\n> //| caption: A `{swift} b` c\n> let b = 1\n> ```\n\n@fig-a\n")
    #expect(notebook.cells[0].options.label == "fig-a" && notebook.cells[0].code == "let b = 1\n")
    let item = try #require(notebook.cells[0].caption?.items.first)
    #expect(item.location == SourceLocation(file: "notebooks/x.md", line: 3, column: 27))
    #expect(
      throws: NotebookError(
        SourceLocation(file: "notebooks/x.md", line: 4, column: 7), "no cell option \"lable\"; did you mean \"label\"?",
        sourceLine: "  //| lable: fig-a")
    ) { try parse("- a\n\n  ```swift\n  //| lable: fig-a\n  let b = 1\n  ```\n") }
  }

  @Test(arguments: [
    ("- a\n\n  ```swift\n  let b = 1\n\nc\n", "3:1: error: this cell has no end"),
    ("> ```swift\n> let b = 1\n\nc\n", "1:1: error: this cell has no end"),
    ("- ```{swift echo=false}\n  let b = 1\n  ```\n", "1:1: error: \"echo=false\" beside the language"),
    (
      "- print(b)\n\n  ```swift\n  print(b)\n  ```\n\n```swift\nlet b = 1\n```\n",
      "4:9: error: \"b\" has no value yet: line 8 defines it"
    ),
    ("- ```swift\n  let a = 1\n  //| echo: false\n  ```\n", "3:1: error: cell options must stand at the top"),
  ])
  func `what is wrong with it is named`(text: String, expected: String) throws {
    let error = #expect(throws: NotebookError.self) { try parse(text) }
    #expect("\(try #require(error))".hasPrefix("notebooks/x.md:\(expected)"), "\(String(describing: error))")
  }

  @Test func `code of other languages stays what it is`() throws {
    let notebook = try parse("- a\n\n  ```python\n  print(1)\n\nb\n\n> ```{r}\n> 1\n> ```\n")
    #expect(notebook.cells.isEmpty)
    #expect(notebook.warnings.map(\.location.line) == [8])
  }
}
