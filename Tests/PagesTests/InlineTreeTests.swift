internal import Execution
internal import Foundation
internal import NotebookText
internal import Pages
import Testing
internal import _TestSupport

/// What of our own syntax is found on Markdown's tree, and what is text.
struct InlineTreeTests {
  private func parse(_ text: String) throws -> Notebook { try Notebook(text: text, path: "notebooks/x.md") }

  /// The items as they were written.
  private func sources(_ text: String) throws -> [String] { try parse(text).items.map(\.source) }

  private func html(_ text: String) throws -> String {
    var writer = MarkdownHTML()
    let notebook = try parse(text)
    writer.item = { "«\(notebook.items[$0].source)»" }
    writer.plainItem = { "«\(notebook.items[$0].source)»" }
    return try notebook.blocks.map { block in
      if case .prose(let prose) = block { try writer.html(prose.blocks) } else { "" }
    }.joined()
  }

  @Test(arguments: [
    ("From $20 to $30 per run, where $x$ is the number.", ["$x$"]), ("It costs $5, or 6 $.", []),
    ("$5 and $6", []), ("| a | b |\n|---|---|\n| $5 | $6 |\n| $x$ | $y$ |", ["$x$", "$y$"]),
    ("from $1,000 to $2,000 (of $a+b$)", ["$a+b$"]), ("$a$, $b$ and $c$", ["$a$", "$b$", "$c$"]),
    ("\\$x$ and $y\\$", []), ("$x\\$y$", ["$x\\$y$"]), ("$20-$30 and $p$", ["$p$"]),
  ])
  func `money is told from formulas`(text: String, expected: [String]) throws {
    #expect(try sources(text + "\n") == expected)
  }

  @Test(arguments: [
    "https://example.org/@user/post", "see <https://example.org/@user>, www.x.org/@a and http://x.org/$a$",
    "a@b.org, größe@x.org",
    "[a@b.org] and [mail a@b.org]", "[text](https://x.org/@a \"$t$ @b\") ![p](/@c$d$)", "[a]: /@user \"$x$\"\n\n[a]",
    "[a]\n\n[a]: <https://x.org/@user> '@fig-a'", "<span title=\"$x$ @a\">t</span>", "<!-- $x$ @a {#sec-a} -->",
    "\\@a and [\\@b]",
    "`$x$` ``@a `{swift} x` `` `[@b]`", "    $x$ @a `{swift} a`", "```sh\n$x$ @a `{swift} b`\n```",
    "<div>\n$x$ @a `{swift} b`\n</div>",
    "[x](<a $b$ @c>)", "mailto:a@b.org", "\\`{swift} a`",
  ])
  func `what stands in addresses, code and tags is no syntax of ours`(text: String) throws {
    #expect(try sources(text + "\n") == [])
  }

  @Test func `what looks like an address or a tag and is none hides nothing`() throws {
    #expect(try sources("a <b and $x$ > c\n") == ["$x$"])
    #expect(try sources("f](see $x$ there) and <@fig-a\n") == ["$x$", "@fig-a"])
    #expect(try sources("(https://x.org) [see @a] http:// $y$\n") == ["[see @a]", "$y$"])
    #expect(try sources("[*$z$*](http://a/$q$) **@fig-b** ~~`{swift} c`~~\n") == ["$z$", "@fig-b", "`{swift} c`"])
  }

  @Test func `bars in tables may be escaped as GitHub wants it, or not`() throws {
    for bar in ["\\|\\|", "||"] {
      let notebook = try parse("| a | b |\n|---|---|\n| x | `{swift} p \(bar) q` |\n")
      #expect(notebook.items.map(\.kind) == [.value(code: "p || q")])
      guard case .prose(let prose) = notebook.blocks[0], case .table(let table) = prose.blocks[0].content else {
        throw Missing()
      }
      #expect(table.rows[0].map { $0.map(\.content) } == [[.text("x")], [.item(0)]])
    }
    #expect(try parse("`{swift} \"a\\|b\"`\n").items.map(\.kind) == [.value(code: "\"a\\|b\"")])
  }

  private struct Missing: Error {}

  @Test func `formulas in lists and quotations have no signs of theirs in them`() throws {
    let items = try parse("> a $$x +\n> y$$\n> > b $u\n> > v$\n\n- c $$p\n  q$$ {#eq-a}\n").items
    #expect(
      items.map(\.kind) == [
        .formula(tex: "x +\ny", isDisplay: true, label: nil), .formula(tex: "u\nv", isDisplay: false, label: nil),
        .formula(tex: "p\nq", isDisplay: true, label: "eq-a"),
      ])
    #expect(items.map { "\($0.location.line):\($0.location.column)" } == ["1:7", "3:8", "6:7"])
    #expect(try html("> a $x\n> y$ b\n") == "<blockquote>\n<p>a «$x\ny$»\n b</p>\n</blockquote>\n")
  }

  @Test func `lines with bars that are no table are text, and bars in a formula end no cell`() throws {
    #expect(try sources("a\n| b $x$\n| c $y$\nd $z$\n") == ["$x$", "$y$", "$z$"])
    #expect(try sources("| $|x|$ | b |\n|---|---|\n| $|y|$ | `{swift} p | q` |\n").count == 3)
    guard
      case .prose(let prose) = try parse("| $|x|$ | b |\n|---|---|\n| $|y|$ | c |\n").blocks[0],
      case .table(let table) = prose.blocks[0].content
    else { throw Missing() }
    #expect(table.rows[0].map { $0.map(\.content) } == [[.item(1)], [.text("c")]])
  }

  @Test func `keys of works are those of bibliographies`() throws {
    #expect(try sources("[@DBLP:conf/iclr/MadryMSTV18] and @a/b.\n") == ["[@DBLP:conf/iclr/MadryMSTV18]", "@a/b"])
    #expect(try sources("@fig-a/@fig-b, @tbl-c/d\n") == ["@fig-a", "@fig-b", "@tbl-c"])
  }

  @Test func `notes are one list in the order of the references, with what is in them`() throws {
    let notebook = try parse(
      "Text[^a] and[^long], again[^a].\n\n[^long]: Long.\n\n    More $y$.\n\n[^a]: With $x^2$ and `{swift} 1 + 2`.\n")
    #expect(notebook.footnotes.map(\.number) == [1, 2])
    #expect(notebook.footnotes.map(\.references) == [2, 1])
    #expect(notebook.footnotes.map(\.blocks.count) == [1, 2])
    #expect(notebook.items.map(\.source) == ["$y$", "$x^2$", "`{swift} 1 + 2`"])
    var writer = MarkdownHTML()
    writer.item = { "«\($0)»" }
    writer.anchor = { "x-" + $0 }
    let html = try writer.html(MarkdownDocument(blocks: [], footnotes: notebook.footnotes))
    #expect(html.contains("<li id=\"x-fn-1\">\n<p>With «1» and «2». <a href=\"#x-fnref-1\""))
    #expect(html.contains("<a href=\"#x-fnref-1-2\" class=\"footnote-backref\""))
    #expect(html.ranges(of: "<section").count == 1 && html.ranges(of: "<li").count == 2)
  }

  @Test func `task lists have boxes`() throws {
    guard case .prose(let prose) = try parse("- [x] a\n- [ ] b\n- c\n").blocks[0],
      case .list(let list) = prose.blocks[0].content
    else { throw Missing() }
    #expect(list.items.map(\.isChecked) == [true, false, nil])
  }

  // MARK: Places

  /// The inlines that have text, with what the source has at their place.
  private func places(_ text: String) throws -> [(text: String, source: String)] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.utf8) }
    func source(_ range: SourceRange) -> String {
      (range.firstLine...max(range.lastLine, range.firstLine)).map { number in
        let line = lines[number - 1]
        let first = number == range.firstLine ? range.firstColumn - 1 : 0
        let last = number == range.lastLine ? range.lastColumn : line.count
        return String(
          decoding: line[min(first, line.count)..<max(min(last, line.count), min(first, line.count))], as: UTF8.self)
      }.joined(separator: "\n")
    }
    var found: [(String, String)] = []
    let notebook = try parse(text)
    func visit(_ inlines: [MarkdownInline]) {
      for inline in inlines {
        switch inline.content {
        case .text(let text), .code(let text), .html(let text): found.append((text, source(inline.range)))
        case .item(let number): found.append((notebook.items[number].source, source(inline.range)))
        default: visit(inline.children)
        }
      }
    }
    func visit(_ blocks: [MarkdownBlock]) {
      for block in blocks {
        switch block.content {
        case .paragraph(let inner), .heading(_, let inner, _): visit(inner)
        case .quotation(let inner): visit(inner)
        case .list(let list): for item in list.items { visit(item.blocks) }
        case .table(let table): for cell in ([table.header] + table.rows).joined() { visit(cell) }
        default: break
        }
      }
    }
    for case .prose(let prose) in notebook.blocks { visit(prose.blocks) }
    for note in notebook.footnotes { visit(note.blocks) }
    return found
  }

  @Test(arguments: [
    "a *b* `c` **d** ~~e~~ [f](g) ![h](i) <b>j</b> $k$ l\n",
    "- a *b*\n   c *d*\n  - e\n    `f` $g$ h\n\n    > i *j*\n    > k `l`\nm\n",
    "> a $b$ c\n> d *e* `{swift} f` g\nlazy *h* $i$ j\n", "## a *b* $c$ d ##\n\ne\n*f*\n===\n",
    "| a *b* | c |\n|---|---|\n| d `e` $f$ g | *h* i |\n| j \\| k *l* $m$ n | o |\n",
    "  | a *b* | $c$ |\n|---|---|\n|$d$ *e*|f|\n   | \\|g `h` | $i$ j |\n",
    "- | a *b* | $c$ |\n  |---|---|\n    | $d$ *e* | f |\n", "[r]: http://x\na *b* [c][r] $d$ e\nf *g*\n",
    "a `b` *c* https://d.org/e *f* g\nh www.i.org *j* k\n", "Größe *b* $ß$ ü `{swift} ä` ö *é* z\n",
    "a[^n] *b*\n\n[^n]: c *d*\n    e $f$ *g*\n", "1) a\n   *b*\n\n   c $d\n   e$ f *g*\n",
  ])
  func `every piece of text knows where it stands`(text: String) throws {
    let places = try places(text)
    #expect(places.count > 4)
    for (text, source) in places {
      #expect(source.contains("\n") ? source.hasPrefix("$") : source.replacing("\\|", with: "|") == text, "\(text)")
    }
  }

  @Test func `so do the words of the project's notebooks`() throws {
    let root = URL(fileURLWithPath: #filePath).pathComponents.dropLast(3).joined(separator: "/").dropFirst()
    func letters(_ text: String) -> String { String(text.filter { $0.isLetter || $0.isNumber }) }
    for name in ["method", "landscape", "lipschitz", "table1", "table2", "differences", "cifar"] {
      let text = try String(contentsOfFile: "\(root)/notebooks/\(name).md", encoding: .utf8)
      for (text, source) in try places(text) { #expect(letters(text) == letters(source), "\(name): \(text)") }
    }
  }

  @Test func `text nested thousands deep is read and written`() throws {
    for text in [
      String(repeating: ">", count: 5000) + " $x$\n",
      String(repeating: "![", count: 3000) + "$x$" + String(repeating: "](u)", count: 3000),
      String(repeating: "*a **b ", count: 2000) + "$x$" + String(repeating: "** *", count: 2000),
    ] {
      let notebook = try parse(text)
      #expect(notebook.items.map(\.source) == ["$x$"])
      #expect(try html(text).contains("«$x$»"))
    }
  }
}
