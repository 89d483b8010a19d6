// The compiler's time grows with the cells of a notebook, not with their square; and so does what they print.

internal import Foundation
import Testing

@Suite(.serialized) struct ManyCellsTests {
  /// Cells that use what others declare: values, functions, types, and the text between them.
  private func notebook(_ count: Int) -> String {
    (0..<count).map { i in
      let before = i == 0 ? "0" : "value\(i - 1)"
      let kind = [
        "struct Kind\(i) { var n = \(i) }", "func twice\(i)(_ x: Double) -> Double { 2 * x }", "var count\(i) = \(i)",
      ][i % 3]
      return
        "```swift\n\(kind)\nlet value\(i) = Double(\(i)) * 0.5 + \(before)\nprint(value\(i))\n```\n\nHere `{swift} value\(i)`.\n"
    }.joined(separator: "\n")
  }

  private struct Outcome: Decodable {
    struct Seconds: Decodable { var compile: Double }
    var seconds: Seconds
  }

  private func compile(_ count: Int) throws -> Double {
    let sandbox = try Sandbox()
    try sandbox.write("x", notebook(count))
    let result = try sandbox.run("run", "notebooks/x.md", "--json")
    #expect(result.code == 0, "\(result.stderr.suffix(2000))")
    let sum = Double(count * (count - 1)) / 4
    #expect(result.stderr.contains("\n\(sum)\n"))
    return try JSONDecoder().decode(Outcome.self, from: Data(result.stdout.utf8)).seconds.compile
  }

  /// Four times the cells in at most seven times the time; in one file it would be some thirteen times.
  @Test func `four times the cells take about four times as long to compile`() throws {
    let (few, many) = (try compile(90), try compile(360))
    #expect(many < 7 * few, "90 cells \(few) s, 360 cells \(many) s")
  }

  @Test func `a mistake in one of many cells is told at its line, as in few`() throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", notebook(60) + "\n```swift\nprint(value3 + \"a\")\n```\n")
    let result = try sandbox.run("run", "notebooks/x.md")
    #expect(result.code == 3)
    let line = notebook(60).split(separator: "\n", omittingEmptySubsequences: false).count + 2
    #expect(result.stderr.contains("notebooks/x.md:\(line):"), "\(result.stderr.prefix(1000))")
  }

  @Test func `what only one program can be is compiled as one`() throws {
    let sandbox = try Sandbox()
    // A function that calls one of a much later cell, and a type whose conformance comes later.
    let first = "```swift\nfunc early() -> Int { late() }\nstruct Shown { var n = 1 }\n```\n\n"
    let last = """

      ```swift
      func late() -> Int { 42 }
      extension Shown: CustomStringConvertible { var description: String { "shown" } }
      print(early(), Shown(), [1, 2].map { Shown(n: $0) })
      ```
      """
    try sandbox.write("x", first + notebook(60) + last)
    let result = try sandbox.run("run", "notebooks/x.md")
    #expect(result.code == 0 && result.stdout.hasSuffix("\n42 shown [shown, shown]\n"), "\(result.stderr)")
  }

  @Test func `types of many cells are printed under the name that they have in few`() throws {
    let sandbox = try Sandbox()
    try sandbox.write(
      "x", notebook(60) + "\n```swift\nprint([Kind0(), Kind0(n: 7)], String(reflecting: Kind57.self))\n```\n")
    let result = try sandbox.run("run", "notebooks/x.md")
    #expect(
      result.stdout.hasSuffix("\n[Notebook.Kind0(n: 0), Notebook.Kind0(n: 7)] Notebook.Kind57\n"), "\(result.stderr)")
  }

  @Test func `an error thrown, and a trap, in one of many cells have their lines`() throws {
    let sandbox = try Sandbox()
    for (code, status, said) in [
      ("struct Bad: Error {}\nthrow Bad()", Int32(4), "Bad"), ("print([1][Int(value0) + 3])", 5, "Index out of range"),
    ] {
      let text = notebook(20) + "\n```swift\n\(code)\n```\n\n"
      let line = text.split(separator: "\n", omittingEmptySubsequences: false).count - 3
      // The mistake is in the first part of two.
      try sandbox.write("x", text + notebook(80).replacing(#/(value|Kind|twice|count)(\d+)/#) { "\($0.1)Late\($0.2)" })
      let result = try sandbox.run("run", "notebooks/x.md")
      #expect(result.code == status && result.stderr.contains("notebooks/x.md:\(line):"), "\(result.stderr)")
      #expect(result.stderr.contains(said), "\(result.stderr)")
    }
  }
}
