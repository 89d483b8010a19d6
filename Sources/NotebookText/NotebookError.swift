// What can be wrong with a notebook before it runs.

/// A mistake in a notebook's text, with its place: `notebooks/x.md:14:5: error: no option "lable"; did you mean "label"?`
package struct NotebookError: Error, Hashable, Sendable, CustomStringConvertible {
  package var location: SourceLocation
  package var message: String
  /// The line of the notebook that `location` names, where it is known.
  package var sourceLine: String?

  package init(_ location: SourceLocation, _ message: String, sourceLine: String? = nil) {
    self.location = location
    self.message = message
    self.sourceLine = sourceLine
  }

  package var description: String {
    "\(location): error: \(message)" + (sourceLine.map { "\n" + excerpt($0, column: location.column) } ?? "")
  }
}

/// Something in a notebook that is passed over, with its place: `notebooks/x.md:3:1: warning: the front matter's key …`
package struct NotebookWarning: Sendable, Equatable, CustomStringConvertible {
  package var location: SourceLocation
  /// What is passed over, and how to have it otherwise.
  package var message: String
  /// The line of the notebook that `location` names, where it is known.
  package var sourceLine: String?
  /// Whether nothing is passed over: it could be said better.
  package var isHint = false

  package init(_ location: SourceLocation, _ message: String, sourceLine: String? = nil) {
    self.location = location
    self.message = message
    self.sourceLine = sourceLine
  }

  package var description: String {
    "\(location): \(isHint ? "hint" : "warning"): \(message)"
      + (sourceLine.map { "\n" + excerpt($0, column: location.column) } ?? "")
  }
}

/// A source line with a mark under one column, indented by two spaces.
package func excerpt(_ line: String, column: Int) -> String {
  let before = line.utf8.prefix(max(column - 1, 0)).map { $0 == 9 ? "\t" : ($0 & 0xC0 == 0x80 ? "" : " ") }.joined()
  return "  \(line)\n  \(before)^"
}
