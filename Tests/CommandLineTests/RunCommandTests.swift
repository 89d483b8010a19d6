internal import Foundation
internal import Glibc
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
    #expect(page.contains("<h1>Hello</h1>"))
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

  @Test(arguments: [
    (
      "func f() throws { throw E.bad(3) }\nenum E: Error { case bad(Int) }\nprint(1)\ntry f()", 4, "5:19",
      "error thrown: bad(3)"
    ),
    (
      "enum E: Error { case bad }\nfunc f() throws(E) { throw E.bad }\nprint(1)\ntry f()", 4, "6:22",
      "error thrown: bad"
    ),
    (
      "enum E: Error { case bad }\nprint(1)\ntry await Task.sleep(for: .zero)\nthrow E.bad", 4, "8:1",
      "error thrown: bad"
    ),
    ("print(1)\nlet a = [1, 2]\nprint(a[a.count])", 5, "7:8", "trap: Index out of range"),
    (
      "print(1)\nlet a: Int? = CommandLine.arguments.count > 99 ? 1 : nil\nprint(a!)", 5, "7:8",
      "trap: Unexpectedly found nil"
    ),
    ("print(1)\nlet a = UInt8(CommandLine.arguments.count) - 2\nprint(a)", 5, "6:44", "trap: arithmetic overflow"),
    ("print(1)\nfunc g() { preconditionFailure(\"why\") }\ng()", 5, "6:12", "trap: why"),
    ("print(1)\nlet n: Int = notebook.parameter(\"n\")", 64, "6:32", "parameter error: no parameter \"n\""),
    (
      "import Glibc\nprint(1)\nfunc leave() { exit(0) }\nleave()", 6, "5:1",
      "ended early: the cell ended the program with exit code 0"
    ),
  ])
  func `a cell that fails is named with its place, and what was printed stays`(
    code: String, exit: Int32, place: String, message: String
  ) throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", "text\n\n```swift\n//| label: a\n\(code)\n```\n\n```swift\nprint(\"never\")\n```\n")
    let result = try sandbox.run("run", "notebooks/x.md")
    #expect(result.code == exit, "\(result.stderr)")
    #expect(result.stdout == "1\n")
    #expect(result.stderr.contains("\nnotebooks/x.md:\(place): \(message)"), "\(result.stderr)")
    #expect(!result.stderr.contains("***"))
    let page = try #require(sandbox.read("report/x.html"))
    #expect(page.contains("aria-label=\"Output of cell 1\">1</pre>"))
    #expect(page.contains("<span class=\"place\">notebooks/x.md:\(place)</span>"))
    #expect(page.contains("Not run: the notebook stopped before this cell."))
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
    #expect(unknown.stderr == "--set epoch=7: no parameter \"epoch\"; did you mean \"epochs\"?\n")
    let outside = try sandbox.run("run", "notebooks/x.md", "--set", "epochs=70")
    #expect(outside.stderr == "--set epochs=70: 70 is outside 1 … 9, the range of \"epochs\"\n")
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
      try sandbox.run("run", "notebooks/y.md").stderr == "notebooks/y.md: no such notebook; did you mean \"x.md\"?\n")
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

  /// Starts a notebook that ignores SIGTERM and has started a process of its own. Returns when both run.
  private func startSleeper(_ sandbox: Sandbox) throws -> (process: Process, children: [Int32]) {
    try sandbox.write(
      "x",
      """
      ```swift
      import Foundation
      signal(SIGTERM, SIG_IGN)
      let sleeper = Process()
      sleeper.executableURL = URL(fileURLWithPath: "/bin/sleep")
      sleeper.arguments = ["\(Int.random(in: 100_000...999_999))"]
      try sleeper.run()
      print("started", getpid(), sleeper.processIdentifier)
      while true { sleep(1) }
      ```
      """)
    let (process, out, _) = try sandbox.start(["run", "notebooks/x.md"])
    var printed = ""
    for _ in 0..<600 where !printed.hasSuffix("\n") {
      usleep(50_000)
      printed = (try? String(contentsOfFile: out, encoding: .utf8)) ?? ""
    }
    let children = printed.split(separator: " ").compactMap { Int32($0.filter(\.isNumber)) }
    #expect(children.count == 2, "\(printed)")
    #expect(children.allSatisfy { kill($0, 0) == 0 })
    return (process, children)
  }

  @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
  func `an interrupt leaves no process behind and keeps what was printed`(signal: Int32, code: Int32) throws {
    let sandbox = try Sandbox()
    let (process, children) = try startSleeper(sandbox)
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    #expect(process.terminationStatus == code)
    for _ in 0..<40 where children.contains(where: { kill($0, 0) == 0 }) { usleep(50_000) }
    #expect(children.allSatisfy { kill($0, 0) != 0 })
    #expect(sandbox.read("report/x.html")?.contains("started") == true)
  }

  @Test func `a second interrupt ends everything without the two seconds that one leaves`() throws {
    func interrupt(times: Int) throws -> Duration {
      let sandbox = try Sandbox()
      let (process, children) = try startSleeper(sandbox)
      let start = ContinuousClock.now
      for _ in 0..<times {
        kill(process.processIdentifier, SIGINT)
        usleep(50_000)
      }
      process.waitUntilExit()
      let duration = ContinuousClock.now - start
      #expect(process.terminationStatus == 130)
      for _ in 0..<40 where children.contains(where: { kill($0, 0) == 0 }) { usleep(50_000) }
      #expect(children.allSatisfy { kill($0, 0) != 0 })
      #expect(sandbox.read("report/x.html")?.contains("started") == true)
      return duration
    }
    let (once, twice) = (try interrupt(times: 1), try interrupt(times: 2))
    #expect(once >= .seconds(2) && twice < once, "\(once), \(twice)")
  }

  @Test func `the program ends when the runner is killed outright`() throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", "```swift\nimport Foundation\nprint(getpid())\nwhile true { sleep(1) }\n```\n")
    let (process, out, _) = try sandbox.start(["run", "notebooks/x.md"])
    var printed = ""
    for _ in 0..<600 where !printed.hasSuffix("\n") {
      usleep(50_000)
      printed = (try? String(contentsOfFile: out, encoding: .utf8)) ?? ""
    }
    let child = try #require(Int32(printed.dropLast()))
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    for _ in 0..<40 where kill(child, 0) == 0 { usleep(50_000) }
    #expect(kill(child, 0) != 0)
  }
}
