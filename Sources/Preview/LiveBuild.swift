// Builds a notebook and keeps the live page up to date while it runs.

internal import Builds
internal import Channel
internal import Execution
internal import Foundation
internal import NotebookText
internal import Pages

/// One build at a time, told of by the page and by `next`. One thread builds; what it held back is shown by another.
final class LiveBuild: ExecutionObserver, @unchecked Sendable {
  private let build: NotebookBuild
  private let host: any ProgramHost
  private let page: LivePage
  private let next: (any ExecutionObserver)?

  private var notebook: Notebook?
  private var maker: PageMaker?
  /// The cells that have ended, and the one that runs last, without its outputs.
  private var results: [CellResult] = []
  private var outputs = CellOutputs()
  private var lastShown = ContinuousClock.now - .seconds(1)
  private let lock = NSRecursiveLock()
  private var isRunning = false
  private var isDue = false

  init(_ build: NotebookBuild, on host: any ProgramHost, page: LivePage, next: (any ExecutionObserver)?) {
    self.build = build
    self.host = host
    self.page = page
    self.next = next
  }

  /// Builds once. The page shows what came of it, whatever that is; so does the returned text, for a terminal.
  func run(_ interrupts: Interrupts) -> String {
    lock.withLock { (notebook, maker, results, outputs, isRunning) = (nil, nil, [], CellOutputs(), true) }
    defer { lock.withLock { isRunning = false } }
    do {
      let outcome = try build.run(on: host, interrupts: interrupts, observer: self)
      lock.withLock { isRunning = false }
      let path = outcome.files.last ?? ""
      let html = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
      page.show(html, status: outcome.failure.map { "\($0.title): \($0.message)" } ?? "")
      if let failure = outcome.failure { return failure.description }
      return outcome.isReused ? "page made anew, nothing ran" : "built"
    } catch {
      lock.withLock {
        isRunning = false
        show(error)
      }
      return error.description
    }
  }

  // MARK: ExecutionObserver

  func began(_ notebook: Notebook, _ configuration: SessionConfiguration) {
    let maker = try? PageMaker(notebook, configuration, file: build.file)
    lock.withLock { (self.notebook, self.maker) = (notebook, maker) }
    page.show(status: "compiling…")
    next?.began(notebook, configuration)
  }

  func compiled(diagnostics: [Diagnostic], isFromCache: Bool, duration: Duration) {
    next?.compiled(diagnostics: diagnostics, isFromCache: isFromCache, duration: duration)
  }

  func began(_ cell: Cell) {
    lock.withLock {
      results = shown
      outputs = CellOutputs()
      results.append(CellResult(cell: cell.index))
      refresh()
    }
    next?.began(cell)
  }

  func printed(_ bytes: [UInt8], on stream: CellOutput.Stream) {
    lock.withLock {
      outputs.append(bytes, on: stream)
      refresh()
    }
    next?.printed(bytes, on: stream)
  }

  func showed(_ output: CellOutput) {
    lock.withLock {
      outputs.append(output)
      refresh()
    }
    next?.showed(output)
  }

  func progressed(_ progress: WorkProgress) {
    page.show(status: progress.line)
    next?.progressed(progress)
  }

  func noticed(_ text: String) {
    page.show(status: text)
    next?.noticed(text)
  }

  func ended(_ cell: Cell, duration: Duration) { next?.ended(cell, duration: duration) }

  // MARK: The page

  /// The results with the outputs of the cell that runs.
  private var shown: [CellResult] {
    guard let last = results.indices.last else { return [] }
    var shown = results
    shown[last].outputs = outputs.outputs
    return shown
  }

  /// Shows what there is so far, a few times a second.
  private func refresh() {
    let now = ContinuousClock.now
    guard isRunning, let cell = results.last?.cell, let notebook else { return }
    guard now - lastShown > .milliseconds(300) else {
      if isDue { return }
      isDue = true
      DispatchQueue.global().asyncAfter(deadline: .now() + 0.35) { [self] in
        lock.withLock {
          isDue = false
          refresh()
        }
      }
      return
    }
    lastShown = now
    show(shown, failure: nil, status: "running cell \(cell + 1) of \(notebook.cells.count)")
  }

  private func show(_ results: [CellResult], failure: CellFailure?, status: String) {
    if let html = try? maker?.html(results, failure: failure) { page.show(html, status: status) }
  }

  /// Messages stand at their cells; those without a cell are a page of their own.
  private func show(_ refusal: BuildRefusal) {
    let status = refusal.description.split(separator: "\n").first.map(String.init) ?? "failed"
    guard let notebook, refusal.failures.contains(where: { $0.location != nil }) else {
      page.show(Self.plainPage(refusal.description), status: status)
      return
    }
    var failed: [CellResult] = []
    for cell in notebook.cells.reversed() {
      let mine = refusal.failures.filter { failure in
        guard let line = failure.location?.line else { return false }
        return line >= cell.line && !failed.contains { line >= notebook.cells[$0.cell].line }
      }
      guard let first = mine.first else { continue }
      let rest = mine.dropFirst().map(\.description).joined(separator: "\n")
      failed.append(
        CellResult(cell: cell.index, outputs: rest.isEmpty ? [] : [.text(.standardError, rest)], failure: first))
    }
    show(failed.reversed(), failure: failed.last?.failure, status: status)
  }

  private static func plainPage(_ text: String) -> String {
    let message = "<pre style=\"white-space:pre-wrap;margin:2rem\">\(HTML.escape(text))</pre>"
    return HTMLDocument(title: "Error", body: message).text
  }
}
