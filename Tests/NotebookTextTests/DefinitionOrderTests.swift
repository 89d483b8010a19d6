internal import NotebookText
import Testing

/// Text and cells above the cell that defines what they need.
struct DefinitionOrderTests {
  private func notebook(_ cells: String..., text: String = "") throws -> Notebook {
    try Notebook(
      text: text + "\n\n" + cells.map { "```swift\n\($0)\n```\n" }.joined(separator: "\n"), path: "x.md")
  }

  private func message(_ cells: String...) -> String? {
    let text = cells.map { "```swift\n\($0)\n```\n" }.joined(separator: "\n")
    do {
      _ = try Notebook(text: text, path: "x.md")
      return nil
    } catch {
      return "\(error.location): \(error.message)"
    }
  }

  @Test(arguments: [
    ("mean", "let mean = 2.0", true), ("rows[0]", "let (rows, count) = ([1], 2)", true),
    ("best.name", "struct Best { var name = \"a\" }\nvar best = Best()", true),
    ("twice(3)", "let scale = 2\nfunc twice(_ x: Int) -> Int { scale * x }", true),
    ("half", "let whole = 1.0\nvar half: Double { whole / 2 }", true),
    ("double(3)", "let factor = 2\nlet double = { (x: Int) in factor * x }", true),
    ("\"\\(mean) of it\"", "let mean = 2.0", true),
    ("[1.0].spread", "let unit = 1.0\nextension Array { var spread: Double { unit } }", true),
    ("b", "let a = 1, b = 2", true), ("found", "guard let found = Optional(1) else { fatalError() }", true),
    ("square(3)", "func square(_ x: Int) -> Int { x * x }\nlet x = 1", false),
    ("[1].map { value in value }", "let value = 1", false), ("f(mean: 1)", "let mean = 1", false),
    ("\"mean\"", "let mean = 1", false), ("s.mean", "let mean = 1", false),
  ])
  func `an item above its definition is late`(expression: String, cell: String, isLate: Bool) throws {
    let above = try notebook("print()", cell, text: "A `{swift} \(expression)`.")
    #expect(above.lateItems == (isLate ? [0] : []))
    let claim = try notebook("print()", cell, text: "A `{claim} \(expression) > 1`.")
    #expect(claim.lateItems == (isLate ? [0] : []))
    let below = try Notebook(text: "```swift\n\(cell)\n```\n\nA `{swift} \(expression)`.\n", path: "x.md")
    #expect(below.lateItems.isEmpty)
  }

  @Test func `a cell above a definition is told where that is`() {
    #expect(
      message("func twice() -> Double { 2 * x }\nprint(\"a \\(twice())\")", "let y = 1\nlet x = 0.75")
        == "x.md:3:12: \"twice\" uses \"x\", which has no value yet: line 8 defines it; move this code below that line")
    #expect(
      message("print(1)\nprint(names)", "let names = [\"a\"]")
        == "x.md:3:7: \"names\" has no value yet: line 7 defines it; move this code below that line")
    #expect(
      message("func f() -> Int { g() }\nfunc g() -> Int { k }\n_ = f()\nlet k = 1")?.hasPrefix("x.md:4:5: ") == true)
    #expect(
      message("struct S { func f() -> Int { k } }\nprint(S().f())", "let k = 1")?.contains("\"f\" uses \"k\"") == true)
  }

  @Test(arguments: [
    "func f() -> Int { x }", "let f = { x + 1 }", "var later: Int { x }",
    "struct S { func f() -> Int { x } }\nlet s = S()",
    "print([1].map { x in x })", "for x in 0..<2 { print(x) }", "if let x = Optional(1) { print(x) }",
    "protocol P { func f() -> Int }\nstruct Q: P { func f() -> Int { 1 } }\nprint(Q().f())",
    "enum E {\n  case a, b\n  var later: Int { x }\n}\nprint(E.a)", "do { let x = 1; print(x) }",
    "func outer() -> Int {\n  func inner(_ x: Int) -> Int { x }\n  return inner(1)\n}\nprint(outer())",
    "struct S { var y: Int\n  init(x: Int) { y = x } }\nprint(S(x: 1))", "run { 1 } x: { 2 }",
    "func + (a: P, b: P) -> Int { x }", "let t = true ? 1 : 2\nprint(t)", "do { try f() } catch { print(error) }",
    "print(\"x\") // x", "/* x */ print(1)", "func g(x: Int) -> Int { x }\nprint(g(x: 1))", "print(#\"\\(x)\"#)",
    "switch Optional(1) { case let .some(x): print(x)\ndefault: break }", "let p = (x: 1, y: 2)\nprint(p.x)",
  ])
  func `a cell that does not need the value yet is fine`(cell: String) {
    #expect(message(cell, "let x = 3") == nil)
  }
}
