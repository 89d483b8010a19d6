internal import Foundation
internal import NotebookText
internal import Pages
import Testing

/// Boxes, pictures and raw HTML of the text.
struct CalloutTests {
  private func html(_ text: String) throws -> String {
    let notebook = try Notebook(text: text, path: "x.md")
    return try notebook.blocks.map { block in
      if case .prose(let prose) = block { try MarkdownHTML().html(prose.blocks) } else { "<cell>" }
    }.joined()
  }

  @Test(arguments: [
    ("> [!NOTE]\n> An *alert*.\n", "note", "Note", "<p>An <em>alert</em>.</p>"),
    ("> [!warning]\n>\n> - one\n", "warning", "Warning", "<li>one</li>"),
    ("> [!CAUTION]\n> A\n> B\n>\n> C\n", "caution", "Caution", "<p>A\nB</p>\n<p>C</p>"),
    ("::: {.callout-tip}\nA callout.\n:::\n", "tip", "Tip", "<p>A callout.</p>"),
    (
      ":::: {.callout-important title=\"Read *this*\"}\n\nA\n\nB\n\n::::\n", "important", "Read *this*",
      "<p>A</p>\n<p>B</p>"
    ),
    ("::: {.callout-note collapse=\"true\"}\n## A title\n\nText.\n:::\n", "note", "A title", "<p>Text.</p>"),
    (":::danger[Look out]\nText.\n:::\n", "caution", "Look out", "<p>Text.</p>"),
    (":::info\nText.\n:::\n", "note", "Info", "<p>Text.</p>"),
  ])
  func `boxes of other tools are boxes`(text: String, kind: String, title: String, inner: String) throws {
    let html = try html("Before.\n\n\(text)\nBehind.\n")
    let box = "<div class=\"callout \(kind)\" role=\"note\">\n<p class=\"callout-title\">\(title)</p>\n"
    let start = try #require(html.firstRange(of: box), "\(html)")
    let end = try #require(html.firstRange(of: "</div>"))
    #expect(html[start.upperBound..<end.lowerBound].contains(inner), "\(html)")
    #expect(html.hasPrefix("<p>Before.</p>") && html.hasSuffix("<p>Behind.</p>\n") && !html.contains(":::"))
    #expect(try Notebook(text: text, path: "x.md").warnings.isEmpty)
  }

  @Test(arguments: [
    ("a\n\n::: {.column-margin}\nText.\n:::\n", "x.md:3:1: warning: \"{.column-margin}\" is no kind of box here"),
    ("::: {.callout-note}\nText.\n", "x.md:1:1: warning: this box has no end"),
    ("Text.\n:::\n", "x.md:2:1: warning: these colons close no box"),
  ])
  func `other boxes are named, and their text stays`(text: String, expected: String) throws {
    let notebook = try Notebook(text: text, path: "x.md")
    #expect("\(try #require(notebook.warnings.first))".hasPrefix(expected), "\(notebook.warnings)")
    #expect(try html(text).contains("<p>Text.</p>"))
  }

  @Test func `boxes keep other boxes, items and the lines of the file`() throws {
    let text =
      "::: {.callout-note}\n`{swift} a`\n\n::: {.callout-tip}\nIn.\n:::\n:::\n\n```text\n:::\n```\n\n`{swift} b`\n"
    let notebook = try Notebook(text: text, path: "x.md")
    #expect(notebook.warnings.isEmpty && notebook.items.map(\.location.line) == [2, 13])
    guard case .prose(let prose) = notebook.blocks[0], case .callout(let outer) = prose.blocks[0].content,
      case .callout(let inner) = outer.blocks.last?.content
    else {
      Issue.record("\(notebook.blocks)")
      return
    }
    #expect(inner.kind == "tip" && prose.blocks.count == 3)
  }

  @Test func `a quotation stays one`() throws {
    for text in ["> [!NOTE] beside it\n", "> [!UNKNOWN]\n> a\n", "> [NOTE]\n"] {
      #expect(try html(text).contains("<blockquote>"))
    }
  }

  // MARK: What a page must not run

  @Test(arguments: [
    "<script>a</script>", "<img src=\"x\" onerror=\"a\">", "<IMG SRC=x ONERROR=a>", "<svg onload=\"a\"></svg>",
    "<a href=\"javascript:a\">x</a>", "<a href=\" &#106;avascript:a\">x</a>", "<a href=\"java\nscript:a\">x</a>",
    "<iframe src=\"https://x.org\"></iframe>", "<style>p { }</style>", "<form action=\"x\">",
    "<!--> <script>a</script> -->",
    "<!-- --!> <script>a</script> -->", "<p style=\"a\">", "<a href=\"vbscript:a\">", "<a\u{c}onclick=a>",
    "<img src=`x`>",
    "<a href=\"data:text/html,x\">", "<object data=\"x\">", "<base href=\"//x\">", "<meta http-equiv=\"refresh\">",
  ])
  func `raw HTML that could run is text`(html: String) {
    let cleaned = RawHTML.cleaned(html)
    #expect(cleaned.hasPrefix("&lt;"), "\(cleaned)")
    #expect(!cleaned.contains("<script"), "\(cleaned)")
  }

  @Test(arguments: [
    "<br>", "<br />", "a<sub>2</sub> &amp; <kbd>x</kbd>", "<!-- given -->", "<a href=\"https://x.org\" title='y'>z</a>",
    "<details open>\n<summary>s</summary>\n</details>", "<img src=\"a.png\" alt=\"a > b\" width=\"30\"/>", "1 > 0",
    "<div align=\"center\">\n", "<a href=\"#sec\">x</a>", "<a href=\"mailto:a@b.org\">x</a>",
  ])
  func `raw HTML that marks up text stays`(html: String) { #expect(RawHTML.cleaned(html) == html) }

  @Test(arguments: [
    ("[a](javascript:b)", "<p>a</p>\n"), ("[a](&#106;avascript:b)", "<p>a</p>\n"),
    ("[a](DATA:text/html,x)", "<p>a</p>\n"),
    ("[a](b.html#c)", "<p><a href=\"b.html#c\">a</a></p>\n"),
    ("[a](https://b.org/:c)", "<p><a href=\"https://b.org/:c\">a</a></p>\n"),
    ("[a](mailto:b@c.org)", "<p><a href=\"mailto:b@c.org\">a</a></p>\n"),
    ("![a](javascript:b)", "<p>a</p>\n"), ("<javascript:b>", "<p>javascript:b</p>\n"),
  ])
  func `addresses lead to pages`(text: String, expected: String) throws {
    #expect(try MarkdownHTML().html(RichText(plainMarkdown: text).document) == expected)
  }

  // MARK: Pictures

  @Test func `pictures beside the notebook stand in the page, and those that are missing are named`() throws {
    let folder = NSTemporaryDirectory() + "/pictures-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder + "/notebooks/sub", withIntermediateDirectories: true)
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: folder + "/notebooks/sub/a b.png"))
    let text = "- ![A](sub/a%20b.png)\n\n| x |\n|---|\n| ![B](none.svg) |\n\n![C](https://x.org/c.png)\n"
    let notebook = try Notebook(text: text, path: "notebooks/x.md")
    let html = try Page(
      notebook: notebook, results: [], failure: nil,
      configuration: .init(name: "x", threads: 1, rootDirectory: folder, outputDirectory: folder)
    ).text()
    #expect(html.contains("<img src=\"data:image/png;base64,AQID\" alt=\"A\" />"))
    #expect(html.contains("<img src=\"https://x.org/c.png\""))
    let warnings = notebook.missingPictures(in: folder + "/notebooks", root: folder)
    #expect(warnings.map(\.location.line) == [5])
    #expect("\(try #require(warnings.first))".contains("no file \"none.svg\" beside the notebook"))
    #expect(throws: NotebookError.self) { try notebook.checkPictures(in: folder + "/notebooks", root: folder) }
    // In raw HTML an address that is no picture's is a warning, and a picture that is missing an error.
    let odd = try Notebook(text: "A <img src=\"x\" alt=\"cat\"> b\n", path: "notebooks/x.md")
    try odd.checkPictures(in: folder + "/notebooks", root: folder)
    #expect(odd.missingPictures(in: folder + "/notebooks", root: folder).map(\.location.column) == [3])
    let missing = try Notebook(text: "A <img src=\"x.png\"> b\n", path: "notebooks/x.md")
    #expect(throws: NotebookError.self) { try missing.checkPictures(in: folder + "/notebooks", root: folder) }
  }
}
