// Comma-separated values, RFC 4180 with line feeds.

/// Writes rows of CSV.
package enum CSVText {
  /// One row with its line feed. Fields with commas, quotes or line ends stand in quotes.
  package static func row(_ fields: [String]) -> String {
    var result = ""
    append(fields, to: &result)
    return result
  }

  /// Writes one row with its line feed behind `text`.
  package static func append(_ fields: [String], to text: inout String) {
    for (index, field) in fields.enumerated() {
      if index > 0 { text += "," }
      text += isPlain(field) ? field : quoted(field)
    }
    text += "\n"
  }

  /// Whether a field needs no quotes.
  private static func isPlain(_ field: String) -> Bool {
    // Numbers and words, which nearly all fields are, without a look at what characters are.
    if field.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "\"") }) {
      return true
    }
    return !field.contains(where: \.isNewline)
      && !field.unicodeScalars.contains { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" }
  }

  private static func quoted(_ field: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in field.unicodeScalars { result.append(contentsOf: scalar == "\"" ? ["\"", "\""] : [scalar]) }
    return "\"" + String(result) + "\""
  }
}
