internal import Foundation
internal import Glibc
import Testing

/// A notebook with one mistake, and what is to be said of it.
struct BrokenNotebook: Sendable, CustomTestStringConvertible {
  var name: String
  var text: String
  var code: Int32
  /// The message from its place on; N stands for a number that differs from run to run.
  var message: String

  var testDescription: String { name }

  static let all = [
    BrokenNotebook(
      name: "syntax error", text: "text\n\n```swift\nprint(1\n```\n", code: 3,
      message:
        "notebooks/x.md:5:1: error: expected ')' in expression list\n  ```\n  ^\nnotebooks/x.md:4:6: note: to match this opening '('\n"
    ),
    BrokenNotebook(
      name: "type error", text: "text\n\n```swift\nlet a: Int = \"no\"\n```\n", code: 3,
      message:
        "notebooks/x.md:4:14: error: cannot convert value of type 'String' to specified type 'Int'\n  let a: Int = \"no\"\n"
    ),
    BrokenNotebook(
      name: "trap", text: "text\n\n```swift\nlet a = [1, 2]\nprint(a[a.count])\n```\n", code: 5,
      message: "notebooks/x.md:5:8: trap: Index out of range\n  print(a[a.count])\n         ^"),
    BrokenNotebook(
      name: "infinite loop", text: "```swift\n//| budget: 1\nvar a = 0\nwhile true { a &+= 1 }\n```\n", code: 8,
      message: "notebooks/x.md:3:1: over budget: the cell has run for 1 s, all of its budget"),
    BrokenNotebook(
      name: "out of memory",
      text: """
        ```swift
        //| budget: { seconds: 60, memory: 256 }
        var a: [[UInt8]] = []
        while a.count < 500 { a.append([UInt8](repeating: 1, count: 8 << 20)) }
        ```
        """, code: 8,
      message: "notebooks/x.md:3:1: over budget: the cell uses N MiB of memory, its budget is N MiB"),
    BrokenNotebook(
      name: "missing label", text: "See @fig-non.\n\n```swift\n//| label: fig-none\nprint(1)\n```\n", code: 2,
      message: "notebooks/x.md:1:5: error: no figure \"fig-non\"; did you mean \"fig-none\"?\n  See @fig-non.\n      ^"),
    BrokenNotebook(
      name: "duplicate label",
      text: "```swift\n//| label: a\n```\n\n```swift\n//| label: a\n```\n", code: 2,
      message:
        "notebooks/x.md:6:12: error: label \"a\" is already that of the cell at line 2\n  //| label: a\n             ^"),
    BrokenNotebook(
      name: "unclosed fence", text: "text\n\n```swift\nlet a = 1\n", code: 2,
      message:
        "notebooks/x.md:3:1: error: this cell has no end: add a line of \"```\" below its code\n  ```swift\n  ^"),
    BrokenNotebook(
      name: "bad option", text: "```swift\n//| budget: { second: 3 }\n```\n", code: 2,
      message:
        "notebooks/x.md:2:15: error: no part of a budget \"second\"; did you mean \"seconds\"?\n  //| budget: { second: 3 }\n                ^"
    ),
    BrokenNotebook(
      name: "failing required claim", text: "So `{claim required} 1.0 > 2.0`.\n", code: 7,
      message: "failed  notebooks/x.md:1:22: required: 1.0 > 2.0 (1 > 2; no interval)"),
  ]
}

@Suite(.serialized) struct BrokenNotebookTests {
  @Test(arguments: BrokenNotebook.all)
  func `a broken notebook is explained at its place, with its own exit code`(notebook: BrokenNotebook) throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", notebook.text)
    let result = try sandbox.run("run", "notebooks/x.md")
    #expect(result.code == notebook.code, "\(result.stderr)")
    let isOfMemory = notebook.message.contains("N MiB")
    let said = isOfMemory ? result.stderr.replacing(#/\d+ MiB/#, with: "N MiB") : result.stderr
    #expect(("\n" + said).contains("\n" + notebook.message), "\(result.stderr)")
    #expect(!result.stderr.contains("***"))
  }

  @Test func `what ran before a budget was used up stays on the page, and nothing is left running`() throws {
    let sandbox = try Sandbox()
    try sandbox.write(
      "x",
      """
      ```swift
      print("kept")
      ```

      ```swift
      //| budget: { seconds: 1 }
      import Foundation
      signal(SIGTERM, SIG_IGN)
      print(getpid())
      while true { sleep(1) }
      ```

      ```swift
      print("never")
      ```
      """)
    let result = try sandbox.run("run", "notebooks/x.md")
    #expect(result.code == 8)
    let child = try #require(Int32(result.stdout.split(separator: "\n").last ?? ""))
    #expect(kill(child, 0) != 0)
    let page = try #require(sandbox.read("report/x.html"))
    #expect(page.contains(">kept</pre>") && page.contains("Over budget") && page.contains("notebooks/x.md:7:1"))
    #expect(page.contains("Not run: the notebook stopped before this cell."))
  }

  @Test func `a cell within its budget is left alone`() throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", "```swift\n//| budget: { seconds: 60, memory: 4096 }\nprint(1)\n```\n")
    #expect(try sandbox.run("run", "notebooks/x.md").stdout == "1\n")
  }
}
