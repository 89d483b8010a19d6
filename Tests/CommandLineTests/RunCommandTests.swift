internal import Foundation
import Testing

@Suite(.serialized) struct RunCommandTests {
  @Test func `a trivial notebook becomes a page`() throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", "# Hello\n\n```swift\nlet a = 6 * 7\nprint(a)\n```\n\n```swift\nprint(a + 1)\n```\n")
    let result = try sandbox.run("run", "notebooks/x.md")
    #expect(result.code == 0, "\(result.stderr)")
    #expect(result.stdout == "42\n43\n")
    #expect(result.stderr.contains("[cell 2, line 9]"))
    #expect(result.stderr.contains("wrote report/x.html"))
    let page = try #require(sandbox.read("report/x.html"))
    #expect(page.contains("<h1 id=\"hello\">Hello</h1>"))
    #expect(page.contains("aria-label=\"Output of cell 1\">42</pre>"))
    #expect(page.contains("aria-label=\"Output of cell 2\">43</pre>"))

    let again = try sandbox.run("run", "notebooks/x.md")
    #expect(again.stdout == "42\n43\n" && again.stderr.contains("nothing ran"))
    #expect(sandbox.read("report/x.html") == page)
  }

  @Test func `stdout and stderr land in their cell, live output in the right order`() throws {
    let sandbox = try Sandbox()
    try sandbox.write(
      "x",
      """
      ```swift
      import Foundation
      print("one", terminator: "")
      fputs("warned\\n", stderr)
      ```

      ```swift
      //| echo: false
      print("two")
      show(Table(header: ["a"], rows: [["1"]]))
      print("three")
      show(markdown: "*four*")
      ```
      """)
    let result = try sandbox.run("run", "notebooks/x.md")
    #expect(result.code == 0, "\(result.stderr)")
    let page = try #require(sandbox.read("report/x.html"))
    let cell = page.components(separatedBy: "<section")
    #expect(cell[1].contains(">one</pre>") && cell[1].contains("warned"))
    let order = ["two", "<table>", "three", "<em>four</em>"].map { cell[2].range(of: $0)?.lowerBound }
    #expect(order.allSatisfy { $0 != nil })
    #expect(order.compactMap { $0 } == order.compactMap { $0 }.sorted())
  }

  @Test func `a compile error is named with line and column, and nothing runs`() throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", "```swift\nprint(1)\n```\n\ntext\n\n```swift\n//| label: a\nlet a: Int = \"no\"\n```\n")
    let result = try sandbox.run("run", "notebooks/x.md")
    #expect(result.code == 3)
    #expect(result.stdout == "")
    #expect(
      result.stderr.hasPrefix(
        "notebooks/x.md:9:14: error: cannot convert value of type 'String' to specified type 'Int'\n  let a: Int = \"no\"\n               ^"
      ), "\(result.stderr)")
    #expect(sandbox.read("report/x.html") == nil)
  }

  /// A notebook that fails as its parameter says: compiled once, run in many ways.
  private static let failing = Result {
    let sandbox = try Sandbox()
    try sandbox.write(
      "x",
      """
      text

      ```swift
      //| label: a
      import Glibc
      enum E: Error { case bad(Int) }
      func throwing() throws { throw E.bad(3) }
      func typed() throws(E) { throw E.bad(3) }
      func trapping() { preconditionFailure("why") }
      func leaving() { exit(0) }
      let kind = notebook.parameter("kind", default: "")
      let (array, count) = ([1, 2], UInt8(CommandLine.arguments.count))
      let none: Int? = count > 99 ? 1 : nil
      print(1)
      if kind == "throwing" { try throwing() }
      if kind == "typed" { try typed() }
      if kind == "index" { print(array[array.count]) }
      if kind == "nil" { print(none!) }
      if kind == "overflow" { print(count - 2) }
      if kind == "trap" { trapping() }
      if kind == "parameter" { let n: Int = notebook.parameter("n"); print(n) }
      leaving()
      ```

      ```swift
      print("never")
      ```

      """)
    return sandbox
  }

  private func expectFailure(
    _ sandbox: Sandbox, _ settings: [String], code: Int32, place: String, message: String
  ) throws {
    let result = try sandbox.run(["run", "notebooks/x.md"] + settings)
    #expect(result.code == code, "\(result.stderr)")
    #expect(result.stdout == "1\n")
    #expect(result.stderr.contains("\nnotebooks/x.md:\(place): \(message)"), "\(result.stderr)")
    #expect(!result.stderr.contains("***"))
    let page = try #require(sandbox.read("report/x.html"))
    #expect(page.contains("aria-label=\"Output of cell 1\">1</pre>"))
    #expect(page.contains("<span class=\"place\">notebooks/x.md:\(place)</span>"))
    #expect(page.contains("Not run: the notebook stopped before this cell."))
  }

  @Test(arguments: [
    ("throwing", 4, "7:26", "error thrown: bad(3)"), ("typed", 4, "8:26", "error thrown: bad(3)"),
    ("index", 5, "17:33", "trap: Index out of range"), ("nil", 5, "18:30", "trap: Unexpectedly found nil"),
    ("overflow", 5, "19:37", "trap: arithmetic overflow"), ("trap", 5, "9:19", "trap: why"),
    ("parameter", 64, "21:57", "parameter error: no parameter \"n\""),
    ("", 6, "5:1", "ended early: the cell ended the program with exit code 0"),
  ])
  func `a cell that fails is named with its place, and what was printed stays`(
    kind: String, exit: Int32, place: String, message: String
  ) throws {
    try expectFailure(
      Self.failing.get(), kind.isEmpty ? [] : ["--set", "kind=\(kind)"], code: exit, place: place, message: message)
  }

  @Test func `an error of a program that awaits is named with its place`() throws {
    let sandbox = try Sandbox()
    let code = "enum E: Error { case bad }\nprint(1)\ntry await Task.sleep(for: .zero)\nthrow E.bad"
    try sandbox.write("x", "text\n\n```swift\n//| label: a\n\(code)\n```\n\n```swift\nprint(\"never\")\n```\n")
    try expectFailure(sandbox, [], code: 4, place: "8:1", message: "error thrown: bad")
  }

  @Test func `a mistake in the notebook has its own exit code`() throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", "```swift\n//| cpation: a\n```\n")
    let result = try sandbox.run("run", "notebooks/x.md")
    #expect(result.code == 2)
    #expect(
      result.stderr
        == "notebooks/x.md:2:5: error: no cell option \"cpation\"; did you mean \"caption\"?\n  //| cpation: a\n      ^\n"
    )
  }

  @Test func `parameters come from the front matter, a cell, and --set`() throws {
    let sandbox = try Sandbox()
    try sandbox.write(
      "x",
      """
      ---
      parameters:
        epochs: { type: integer, default: 5, range: [1, 9] }
      ---

      ```swift
      let epochs: Int = notebook.parameter("epochs")
      let rate = notebook.parameter("rate", default: 0.5)
      print(epochs, rate, notebook.scale, notebook.threads)
      ```
      """)
    #expect(try sandbox.run("run", "notebooks/x.md", "--threads", "3").stdout == "5 0.5 demo 3\n")
    let set = try sandbox.run(
      "run", "notebooks/x.md", "--set", "epochs=7", "--set", "rate=2", "--scale", "demo", "--threads", "1")
    #expect(set.stdout == "7 2.0 demo 1\n")
    #expect(set.stderr.contains("(compiled before)"))
    let unknown = try sandbox.run("run", "notebooks/x.md", "--set", "epoch=7")
    #expect(unknown.code == 64)
    #expect(unknown.stderr == "error: --set epoch=7: no parameter \"epoch\"; did you mean \"epochs\"?\n")
    let outside = try sandbox.run("run", "notebooks/x.md", "--set", "epochs=70")
    #expect(outside.stderr == "error: --set epochs=70: 70 is outside 1 … 9, the range of \"epochs\"\n")
    let kind = try sandbox.run("run", "notebooks/x.md", "--set", "rate=fast")
    #expect(kind.code == 64)
    #expect(
      kind.stderr.contains("notebooks/x.md:8:30: parameter error: parameter \"rate\" is \"fast\""), "\(kind.stderr)")
  }

  @Test func `wrong usage is told apart`() throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", "text\n")
    #expect(try sandbox.run("run", "notebooks/y.md").code == 66)
    #expect(
      try sandbox.run("run", "notebooks/y.md").stderr
        == "error: notebooks/y.md: no such notebook; did you mean \"x.md\"?\n")
    #expect(try sandbox.run("run", "notebooks/x.md", "--sclae", "demo").code == 64)
    #expect(try sandbox.run("run", "notebooks/x.md", "--scale", "huge").code == 64)
    #expect(try sandbox.run("run", "notebooks/x.md", "--set", "novalue").code == 64)
    #expect(try sandbox.run("--version").stdout == "0.1.0\n")
    #expect(try sandbox.run("run", "--help").stdout.contains("workbench run notebooks/landscape.md"))
  }

  @Test func `a notebook runs from another folder, and its output goes where --output says`() throws {
    let sandbox = try Sandbox()
    try sandbox.write(
      "x",
      """
      ```swift
      //| label: fig-a
      import Foundation
      struct Square: FigureOutput {
        func writeFiles(directory: String, name: String, key: String) throws -> [String] {
          try "<svg/><svg></svg>".write(toFile: "\\(directory)/\\(name).svg", atomically: true, encoding: .utf8)
          return ["\\(directory)/\\(name).svg"]
        }
      }
      try show(Square())
      print(FileManager.default.currentDirectoryPath)
      ```
      """)
    let result = try sandbox.run("run", "x.md", directory: sandbox.root + "/notebooks")
    #expect(result.code == 0, "\(result.stderr)")
    #expect(sandbox.read("figures/demo/fig-a.svg") != nil)
    #expect(sandbox.read("report/x.html") != nil)
    #expect(result.stdout.hasSuffix((sandbox.root as NSString).lastPathComponent + "\n"))

    let elsewhere = try sandbox.run("run", "notebooks/x.md", "--output", "elsewhere", "--scale", "demo")
    #expect(elsewhere.code == 0)
    #expect(sandbox.read("elsewhere/figures/demo/fig-a.svg") != nil)
    #expect(sandbox.read("elsewhere/report/x.html")?.contains("href=\"../figures/demo/fig-a.svg\"") == true)
  }
}
