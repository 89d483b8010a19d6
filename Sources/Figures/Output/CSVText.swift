// Comma-separated values, RFC 4180 with line feeds.

/// Writes rows of CSV.
package enum CSVText {
  /// One row with its line feed. Fields with commas, quotes or line ends stand in quotes.
  package static func row(_ fields: [String]) -> String {
    fields.map { field in
      field.contains { $0 == "," || $0 == "\"" || $0.isNewline }
        ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
    }.joined(separator: ",") + "\n"
  }
}
