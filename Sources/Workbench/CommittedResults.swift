// Figures and tables that a notebook made earlier, at this scale or another, read back from figures/<scale>/.

internal import Basics
public import Channel
internal import FileSystem

/// Why a figure or table in `figures/<scale>/` cannot be read. Its description names the file and says what to do next.
public enum CommittedResultError: Error, Hashable, Sendable, CustomStringConvertible {
  /// No notebook wrote it at this scale.
  case missing(path: String, scale: Scale)
  /// It is there and cannot be read.
  case unreadable(path: String, reason: String)

  /// The file, and what to do next.
  public var description: String {
    switch self {
    case .missing(let path, let scale):
      "\(path): no such file; the notebook with that label writes it when it is run with --scale \(scale.name)"
    case .unreadable(let path, let reason): "\(path): \(reason)"
    }
  }
}

extension NotebookSession {
  /// The table of a cell labelled `label`, as a run at `scale` left it in `figures/<scale>/`.
  ///
  /// For what takes hours or data that a reader may not have: the chapter shows the committed numbers, and the notebook
  /// that made them says how. The file counts as an input: when it changes, the cell runs again.
  ///
  /// Throws `CommittedResultError`.
  public func committedTable(_ label: String, scale: Scale) throws -> Table {
    let path = committedFile(label, scale)
    guard let table = CSVTable(try committedText(path, scale)) else {
      throw CommittedResultError.unreadable(path: path, reason: "it is no CSV file; make it again")
    }
    guard table.rows.allSatisfy({ $0.count == table.header.count }) else {
      throw CommittedResultError.unreadable(path: path, reason: "its rows are not of one length; make it again")
    }
    return Table(header: table.header, rows: table.rows)
  }

  /// The numbers of the figure of a cell labelled `label`, as a run at `scale` left them in `figures/<scale>/`.
  ///
  /// Throws `CommittedResultError`.
  public func committedNumbers(_ label: String, scale: Scale) throws -> FigureNumbers {
    let path = committedFile(label, scale)
    let text = try committedText(path, scale)
    do {
      return try FigureNumbers(csv: text)
    } catch {
      throw CommittedResultError.unreadable(path: path, reason: error.description)
    }
  }

  private func committedFile(_ label: String, _ scale: Scale) -> String { "figures/\(scale.name)/\(label).csv" }

  private func committedText(_ path: String, _ scale: Scale) throws -> String {
    do {
      return String(decoding: try Files.read(configuration.rootDirectory + "/" + path), as: UTF8.self)
    } catch {
      if error.isMissing { throw CommittedResultError.missing(path: path, scale: scale) }
      throw CommittedResultError.unreadable(path: path, reason: error.reason)
    }
  }
}
