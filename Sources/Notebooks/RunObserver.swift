// Who watches a notebook run: the command line now, a live page later.

public import Channel

/// Told what happens while a notebook is built, in order, on one thread.
public protocol RunObserver: AnyObject {
  func compiled(diagnostics: [Diagnostic], isFromCache: Bool, duration: Duration)
  func began(_ cell: Cell)
  func printed(_ bytes: [UInt8], on stream: CellOutput.Stream)
  func showed(_ output: CellOutput)
  func progressed(_ progress: Progress)
  /// Something to know, such as that work is saved before the end.
  func noticed(_ text: String)
  func ended(_ cell: Cell, duration: Duration)
}
