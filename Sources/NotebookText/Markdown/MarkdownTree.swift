// Markdown as a tree of values: what was written and where, before a page format says how it looks.

/// A stretch of a file's text: lines and columns count from 1, columns count bytes, and the last column is included.
public struct SourceRange: Hashable, Sendable {
  public var firstLine: Int
  public var firstColumn: Int
  public var lastLine: Int
  public var lastColumn: Int

  public init(firstLine: Int, firstColumn: Int, lastLine: Int, lastColumn: Int) {
    self.firstLine = firstLine
    self.firstColumn = firstColumn
    self.lastLine = lastLine
    self.lastColumn = lastColumn
  }
}

/// A piece of Markdown: its blocks in order, and the footnotes that they refer to, by their numbers.
public struct MarkdownDocument: Sendable, Equatable {
  public var blocks: [MarkdownBlock] = []
  public var footnotes: [MarkdownFootnote] = []

  public init(blocks: [MarkdownBlock] = [], footnotes: [MarkdownFootnote] = []) {
    self.blocks = blocks
    self.footnotes = footnotes
  }
}

/// A block of Markdown, such as a paragraph or a list.
public struct MarkdownBlock: Sendable, Equatable {
  /// What kind of block it is, and what stands in it.
  public indirect enum Content: Sendable, Equatable {
    case paragraph([MarkdownInline])
    /// A level of 1…6; the heading's label and anchor where it stands directly in a notebook's text.
    case heading(level: Int, [MarkdownInline], Heading?)
    case quotation([MarkdownBlock])
    case list(MarkdownList)
    /// A code block; `info` is what follows the opening fence, nil for indented code.
    case code(String, info: String?)
    case html(String)
    case table(MarkdownTable)
    case thematicBreak
  }

  public var content: Content
  public var range: SourceRange
}

/// A list of Markdown.
public struct MarkdownList: Sendable, Equatable {
  /// One item of a list.
  public struct Item: Sendable, Equatable {
    /// Whether the box of a task is ticked; nil for what is no task.
    public var isChecked: Bool?
    public var blocks: [MarkdownBlock]
    public var range: SourceRange
  }

  /// The number of the first item; nil for bullets.
  public var start: Int?
  /// Whether its items stand close, without paragraphs of their own.
  public var isTight: Bool
  public var items: [Item]
}

/// A table of Markdown. Every row has a cell for every column.
public struct MarkdownTable: Sendable, Equatable {
  /// How a column's cells are set.
  public enum Alignment: String, Sendable { case left, center, right }

  /// One row's cells.
  public typealias Row = [[MarkdownInline]]

  /// One for each column; nil where the table says nothing.
  public var alignments: [Alignment?]
  public var header: Row
  public var rows: [Row]
}

/// A footnote's text. What refers to it has its number.
public struct MarkdownFootnote: Sendable, Equatable {
  /// From 1, in the order in which notes are referred to.
  public var number: Int
  /// How often the text refers to it.
  public var references: Int
  public var blocks: [MarkdownBlock]
  public var range: SourceRange
}

/// A piece of running text.
public struct MarkdownInline: Sendable, Equatable {
  /// What kind of text it is.
  public indirect enum Content: Sendable, Equatable {
    /// Characters as they are read: escapes are undone, quotes and dashes are typographic.
    case text(String)
    case code(String)
    case emphasis([MarkdownInline])
    case strong([MarkdownInline])
    case strikethrough([MarkdownInline])
    case link(address: String, title: String, [MarkdownInline])
    /// A picture and its description.
    case image(address: String, title: String, [MarkdownInline])
    case html(String)
    case softBreak
    case lineBreak
    /// A reference to a footnote, and which of the references to it this is, both from 1.
    case footnote(number: Int, reference: Int)
    /// A value, claim, formula, reference or citation: its place among the items of the notebook or text.
    case item(Int)
  }

  public var content: Content
  public var range: SourceRange
}

extension MarkdownInline {
  /// What stands inside: nothing for plain text and its like.
  public var children: [MarkdownInline] {
    switch content {
    case .emphasis(let inner), .strong(let inner), .strikethrough(let inner), .link(_, _, let inner),
      .image(_, _, let inner):
      inner
    default: []
    }
  }
}

extension [MarkdownInline] {
  /// The words without markup; `item` gives what stands for an item.
  package func plainText(item: (Int) -> String) -> String {
    map { inline in
      switch inline.content {
      case .text(let text), .code(let text): text
      case .softBreak, .lineBreak: "\n"
      case .item(let number): item(number)
      case .html, .footnote, .image: ""
      default: inline.children.plainText(item: item)
      }
    }.joined()
  }
}
