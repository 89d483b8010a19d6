// What a person sees while many notebooks run: which one, and how far long work is.

internal import Channel
internal import Execution
internal import NotebookText

/// Shows progress and nothing that cells print.
final class QuietReport: ExecutionObserver {
  private let terminal: Terminal
  private let notebook: String
  private var lastPlain: ContinuousClock.Instant?
  private var hasLiveLine = false

  init(terminal: Terminal, notebook: String) {
    self.terminal = terminal
    self.notebook = notebook
  }

  func compiled(diagnostics: [Diagnostic], isFromCache: Bool, duration: Duration) {
    for diagnostic in diagnostics { terminal.note(diagnostic.description) }
  }
  func began(_ cell: Cell) { if terminal.isLive { show("\(notebook), cell \(cell.index + 1)") } }
  func printed(_ bytes: [UInt8], on stream: CellOutput.Stream) {}
  func showed(_ output: CellOutput) {}
  func noticed(_ text: String) { terminal.note("\(notebook): \(text)") }
  func ended(_ cell: Cell, duration: Duration) {}

  func progressed(_ progress: WorkProgress) {
    if terminal.isLive { return show("\(notebook): \(progress.line)") }
    // In a log a line every ten seconds is enough.
    let now = ContinuousClock.now
    if !progress.isFinished, let lastPlain, now - lastPlain < .seconds(10) { return }
    lastPlain = now
    terminal.note("\(notebook): \(progress.line)")
  }

  /// Takes the live line away.
  func finish() {
    if hasLiveLine { terminal.live("") }
    hasLiveLine = false
  }

  private func show(_ line: String) {
    terminal.live(line)
    hasLiveLine = true
  }
}
