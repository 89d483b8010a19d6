internal import Channel
internal import Execution
internal import Foundation
internal import NotebookText
internal import Pages
import Testing

/// Reading and writing a page takes time as its size does.
@Suite(.serialized) struct LinearCostTests {
  private func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Seconds of this thread for reading a notebook, writing its page and looking for what lint names.
  private func seconds(_ text: String) throws -> Double {
    let start = now()
    let notebook = try Notebook(text: text, path: "notebooks/x.md")
    _ = notebook.bareNumbers
    _ = notebook.literalSyntax
    _ = Program(notebook)
    let page = Page(
      notebook: notebook, results: notebook.cells.map { CellResult(cell: $0.index) }, failure: nil,
      configuration: SessionConfiguration(name: "x", threads: 1, rootDirectory: "/none", outputDirectory: "/none"))
    _ = try page.text()
    return now() - start
  }

  /// What grows, and how often it stands in the larger of two texts.
  private static let cases: [(name: String, count: Int, text: @Sendable (Int) -> String)] = [
    ("values in a paragraph", 20_000, { String(repeating: "It is `{swift} a + b`. ", count: $0) + "\n" }),
    ("values on lines", 20_000, { String(repeating: "It is `{claim} a > b`.\n", count: $0) }),
    ("equal headings", 5_000, { String(repeating: "## Same\n\n", count: $0) }),
    ("cells with a value", 10_000, { String(repeating: "```swift\nlet a = 1\n```\n\n`{swift} a`\n\n", count: $0) }),
    ("brackets", 10_000, { String(repeating: "[", count: $0) + String(repeating: "]", count: $0) + "\n" }),
    ("links that are none", 20_000, { String(repeating: "[a](", count: $0) + "\n" }),
    ("dollars that end nothing", 50_000, { String(repeating: "$x ", count: $0) + "\n" }),
    (
      "openings of several kinds", 4_000,
      { String(repeating: "[@; `b ``c <d e=\" {#f $$ g$$ <!- ](h \"", count: $0) + "\n" }
    ),
    ("links and references", 10_000, { String(repeating: "[a](http://b/c) ", count: $0) + "\n" }),
    (
      "functions that call each other", 3_000,
      { count in
        (0..<count).map {
          "```swift\nfunc f\($0)() -> Int { f\(max($0 - 1, 0))() + x\($0) }\nlet x\($0) = 1\n```\n\n`{swift} f\($0)()`\n\n"
        }
        .joined()
      }
    ),
    ("cells in a list", 5_000, { String(repeating: "- a\n\n  ```swift\n  let a = 1\n  ```\n\n", count: $0) }),
    (
      "captions with a value", 5_000,
      { String(repeating: "```swift\n//| caption: As `{swift} a` and `{swift} b`.\nlet a = 1\n```\n\n", count: $0) }
    ),
    ("pictures with a size", 5_000, { String(repeating: "![a](http://b/c.png){width=50%} ", count: $0) + "\n" }),
    ("prices", 20_000, { String(repeating: "$5 and 6$, 5$, 6$ $A/$B ", count: $0) + "\n" }),
    ("rows with prices", 5_000, { "| a | b |\n|---|---|\n" + String(repeating: "| $5M | 6M$ |\n", count: $0) }),
    ("syntax that stands", 5_000, { String(repeating: "{{ a }} [[b]] [^c] {#d e} ==f==\n", count: $0) }),
    ("syntax that has no end", 5_000, { String(repeating: "{{ a [[ b [^ c {# d == e {% f ", count: $0) + "\n" }),
    ("paragraphs", 20_000, { String(repeating: "Some *words* here.\n\n", count: $0) }),
  ]

  @Test func `tables of a cell take as long as they have cells`() throws {
    func seconds(_ count: Int) throws -> Double {
      let notebook = try Notebook(text: "```swift\nlet a = 1\n```\n", path: "x.md")
      let row = ["**0.5**", "[1, 2]", "a_b", "`c`"]
      let page = Page(
        notebook: notebook,
        results: [CellResult(cell: 0, outputs: [.table(header: row, rows: Array(repeating: row, count: count))])],
        failure: nil,
        configuration: SessionConfiguration(name: "x", threads: 1, rootDirectory: "/none", outputDirectory: "/none"))
      let start = now()
      _ = try page.text()
      return now() - start
    }
    _ = try seconds(20)
    let (small, large) = (try seconds(500), try seconds(5_000))
    print("cost of a table: 500 rows: \(small) s, 5000: \(large) s")
    #expect(large < 20 * max(small, 0.005) && large < 5, "\(small) s, then \(large) s")
  }

  @Test(arguments: cases.indices)
  func `ten times the text takes about ten times as long`(number: Int) throws {
    let (name, count, text) = Self.cases[number]
    _ = try seconds(text(count / 100))
    let small = try seconds(text(count / 10))
    let large = try seconds(text(count))
    print("cost of \(name): \(count / 10): \(small) s, \(count): \(large) s")
    // Twice what is linear, for caches and the allocator; squares would be ten times.
    #expect(large < 20 * max(small, 0.005), "\(name): \(small) s, then \(large) s")
    #expect(large < 5)
  }
}
