// Markdown as a tree of values: what was written and where, before a page format says how it looks.

/// A stretch of a file's text: lines and columns count from 1, columns count bytes, and the last column is included.
package struct SourceRange: Hashable, Sendable {
  /// The line of the first character.
  package var firstLine: Int
  /// The column of the first character's first byte.
  package var firstColumn: Int
  /// The line of the last character.
  package var lastLine: Int
  /// The column of the last character's last byte.
  package var lastColumn: Int

  /// The range from a line and column to another, both included.
  package init(firstLine: Int, firstColumn: Int, lastLine: Int, lastColumn: Int) {
    self.firstLine = firstLine
    self.firstColumn = firstColumn
    self.lastLine = lastLine
    self.lastColumn = lastColumn
  }
}

/// A piece of Markdown: its blocks in order, and the footnotes that they refer to, by their numbers.
package struct MarkdownDocument: Sendable, Equatable {
  /// The blocks that stand directly in the document, in order; definitions of links and notes are none.
  package var blocks: [MarkdownBlock] = []
  /// The notes that the text refers to, in the order of their numbers.
  package var footnotes: [MarkdownFootnote] = []

  /// A document of these blocks and notes.
  package init(blocks: [MarkdownBlock] = [], footnotes: [MarkdownFootnote] = []) {
    self.blocks = blocks
    self.footnotes = footnotes
  }
}

/// A block of Markdown, such as a paragraph or a list.
package struct MarkdownBlock: Sendable, Equatable {
  /// What kind of block it is, and what stands in it.
  package indirect enum Content: Sendable, Equatable {
    /// A paragraph's text.
    case paragraph([MarkdownInline])
    /// A level of 1…6; the heading's label and anchor where it stands directly in a notebook's text.
    case heading(level: Int, [MarkdownInline], Heading?)
    /// A block quotation.
    case quotation([MarkdownBlock])
    /// A box beside the text.
    case callout(MarkdownCallout)
    /// A list with bullets, numbers or boxes.
    case list(MarkdownList)
    /// A cell in a list, a quotation or a box, by its number.
    case cell(Int)
    /// A code block; `info` is what follows the opening fence, nil for indented code.
    case code(String, info: String?)
    /// Raw HTML as it was written.
    case html(String)
    /// A table with a header.
    case table(MarkdownTable)
    /// A rule between paragraphs.
    case thematicBreak
  }

  /// What kind of block it is, and what stands in it.
  package var content: Content
  /// Where the block stands; a list or quotation ends where its last block does.
  package var range: SourceRange
}

/// A box beside the text, such as a warning.
package struct MarkdownCallout: Sendable, Equatable {
  /// note, tip, important, warning or caution.
  package var kind: String
  /// What stands on top.
  package var title: [MarkdownInline]
  /// What stands in the box.
  package var blocks: [MarkdownBlock]
}

/// A list of Markdown.
package struct MarkdownList: Sendable, Equatable {
  /// One item of a list.
  package struct Item: Sendable, Equatable {
    /// Whether the box of a task is ticked; nil for what is no task.
    package var isChecked: Bool?
    /// What stands in the item.
    package var blocks: [MarkdownBlock]
    /// Where the item stands, from its bullet or number on.
    package var range: SourceRange
  }

  /// The number of the first item; nil for bullets.
  package var start: Int?
  /// Whether its items stand close, without paragraphs of their own.
  package var isTight: Bool
  /// The items in order.
  package var items: [Item]
}

/// A table of Markdown. Every row has a cell for every column.
package struct MarkdownTable: Sendable, Equatable {
  /// How a column's cells are set.
  package enum Alignment: String, Sendable { case left, center, right }

  /// One row's cells.
  package typealias Row = [[MarkdownInline]]

  /// One for each column; nil where the table says nothing.
  package var alignments: [Alignment?]
  /// The cells of the header.
  package var header: Row
  /// The rows below the header.
  package var rows: [Row]
}

/// A footnote's text. What refers to it has its number.
package struct MarkdownFootnote: Sendable, Equatable {
  /// From 1, in the order in which notes are referred to.
  package var number: Int
  /// How often the text refers to it.
  package var references: Int
  /// What stands in the note.
  package var blocks: [MarkdownBlock]
  /// Where the note's text stands in the source, wherever it is referred to.
  package var range: SourceRange
}

/// A piece of running text.
package struct MarkdownInline: Sendable, Equatable {
  /// What kind of text it is.
  package indirect enum Content: Sendable, Equatable {
    /// Characters as they are read: escapes are undone, quotes and dashes are typographic.
    case text(String)
    /// A code span, without its backticks.
    case code(String)
    /// `*text*`.
    case emphasis([MarkdownInline])
    /// `**text**`.
    case strong([MarkdownInline])
    /// `~~text~~`.
    case strikethrough([MarkdownInline])
    /// A link, or an address that became one by itself; its title is empty where there is none.
    case link(address: String, title: String, [MarkdownInline])
    /// A picture and its description.
    case image(address: String, title: String, [MarkdownInline])
    /// A picture with a label, a size or its like.
    case picture(MarkdownPicture)
    /// A tag or comment as it was written.
    case html(String)
    /// The end of a line within a paragraph.
    case softBreak
    /// The end of a line that the text asks for.
    case lineBreak
    /// A reference to a footnote, and which of the references to it this is, both from 1.
    case footnote(number: Int, reference: Int)
    /// A value, claim, formula, reference or citation: its place among the items of the notebook or text.
    case item(Int)
  }

  /// What kind of text it is, and what stands in it.
  package var content: Content
  /// Where it stands; for text in emphasis, code and links without the signs around it.
  package var range: SourceRange
}

extension MarkdownBlock {
  /// The text of a paragraph or heading; nothing for other blocks.
  package var inlines: [MarkdownInline] {
    switch content {
    case .paragraph(let inner), .heading(_, let inner, _): inner
    default: []
    }
  }
}

extension MarkdownBlock {
  /// The blocks inside a quotation, a box or a list; nothing for other blocks.
  package var children: [MarkdownBlock] {
    switch content {
    case .quotation(let inner): inner
    case .callout(let callout): callout.blocks
    case .list(let list): list.items.flatMap(\.blocks)
    default: []
    }
  }
}

extension MarkdownInline {
  /// What stands inside: nothing for plain text and its like.
  package var children: [MarkdownInline] {
    switch content {
    case .emphasis(let inner), .strong(let inner), .strikethrough(let inner), .link(_, _, let inner),
      .image(_, _, let inner):
      inner
    case .picture(let picture): picture.words
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
      case .html, .footnote, .image, .picture: ""
      default: inline.children.plainText(item: item)
      }
    }.joined()
  }
}
