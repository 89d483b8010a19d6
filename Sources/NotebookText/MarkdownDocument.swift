// libcmark-gfm behind a Swift face: the top-level blocks of a document with their lines, and their HTML.

internal import CMarkdown

/// A parsed Markdown document.
package final class MarkdownDocument {
  /// A block that stands directly in the document.
  struct TopLevelBlock {
    fileprivate let node: OpaquePointer
    let firstLine: Int
    let lastLine: Int
    /// 1…6 for a heading.
    let headingLevel: Int?
    /// What follows the opening fence, for a fenced code block.
    let fenceInfo: String?
    /// Lines and info strings of fenced code blocks that stand inside this block, in a list or a quotation.
    let innerFences: [(line: Int, column: Int, info: String)]
  }

  private let parser: OpaquePointer
  private let root: OpaquePointer
  private static let options = CMARK_OPT_SMART | CMARK_OPT_FOOTNOTES | CMARK_OPT_UNSAFE | CMARK_OPT_VALIDATE_UTF8

  init(_ text: String) {
    cmark_gfm_core_extensions_ensure_registered()
    let parser: OpaquePointer = cmark_parser_new(Self.options)
    self.parser = parser
    for name in ["table", "strikethrough", "autolink"] {
      if let syntax = cmark_find_syntax_extension(name) { cmark_parser_attach_syntax_extension(parser, syntax) }
    }
    var text = text
    text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { cmark_parser_feed(parser, $0.baseAddress, $0.count) }
    }
    root = cmark_parser_finish(parser)
  }

  deinit {
    cmark_node_free(root)
    cmark_parser_free(parser)
  }

  /// The blocks in order.
  var blocks: [TopLevelBlock] {
    var result: [TopLevelBlock] = []
    var next = cmark_node_first_child(root)
    while let node = next {
      result.append(
        TopLevelBlock(
          node: node, firstLine: Int(cmark_node_get_start_line(node)), lastLine: Int(cmark_node_get_end_line(node)),
          headingLevel: cmark_node_get_type(node) == CMARK_NODE_HEADING ? Int(cmark_node_get_heading_level(node)) : nil,
          fenceInfo: fenceInfo(node), innerFences: innerFences(node)))
      next = cmark_node_next(node)
    }
    return result
  }

  /// One block as HTML.
  func html(_ block: TopLevelBlock) -> String {
    guard let text = cmark_render_html(block.node, Self.options, cmark_parser_get_syntax_extensions(parser)) else {
      return ""
    }
    defer { cmark_get_default_mem_allocator().pointee.free(text) }
    return String(cString: text).replacing(#/<table>(?s:.*?)<\/table>/#) { match in
      HTML.scrolling(String(match.0), label: Self.tableLabel(String(match.0)))
    }
  }

  /// "Table of paper, released code, here": the words of the header.
  private static func tableLabel(_ table: String) -> String {
    let header = table.matches(of: #/<th(?: [^>]*)?>((?s:.*?))<\/th>/#).map {
      HTML.text(ItemMark.removed(from: String($0.1)))
    }
    let words = header.filter { $0.contains { !$0.isWhitespace } }
    return words.isEmpty ? "Table" : "Table of " + words.joined(separator: ", ")
  }

  /// A whole document as HTML.
  package static func html(_ text: String) -> String {
    let document = MarkdownDocument(text)
    return document.blocks.map(document.html).joined()
  }

  /// What stands between the tags of a heading.
  func headingHTML(_ block: TopLevelBlock) -> String {
    let html = html(block)
    guard let open = html.firstIndex(of: ">"), let close = html.ranges(of: "</h").last else { return html }
    return String(html[html.index(after: open)..<close.lowerBound])
  }

  /// The lines of code blocks and of raw HTML, wherever they stand.
  var verbatimLines: Set<Int> {
    var result: Set<Int> = []
    var pending: [OpaquePointer] = [root]
    while let node = pending.popLast() {
      let type = cmark_node_get_type(node)
      if type == CMARK_NODE_CODE_BLOCK || type == CMARK_NODE_HTML_BLOCK {
        let first = Int(cmark_node_get_start_line(node))
        result.formUnion(first...max(Int(cmark_node_get_end_line(node)), first))
      }
      var child = cmark_node_first_child(node)
      while let next = child {
        pending.append(next)
        child = cmark_node_next(next)
      }
    }
    return result
  }

  private func fenceInfo(_ node: OpaquePointer) -> String? {
    var (length, offset) = (CInt(0), CInt(0))
    var character = CChar(0)
    guard cmark_node_get_type(node) == CMARK_NODE_CODE_BLOCK,
      cmark_node_get_fenced(node, &length, &offset, &character) != 0
    else { return nil }
    return cmark_node_get_fence_info(node).map { String(cString: $0) } ?? ""
  }

  private func innerFences(_ node: OpaquePointer) -> [(line: Int, column: Int, info: String)] {
    var result: [(line: Int, column: Int, info: String)] = []
    var next = cmark_node_first_child(node)
    while let child = next {
      if let info = fenceInfo(child) {
        result.append((Int(cmark_node_get_start_line(child)), Int(cmark_node_get_start_column(child)), info))
      }
      result += innerFences(child)
      next = cmark_node_next(child)
    }
    return result
  }
}
