// Comma-separated values, RFC 4180 with line feeds.

/// Writes rows of CSV.
package enum CSVText {
  /// One row with its line feed. Fields with commas, quotes or line ends stand in quotes.
  package static func row(_ fields: [String]) -> String {
    fields.map { field in
      field.contains(where: \.isNewline)
        || field.unicodeScalars.contains { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" }
        ? quoted(field) : field
    }.joined(separator: ",") + "\n"
  }

  private static func quoted(_ field: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in field.unicodeScalars { result.append(contentsOf: scalar == "\"" ? ["\"", "\""] : [scalar]) }
    return "\"" + String(result) + "\""
  }
}
