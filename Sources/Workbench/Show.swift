// show(…): what a cell puts on the page besides what it prints.

internal import Channel
internal import FoundationEssentials
public import Networks

/// Something that draws itself into files, such as a figure.
public protocol FigureOutput {
  /// Writes `directory/name.svg`, `.png`, `.pdf` and `.csv`, or some of them, and returns their paths.
  ///
  /// `key` says what the drawing was made from; formats that can carry it do.
  func writeFiles(directory: String, name: String, key: String) throws -> [String]
}

/// Draws a figure into `figures/<scale>/<label>.*` and puts it on the page.
///
/// The label is that of the cell; a second figure of one cell gets `-2`. Throws what the figure's files throw.
public func show(_ figure: some FigureOutput) throws { try notebook.show(figure) }

/// Puts a table on the page; that of a labelled cell is also written to `figures/<scale>/<label>.md`, `.csv` and `.tex`.
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
    let directory = figuresDirectory
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let name = nextFigureName()
    let files = try figure.writeFiles(
      directory: directory, name: name, key: "\(configuration.name)/\(name)@\(scale.rawValue)")
    send(.figure(name: name, files: files.map(relative)))
  }

  func show(_ table: Table) {
    var files: [String] = []
    if let name = nextTableName() {
      do {
        try FileManager.default.createDirectory(atPath: figuresDirectory, withIntermediateDirectories: true)
        files = try table.writeFiles(directory: figuresDirectory, name: name)
      } catch {
        giveUp(Failure(kind: .thrown, message: "the table's files cannot be written: \(error)"))
      }
    }
    send(.table(header: table.header, rows: table.rows, files: files.map(relative)))
  }

  /// `path` from the output folder on.
  private func relative(_ path: String) -> String {
    let root = configuration.outputDirectory + "/"
    return path.hasPrefix(root) ? String(path.dropFirst(root.count)) : path
  }
}
