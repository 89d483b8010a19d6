// show(…): what a cell puts on the page besides what it prints.

internal import Basics
internal import Channel
internal import Figures
internal import FileSystem
internal import FoundationEssentials
public import Networks
internal import Runs

/// Something that draws itself into files, such as a figure.
public protocol FigureOutput {
  /// Writes `directory/name.svg`, `.png`, `.pdf` and `.csv`, or some of them, and returns their paths.
  ///
  /// `key` says what the drawing was made from; formats that can carry it do.
  func writeFiles(directory: String, name: String, key: String) throws -> [String]

  /// What the drawing follows from, before it is drawn; nil if only its files can tell.
  func drawKey() throws -> DrawKey?
}

/// What names a drawing by its content.
public struct DrawKey: Hashable, Sendable {
  /// SHA-256 of numbers and style, 64 hexadecimal digits.
  public var key: String
  /// SHA-256 of the numbers alone.
  public var numbers: String?

  /// What a figure shows: a key of everything drawn, and the hash of its numbers where it has any.
  public init(key: String, numbers: String? = nil) {
    self.key = key
    self.numbers = numbers
  }
}

extension FigureOutput {
  /// Nil: the file is known by its own bytes.
  public func drawKey() throws -> DrawKey? { nil }
}

/// Draws a figure into `figures/<scale>/<label>.*` and puts it on the page.
///
/// The label is that of the cell; a second figure of one cell gets `-2`. Throws what the figure's files throw.
public func show(_ figure: some FigureOutput) throws { try notebook.show(figure) }

/// Puts a table on the page; that of a cell labelled `tbl-…` is also written to `figures/<scale>/<label>.md`, `.csv`, `.tex`.
///
/// Ends the program with a message if the files cannot be written.
public func show(_ table: Table) { notebook.show(table) }

/// Puts Markdown on the page.
public func show(markdown text: String) { notebook.send(.markdown(text)) }

/// Puts a display formula on the page, in TeX: `show(formula: #"\\|x\\|_2 \\le 1"#)`.
public func show(formula tex: String, line: Int = #line) { notebook.send(.formula(tex: tex, line: line)) }

/// Puts a table of a network's layers on the page: what they do, the shape of what they give, their parameters.
public func show(_ model: Model) { show(ModelSummary(model).table) }

extension NotebookSession {
  /// Draws a figure into this session's folder and tells the runner.
  func show(_ figure: some FigureOutput) throws {
    let name = nextFigureName()
    if configuration.isPlanning {
      if !hasUntrained, let content = try figure.drawKey() { tell(content, of: name) }
      return
    }
    guard isDrawing else { return }
    let content = try figure.drawKey()
    let directory = figuresDirectory
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let key = content?.key ?? "\(configuration.name)/\(name)@\(scale.name)"
    let drawn = figure is Figure ? drawnFigures : nil
    var files = drawn?.files(directory: directory, name: name, key: key) ?? []
    if files.isEmpty {
      files = try figure.writeFiles(directory: directory, name: name, key: key)
      drawn?.note(files, directory: directory, name: name, key: key)
    }
    tell(try content ?? DrawKey(key: Digest.sha256(files.flatMap { try Files.read($0) })), of: name)
    send(.figure(name: name, files: files.map(relative)))
  }

  /// The notes on what was drawn before; none for a check, which is there to draw again, and without a runner.
  private var drawnFigures: DrawnFigures? {
    let layout = ProjectLayout(root: configuration.rootDirectory)
    guard hasRunner, !configuration.outputDirectory.hasPrefix(layout.made + "/") else { return nil }
    return DrawnFigures(folder: layout.drawn, tools: Self.tools)
  }

  private static let tools = DrawnFigures.loadedTools()

  /// Puts a table on the page, and that of a cell labelled `tbl-…` into files.
  func show(_ table: Table) {
    let name = nextTableName()
    let key = Digest.sha256(
      ([table.header] + table.rows).map { $0.joined(separator: "\u{1F}") }.joined(separator: "\n"))
    if !configuration.isPlanning || !hasUntrained { tell(DrawKey(key: key, numbers: key), of: name) }
    guard isDrawing, !configuration.isPlanning else { return }
    var files: [String] = []
    if isOfTables {
      do {
        try FileManager.default.createDirectory(atPath: figuresDirectory, withIntermediateDirectories: true)
        files = try table.writeFiles(directory: figuresDirectory, name: name)
      } catch {
        giveUp(ProgramFailure(kind: .thrown, message: "the table's files cannot be written: \(error)"))
      }
    }
    send(.table(header: table.header, rows: table.rows, files: files.map(relative)))
  }

  /// `path` from the output folder on.
  private func relative(_ path: String) -> String {
    let root = configuration.outputDirectory + "/"
    return path.hasPrefix(root) ? String(path.dropFirst(root.count)) : path
  }

  private func tell(_ content: DrawKey, of name: String) {
    send(.used(.drawing(DrawingUse(name: name, key: content.key, numbers: content.numbers))))
  }
}
