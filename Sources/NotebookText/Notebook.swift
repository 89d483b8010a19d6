// A notebook as it was written: front matter, prose, cells.

package import Channel

/// A parsed notebook.
package struct Notebook: Sendable {
  /// The path as it appears in messages: relative to the project's root when it lies in it.
  package var path: String
  package var frontMatter: FrontMatter
  package var blocks: [Block]
  /// The cells in order.
  package var cells: [Cell]
  /// The notes that the prose refers to, by their numbers.
  package var footnotes: [MarkdownFootnote]
  /// The notebook's lines, for messages.
  package var lines: [String]
  /// How many of them the front matter takes, with the lines around it.
  var frontMatterCount: Int
  /// Values, claims, formulas, references and citations of the prose, in order: the tree names them by their place here.
  /// Those of the abstract and of captions are counted behind them: see `numberedItems`.
  package var items: [InlineItem]
  /// The numbers of the items that the program computes behind its last cell: a cell below them defines what they need.
  package var lateItems: Set<Int>
  /// The front matter's abstract.
  package var abstract: RichText?
  /// The labels of pictures in the prose, in order.
  var pictureLabels: [(label: String, place: SourceLocation)]
  /// The lines with blanks for everything that is not plain text.
  package var plainLines: [String]

  /// What the notebook holds that is passed over, in the order of the lines.
  package var warnings: [NotebookWarning]

  /// The file name without its extension.
  package var name: String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    return file.hasSuffix(".md") ? String(file.dropLast(3)) : file
  }

  /// The front matter's title, else the name.
  package var title: String { frontMatter.title ?? name }

  /// The headings that stand directly in the prose, in order.
  package var headings: [Heading] {
    blocks.flatMap { block in
      guard case .prose(let prose) = block else { return [Heading]() }
      return prose.blocks.compactMap { if case .heading(_, _, let heading) = $0.content { heading } else { nil } }
    }
  }

  /// The front matter as it was written.
  package var frontMatterLines: ArraySlice<String> { lines[..<frontMatterCount] }

  /// A line of the notebook, counted from 1.
  package func line(_ number: Int) -> String? {
    lines.indices.contains(number - 1) ? lines[number - 1] : nil
  }
}

/// A piece of a notebook.
package enum Block: Sendable {
  /// What stands between two cells of the margin.
  case prose(Prose)
  /// A cell at the margin.
  case cell(Cell)
}

/// Prose between two cells, as Markdown's tree; cells in lists, quotations and boxes are part of it.
package struct Prose: Sendable, Equatable {
  package var blocks: [MarkdownBlock]
  /// All lines between the cells, counted from 1: definitions of links and notes, which are no blocks, are among them.
  package var lines: ClosedRange<Int>
}

/// A fenced Swift block.
package struct Cell: Sendable {
  /// Counted from 0, over all cells of the notebook.
  package var index: Int
  /// The line of the opening fence.
  package var line: Int
  /// The line of the first line of `code`.
  package var codeLine: Int
  /// The code below the options, each line ended by a newline.
  package var code: String
  package var options: CellOptions
  package var caption: RichText?
  /// Where the label stands.
  var labelAt: SourceLocation?
  /// How many columns its code stands to the right, in a list or a quotation; `code` is without them.
  package var indent = 0
}

/// What the `//|` lines at the top of a cell say.
package struct CellOptions: Sendable, Equatable {
  /// The name of the cell's figure or table: `fig-landscape`.
  package var label: String?
  package var caption: String?
  /// Whether the page shows the code.
  package var echo = true
  /// Whether the code is folded away until a reader opens it.
  package var fold = false
  /// How wide the cell's figures and tables are.
  package var width = Width.text
  /// Whether the page shows what the cell prints and shows.
  package var output = true
  /// Whether the cell runs.
  package var eval = true
  /// How much the numbers of the cell's figures and tables may move; nil for `NumberTolerance.standard`.
  package var tolerance: NumberTolerance?

  /// The width of figures and tables on the page.
  package enum Width: Sendable, Equatable {
    /// As large as they are, at most the column of text.
    case text
    /// Half as wide again as the column of text, where the window allows it.
    case wide
    /// The whole window.
    case full
    /// A share of the column of text, 1…100.
    case percent(Int)

    init?(_ text: String) {
      switch text {
      case "text": self = .text
      case "wide": self = .wide
      case "full": self = .full
      default:
        guard text.hasSuffix("%"), let share = Int(text.dropLast()), (1...100).contains(share) else { return nil }
        self = .percent(share)
      }
    }
  }
  /// What the cell may use; nil for as much as there is.
  package var budget: Budget?

  package init() {}
}

/// What a notebook says about itself at its top.
package struct FrontMatter: Sendable, Equatable {
  package var title: String?
  package var authors: [String] = []
  package var abstract: String?
  package var parameters: [ParameterDeclaration] = []
  /// The BibTeX file, relative to the notebook's folder.
  package var bibliography: String?
  /// How citations stand in the text; nil where nothing is said.
  package var citationStyle: CitationStyle?
  /// Data sets that the notebook reads from the folder of `--data`.
  package var data: [DataNeed] = []
  /// Numbers that may stand in the text with no value behind them.
  package var given: [String] = []
  /// How much the values and claims of the text may move; nil for `NumberTolerance.standard`.
  package var tolerance: NumberTolerance?
  /// Whether cells are optimised.
  package var optimization = Optimization.auto
  /// Keys that are passed over.
  package var warnings: [NotebookWarning] = []
  /// Where "abstract" and "bibliography" stand.
  var abstractAt: SourceLocation?
  package var bibliographyAt: SourceLocation?

  package init() {}
}

/// A data set that the front matter asks for.
package struct DataNeed: Sendable, Equatable {
  /// What people call the data set: `CIFAR-10`.
  package var name: String
  /// The scales that read it.
  package var scales: [Scale]
  /// Files that must be in the folder.
  package var files: [String] = []
  /// Where it is to be had.
  package var help: String?
  package var location: SourceLocation
}

/// A parameter that the front matter declares.
package struct ParameterDeclaration: Sendable, Equatable {
  package var name: String
  package var kind: ParameterKind
  /// The default in canonical spelling.
  package var defaultValue: String
  /// The smallest and largest value allowed, for numbers.
  package var range: ClosedRange<Double>?
  package var help: String?

  package init(
    name: String, kind: ParameterKind, defaultValue: String, range: ClosedRange<Double>? = nil, help: String? = nil
  ) {
    self.name = name
    self.kind = kind
    self.defaultValue = defaultValue
    self.range = range
    self.help = help
  }

  /// The value in canonical spelling. Throws a message when it is of the wrong kind or out of range.
  package func value(_ text: String) throws(ParameterError) -> String {
    guard let canonical = kind.canonical(text) else {
      throw ParameterError("\"\(text)\" is not \(kind.example), which parameter \"\(name)\" takes")
    }
    if let range, let number = Double(canonical), !range.contains(number) {
      throw ParameterError(
        "\(text) is outside \(trim(range.lowerBound)) … \(trim(range.upperBound)), the range of \"\(name)\"")
    }
    return canonical
  }

  private func trim(_ value: Double) -> String {
    kind == .integer && abs(value) < 1e15 ? String(Int(value)) : String(value)
  }
}

/// A parameter's value that does not fit.
package struct ParameterError: Error, Sendable, CustomStringConvertible {
  package var description: String
  init(_ description: String) { self.description = description }
}
