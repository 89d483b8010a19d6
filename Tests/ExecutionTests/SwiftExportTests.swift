internal import Execution
internal import NotebookText
import Testing

struct SwiftExportTests {
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
