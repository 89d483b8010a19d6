internal import Execution
internal import NotebookText
import Testing

struct SwiftExportTests {
  @Test func `cells in lists and quotations stand between the comments`() throws {
    let notebook = try Notebook(
      text: "- one\n\n  ```swift\n  let a = 1\n  ```\n\n  two\n\n> ```swift\n> let b = 2\n> ```\n",
      path: "notebooks/x.md")
    let installation = Installation(products: "/p", packageRoot: "/r", swiftc: "swiftc")
    let source = SwiftExport(notebook, parameters: [:], installation: installation, file: "x.swift").source
    let start = try #require(source.firstRange(of: "// - one"))
    #expect(
      source[start.lowerBound...] == """
        // - one

        notebook.begin(cell: 0, line: 4)
        let a = 1

        //   two

        notebook.begin(cell: 1, line: 10)
        let b = 2


        notebook.finish()

        """)
  }

  @Test func `prose stands as comments between the cells, as it was written`() throws {
    let notebook = try Notebook(
      text: """
        ---
        title: T
        ---

        # One

        See [a] and `{swift} x`.

        [a]: http://b

        ```swift
        //| label: fig-a
        let x = 1
        ```
        ```swift
        //| eval: false
        no
        ```

        - two[^n]

          ```sh
          ls
          ```

        [^n]: Note.
        """, path: "notebooks/x.md")
    let installation = Installation(products: "/p", packageRoot: "/r", swiftc: "swiftc")
    let source = SwiftExport(notebook, parameters: [:], installation: installation, file: "x.swift").source
    let start = try #require(source.firstRange(of: "import Workbench"))
    #expect(
      source[start.lowerBound...] == """
        import Workbench


        // ---
        // title: T
        // ---

        // # One
        //
        // See [a] and `{swift} x`.
        //
        // [a]: http://b

        notebook.begin(cell: 0, label: "fig-a", line: 13)
        let x = 1

        // no

        // - two[^n]
        //
        //   ```sh
        //   ls
        //   ```
        //
        // [^n]: Note.

        notebook.finish()

        """)
  }
}
