// Cells of a table by the names of their row and column.

internal import Basics
internal import Figures

/// Why a table has no such cell, or no number there.
public enum TableError: Error, Hashable, Sendable, CustomStringConvertible {
  case column(String, known: [String])
  case row(String, known: [String])
  case number(String, row: String, column: String)

  /// The table, and what it has instead.
  public var description: String {
    switch self {
    case .column(let name, let known): "no column \"\(name)\"; there are \(known.joined(separator: ", "))"
    case .row(let name, let known): "no row \"\(name)\"; there are \(known.joined(separator: "; "))"
    case .number(let text, let row, let column): "row \"\(row)\", column \"\(column)\": \"\(text)\" is not a number"
    }
  }
}

extension Table {
  /// The text in the first row that begins with `row`: `try table.cell("SN", "here", column: "Robust")`.
  public func cell(_ row: String..., column: String) throws(TableError) -> String {
    try text(row, column)
  }

  /// The number in the first row that begins with `row`. The minus sign may be "−".
  public func number(_ row: String..., column: String) throws(TableError) -> Double {
    let text = try text(row, column)
    guard let number = Double(text.replacing("−", with: "-")) else {
      throw .number(text, row: row.joined(separator: ", "), column: column)
    }
    return number
  }

  private func text(_ row: [String], _ column: String) throws(TableError) -> String {
    do {
      return try CSVTable(header: header, rows: rows).cell(row: row, column: column)
    } catch {
      switch error {
      case .column(let known): throw .column(column, known: known)
      case .row(let known): throw .row(row.joined(separator: ", "), known: known)
      }
    }
  }
}
