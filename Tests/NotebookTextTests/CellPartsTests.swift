internal import NotebookText
import Testing

struct CellPartsTests {
  private func notebook(_ cells: [String]) throws -> Notebook {
    try Notebook(text: cells.map { "```swift\n\($0)\n```\n" }.joined(separator: "\n"), path: "x.md")
  }

  @Test func `cells are cut into groups in order, without those that do not run`() throws {
    var cells = (0..<7).map { "let a\($0) = \($0)" }
    cells[2] = "//| eval: false\nlet a0 = 1"
    #expect(try notebook(cells).parts(of: 3) == [[0, 1, 3], [4, 5, 6]])
    #expect(try notebook(Array(cells.prefix(3))).parts(of: 3) == nil)
  }

  /// Declarations that Swift refuses in one file, or that do not mean the same in several.
  @Test(arguments: [
    "let a0 = 2", "func f() {}\nfunc f() {}", "struct a0 {}", "let (b, a1) = (1, 2)", "defer { print(1) }",
    "private let p = 1", "fileprivate func p() {}", "let v = await later()", "let b = 1, a1 = 2",
    "enum T {}\nclass T {}",
  ])
  func `what cannot be taken apart is not`(cell: String) throws {
    #expect(try notebook(["let a0 = 1", "let a1 = 1", cell, "let c = 1"]).parts(of: 2) == nil, "\(cell)")
  }

  @Test(arguments: [
    "struct S { private let a0 = 1 }", "func f() { defer { print(1) } }", "print(\"await defer private\")",
    "for a0 in [1] { print(a0) }", "let x = [1].map { a0 in a0 }", "// await",
  ])
  func `what only looks like it does not hinder`(cell: String) throws {
    let found = try notebook(["let a0 = 1", cell, "let c = 1"]).parts(of: 2)
    #expect(found == [[0, 1], [2]], "\(cell)")
  }

  @Test func `imports are gathered, each once`() throws {
    let notebook = try notebook([
      "import Foundation", "print(1)\n  import struct Glibc.stat\nlet important = 1", "import Foundation",
    ])
    #expect(notebook.imports == ["import Foundation", "import struct Glibc.stat"])
  }
}

struct OptimizationTests {
  private func front(_ line: String, _ cell: String) throws -> Notebook {
    try Notebook(text: "---\n\(line)\n---\n\n```swift\n\(cell)\n```\n", path: "x.md")
  }

  @Test(arguments: [
    ("optimize: on", true, true), ("optimize: off", false, false), ("optimize: auto", false, true),
    ("optimize: true", true, true), ("optimize: false", false, false), ("title: t", false, true),
  ])
  func `the front matter decides, and by itself only loops are optimised`(
    line: String, plain: Bool, loop: Bool
  ) throws {
    let quiet = try front(line, "print(1)")
    let busy = try front(line, "var s = 0\nfor i in 0..<100_000 { s += i }")
    #expect(quiet.frontMatter.optimization.isOn(for: quiet) == plain)
    #expect(busy.frontMatter.optimization.isOn(for: busy) == loop)
  }

  @Test(arguments: [
    ("for i in 0..<10 { print(i) }", false), ("for a in b { for c in d { print(c) } }", true),
    ("while true { step() }", true),
    ("func f() { for i in a { print(i) } }", true), ("let a = (0..<1_000_000).map { $0 * 2 }", true),
    ("let a = [1, 2].map { $0 * 2 }", false), ("let n = 1_000_000", false), ("print(\"while\") // repeat", false),
    ("repeat { step() } while more", true), ("func f() { print(words(for: a)) }", false),
  ])
  func `a loop that may take long is told from a short one`(code: String, isLong: Bool) throws {
    let notebook = try front("title: t", code)
    #expect(notebook.frontMatter.optimization.isOn(for: notebook) == isLong)
  }

  @Test func `another word is an error with what there is`() {
    let error = #expect(throws: NotebookError.self) { try front("optimize: fast", "print(1)") }
    #expect(error?.description.contains("auto") == true, "\(error?.description ?? "")")
  }
}
