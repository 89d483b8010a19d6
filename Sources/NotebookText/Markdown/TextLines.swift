// Which lines of a file hold running text, and where it begins in them: what the scanner for our own syntax reads.

/// What Markdown says of each line before our own syntax is known.
struct TextLines {
  /// What a line holds.
  enum Line: Equatable {
    /// Code or raw HTML.
    case verbatim
    /// No running text: blank, a rule, the definition of a link.
    case empty
    /// Text that goes on from the line above, inside this many quotations.
    case goesOn(quotations: Int)
    /// The first line of a paragraph, a heading or a row of a table; the text begins at this byte, from 0.
    case begins(at: Int, quotations: Int, isRow: Bool)
  }

  /// From line 1.
  private(set) var lines: [Line]

  subscript(line: Int) -> Line { lines.indices.contains(line - 1) ? lines[line - 1] : .empty }

  init(_ source: [String]) {
    lines = [Line](repeating: .empty, count: source.count)
    let tree = CMarkTree(source.joined(separator: "\n") + "\n")
    // The tree is walked without recursion: quotations may be nested thousands deep.
    var pending = [(tree.root, 0)]
    while let (node, quotations) = pending.popLast() {
      let range = node.range
      switch node.kind {
      case .code, .htmlBlock: set(range, .verbatim) { _ in .verbatim }
      case .paragraph, .heading:
        set(range, .begins(at: range.firstColumn - 1, quotations: quotations, isRow: false)) { _ in
          .goesOn(quotations: quotations)
        }
      case .table:
        for row in node.children.map(\.range) where source.indices.contains(row.firstLine - 1) {
          // The parser has all rows begin where the header does.
          let start =
            row.firstLine == range.firstLine
            ? range.firstColumn - 1 : Self.prefix(of: source[row.firstLine - 1], quotations: quotations)
          set(row, .begins(at: start, quotations: quotations, isRow: true)) { _ in .empty }
        }
      default:
        let depth = quotations + (node.kind == .quotation ? 1 : 0)
        pending += node.children.map { ($0, depth) }
      }
    }
  }

  private mutating func set(_ range: SourceRange, _ first: Line, _ further: (Int) -> Line) {
    guard lines.indices.contains(range.firstLine - 1) else { return }
    lines[range.firstLine - 1] = first
    for line in range.firstLine..<max(min(range.lastLine, lines.count), range.firstLine) { lines[line] = further(line) }
  }

  /// The number of bytes before the text of a line that goes on: blanks, and the signs of its quotations.
  static func prefix(of line: String, quotations: Int) -> Int {
    var (place, left) = (0, quotations)
    for byte in line.utf8 {
      if byte == UInt8(ascii: ">"), left > 0 {
        left -= 1
      } else if byte != UInt8(ascii: " "), byte != UInt8(ascii: "\t") {
        break
      }
      place += 1
    }
    return place
  }
}
