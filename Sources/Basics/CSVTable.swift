// Comma-separated values as RFC 4180 has them, line feeds or CRLF.

/// A CSV file in memory: a header and rows.
package struct CSVTable: Equatable {
  package var header: [String]
  package var rows: [[String]]

  package init(header: [String], rows: [[String]]) {
    self.header = header
    self.rows = rows
  }

  /// What a table does not have, and what it has instead.
  package enum Missing: Error, Equatable {
    case column(known: [String])
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
    var records: [[String]] = []
    var fields: [String] = []
    var field = String.UnicodeScalarView()
    var isQuoted = false
    var wasQuote = false
    var before: Unicode.Scalar?
    func endField() {
      fields.append(String(field))
      field = String.UnicodeScalarView()
      wasQuote = false
    }
    // Scalars, not characters: a mark that combines with a comma is still the first of the next field.
    for scalar in text.unicodeScalars {
      defer { before = isQuoted ? nil : scalar }
      if isQuoted {
        if scalar == "\"" {
          isQuoted = false
          wasQuote = true
        } else {
          field.append(scalar)
        }
      } else if scalar == "\"" {
        // A second quote inside quotes is a quote.
        if wasQuote { field.append("\"") }
        isQuoted = true
      } else if scalar == "," {
        endField()
      } else if scalar == "\n", before == "\r" {
        continue
      } else if scalar == "\n" || scalar == "\r" {
        endField()
        records.append(fields)
        fields = []
      } else {
        field.append(scalar)
        wasQuote = false
      }
    }
    if isQuoted { return nil }
    if !field.isEmpty || !fields.isEmpty {
      endField()
      records.append(fields)
    }
    guard let first = records.first else { return nil }
    header = first
    rows = Array(records.dropFirst())
  }
}
