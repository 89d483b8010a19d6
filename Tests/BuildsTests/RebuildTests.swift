internal import Builds
internal import Channel
internal import Execution
internal import FileSystem
internal import Foundation
internal import NotebookText
import Testing

/// What runs again, and what does not: no program is compiled here.
struct RebuildTests {
  private static let text = """
    ---
    parameters:
      factor: { type: number, default: 2 }
    ---

    # Title

    Some text.

    ```swift
    print("first")
    ```

    ```swift
    //| label: fig-a
    draw("{factor} 4", "solid")
    print("drawn")
    ```

    The factor is `{swift} factor`.

    ```swift
    //| label: fig-b
    draw("1 {factor}", "solid")
    ```

    """

  @Test func `nothing runs when only prose has changed, and the page has the new prose`() throws {
    try ScriptedProject.with(Self.text) { (project) throws in
      #expect(try project.runs())
      let page = project.read("report/x.html")
      #expect(try !project.runs())
      #expect(project.read("report/x.html") == page)
      try project.write(
        Self.text.replacing("Some text.", with: "Other text.\n\n## A heading\n\nsee @fig-b: ")
          .replacing("is `{swift}", with: "(see @fig-a) is  `{swift}"))
      #expect(try !project.runs())
      let changed = try #require(project.read("report/x.html"))
      #expect(changed.contains("Other text.") && changed.contains(">drawn</pre>") && changed.contains(">2.0<"))
      _ = try project.build(isFresh: true).run(on: project.host, interrupts: nil, observer: nil)
      #expect(project.host.runs == 2 && project.read("report/x.html") == changed)
    }
  }

  @Test(arguments: [
    ("{factor} 4", "{factor} 5"), ("{swift} factor", "{swift} factor + 1"), ("label: fig-b", "label: fig-c"),
    ("print(\"first\")", "print(\"second\")"), ("default: 2", "default: 3"),
    ("```swift\nprint(\"first\")", "```swift\n//| eval: false\nprint(\"first\")"),
  ])
  func `a change of code or of a default runs the notebook`(old: String, new: String) throws {
    try ScriptedProject.with(Self.text) { (project) throws in
      #expect(try project.runs())
      #expect(Self.text.contains(old))
      try project.write(Self.text.replacing(old, with: new))
      #expect(try project.runs())
      #expect(try !project.runs())
    }
  }

  @Test func `settings, files that were read, and outputs that were touched run the notebook`() throws {
    try ScriptedProject.with(Self.text + "\n```swift\nread(\"input.txt\")\n```\n") { (project) throws in
      try project.put("input.txt", "a")
      #expect(try project.runs())
      #expect(try !project.runs())
      #expect(try project.runs(set: [("factor", "3")]))
      #expect(try !project.runs(set: [("factor", "3")]))
      #expect(try project.runs())
      #expect(try project.runs(.draft))
      #expect(try !project.runs(threads: 2))
      try project.put("input.txt", "bb")
      #expect(try project.runs())
      #expect(try !project.runs())
      try AtomicFile.write("changed", to: project.root + "/figures/demo/fig-a.csv")
      #expect(try project.runs())
      #expect(project.read("figures/demo/fig-a.csv") == "2.0 4\n")
      try Files.remove(project.root + "/figures/demo/fig-b.csv")
      #expect(try project.runs())
      project.host.become("host 2")
      #expect(try project.runs())
      #expect(try !project.runs())
    }
  }

  @Test func `a file that was changed while the notebook may have read it counts as unknown`() throws {
    try ScriptedProject.with("```swift\nread(\"input.txt\")\n```\n") { (project) throws in
      try AtomicFile.write("a", to: project.root + "/input.txt")
      #expect(try project.runs())
      #expect(try project.runs())
    }
  }

  @Test(arguments: ["import Foundation", "@preconcurrency import Glibc", "_ = Int.random(in: 0..<3)"])
  func `a cell that can look past the workbench runs every time`(line: String) throws {
    try ScriptedProject.with("```swift\n\(line)\nprint(\"1\")\n```\n") { (project) throws in
      #expect(try project.runs())
      #expect(try project.runs())
      let report = try project.build().why(on: project.host, interrupts: nil)
      #expect(report.reasons.map(\.message).contains { $0.hasPrefix("line 2: the cell") })
    }
  }

  @Test func `a notebook that stopped runs again`() throws {
    try ScriptedProject.with("```swift\nprint(\"1\")\nstop(\"no\")\n```\n\n```swift\nprint(\"2\")\n```\n") {
      (project) throws in
      for count in 1...2 {
        let outcome = try project.build().run(on: project.host, interrupts: nil, observer: nil)
        #expect(outcome.failure?.kind == .thrownError && outcome.results.count == 1 && project.host.runs == count)
      }
      #expect(project.read("report/x.html")?.contains("Not run: the notebook stopped before this cell.") == true)
    }
  }

  @Test func `only one label is refreshed, and the rest of the page stays`() throws {
    try ScriptedProject.with(Self.text) { (project) throws in
      #expect(try project.runs())
      let before = ["a", "b"].map { project.read("figures/demo/fig-\($0).csv") }
      try project.write(
        Self.text.replacing("{factor} 4", with: "{factor} 5").replacing("1 {factor}", with: "2 {factor}")
          .replacing("print(\"drawn\")", with: "print(\"drawn anew\")"))
      #expect(try project.runs(only: ["fig-a"]))
      #expect(project.read("figures/demo/fig-a.csv") != before[0])
      #expect(project.read("figures/demo/fig-b.csv") == before[1])
      let page = try #require(project.read("report/x.html"))
      #expect(page.contains(">drawn anew</pre>") && page.contains("Kept from an earlier build"))
      #expect(page.contains(">2.0<") && page.contains("figures/demo/fig-b.csv"))

      // The page is of two programs now: the next build runs all of it.
      #expect(try project.runs())
      #expect(project.read("figures/demo/fig-b.csv") != before[1])
      #expect(project.read("report/x.html")?.contains("Kept from") == false)

      #expect(try project.runs(set: [("factor", "7")], only: ["fig-b"]))
      #expect(project.read("figures/demo/fig-b.csv")?.contains("7") == true)
      let refusal = #expect(throws: BuildRefusal.self) { try project.runs(only: ["fig-aa"]) }
      #expect(refusal?.exitCode == .usage)
      #expect(refusal?.description == "--only fig-aa: no label \"fig-aa\"; did you mean \"fig-a\"?")
    }
  }

  @Test func `a program that does not compile is a refusal, and leaves page and record as they are`() throws {
    try ScriptedProject.with(Self.text) { (project) throws in
      #expect(try project.runs())
      let (page, record) = (project.read("report/x.html"), project.read(".workbench/builds/demo/x.json"))
      try project.write(Self.text.replacing("print(\"first\")", with: "does not compile"))
      let refusal = #expect(throws: BuildRefusal.self) { try project.runs() }
      #expect(refusal?.exitCode == .unavailable)
      #expect(project.read("report/x.html") == page && project.read(".workbench/builds/demo/x.json") == record)
      try project.write(Self.text)
      #expect(try !project.runs())
    }
  }

  @Test func `a draft leaves the page and the figures of other scales alone, and says that git ignores it`() throws {
    try ScriptedProject.with(Self.text) { (project) throws in
      #expect(try project.runs())
      let (page, figure) = (project.read("report/x.html"), project.read("figures/demo/fig-a.csv"))
      #expect(try project.runs(.draft, set: [("factor", "9")]))
      #expect(project.read("report/x.html") == page && project.read("figures/demo/fig-a.csv") == figure)
      let draft = try #require(project.read("report/draft/x.html"))
      #expect(draft.contains("href=\"../../figures/draft/fig-a.csv\"") && draft.contains(">9.0<"))
      for folder in ["report/draft", "figures/draft"] {
        #expect(project.read(folder + "/.gitignore")?.contains("\n*\n") == true, "\(folder)")
      }
      #expect(project.read("report/.gitignore") == nil && project.read("figures/demo/.gitignore") == nil)
    }
  }
}
