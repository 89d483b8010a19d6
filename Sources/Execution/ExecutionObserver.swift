// Who watches a notebook run: the command line, a live page.

package import Channel
package import NotebookText

/// Told what happens while a notebook is built, in order, on one thread.
package protocol ExecutionObserver: AnyObject {
  /// The notebook is read, its settings are known, and it will be compiled.
  func began(_ notebook: Notebook, _ configuration: SessionConfiguration)
  func compiled(diagnostics: [Diagnostic], isFromCache: Bool, duration: Duration)
  func began(_ cell: Cell)
  func printed(_ bytes: [UInt8], on stream: CellOutput.Stream)
  func showed(_ output: CellOutput)
  func progressed(_ progress: WorkProgress)
  /// Something to know, such as that work is saved before the end.
  func noticed(_ text: String)
  func ended(_ cell: Cell, duration: Duration)
}

extension ExecutionObserver {
  package func began(_ notebook: Notebook, _ configuration: SessionConfiguration) {}
}
