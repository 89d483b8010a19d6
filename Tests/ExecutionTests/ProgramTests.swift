internal import Execution
internal import NotebookText
import Testing

struct ProgramTests {
  @Test func `every cell stands under its place in the notebook`() throws {
    let notebook = try Notebook(
      text: "a\n\n```swift\nlet a = 1\n```\n\n```swift\n//| label: fig-b\nlet b = 2\n```\n", path: "notebooks/x.md")
    #expect(
      Program(notebook).source == """
        import Workbench
        notebook.begin(cell: 0, line: 4)
        #sourceLocation(file: "notebooks/x.md", line: 4)
        let a = 1
        #sourceLocation()
        notebook.begin(cell: 1, label: "fig-b", line: 9)
        #sourceLocation(file: "notebooks/x.md", line: 9)
        let b = 2
        #sourceLocation()
        notebook.finish()

        """)
  }

  @Test func `a cell in a list stands under its place, in the columns of the file`() throws {
    let text =
      "- a\n\n  ```swift\n  //| echo: false\n  let a = [\n    1]\n\n  let b = 2\n  ```\n\n> ```swift\n> let c = 3\n> ```\n"
    #expect(
      Program(try Notebook(text: text, path: "notebooks/x.md")).source == """
        import Workbench
        notebook.begin(cell: 0, line: 5)
        #sourceLocation(file: "notebooks/x.md", line: 5)
          let a = [
            1]

          let b = 2
        #sourceLocation()
        notebook.begin(cell: 1, line: 12)
        #sourceLocation(file: "notebooks/x.md", line: 12)
          let c = 3
        #sourceLocation()
        notebook.finish()

        """)
  }

  @Test func `moving a cell into a list leaves the program what it is`() throws {
    let inside = try Notebook(text: "- a\n\n  ```swift\n  let a = 1\n  ```\n", path: "notebooks/x.md")
    let outside = try Notebook(text: "```swift\nlet a = 1\n```\n", path: "notebooks/x.md")
    #expect(Program(inside).identity == Program(outside).identity)
  }

  @Test func `a cell that is not evaluated is not in the program`() throws {
    let notebook = try Notebook(text: "```swift\n//| eval: false\nboom\n```\n", path: "x.md")
    #expect(Program(notebook).source == "import Workbench\nnotebook.finish()\n")
  }

  @Test func `what the text says above its cell is computed behind the last cell`() throws {
    let notebook = try Notebook(
      text: "a `{swift} a` `{swift} 1`\n\n```swift\nlet a = 1\n```\n\n```swift\nlet b = 2\n```\n\n`{swift} b`\n",
      path: "x.md")
    let source = Program(notebook).source
    let order = ["(item: 1)", "(cell: 0", "(cell: 1", "(item: 2)", "(item: 0)", "finish()"].map {
      source.firstRange(of: $0)?.lowerBound ?? source.endIndex
    }
    #expect(order == order.sorted() && order.last != source.endIndex)
  }

  @Test func `values and claims stand between the cells, in the columns of the text`() throws {
    let notebook = try Notebook(
      text: "é `{swift} z`\n\n```swift\nlet a = 1\n```\n\nb `{claim} a > 0` c `{claim} list.isEmpty`\n", path: "x.md")
    #expect(
      Program(notebook).source == """
        import Workbench
        try notebook.value(item: 0) {
        #sourceLocation(file: "x.md", line: 1)
                    z
        #sourceLocation()
        }
        notebook.begin(cell: 0, line: 4)
        #sourceLocation(file: "x.md", line: 4)
        let a = 1
        #sourceLocation()
        try notebook.claim(item: 1) {
        #sourceLocation(file: "x.md", line: 7)
                   a > 0
        #sourceLocation()
        }
        try notebook.condition(item: 2) {
        #sourceLocation(file: "x.md", line: 7)
                                     list.isEmpty
        #sourceLocation()
        }
        notebook.finish()

        """)
  }

  @Test(arguments: [
    ("a > b", true), ("x ≈ 0.59 ± 0.03", true), ("a.b <= c", true), ("significantly(a, above: b)", true),
    ("try f(a > b)", false), ("list.allSatisfy { $0 > 3 }", false), ("\"a > b\".isEmpty", false), ("a == b", false),
    ("Set<Int>().isEmpty", false), ("try f() < 3", true),
  ])
  func `a claim that compares is told from a condition`(code: String, isComparison: Bool) {
    #expect(Program.isComparison(code) == isComparison)
  }

  @Test func `literals are escaped`() {
    #expect(Program.literal("a\"b\\c\n\u{1}é") == "\"a\\\"b\\\\c\\n\\u{1}é\"")
  }

  @Test func `diagnostics are read with their excerpt, each once`() {
    let output = """
      notebooks/x.md:21:7: error: cannot find 'foo' in scope
      print(foo)
            ^~~
      notebooks/x.md:21:7: error: cannot find 'foo' in scope
      print(foo)
            ^~~
      error: fatalError
      """
    let diagnostics = Diagnostic.parse(output)
    #expect(diagnostics.count == 1)
    #expect(diagnostics.first?.location == SourceLocation(file: "notebooks/x.md", line: 21, column: 7))
    #expect(
      diagnostics.first?.description
        == "notebooks/x.md:21:7: error: cannot find 'foo' in scope\n  print(foo)\n        ^~~")
  }

  @Test func `a crash report is reduced to places in the notebook`() {
    let report = CrashReport(
      text: """
        *** Program crashed: Illegal instruction at 0x00007fc92c4f9361 ***

        Thread 1:

        0 0x00 other() in program at notebooks/x.md:99:1

        Thread 0 "program" crashed:

        0                0x00 [inlined] Swift runtime failure: arithmetic overflow in rate(at:) at notebooks/x.md
        1                0x00 rate(at:) + 52 in program at notebooks/x.md:28:45
        2 [ra]           0x00 main + 928 in program at notebooks/x.md:30:6
        """, notebook: "notebooks/x.md")
    #expect(report.reason == "Illegal instruction")
    #expect(report.runtimeFailure == "arithmetic overflow")
    #expect(report.places.map(\.description) == ["notebooks/x.md:28:45", "notebooks/x.md:30:6"])
  }

  @Test(arguments: [1, 3, 1000])
  func `the runtime's remarks are taken out of stderr, however it is cut`(piece: Int) {
    let text = "one\n\ntwo\nFatal error\n\n*** Signal 4: Backtracing from 0x7f... done ***\n\n"
    var filter = CrashNoiseFilter()
    var shown: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      shown += filter.pass(Array(rest.prefix(piece)))
      rest = rest.dropFirst(piece)
    }
    shown += filter.finish()
    #expect(String(decoding: shown, as: UTF8.self) == "one\n\ntwo\nFatal error\n")
  }

  @Test func `stars that are no remark pass at once`() {
    var filter = CrashNoiseFilter()
    #expect(filter.pass(Array("*** Sig".utf8)) == [])
    #expect(filter.pass(Array("h ***".utf8)) == Array("*** Sigh ***".utf8))
  }
}
