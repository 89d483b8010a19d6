internal import Builds
internal import Channel
internal import Execution
internal import FileSystem
internal import Foundation
internal import NotebookText
internal import Pages
import Testing
internal import _TestSupport

/// The pages of a report, alone and together.
struct ReportPagesTests {
  private final class Silence: ExecutionObserver {
    func compiled(diagnostics: [Diagnostic], isFromCache: Bool, duration: Duration) {}
    func began(_ cell: Cell) {}
    func printed(_ bytes: [UInt8], on stream: CellOutput.Stream) {}
    func showed(_ output: CellOutput) {}
    func progressed(_ progress: WorkProgress) {}
    func noticed(_ text: String) {}
    func ended(_ cell: Cell, duration: Duration) {}
  }

  /// A project of three chapters and a notebook that is none.
  private func withProject(_ second: String = "See @sec-a and @sec-c.", _ body: (String) throws -> Void) throws {
    try withTemporaryFolder { root in
      try Files.makeFolder(root + "/notebooks")
      func write(_ name: String, _ text: String) throws { try AtomicFile.write(text, to: "\(root)/notebooks/\(name)") }
      try write("report.yml", "title: The report\nchapters: [a.md, b.md, c.md]\n")
      try write(
        "a.md", "---\ntitle: First\n---\n\n## A {#sec-a}\n\n```swift\ntrain(\"net\", \"r\")\nprint(\"a\")\n```\n")
      try write("b.md", "---\ntitle: Second\n---\n\n## B\n\n\(second)\n")
      try write("c.md", "---\ntitle: Third\n---\n\n## C {#sec-c}\n")
      try write("d.md", "## D {#sec-d}\n")
      try body(root)
    }
  }

  private func report(_ root: String, machine: String = "one", _ host: ScriptedHost = ScriptedHost()) throws {
    let environment = ReportEnvironment(
      version: "1", numericsVersion: 1, machine: [("Processor", machine), ("Kernels", machine)])
    _ = try ReportBuild(root: root, scale: .demo, environment: environment, wantsPDF: false)
      .run(on: host, interrupts: nil) { _ in Silence() }
  }

  private func run(_ name: String, in root: String, to output: String? = nil) throws -> String {
    let build = NotebookBuild(file: "\(root)/notebooks/\(name).md", scale: .demo, outputDirectory: output)
    _ = try build.run(on: ScriptedHost(), interrupts: nil, observer: nil)
    return try page(name, in: output ?? root)
  }

  private func page(_ name: String, in root: String) throws -> String {
    String(decoding: try Files.read("\(root)/report/\(name).html"), as: UTF8.self)
  }

  /// The files that a page leads to.
  private func links(_ page: String) -> [String] {
    page.matches(of: #/href="([^"#]+)/#).map { String($0.1) }
  }

  @Test func `a notebook that runs alone leads to the pages that are there and to no other`() throws {
    try withProject { root in
      #expect(try links(run("b", in: root)) == [])
      _ = try run("c", in: root)
      #expect(try Set(links(run("b", in: root))) == ["c.html"])
      try report(root)
      #expect(try links(run("b", in: root)) == ["index.html", "a.html", "c.html", "a.html", "c.html"])
      #expect(try links(run("b", in: root, to: root + "/elsewhere")) == [])
    }
    try withProject("See @sec-d.") { root in
      #expect(try links(run("b", in: root)) == [])
      _ = try run("d", in: root)
      #expect(try links(run("b", in: root)) == ["d.html"])
    }
  }

  @Test func `a chapter's page is the same from a report's first build, from its second, and alone`() throws {
    try withProject { root in
      try report(root)
      let pages = try ["a", "b", "c"].map { try page($0, in: root) }
      #expect(links(pages[0]) == ["index.html", "b.html"] && links(pages[2]) == ["index.html", "b.html"])
      #expect(pages[1].contains("<a href=\"index.html#chapter-b\"><span aria-hidden=\"true\">←</span> The report</a>"))
      #expect(pages[1].contains("</span> First</a>") && pages[1].contains("</span> Third</a>"))
      #expect(try page("index", in: root).contains(" id=\"chapter-b\""))
      try report(root)
      #expect(try ["a", "b", "c"].map { try page($0, in: root) } == pages)
      #expect(try ["a", "b", "c"].map { try run($0, in: root) } == pages)
    }
  }

  @Test func `a chapter that cannot be built has a page that says why`() throws {
    try withProject("```swift\n// does not compile\n```") { root in
      try report(root)
      let missing = try page("b", in: root)
      #expect(missing.contains("This page could not be made.</strong> this does not compile"))
      #expect(links(missing) == ["index.html"])
      #expect(try links(page("a", in: root)).contains("b.html"))
    }
  }

  @Test func `what is of the machine is in no file that is committed`() throws {
    try withProject { root in
      func files() throws -> [String: [UInt8]] {
        let names = try Files.entries(of: root + "/report")
        return try Dictionary(uniqueKeysWithValues: names.map { ($0, try Files.read("\(root)/report/\($0)")) })
      }
      try report(root)
      let first = try files()
      try Files.remove(root + "/.workbench")
      try report(root, machine: "another")
      #expect(try files() == first && first.count == 6)
      let machine = String(decoding: try Files.read(root + "/.workbench/report/machine-demo.txt"), as: UTF8.self)
      #expect(machine == "Processor: another\nKernels: another\n")
      #expect(try page("index", in: root).contains(".workbench/report/machine-demo.txt"))
    }
  }

  @Test func `a form that this machine cannot write is refused before anything runs`() throws {
    struct NoTools: PageFormat {
      struct Missing: Error, CustomStringConvertible { var description = "no press" }
      let name = "print"
      let fileExtension = "print"
      func checkTools() throws { throw Missing() }
      func bytes(of page: Page, interrupts: Interrupts?) throws -> [UInt8] { [] }
    }
    try withProject { root in
      let host = ScriptedHost()
      var build = NotebookBuild(file: root + "/notebooks/a.md", scale: .demo)
      build.format = NoTools()
      let refusal = #expect(throws: BuildRefusal.self) { try build.run(on: host, interrupts: nil, observer: nil) }
      #expect(refusal?.exitCode == .unavailable && refusal?.description == "no press" && host.runs == 0)
    }
  }
}
