// A place in a notebook.

/// A line and column of a notebook, both counted from 1, as `notebooks/x.md:14:3`.
package struct SourceLocation: Hashable, Sendable, Codable, CustomStringConvertible {
  package var file: String
  package var line: Int
  package var column: Int

  package init(file: String, line: Int, column: Int = 1) {
    self.file = file
    self.line = line
    self.column = column
  }

  package var description: String { "\(file):\(line):\(column)" }
}
