internal import Builds
internal import Channel
internal import Execution
internal import NotebookText
import Testing

/// What a build passes over, and what it says of samples that do not compile.
struct WarningTests {
  private final class Listener: ExecutionObserver {
    var notices: [String] = []

    func compiled(diagnostics: [Diagnostic], isFromCache: Bool, duration: Duration) {}
    func began(_ cell: Cell) {}
    func printed(_ bytes: [UInt8], on stream: CellOutput.Stream) {}
    func showed(_ output: CellOutput) {}
    func progressed(_ progress: WorkProgress) {}
    func noticed(_ text: String) { notices.append(text) }
    func ended(_ cell: Cell, duration: Duration) {}
  }

  /// A compiler that finds a mistake on one line.
  private struct FailingHost: ProgramHost {
    let line: Int
    var fingerprint: String { "failing" }

    func compile(_ program: Program, cache: String, interrupts: Interrupts?) throws(CompileFailure) -> CompiledProgram {
      throw .diagnostics(Diagnostic.parse("notebooks/x.md:\(line):1: error: no"))
    }

    func run(
      _ program: CompiledProgram, _ configuration: SessionConfiguration, transcript: ExecutionTranscript,
      timeLimit: Duration?, interrupts: Interrupts?
    ) throws -> CellFailure? { nil }

    func places(of addresses: [UInt], in program: CompiledProgram, notebook: String) -> [NotebookText.SourceLocation] {
      []
    }
  }

  @Test func `warnings are told each time the page is made, whether the program runs or not`() throws {
    let text = "---\nlayout: post\n---\n\nBy @handle, {{ x }}.\n\n```swift\nprint(\"a\")\n```\n"
    try ScriptedProject.with(text) { (project) throws in
      for _ in 0..<2 {
        let listener = Listener()
        _ = try project.build().run(on: project.host, interrupts: nil, observer: listener)
        #expect(
          listener.notices.map { String($0.prefix { $0 != " " }) } == [
            "notebooks/x.md:2:1:", "notebooks/x.md:5:4:", "notebooks/x.md:5:13:",
          ])
      }
      #expect(project.host.runs == 1)
      #expect(try #require(project.read("report/x.html")).contains("By @handle, {{ x }}."))
    }
  }

  @Test(arguments: [
    ("![A](none.png)", "no file \"none.png\" beside the notebook"), ("- [![A](b/c.svg)](d)", "no file \"b/c.svg\""),
    ("| a |\n|---|\n| ![A](</none.png>) |", "no file \"/none.png\""),
    ("> <img src=\"none.gif\" width=\"3\">", "no file"),
    ("![A][b]\n\n[b]: film.mp4", "is no picture that pages show"),
    ("Note[^a].\n\n[^a]: ![A](none.png){width=3}", "no file"),
  ])
  func `a picture that is not there is an error at its line, before anything runs`(text: String, expected: String)
    throws
  {
    try ScriptedProject.with("# A\n\n\(text)\n\n```swift\nprint(\"a\")\n```\n") { (project) throws in
      let refusal = #expect(throws: BuildRefusal.self) {
        try project.build().run(on: project.host, interrupts: nil, observer: nil)
      }
      let message = try #require(refusal).description
      let line = text.hasPrefix("|") || text.hasPrefix("Note") ? 5 : 3
      #expect(message.hasPrefix("notebooks/x.md:\(line):") && message.contains(expected), "\(message)")
      #expect(project.host.runs == 0)
    }
  }

  @Test(arguments: [(5, true), (1, false)])
  func `a cell that does not compile is told how to be shown`(line: Int, isCell: Bool) throws {
    let text = "`{swift} a`\n\n```swift\nlet a = 1\nlet b = c\n```\n"
    try ScriptedProject.with(text) { (project) throws in
      let refusal = #expect(throws: BuildRefusal.self) {
        try project.build().run(on: FailingHost(line: line), interrupts: nil, observer: nil)
      }
      let hint = "notebooks/x.md:3:1: note: a sample that is only to be read is shown without being run"
      #expect(try #require(refusal).description.contains(hint) == isCell, "\(String(describing: refusal))")
    }
  }

  @Test func `values that a cell's table or Markdown cannot have are named`() throws {
    let notebook = try Notebook(text: "```swift\nlet a = 1\n```\n", path: "x.md")
    let table = CellOutput.table(header: ["a"], rows: [["`{swift} k`"]], files: [])
    for output in [table, .markdown("It is `{claim} a > b`.")] {
      let warnings = notebook.shownSyntax([CellResult(cell: 0, outputs: [output])])
      #expect(warnings.count == 1)
      #expect("\(try #require(warnings.first))".hasPrefix("x.md:2:1: warning: what this cell shows"))
    }
    let placed = try Notebook(
      text: "- a\n\n  ```swift\n  let a = 1\n  show(Table(header: [\"a\"], rows: [[\"`{swift} k`\"]]))\n  ```\n",
      path: "x.md")
    let warning = try #require(placed.shownSyntax([CellResult(cell: 0, outputs: [table])]).first)
    #expect("\(warning)".hasPrefix("x.md:5:38: warning: what this cell shows holds `{swift} k`"), "\(warning)")
    #expect(notebook.shownSyntax([CellResult(cell: 0, outputs: [.markdown("`{}` `{ x in x }`")])]).isEmpty)
  }
}
