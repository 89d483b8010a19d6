// What a person sees while a notebook runs.

internal import Channel
internal import Execution
internal import Glibc
internal import NotebookText

/// Prints what the cells print, and which cell it is.
final class RunReport: ExecutionObserver {
  private let terminal: Terminal
  private let output: Int32
  private var hasLiveLine = false
  private var isAtLineStart = true
  private var lastPlain: ContinuousClock.Instant?

  /// - Parameter keepsStdout: whether stdout is for something else, and what cells print goes to stderr.
  init(terminal: Terminal, keepsStdout: Bool = false) {
    self.terminal = terminal
    output = keepsStdout ? STDERR_FILENO : STDOUT_FILENO
  }

  func compiled(diagnostics: [Diagnostic], isFromCache: Bool, duration: Duration) {
    for diagnostic in diagnostics { terminal.note(diagnostic.description) }
  }

  func began(_ cell: Cell) {
    endLine()
    let label = cell.options.label.map { ", " + $0 } ?? ""
    terminal.note("[cell \(cell.index + 1), line \(cell.codeLine)\(label)]")
    lastPlain = nil
  }

  func printed(_ bytes: [UInt8], on stream: CellOutput.Stream) {
    clearLive()
    terminal.write(stream == .standardError ? STDERR_FILENO : output, bytes)
    isAtLineStart = bytes.last == 10
  }

  func showed(_ output: CellOutput) {
    endLine()
    switch output {
    case .figure(_, let files): terminal.note(files.map { "drew \($0)" }.joined(separator: "\n"))
    case .table(let header, let rows, _):
      terminal.note("table of \(rows.count) rows: \(header.joined(separator: ", "))")
    case .markdown, .formula, .text: break
    }
  }

  func progressed(_ progress: WorkProgress) {
    if terminal.isLive {
      if !isAtLineStart { endLine() }
      if progress.isFinished {
        clearLive()
        terminal.note(progress.line)
      } else {
        terminal.live(progress.line)
        hasLiveLine = true
      }
      return
    }
    // In a log a line every five seconds is enough.
    let now = ContinuousClock.now
    if !progress.isFinished, let lastPlain, now - lastPlain < .seconds(5) { return }
    lastPlain = now
    endLine()
    terminal.note(progress.line)
  }

  func noticed(_ text: String) {
    endLine()
    terminal.note(text)
  }

  func ended(_ cell: Cell, duration: Duration) { endLine() }

  /// Takes the live line away.
  func finish() { endLine() }

  private func clearLive() {
    guard hasLiveLine else { return }
    terminal.live("")
    hasLiveLine = false
  }

  private func endLine() {
    clearLive()
    if !isAtLineStart { terminal.write(output, "\n") }
    isAtLineStart = true
  }
}
