internal import Channel
internal import Execution
internal import Foundation
internal import NotebookText
internal import Pages
import Testing

/// Reading and writing a page takes time as its size does.
@Suite(.serialized) struct LinearCostTests {
  /// Seconds of this thread for reading a notebook, writing its page and looking for bare numbers.
  private func seconds(_ text: String) throws -> Double {
    func now() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
    let start = now()
    let notebook = try Notebook(text: text, path: "notebooks/x.md")
    _ = notebook.bareNumbers
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
    ("cells with a value", 5_000, { String(repeating: "```swift\nlet a = 1\n```\n\n`{swift} a`\n\n", count: $0) }),
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
    ("paragraphs", 20_000, { String(repeating: "Some *words* here.\n\n", count: $0) }),
  ]

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
