// Why a notebook was not built.

package import Execution

/// Why nothing ran: what is wrong with the notebook, its settings, its data or this machine, and the exit code for it.
package struct BuildRefusal: Error, Sendable, CustomStringConvertible {
  package var exitCode: ExitStatus
  package var description: String
  /// The compiler's errors with their places.
  package var failures: [CellFailure] = []
}
