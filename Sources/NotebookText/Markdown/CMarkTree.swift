// libcmark-gfm behind a Swift face: parsing, and what its nodes say.

internal import CMarkdown
internal import Foundation

/// Whose turn it is to parse. While libcmark-gfm 0.29 reads inlines, the signs of its extensions stand in tables of the
/// whole process: a second thread that parses finds them half the time.
package enum MarkdownParsing {
  private static let lock = NSLock()

  /// Runs `body` while no other thread parses.
  package static func alone<Result>(_ body: () -> Result) -> Result { lock.withLock(body) }
}

/// A document as libcmark-gfm parsed it. The nodes live as long as it does.
final class CMarkTree {
  let root: Node
  private let parser: OpaquePointer

  /// Positions need `SOURCEPOS`: without it lines are not counted on behind a code span over several lines.
  private static let options =
    CMARK_OPT_SMART | CMARK_OPT_FOOTNOTES | CMARK_OPT_VALIDATE_UTF8 | CMARK_OPT_SOURCEPOS

  init(_ text: String) {
    (parser, root) = MarkdownParsing.alone {
      cmark_gfm_core_extensions_ensure_registered()
      let parser: OpaquePointer = cmark_parser_new(Self.options)
      for name in ["table", "strikethrough", "autolink", "tasklist"] {
        if let syntax = cmark_find_syntax_extension(name) { cmark_parser_attach_syntax_extension(parser, syntax) }
      }
      var text = text
      text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) { cmark_parser_feed(parser, $0.baseAddress, $0.count) }
      }
      return (parser, Node(pointer: cmark_parser_finish(parser)))
    }
  }

  deinit {
    cmark_node_free(root.pointer)
    cmark_parser_free(parser)
  }

  /// What a node is.
  enum Kind {
    case document, quotation, list, item, code, htmlBlock, paragraph, heading, thematicBreak, footnote
    case table, row, cell
    case text, softBreak, lineBreak, codeSpan, htmlInline, emphasis, strong, link, image, footnoteReference
    case strikethrough
    case other
  }

  /// A node of the tree.
  struct Node {
    fileprivate let pointer: OpaquePointer

    var kind: Kind {
      switch cmark_node_get_type(pointer) {
      case CMARK_NODE_DOCUMENT: .document
      case CMARK_NODE_BLOCK_QUOTE: .quotation
      case CMARK_NODE_LIST: .list
      case CMARK_NODE_ITEM: .item
      case CMARK_NODE_CODE_BLOCK: .code
      case CMARK_NODE_HTML_BLOCK: .htmlBlock
      case CMARK_NODE_PARAGRAPH: .paragraph
      case CMARK_NODE_HEADING: .heading
      case CMARK_NODE_THEMATIC_BREAK: .thematicBreak
      case CMARK_NODE_FOOTNOTE_DEFINITION: .footnote
      case CMARK_NODE_TEXT: .text
      case CMARK_NODE_SOFTBREAK: .softBreak
      case CMARK_NODE_LINEBREAK: .lineBreak
      case CMARK_NODE_CODE: .codeSpan
      case CMARK_NODE_HTML_INLINE: .htmlInline
      case CMARK_NODE_EMPH: .emphasis
      case CMARK_NODE_STRONG: .strong
      case CMARK_NODE_LINK: .link
      case CMARK_NODE_IMAGE: .image
      case CMARK_NODE_FOOTNOTE_REFERENCE: .footnoteReference
      default: extensionKind
      }
    }

    /// The types of extensions are known by their names only.
    private var extensionKind: Kind {
      switch string(cmark_node_get_type_string(pointer)) {
      case "table": .table
      case "table_header", "table_row": .row
      case "table_cell": .cell
      case "tasklist": .item
      case "strikethrough": .strikethrough
      default: .other
      }
    }

    var children: [Node] {
      var result: [Node] = []
      var next = cmark_node_first_child(pointer)
      while let child = next {
        result.append(Node(pointer: child))
        next = cmark_node_next(child)
      }
      return result
    }

    var firstChild: Node? { cmark_node_first_child(pointer).map(Node.init) }
    var next: Node? { cmark_node_next(pointer).map(Node.init) }

    /// As the parser counts them; 0 where it does not know.
    var range: SourceRange {
      SourceRange(
        firstLine: Int(cmark_node_get_start_line(pointer)), firstColumn: Int(cmark_node_get_start_column(pointer)),
        lastLine: Int(cmark_node_get_end_line(pointer)), lastColumn: Int(cmark_node_get_end_column(pointer)))
    }

    var literal: String { string(cmark_node_get_literal(pointer)) }
    var address: String { string(cmark_node_get_url(pointer)) }
    var title: String { string(cmark_node_get_title(pointer)) }
    var headingLevel: Int { Int(cmark_node_get_heading_level(pointer)) }
    var isTight: Bool { cmark_node_get_list_tight(pointer) != 0 }
    /// The number of a list's first item; nil for bullets.
    var listStart: Int? {
      cmark_node_get_list_type(pointer) == CMARK_ORDERED_LIST ? Int(cmark_node_get_list_start(pointer)) : nil
    }
    /// Whether the box of a task is ticked; nil for what is no task.
    var isChecked: Bool? {
      guard string(cmark_node_get_type_string(pointer)) == "tasklist" else { return nil }
      return cmark_gfm_extensions_get_tasklist_item_checked(pointer)
    }
    /// What follows the opening fence; nil for indented code and whatever is no code block.
    var fenceInfo: String? {
      var (length, offset) = (CInt(0), CInt(0))
      var character = CChar(0)
      guard cmark_node_get_type(pointer) == CMARK_NODE_CODE_BLOCK,
        cmark_node_get_fenced(pointer, &length, &offset, &character) != 0
      else { return nil }
      return string(cmark_node_get_fence_info(pointer))
    }
    /// Of a table, a column each.
    var alignments: [MarkdownTable.Alignment?] {
      let count = Int(cmark_gfm_extensions_get_table_columns(pointer))
      guard let letters = cmark_gfm_extensions_get_table_alignments(pointer) else { return [] }
      return (0..<count).map { column in
        switch letters[column] {
        case UInt8(ascii: "l"): .left
        case UInt8(ascii: "c"): .center
        case UInt8(ascii: "r"): .right
        default: nil
        }
      }
    }

    private func string(_ text: UnsafePointer<CChar>?) -> String { text.map { String(cString: $0) } ?? "" }

    /// The node and all below it, each before what is in it.
    func walk(_ visit: (Node) -> Void) {
      let iterator = cmark_iter_new(pointer)
      defer { cmark_iter_free(iterator) }
      while true {
        let event = cmark_iter_next(iterator)
        if event == CMARK_EVENT_DONE { return }
        if event == CMARK_EVENT_ENTER { visit(Node(pointer: cmark_iter_get_node(iterator))) }
      }
    }
  }
}
