// A plain table: a header and rows of text.

/// A table for the page. Columns whose cells are all numbers are set flush right.
public struct Table: Sendable, Equatable {
  public var header: [String]
  public var rows: [[String]]

  /// Every row must have as many cells as the header.
  public init(header: [String], rows: [[String]]) {
    for (index, row) in rows.enumerated() {
      precondition(
        row.count == header.count, "row \(index) of the table has \(row.count) cells, its header has \(header.count)")
    }
    self.header = header
    self.rows = rows
  }

  /// The table as aligned text.
  public var text: String {
    let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
    let lines = ([header] + rows).map { row in
      zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
    }
    let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")
    return ([lines[0], rule] + lines.dropFirst()).joined(separator: "\n")
  }
}
