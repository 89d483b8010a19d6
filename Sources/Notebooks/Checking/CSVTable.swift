// Comma-separated values as RFC 4180 has them, line feeds or CRLF.

/// A CSV file in memory: a header and rows.
package struct CSVTable: Equatable {
  package var header: [String]
  package var rows: [[String]]

  /// Nil when the text is empty or ends inside quotes.
  package init?(_ text: String) {
    var records: [[String]] = []
    var fields: [String] = []
    var field = ""
    var isQuoted = false
    var wasQuote = false
    func endField() {
      fields.append(field)
      field = ""
      wasQuote = false
    }
    for character in text {
      if isQuoted {
        if character == "\"" {
          isQuoted = false
          wasQuote = true
        } else {
          field.append(character)
        }
      } else if character == "\"" {
        // A second quote inside quotes is a quote.
        if wasQuote { field.append("\"") }
        isQuoted = true
      } else if character == "," {
        endField()
      } else if character.isNewline {
        endField()
        records.append(fields)
        fields = []
      } else {
        field.append(character)
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
