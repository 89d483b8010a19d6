// What the compiler says, line by line: `notebooks/x.md:14:9: error: cannot find 'foo' in scope`.

package import NotebookText

/// A message of the compiler.
package struct Diagnostic: Sendable, Equatable, CustomStringConvertible {
  package enum Severity: String, Sendable {
    case error, warning, note
  }

  package var location: SourceLocation?
  package var severity: Severity
  package var message: String
  /// The source line and the mark below it, as the compiler printed them.
  package var excerpt: [String] = []

  package var description: String {
    let head = (location.map { "\($0): " } ?? "") + "\(severity.rawValue): \(message)"
    return ([head] + excerpt.map { "  " + $0 }).joined(separator: "\n")
  }

  /// Reads the compiler's output in its `llvm` style. The same message is kept once.
  package static func parse(_ output: String) -> [Diagnostic] {
    var result: [Diagnostic] = []
    for line in output.split(separator: "\n", omittingEmptySubsequences: false) {
      if let diagnostic = head(String(line)) {
        result.append(diagnostic)
      } else if !result.isEmpty, !line.isEmpty {
        result[result.count - 1].excerpt.append(String(line))
      }
    }
    var seen: [Diagnostic] = []
    for diagnostic in result where !seen.contains(diagnostic) { seen.append(diagnostic) }
    // The frontend and the driver both speak of one failure; with a place is better than without.
    return seen.contains { $0.location != nil } ? seen.filter { $0.location != nil } : seen
  }

  private static func head(_ line: String) -> Diagnostic? {
    for severity in [Severity.error, .warning, .note] {
      guard let mark = line.firstRange(of: "\(severity.rawValue): ") else { continue }
      let before = line[..<mark.lowerBound]
      let message = String(line[mark.upperBound...])
      if before.isEmpty || before == "<unknown>:0: " {
        return Diagnostic(location: nil, severity: severity, message: message)
      }
      guard before.hasSuffix(": ") else { continue }
      let parts = before.dropLast(2).split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count >= 3, let line = Int(parts[parts.count - 2]), let column = Int(parts[parts.count - 1]) else {
        continue
      }
      let file = parts.dropLast(2).joined(separator: ":")
      return Diagnostic(
        location: SourceLocation(file: file, line: line, column: column), severity: severity, message: message)
    }
    return nil
  }
}

extension Notebook {
  /// A message of the compiler about an expression in the text, with the text's line rather than the generated one.
  package func showingProse(_ diagnostic: Diagnostic) -> Diagnostic {
    guard let place = diagnostic.location, place.file == path, let line = line(place.line),
      // Behind an unfinished last line of a cell the compiler shows what the program has there.
      diagnostic.excerpt.first == "#sourceLocation()"
        || !cells.contains(where: {
          $0.line <= place.line
            && place.line < $0.codeLine + $0.code.split(separator: "\n", omittingEmptySubsequences: false).count
        })
    else { return diagnostic }
    var result = diagnostic
    result.excerpt = excerpt(line, column: place.column).split(separator: "\n").map { String($0.dropFirst(2)) }
    return result
  }
}
