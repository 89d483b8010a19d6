// Comma-separated values as RFC 4180 has them, line feeds or CRLF.

/// A CSV file in memory: a header and rows.
package struct CSVTable: Equatable {
  /// The first line.
  package var header: [String]
  /// The other lines, each as long as it stands there.
  package var rows: [[String]]

  /// A table of these cells.
  package init(header: [String], rows: [[String]]) {
    self.header = header
    self.rows = rows
  }

  /// What a table does not have, and what it has instead.
  package enum Missing: Error, Equatable {
    /// A column of that name; the table has these.
    case column(known: [String])
    /// A row with those first cells; the table has these.
    case row(known: [String])
  }

  /// The cell of the first row that begins with `row`, in the column of that name; "" where the row is too short.
  package func cell(row: [String], column name: String) throws(Missing) -> String {
    guard let column = header.firstIndex(of: name) else { throw .column(known: header) }
    guard let found = rows.first(where: { $0.starts(with: row) }) else {
      throw .row(known: rows.map { $0.prefix(row.count).joined(separator: ", ") })
    }
    return found.indices.contains(column) ? found[column] : ""
  }

  /// The table that `text` is, its first record the header; nil when the text is empty or ends inside quotes.
  ///
  /// A record ends with a line feed, a carriage return or both; in quotes all characters stand for themselves and a
  /// quote is doubled.
  package init?(_ text: String) {
    var reader = Reader()
    // Scalars, not characters: a mark that combines with a comma is still the first of the next field.
    for scalar in text.unicodeScalars { reader.take(scalar) }
    guard !reader.isQuoted else { return nil }
    reader.endText()
    guard let first = reader.records.first else { return nil }
    header = first
    rows = Array(reader.records.dropFirst())
  }

  /// Takes a text scalar by scalar.
  private struct Reader {
    private(set) var records: [[String]] = []
    private(set) var isQuoted = false
    private var fields: [String] = []
    private var field = String.UnicodeScalarView()
    /// Whether the last scalar ended a quotation.
    private var wasQuote = false
    /// Whether the last scalar was a carriage return that ended a record: a line feed behind it ends no other.
    private var wasReturn = false

    mutating func take(_ scalar: Unicode.Scalar) {
      let isSecondOfLineEnd = wasReturn && scalar == "\n"
      wasReturn = !isQuoted && scalar == "\r"
      if isSecondOfLineEnd { return }
      switch scalar {
      case "\"" where isQuoted:
        isQuoted = false
        wasQuote = true
      case _ where isQuoted: field.append(scalar)
      case "\"":
        // A second quote inside quotes is a quote.
        if wasQuote { field.append("\"") }
        isQuoted = true
      case ",": endField()
      case "\n", "\r":
        endField()
        records.append(fields)
        fields = []
      default: field.append(scalar)
      }
    }

    /// The last record needs no line end.
    mutating func endText() {
      if field.isEmpty && fields.isEmpty { return }
      endField()
      records.append(fields)
    }

    private mutating func endField() {
      fields.append(String(field))
      field = String.UnicodeScalarView()
      wasQuote = false
    }
  }
}
