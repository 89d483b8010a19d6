// Why a notebook was not built.

package import Execution
internal import NotebookText

/// Why nothing ran: what is wrong with the notebook, its settings, its data or this machine, and the exit code for it.
package struct BuildRefusal: Error, Sendable, CustomStringConvertible {
  package var exitCode: ExitStatus
  package var description: String
  /// The compiler's errors with their places.
  package var failures: [CellFailure] = []
}

extension Notebook {
  /// How the first cell that does not compile is shown without being run; nil if no cell is at fault.
  fileprivate func hintForSamples(_ places: [SourceLocation]) -> String? {
    let cell = cells.first { cell in
      let count = cell.code.count { $0 == "\n" }
      return places.contains {
        $0.file == path && (cell.codeLine..<cell.codeLine + max(count, 1)).contains($0.line)
      }
    }
    return cell.map {
      "\(SourceLocation(file: path, line: $0.line)): note: a sample that is only to be read is shown without being run "
        + "if its first line is \"//| eval: false\""
    }
  }
}

extension BuildRefusal {
  /// Why a notebook's program was not compiled, with the lines of its text rather than those of the program.
  init(_ failure: CompileFailure, _ notebook: Notebook, _ interrupts: Interrupts?) {
    switch failure {
    case .diagnostics(let diagnostics):
      let shown = diagnostics.map(notebook.showingProse)
      let failures = shown.filter { $0.severity == .error }.map { error in
        CellFailure(
          kind: .compileError, message: error.message, location: error.location,
          excerpt: error.excerpt.isEmpty ? nil : error.excerpt.map { "  " + $0 }.joined(separator: "\n"))
      }
      let hint = notebook.hintForSamples(failures.compactMap(\.location)).map { [$0] } ?? []
      self.init(
        exitCode: .compileError,
        description: (shown.map(\.description) + hint).joined(separator: "\n"),
        failures: failures)
    case .interrupted:
      self.init(exitCode: interrupts?.exitCode ?? .interrupted, description: "interrupted while compiling")
    case .other(let message): self.init(exitCode: .unavailable, description: message)
    }
  }
}
