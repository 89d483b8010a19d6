internal import Foundation
import Testing

/// What the real host adds to `BuildsTests`: programs that were compiled, journals of files, keys in pictures.
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

  @Test func `a figure that has not changed is not drawn again, and one that has is`() throws {
    let sandbox = try Sandbox()
    // A file that is written anew is another one, with another number.
    func numbers(_ name: String) throws -> [UInt64] {
      try ["svg", "png", "pdf", "csv"].map { kind in
        let path = "\(sandbox.root)/figures/demo/\(name).\(kind)"
        return try #require(try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? UInt64)
      }
    }
    try sandbox.write("x", Self.figure)
    #expect(try sandbox.run("run", "notebooks/x.md").code == 0)
    let a = try numbers("fig-a")
    let drawn = try #require(sandbox.read("figures/demo/fig-b.svg"))
    try sandbox.write(
      "x",
      Self.figure.replacing("print(\"first\")", with: "print(\"second\")").replacing("[1, factor]", with: "[2, factor]")
    )
    let again = try sandbox.run("run", "notebooks/x.md")
    #expect(again.code == 0 && again.stdout.hasPrefix("second\n"), "\(again.stderr)")
    #expect(try numbers("fig-a") == a)
    #expect(sandbox.read("figures/demo/fig-b.svg") != drawn)
    let whole = try #require(sandbox.read("figures/demo/fig-a.svg"))
    try "cut off".write(toFile: sandbox.root + "/figures/demo/fig-a.svg", atomically: true, encoding: .utf8)
    #expect(try sandbox.run("run", "notebooks/x.md", "--fresh").code == 0)
    #expect(sandbox.read("figures/demo/fig-a.svg") == whole)
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

  @Test func `a program tells which files it read, and draws only what was asked for`() throws {
    let sandbox = try Sandbox()
    func put(_ text: String) throws {
      let path = sandbox.root + "/input.txt"
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      // What was written just before a run might have been changed while it was read.
      let past = Date(timeIntervalSinceNow: -3600 + Double(text.utf8.count))
      try FileManager.default.setAttributes([.modificationDate: past], ofItemAtPath: path)
    }
    let text = Self.figure + "\n```swift\nprint(String(decoding: try Files.read(\"input.txt\"), as: UTF8.self))\n```\n"
    try put("a")
    try sandbox.write("x", text)
    #expect(try sandbox.run("run", "notebooks/x.md").stdout == "first\ndrawn\na\n")
    #expect(try sandbox.run("run", "notebooks/x.md").stderr.contains("nothing ran"))
    try put("bb")
    #expect(try sandbox.run("run", "notebooks/x.md").stdout == "first\ndrawn\nbb\n")

    let before = ["a", "b"].map { sandbox.read("figures/demo/fig-\($0).csv") }
    try sandbox.write(
      "x", text.replacing("[factor, 4]", with: "[factor, 5]").replacing("[1, factor]", with: "[2, factor]"))
    let part = try sandbox.run("run", "notebooks/x.md", "--only", "fig-a")
    #expect(part.code == 0 && part.stdout == "first\ndrawn\n", "\(part.stderr)")
    #expect(sandbox.read("figures/demo/fig-a.csv") != before[0] && sandbox.read("figures/demo/fig-b.csv") == before[1])
    #expect(sandbox.read("report/x.html")?.contains("Kept from an earlier build") == true)
    let unknown = try sandbox.run("run", "notebooks/x.md", "--only", "fig-aa")
    #expect(
      unknown.code == 64 && unknown.stderr == "error: --only fig-aa: no label \"fig-aa\"; did you mean \"fig-a\"?\n")
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
