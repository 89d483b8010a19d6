internal import Foundation
import Testing

@Suite(.serialized) struct RebuildTests {
  private static let figure = """
    # Title

    Some text.

    ```swift
    let factor = notebook.parameter("factor", default: 2.0)
    print("first")
    ```

    ```swift
    //| label: fig-a
    try show(Figure(x: .linear("x"), y: .linear("y")) { Line(x: [1, 2], y: [factor, 4]) })
    print("drawn")
    ```

    The factor is `{swift} factor`.

    ```swift
    //| label: fig-b
    try show(Figure(x: .linear("x"), y: .linear("y")) { Line(x: [1, 2], y: [1, factor]) })
    show(Table(header: ["a"], rows: [["1"]]))
    ```

    """

  private func record(_ sandbox: Sandbox) throws -> [String: Any] {
    let text = try #require(sandbox.read(".workbench/builds/demo/x.json"))
    return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func `nothing runs when only prose has changed, and the page has the new prose`() throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", Self.figure)
    let first = try sandbox.run("run", "notebooks/x.md")
    #expect(first.code == 0, "\(first.stderr)")
    let page = try #require(sandbox.read("report/x.html"))
    let again = try sandbox.run("run", "notebooks/x.md")
    #expect(again.stderr.contains("nothing ran") && again.stdout == first.stdout)
    #expect(sandbox.read("report/x.html") == page)

    try sandbox.write(
      "x",
      Self.figure.replacing("Some text.", with: "Other text.\n\n## A heading\n\nsee @fig-b: ")
        .replacing("is `{swift} factor`", with: "(see @fig-a) is  `{swift} factor`"))
    let prose = try sandbox.run("run", "notebooks/x.md")
    #expect(prose.code == 0 && prose.stderr.contains("nothing ran"), "\(prose.stderr)")
    let changed = try #require(sandbox.read("report/x.html"))
    #expect(
      changed.contains("Other text.") && changed.contains(">drawn</pre>") && changed.contains("title=\"factor\">2<"))
    let fresh = try sandbox.run("run", "notebooks/x.md", "--fresh")
    #expect(!fresh.stderr.contains("nothing ran"))
    #expect(sandbox.read("report/x.html") == changed)
  }

  @Test(arguments: [
    ("[factor, 4]", "[factor, 5]"), ("{swift} factor", "{swift} factor + 1"), ("label: fig-b", "label: fig-c"),
    ("print(\"first\")", "print(\"second\")"),
  ])
  func `a change of code runs the notebook`(old: String, new: String) throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", Self.figure)
    _ = try sandbox.run("run", "notebooks/x.md")
    try sandbox.write("x", Self.figure.replacing(old, with: new))
    let result = try sandbox.run("run", "notebooks/x.md")
    #expect(result.code == 0 && !result.stderr.contains("nothing ran"), "\(result.stderr)")
  }

  @Test func `settings, files that were read, and outputs that were touched run the notebook`() throws {
    let sandbox = try Sandbox()
    // Long before the run: what was written just before one might have been changed while it was read.
    func writeInput(_ text: String, secondsAgo: Double) throws {
      let path = sandbox.root + "/input.txt"
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -secondsAgo)], ofItemAtPath: path)
    }
    try writeInput("a", secondsAgo: 100)
    try sandbox.write(
      "x", Self.figure + "\n```swift\nprint(String(decoding: try Files.read(\"input.txt\"), as: UTF8.self))\n```\n")
    func runs(_ arguments: String...) throws -> Bool {
      let (process, _, err) = try sandbox.start(["run", "notebooks/x.md"] + arguments)
      process.waitUntilExit()
      let messages = try String(contentsOfFile: err, encoding: .utf8)
      #expect(process.terminationStatus == 0, "\(messages)")
      return !messages.contains("nothing ran")
    }
    #expect(try runs())
    #expect(try !runs())
    #expect(try runs("--set", "factor=3"))
    #expect(try runs())
    #expect(try runs("--scale", "draft"))
    #expect(try !runs("--threads", "1"))
    try writeInput("b", secondsAgo: 50)
    #expect(try runs())
    #expect(try !runs())
    try "changed".write(toFile: sandbox.root + "/figures/demo/fig-a.csv", atomically: true, encoding: .utf8)
    #expect(try runs())
    #expect(sandbox.read("figures/demo/fig-a.csv")?.contains("series") == true)
    try FileManager.default.removeItem(atPath: sandbox.root + "/figures/demo/fig-b.png")
    #expect(try runs())
  }

  @Test(arguments: ["import Foundation", "@preconcurrency import Glibc", "_ = Int.random(in: 0..<3)"])
  func `a cell that can look past the workbench runs every time`(line: String) throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", "```swift\n\(line)\nprint(1)\n```\n")
    _ = try sandbox.run("run", "notebooks/x.md")
    let again = try sandbox.run("run", "notebooks/x.md")
    #expect(again.code == 0 && again.stderr.contains("(compiled before)"), "\(again.stderr)")
    let why = try sandbox.run("why", "notebooks/x.md")
    #expect(why.stdout.contains("line 2: the cell"), "\(why.stdout)")
  }

  @Test func `the record holds code, files and keys of every cell`() throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", Self.figure)
    _ = try sandbox.run("run", "notebooks/x.md")
    let record = try record(sandbox)
    let cells = try #require(record["cells"] as? [[String: Any]])
    #expect(cells.count == 3 && record["isFinished"] as? Bool == true)
    let files = try #require(cells[1]["files"] as? [[String: String]])
    #expect(files.map { $0["path"]?.split(separator: ".").last } == ["svg", "png", "pdf", "csv"])
    #expect(files.allSatisfy { $0["sha256"]?.count == 64 } && (cells[1]["code"] as? String)?.count == 64)
    let text = try #require(sandbox.read(".workbench/builds/demo/x.json"))
    let keys = text.matches(of: #/"key" : "([0-9a-f]{64})"/#).map { String($0.1) }
    #expect(keys.count == 3)  // two figures and a table
    let png = try Data(contentsOf: URL(fileURLWithPath: sandbox.root + "/figures/demo/fig-a.png"))
    #expect(png.range(of: Data(keys[0].utf8)) != nil)
    #expect(sandbox.read("figures/demo/fig-b.svg")?.contains(keys[1]) == true)
  }

  @Test func `only one label is refreshed, and the rest of the page stays`() throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", Self.figure)
    _ = try sandbox.run("run", "notebooks/x.md")
    let before = ["a", "b"].map { sandbox.read("figures/demo/fig-\($0).csv") }
    try sandbox.write(
      "x",
      Self.figure.replacing("[factor, 4]", with: "[factor, 5]").replacing("[1, factor]", with: "[2, factor]")
        .replacing("print(\"drawn\")", with: "print(\"drawn anew\")"))
    let result = try sandbox.run("run", "notebooks/x.md", "--only", "fig-a")
    #expect(result.code == 0 && result.stdout == "first\ndrawn anew\n", "\(result.stderr)")
    #expect(sandbox.read("figures/demo/fig-a.csv") != before[0])
    #expect(sandbox.read("figures/demo/fig-b.csv") == before[1])
    let page = try #require(sandbox.read("report/x.html"))
    #expect(page.contains(">drawn anew</pre>") && page.contains("Kept from an earlier build"))
    #expect(page.contains("title=\"factor\">2<") && page.contains("figures/demo/fig-b.svg"))

    // The page is of two programs now: the next build runs all of it.
    let whole = try sandbox.run("run", "notebooks/x.md")
    #expect(!whole.stderr.contains("nothing ran"))
    #expect(sandbox.read("figures/demo/fig-b.csv") != before[1])
    #expect(sandbox.read("report/x.html")?.contains("Kept from") == false)

    let later = try sandbox.run("run", "notebooks/x.md", "--only", "fig-b", "--set", "factor=7")
    #expect(later.code == 0 && sandbox.read("figures/demo/fig-b.csv")?.contains("7") == true)
    let unknown = try sandbox.run("run", "notebooks/x.md", "--only", "fig-aa")
    #expect(unknown.code == 64)
    #expect(unknown.stderr == "error: --only fig-aa: no label \"fig-aa\"; did you mean \"fig-a\"?\n")
  }

  @Test func `why names the key that has changed`() throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", Self.figure)
    let first = try sandbox.run("why", "notebooks/x.md")
    #expect(first.stdout.contains("there is no record of a build at scale demo"), "\(first.stderr)")
    #expect(sandbox.read("figures/demo/fig-a.csv") == nil)
    _ = try sandbox.run("run", "notebooks/x.md")
    #expect(
      try sandbox.run("why", "notebooks/x.md").stdout
        == "notebooks/x.md at scale demo: nothing would run, only the page would be made anew\n")

    try sandbox.write("x", Self.figure.replacing("y: [factor, 4]", with: "y: [factor, 4], dash: .dashed"))
    let style = try sandbox.run("why", "notebooks/x.md").stdout
    #expect(style.contains("cell 2 (fig-a), line 12: its code has changed"))
    #expect(style.contains("draw key of fig-a: ") && style.contains(": only its style has changed"), "\(style)")
    let numbers = try sandbox.run("why", "notebooks/x.md", "--set", "factor=3", "--json").stdout
    let report = try #require(try JSONSerialization.jsonObject(with: Data(numbers.utf8)) as? [String: Any])
    let changes = (report["cells"] as? [[String: Any]])?.compactMap { $0["changes"] as? [String] } ?? []
    #expect(changes.map(\.count) == [0, 1, 1], "\(numbers)")
    #expect(changes.last?.first?.hasSuffix("its numbers have changed") == true)
    #expect(numbers.contains("parameter factor: not there → 3"))
    let broken = try sandbox.run("why", "notebooks/y.md")
    #expect(broken.code == 66)
  }

  @Test func `why follows a training without doing it, and names the field of the recipe`() throws {
    let sandbox = try Sandbox()
    let text = """
      ```swift
      var recipe = try Recipe.standard(.draft, name: "small", attack: nil, epochs: notebook.parameter("epochs", default: 1))
      recipe.data.trainCount = 192
      recipe.data.testCount = 64
      let data = try notebook.images(recipe.data)
      ```

      ```swift
      //| label: tbl-a
      let network = try notebook.train(recipe, on: data)
      let found = try notebook.accuracies(of: network, on: data.test.prefix(16))
      show(Table(header: ["clean"], rows: [[percent(found.clean)]]))
      ```

      """
    try sandbox.write("x", text)
    let planned = try sandbox.run("why", "notebooks/x.md")
    #expect(
      planned.code == 0 && planned.stdout.contains("would train small: about "), "\(planned.stdout)\(planned.stderr)")
    #expect(planned.stdout.contains("what comes after cannot be known without doing it: line 10: accuracies"))
    #expect(!FileManager.default.fileExists(atPath: sandbox.root + "/.workbench/runs"))

    let first = try sandbox.run("run", "notebooks/x.md")
    #expect(first.code == 0, "\(first.stderr)")
    #expect(try sandbox.run("run", "notebooks/x.md").stderr.contains("nothing ran"))
    let record = try #require(sandbox.read(".workbench/builds/demo/x.json"))
    for field in ["\"kernelLevel\"", "\"numericsVersion\"", "\"optimizer.momentum\"", "\"kind\" : \"accuracies\""] {
      #expect(record.contains(field), "\(field)")
    }
    let changed = try sandbox.run("why", "notebooks/x.md", "--set", "epochs=2").stdout
    #expect(changed.contains("run key of small: ") && changed.contains(": epochs 1 → 2"), "\(changed)")
    #expect(changed.contains("would compute accuracies: about ") && changed.contains("(from the last build)"))
  }
}
