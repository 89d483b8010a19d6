// Texts without the blanks, line ends or indents around them.

extension String {
  package var trimmedStart: String { String(drop { $0 == " " || $0 == "\t" }) }
  package var trimmedEnd: String { String(reversed().drop { $0 == " " || $0 == "\t" || $0 == "\r" }.reversed()) }
  package var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
  package var trimmingNewlines: String {
    String(drop { $0.isNewline }.reversed().drop { $0.isWhitespace }.reversed())
  }
  /// Without the two spaces that messages put before a source line.
  package var removingIndent: String {
    split(separator: "\n").map { $0.hasPrefix("  ") ? String($0.dropFirst(2)) : String($0) }.joined(separator: "\n")
  }
}
