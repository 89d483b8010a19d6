// A notebook as it was written: front matter, prose, cells.

public import Channel

/// A parsed notebook.
public struct Notebook: Sendable {
  /// The path as it appears in messages: relative to the project's root when it lies in it.
  public var path: String
  public var frontMatter: FrontMatter
  public var blocks: [Block]
  /// The cells in order.
  public var cells: [Cell]
  /// The notes that the prose refers to, by their numbers.
  public var footnotes: [MarkdownFootnote]
  /// The notebook's lines, for messages.
  public var lines: [String]
  /// How many of them the front matter takes, with the lines around it.
  var frontMatterCount: Int
  /// Values, claims, formulas, references and citations of the prose, in order: the tree names them by their place here.
  public var items: [InlineItem]
  /// The numbers of the items that the program computes behind its last cell: a cell below them defines what they need.
  package var lateItems: Set<Int>
  /// The front matter's abstract.
  public var abstract: RichText?
  /// The lines with blanks for everything that is not plain text.
  package var plainLines: [String]

  /// What the notebook holds that is passed over, in the order of the lines.
  public var warnings: [NotebookWarning]

  /// The file name without its extension.
  public var name: String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    return file.hasSuffix(".md") ? String(file.dropLast(3)) : file
  }

  /// The front matter's title, else the name.
  public var title: String { frontMatter.title ?? name }

  /// The headings that stand directly in the prose, in order.
  public var headings: [Heading] {
    blocks.flatMap { block in
      guard case .prose(let prose) = block else { return [Heading]() }
      return prose.blocks.compactMap { if case .heading(_, _, let heading) = $0.content { heading } else { nil } }
    }
  }

  /// The front matter as it was written.
  package var frontMatterLines: ArraySlice<String> { lines[..<frontMatterCount] }

  /// A line of the notebook, counted from 1.
  public func line(_ number: Int) -> String? {
    lines.indices.contains(number - 1) ? lines[number - 1] : nil
  }
}

/// A piece of a notebook.
public enum Block: Sendable {
  /// What stands between two cells.
  case prose(Prose)
  case cell(Cell)
}

/// Prose between two cells, as Markdown's tree.
public struct Prose: Sendable, Equatable {
  public var blocks: [MarkdownBlock]
  /// All lines between the cells, counted from 1: definitions of links and notes, which are no blocks, are among them.
  public var lines: ClosedRange<Int>
}

/// A fenced Swift block.
public struct Cell: Sendable {
  /// Counted from 0, over all cells of the notebook.
  public var index: Int
  /// The line of the opening fence.
  public var line: Int
  /// The line of the first line of `code`.
  public var codeLine: Int
  /// The code below the options, each line ended by a newline.
  public var code: String
  public var options: CellOptions
  public var caption: RichText?
  /// Where the label stands.
  var labelAt: SourceLocation?
}

/// What the `//|` lines at the top of a cell say.
public struct CellOptions: Sendable, Equatable {
  /// The name of the cell's figure or table: `fig-landscape`.
  public var label: String?
  public var caption: String?
  /// Whether the page shows the code.
  public var echo = true
  /// Whether the code is folded away until a reader opens it.
  public var fold = false
  /// How wide the cell's figures and tables are.
  public var width = Width.text
  /// Whether the page shows what the cell prints and shows.
  public var output = true
  /// Whether the cell runs.
  public var eval = true
  /// How much the numbers of the cell's figures and tables may move; nil for `NumberTolerance.standard`.
  public var tolerance: NumberTolerance?

  /// The width of figures and tables on the page.
  public enum Width: Sendable, Equatable {
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
  public var budget: Budget?

  public init() {}
}

/// What a notebook says about itself at its top.
public struct FrontMatter: Sendable, Equatable {
  public var title: String?
  public var authors: [String] = []
  public var abstract: String?
  public var parameters: [ParameterDeclaration] = []
  /// The BibTeX file, relative to the notebook's folder.
  public var bibliography: String?
  /// Data sets that the notebook reads from the folder of `--data`.
  public var data: [DataNeed] = []
  /// Numbers that may stand in the text with no value behind them.
  public var given: [String] = []
  /// How much the values and claims of the text may move; nil for `NumberTolerance.standard`.
  public var tolerance: NumberTolerance?
  /// Keys that are passed over.
  public var warnings: [NotebookWarning] = []
  /// Where "abstract" and "bibliography" stand.
  var abstractAt: SourceLocation?
  package var bibliographyAt: SourceLocation?

  public init() {}
}

/// A data set that the front matter asks for.
public struct DataNeed: Sendable, Equatable {
  /// What people call the data set: `CIFAR-10`.
  public var name: String
  /// The scales that read it.
  public var scales: [Scale]
  /// Files that must be in the folder.
  public var files: [String] = []
  /// Where it is to be had.
  public var help: String?
  package var location: SourceLocation
}

/// A parameter that the front matter declares.
public struct ParameterDeclaration: Sendable, Equatable {
  public var name: String
  public var kind: ParameterKind
  /// The default in canonical spelling.
  public var defaultValue: String
  /// The smallest and largest value allowed, for numbers.
  public var range: ClosedRange<Double>?
  public var help: String?

  public init(
    name: String, kind: ParameterKind, defaultValue: String, range: ClosedRange<Double>? = nil, help: String? = nil
  ) {
    self.name = name
    self.kind = kind
    self.defaultValue = defaultValue
    self.range = range
    self.help = help
  }

  /// The value in canonical spelling. Throws a message when it is of the wrong kind or out of range.
  public func value(_ text: String) throws(ParameterError) -> String {
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
public struct ParameterError: Error, Sendable, CustomStringConvertible {
  public var description: String
  init(_ description: String) { self.description = description }
}
