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
      self.init(
        exitCode: .compileError, description: shown.map(\.description).joined(separator: "\n"), failures: failures)
    case .interrupted:
      self.init(exitCode: interrupts?.exitCode ?? .interrupted, description: "interrupted while compiling")
    case .other(let message): self.init(exitCode: .unavailable, description: message)
    }
  }
}
