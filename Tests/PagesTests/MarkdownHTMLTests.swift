internal import CMarkdown
internal import Execution
internal import Foundation
internal import NotebookText
internal import Pages
import Testing
internal import _TestSupport

/// libcmark-gfm's own renderer, which the tree's must agree with.
private func reference(_ text: String) -> String {
  MarkdownParsing.alone {
    cmark_gfm_core_extensions_ensure_registered()
    let options = CMARK_OPT_SMART | CMARK_OPT_FOOTNOTES | CMARK_OPT_UNSAFE | CMARK_OPT_VALIDATE_UTF8
    let parser = cmark_parser_new(options)
    defer { cmark_parser_free(parser) }
    for name in ["table", "strikethrough", "autolink", "tasklist"] {
      cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension(name))
    }
    cmark_parser_feed(parser, text, text.utf8.count)
    let root = cmark_parser_finish(parser)
    defer { cmark_node_free(root) }
    guard let html = cmark_render_html(root, options, cmark_parser_get_syntax_extensions(parser)) else { return "" }
    defer { free(html) }
    return String(cString: html)
  }
}

private func rendered(_ text: String) throws -> String {
  // Tables have a box around them that scrolls.
  var writer = MarkdownHTML()
  // The page's policy for raw HTML is not the renderer's.
  writer.raw = { $0 }
  return try writer.html(RichText(plainMarkdown: text).document)
    .replacing(#/<div class="scroll[^>]*>(<table>(?s:.*?)<\/table>)<\/div>/#) { String($0.1) }
}

struct MarkdownHTMLTests {
  @Test(arguments: [
    "Some *emph*, `code\nspan`, **strong** \"q\" it's -- x... &amp; &copy; end\\*\n",
    "a  \nb\\\nc\nd\n\n***\n\n# H *x* #\n\nSet\n===\n\n> q\n> > r\nlazy\n",
    "- a\n- b\n\n  c\n- d\n  - e\n    1) f\n    2) g\n\n3. x\n4. y\n",
    "- [x] done\n- [ ] not *yet*\n\n  loose\n", "- a\n\n\n- ```sh\n  x < y\n  ```\n-\n- > q\n",
    "```swift extra\nlet a = \"<&>\"\n```\n\n~~~\nplain\n~~~\n\n    indented 'x'\n",
    "| a *b* | c | d | e |\n|---|:-:|--:|:--|\n| 1 \\| 2 | `e\\|f` | ~~g~~ |\n| x |\n\n| only |\n|-|\n\nafter\n",
    "<div>\n*raw*\n</div>\n\n<b>x</b> <!-- c --> </i>\n\n<!-- block -->\n",
    "[a](http://x/?a=1&b='2' \"t & \\\"u\\\"\") [b](<with space> 'y') [c][r] [r] [d](/ü%20[]\\\\~^`|{})\n\n[r]: /url 'title'\n",
    "![im *g* `c` <b> ![in](x)](u \"t\") ![](e)\n",
    "<https://a.b/?c&d> <a@b.org> www.x.org/y_z_ https://q.r/s). m@n.org\n",
    "x[^1] y[^2] again[^1]\n\n[^1]: One *n*.\n[^2]: Two.\n\n    More.\n\n    - list\n",
    "*a **b** ~~c ~d~~ _e_ __f__ snake_case_x 2*3*4\n", "<http://[x]> &#35; &#x22; \\\" \\' \\< ' \"a\" 'b' --- a--b\n",
    "1. one\n\n   two\n2. three\n", "para\n- list\n# head\n> quote\n1. one\n", "", "\n\n",
    "\u{0}a\u{FEFF}b\u{E9}\u{301}<\u{338}\n",
  ])
  func `a text becomes what the reference renderer makes of it`(text: String) throws {
    #expect(try rendered(text) == reference(text), "\(text)")
  }

  @Test func `so does whatever its pieces are put together to`() throws {
    let pieces = [
      "a", "b c", " ", " ", "\n", "\n", "\n\n", "*", "**", "_", "`", "``", "~~", "[", "]", "](", "(", ")", "![", "<",
      ">", "<b>",
      "</b>", "\"", "'", "--", "...", "\\", "&amp;", "&", "|", "\n| a | b |\n|-|-|\n| ", "\n- ", "\n  - ", "\n1. ",
      "\n> ", "\n# ",
      "\n```\n", "\n    ", "  \n", "http://x.y/z", "www.x.y", "u@v.w", "[r]", "\n\n[r]: /u\n",
      "- [x] ", "é", "\t",
    ]
    var random = SplitMix(state: 7)
    for _ in 0..<3000 {
      let text = (0..<random.next(below: 24)).map { _ in pieces[random.next(below: pieces.count)] }.joined() + "\n"
      #expect(try rendered(text) == reference(text), "\(text.debugDescription)")
    }
  }

  @Test func `texts are read in several threads at once`() async throws {
    let text = "www.a.org/x ~~b~~ c@d.org\n\n| e | f |\n|---|---|\n| ~~g~~ | http://h.i |\n"
    let expected = try rendered(text)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 { group.addTask { try (0..<500).allSatisfy { _ in try rendered(text) == expected } } }
      for try await isSame in group { #expect(isSame) }
    }
  }

  @Test func `and the project's own pages`() throws {
    let root = URL(fileURLWithPath: #filePath).pathComponents.dropLast(3).joined(separator: "/").dropFirst()
    for name in ["README.md", "CONTRIBUTING.md", "notebooks/method.md", "notebooks/landscape.md"] {
      let text = try String(contentsOfFile: "\(root)/\(name)", encoding: .utf8)
      #expect(try rendered(text) == reference(text), "\(name)")
    }
  }
}

/// Numbers that look random, the same each time: splitmix64.
struct SplitMix {
  var state: UInt64

  mutating func next(below count: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((z ^ (z >> 31)) % UInt64(count))
  }
}
