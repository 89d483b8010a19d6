// What a notebook's program prints and says, sorted into cells. No process is needed for it: whoever has text, frames and
// an end can write a transcript.

package import Channel
package import NotebookText

/// The course of one run of a notebook's program.
///
/// Frames of a program that keeps to its notebook come in the order of the cells. Others break the connection: junk, a
/// cell that begins out of turn, an end before the last cell, anything after the end. What cannot be told from a true
/// program is one that sends exactly what that would have sent.
package final class ExecutionTranscript {
  package let notebook: Notebook
  /// The cells that the program comes to, in order.
  private let expected: [Int]
  private let places: ([UInt]) -> [SourceLocation]
  private weak var observer: (any ExecutionObserver)?

  private var ended: [CellResult] = []
  private var current: CellResult?
  private var outputs = CellOutputs()
  /// The files that the program says it looked at, once it has come to its end.
  package private(set) var outsideFiles: [String] = []
  /// What values and claims of the text became, by the number of their item.
  package private(set) var inlineResults: [Int: InlineResult] = [:]
  /// When the cell that runs began.
  package private(set) var cellStart = ContinuousClock.now
  /// Whether the program said that it saves its work when it was asked to end.
  package private(set) var isSaving = false
  /// Whether the connection to the program can no longer be trusted: it must be killed.
  package private(set) var isBroken = false

  private var isFinished = false
  private var stopped: String?
  private var failure: CellFailure?

  /// - Parameters:
  ///   - configuration: what the program was told: it ends after the last of the drawn cells.
  ///   - places: finds places of the notebook among return addresses, innermost first.
  package init(
    _ notebook: Notebook, _ configuration: SessionConfiguration, observer: (any ExecutionObserver)?,
    places: @escaping ([UInt]) -> [SourceLocation] = { _ in [] }
  ) {
    self.notebook = notebook
    self.observer = observer
    self.places = places
    let last = configuration.drawnCells?.max() ?? .max
    expected = notebook.cells.filter { $0.options.eval && $0.index <= last }.map(\.index)
  }

  /// The cells so far, the one that runs last.
  package var results: [CellResult] {
    guard var current else { return ended }
    current.outputs = outputs.outputs
    return ended + [current]
  }

  /// The cell that runs; nil before the first.
  package var cell: Cell? { current.map { notebook.cells[$0.cell] } }

  // MARK: What comes in

  /// Takes text that the program printed, in UTF-8 cut anywhere. Text before the first cell belongs to none.
  package func print(_ bytes: [UInt8], on stream: CellOutput.Stream) {
    guard !bytes.isEmpty, current != nil else { return }
    observer?.printed(bytes, on: stream)
    outputs.append(bytes, on: stream)
  }

  /// Takes what the program said, after the text that it printed before.
  package func receive(_ frame: Frame) {
    if isBroken { return }
    if isFinished { return breakConnection("the program said more after it had said that it was at its end") }
    switch frame {
    case .began(let index): begin(index)
    case .figure(let name, let files): append(.figure(name: name, files: files))
    case .table(let header, let rows, let files): append(.table(header: header, rows: rows, files: files))
    case .markdown(let text): append(.markdown(text))
    case .formula(let tex, let line): append(.formula(tex: tex, line: line))
    case .used(.files(let paths)): outsideFiles = paths
    case .used(let use): current?.uses.append(use)
    case .value(let item, let text): inlineResults[item] = .value(text)
    case .claim(let item, let finding): inlineResults[item] = .claim(finding)
    case .progress(let progress): observer?.progressed(progress)
    case .saving(let text):
      isSaving = true
      observer?.noticed(text)
    case .failed(let failure) where failure.kind == .stopped: stopped = failure.message
    case .failed(let failure): self.failure = explain(failure)
    case .finished: finish()
    }
  }

  /// Notes that what the program says can no longer be understood. The first reason counts.
  package func breakConnection(_ reason: String) {
    if isBroken { return }
    isBroken = true
    failure = CellFailure(kind: .brokenConnection, message: reason, location: cellPlace)
  }

  private func begin(_ index: Int) {
    let count = ended.count + (current == nil ? 0 : 1)
    guard expected.indices.contains(count), expected[count] == index else {
      let after = current.map { "after cell \($0.cell + 1)" } ?? "before any other"
      return breakConnection("the program began cell \(index) (from 0) out of turn, \(after)")
    }
    endCell()
    current = CellResult(cell: index)
    cellStart = .now
    observer?.began(notebook.cells[index])
  }

  private func append(_ output: CellOutput) {
    guard current != nil else { return }
    outputs.append(output)
    observer?.showed(output)
  }

  private func finish() {
    let count = ended.count + (current == nil ? 0 : 1)
    if expected.indices.contains(count) {
      return breakConnection("the program said that it was at its end before cell \(expected[count] + 1) began")
    }
    isFinished = true
  }

  private func endCell() {
    guard var result = current else { return }
    result.outputs = outputs.outputs
    result.duration = ContinuousClock.now - cellStart
    ended.append(result)
    (current, outputs) = (nil, CellOutputs())
    observer?.ended(notebook.cells[result.cell], duration: result.duration ?? .zero)
  }

  // MARK: The end

  /// How a program ended.
  package enum Ending: Sendable {
    /// It was stopped for a signal to this process.
    case interrupted
    /// It was stopped since it used too much; in words.
    case overBudget(String)
    /// It ended by itself.
    case exited(Int32)
    /// A signal killed it; `report` is the runtime's backtrace, empty if there is none.
    case killed(signal: Int32, report: String)
  }

  /// Ends the transcript. Returns why the notebook stopped, nil if it came to its end; the last cell's result says it too.
  package func conclude(_ ending: Ending) -> CellFailure? {
    let place = cellPlace
    endCell()
    let found: CellFailure?
    switch ending {
    case .interrupted:
      found = CellFailure(kind: .interrupted, message: stopped ?? "the run was interrupted here", location: place)
    case .overBudget(let excess):
      let message = excess + (stopped.map { "; \($0)" } ?? "")
      found = CellFailure(kind: .overBudget, message: message, location: place)
    case .exited(SessionConfiguration.lostConnectionCode) where failure == nil:
      found = CellFailure(kind: .brokenConnection, message: Self.closed, location: place)
    case .exited(let code):
      found = failure ?? (isFinished && code == 0 ? nil : explain(exit: code, place))
    case .killed(let signal, let report):
      found = failure ?? explain(signal: signal, report, place)
    }
    return found.map(fail)
  }

  /// What is said of a program whose connection has an end although it runs.
  package static let closed =
    "the program closed its connection to the workbench; leave descriptors alone that the notebook did not open"

  private var cellPlace: SourceLocation? {
    (current ?? ended.last).map { SourceLocation(file: notebook.path, line: notebook.cells[$0.cell].codeLine) }
  }

  private func fail(_ failure: CellFailure) -> CellFailure {
    var failure = failure
    let isAtOneLine = [.compileError, .thrownError, .trap, .parameter].contains(failure.kind)
    if isAtOneLine, failure.excerpt == nil, let place = failure.location, let line = notebook.line(place.line) {
      failure.excerpt = excerpt(line, column: place.column)
    }
    if let last = ended.indices.last { ended[last].failure = failure }
    return failure
  }

  private func explain(_ failure: ProgramFailure) -> CellFailure {
    let kind: CellFailure.Kind =
      switch failure.kind {
      case .thrown: .thrownError
      case .parameter: .parameter
      case .stopped: .interrupted
      case .unknown: .notComputed
      }
    var found = places(failure.addresses)
    if let line = failure.line {
      found = [SourceLocation(file: notebook.path, line: line, column: failure.column ?? 1)]
    }
    return CellFailure(
      kind: kind, message: failure.message, location: found.first ?? cellPlace, callers: Array(found.dropFirst()))
  }

  private func explain(exit code: Int32, _ place: SourceLocation?) -> CellFailure {
    let message =
      stopped
      ?? (isFinished
        ? "the program ended with exit code \(code) after its last cell"
        : "the cell ended the program with exit code \(code)")
    return CellFailure(kind: .endedEarly, message: message, location: place)
  }

  private func explain(signal: Int32, _ text: String, _ place: SourceLocation?) -> CellFailure {
    let report = CrashReport(text: text, notebook: notebook.path)
    guard !text.isEmpty || CrashReport.signals.contains(signal) else {
      let hint = signal == 9 ? ", by itself, by someone else, or because the machine ran out of memory" : ""
      return CellFailure(
        kind: .endedEarly, message: "the program was killed by signal \(signal)\(hint)", location: place)
    }
    let message = fatalMessage() ?? report.runtimeFailure ?? report.reason ?? "signal \(signal)"
    return CellFailure(
      kind: .trap, message: message, location: report.places.first ?? place, callers: Array(report.places.dropFirst()))
  }

  /// How the runtime begins to say that `as!` failed.
  private static let castFailure = "Could not cast value of type"

  /// The last "…: Fatal error: message" that the runtime printed.
  private func fatalMessage() -> String? {
    guard let outputs = ended.last?.outputs else { return nil }
    for case .text(.standardError, let text) in outputs.reversed() {
      for line in text.split(separator: "\n").reversed() {
        if line.hasPrefix(Self.castFailure) { return String(line.replacing(#/ \(0x[0-9a-f]+\)/#, with: "")) }
        for mark in ["Fatal error: ", "Fatal error", "Precondition failed: ", "Assertion failed: "] {
          if let found = line.firstRange(of: mark) {
            let rest = line[found.upperBound...]
            return rest.isEmpty ? nil : String(rest)
          }
        }
      }
    }
    return nil
  }
}
