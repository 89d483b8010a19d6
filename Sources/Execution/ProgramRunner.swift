// Runs a compiled notebook in a child process and sorts what it says into cells.

package import Channel
internal import Foundation
internal import Glibc
package import NotebookText

/// One run of a notebook's program.
package final class ProgramRunner {
  private let notebook: Notebook
  private let executable: String
  private let symbolizer: Symbolizer
  private weak var observer: (any RunObserver)?

  /// How long the whole program may run; nil for as long as it takes.
  package var timeLimit: Duration?
  package private(set) var results: [CellResult] = []
  /// The files that the program says it looked at, once it has come to its end.
  package private(set) var outsideFiles: [String] = []
  /// What values and claims of the text became, by the number of their item.
  package private(set) var inlineResults: [Int: InlineResult] = [:]
  private var decoder = FrameDecoder()
  private var noise = CrashNoiseFilter()
  private var start = ContinuousClock.now
  private var cellStart = ContinuousClock.now
  private var isFinished = false
  private var failure: CellFailure?
  private var watch: BudgetWatch?
  /// What the program said it was saving when it was asked to end.
  private var saving: String?

  package init(notebook: Notebook, executable: String, symbolizerTool: String?, observer: (any RunObserver)?) {
    self.notebook = notebook
    self.executable = executable
    self.observer = observer
    symbolizer = Symbolizer(tool: symbolizerTool, executable: executable, notebook: notebook.path)
  }

  /// Runs the program to its end. The results so far are in `results` whatever happens; the failure is also returned.
  package func run(_ configuration: SessionConfiguration, interrupts: Interrupts?) throws -> CellFailure? {
    let (output, error) = (try OutputPipe(), try OutputPipe())
    var channel: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &channel) == 0 else {
      throw ChildProcess.SpawnError(description: "socketpair: \(String(cString: strerror(errno)))")
    }
    for end in channel { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(channel[0], F_SETFL, fcntl(channel[0], F_GETFL) | Int32(O_NONBLOCK))
    let input = open("/dev/null", O_RDONLY | O_CLOEXEC)
    let crash = "\(NSTemporaryDirectory())/workbench-crash-\(getpid())-\(UUID().uuidString).txt"
    defer {
      for descriptor in [output.read, error.read, channel[0]] { close(descriptor) }
      unlink(crash)
    }

    var environment = ProcessInfo.processInfo.environment
    environment[SessionConfiguration.variable] = try configuration.json()
    environment[SessionConfiguration.channelVariable] = "3"
    environment["SWIFT_BACKTRACE"] =
      "enable=yes,output-to=\(crash),color=no,interactive=no,threads=crashed,registers=none,images=none,sanitize=no,"
      + "warnings=suppressed"
    let process = try {
      defer { for descriptor in [input, output.write, error.write, channel[1]] { close(descriptor) } }
      return try ChildProcess.spawn(
        executable, arguments: [], environment: environment,
        descriptors: [input, output.write, error.write, channel[1]])
    }()

    (start, cellStart) = (.now, .now)
    watch = BudgetWatch(process)
    var loop = ProcessLoop(
      process: process, interrupts: interrupts,
      sources: [
        (output.read, { self.readText(output.read, .standardOutput) }),
        (error.read, { self.readText(error.read, .standardError) }),
        (channel[0], { self.readFrames(channel[0], output.read, error.read) }),
      ], watch: { self.checkBudget() }, isSaving: { self.saving != nil })
    let ending = loop.run()
    appendText(noise.finish(), .standardError)
    endCell()
    if interrupts?.exitCode != nil {
      let message = stopped ?? "the run was interrupted here"
      fail(CellFailure(kind: .interrupted, message: message, location: cellPlace))
    } else if let excess {
      let message = excess + (stopped.map { "; \($0)" } ?? "")
      fail(CellFailure(kind: .overBudget, message: message, location: cellPlace))
    } else if let failure {
      fail(failure)
    } else if !isFinished {
      fail(explain(ending, crash))
    }
    return failure
  }

  private var excess: String?
  private var stopped: String?

  private func checkBudget() -> ProcessLoop.Order? {
    if let timeLimit, ContinuousClock.now - start > timeLimit {
      excess = "the program could not be followed further in \(timeLimit / .seconds(1)) s"
      return .kill
    }
    guard let cell = results.last?.cell else { return nil }
    let budget = notebook.cells[cell].options.budget
    excess = watch?.excess(budget, start: cellStart)
    guard excess != nil else { return nil }
    // One that has run too long may save its work; one that fills the memory has no time for that.
    return budget?.seconds.map { ContinuousClock.now - cellStart > .seconds($0) } ?? false ? .end : .kill
  }

  // MARK: Reading

  private func readText(_ descriptor: Int32, _ stream: CellOutput.Stream) -> Bool {
    let (bytes, ended) = drain(descriptor)
    appendText(stream == .standardError ? noise.pass(bytes) : bytes, stream)
    return !ended
  }

  private func readFrames(_ channel: Int32, _ output: Int32, _ error: Int32) -> Bool {
    let (bytes, ended) = drain(channel)
    decoder.append(bytes)
    do {
      while let frame = try decoder.next() {
        // The program has flushed before it sent the frame: what lies in the pipes now was printed before it.
        _ = readText(output, .standardOutput)
        _ = readText(error, .standardError)
        handle(frame)
        if frame.needsAnswer {
          var byte: UInt8 = 1
          _ = send(channel, &byte, 1, Int32(MSG_NOSIGNAL))
        }
      }
    } catch {
      failure = CellFailure(kind: .endedEarly, message: "\(error)", location: cellPlace)
      return false
    }
    return !ended
  }

  private func handle(_ frame: Frame) {
    switch frame {
    case .began(let index):
      endCell()
      guard notebook.cells.indices.contains(index) else { return }
      results.append(CellResult(cell: index))
      cellStart = .now
      observer?.began(notebook.cells[index])
    case .figure(let name, let files): append(.figure(name: name, files: files))
    case .table(let header, let rows, let files): append(.table(header: header, rows: rows, files: files))
    case .markdown(let text): append(.markdown(text))
    case .used(.files(let paths)): outsideFiles = paths
    case .used(let use): if !results.isEmpty { results[results.count - 1].uses.append(use) }
    case .formula(let tex, let line): append(.formula(tex: tex, line: line))
    case .value(let item, let text): inlineResults[item] = .value(text)
    case .claim(let item, let finding): inlineResults[item] = .claim(finding)
    case .progress(let progress): observer?.progressed(progress)
    case .saving(let text):
      saving = text
      observer?.noticed(text)
    case .failed(let failure) where failure.kind == .stopped: stopped = failure.message
    case .failed(let failure): self.failure = explain(failure)
    case .finished: isFinished = true
    }
  }

  private func append(_ output: CellOutput) {
    guard !results.isEmpty else { return }
    results[results.count - 1].outputs.append(output)
    observer?.showed(output)
  }

  private var pending: [CellOutput.Stream: [UInt8]] = [:]

  private func appendText(_ bytes: [UInt8], _ stream: CellOutput.Stream) {
    guard !bytes.isEmpty, !results.isEmpty else { return }
    observer?.printed(bytes, on: stream)
    // A character may be cut in two by the end of a read: keep its first bytes for the next.
    let all = (pending.removeValue(forKey: stream) ?? []) + bytes
    let whole = all.count - incompleteTail(all)
    if whole < all.count { pending[stream] = Array(all[whole...]) }
    let text = String(decoding: all[..<whole], as: UTF8.self)
    let last = results.count - 1
    if case .text(stream, let before) = results[last].outputs.last {
      results[last].outputs[results[last].outputs.count - 1] = .text(stream, before + text)
    } else if !text.isEmpty {
      results[last].outputs.append(.text(stream, text))
    }
  }

  private func endCell() {
    guard let last = results.indices.last, results[last].duration == nil else { return }
    let duration = ContinuousClock.now - cellStart
    results[last].duration = duration
    observer?.ended(notebook.cells[results[last].cell], duration: duration)
  }

  // MARK: Explaining

  private var cellPlace: SourceLocation? {
    results.last.map { SourceLocation(file: notebook.path, line: notebook.cells[$0.cell].codeLine) }
  }

  private func fail(_ failure: CellFailure) {
    var failure = failure
    let isAtOneLine = [.compileError, .thrownError, .trap, .parameter].contains(failure.kind)
    if isAtOneLine, failure.excerpt == nil, let place = failure.location, let line = notebook.line(place.line) {
      failure.excerpt = excerpt(line, column: place.column)
    }
    self.failure = failure
    if results.isEmpty { return }
    results[results.count - 1].failure = failure
  }

  private func explain(_ failure: Failure) -> CellFailure {
    let kind: CellFailure.Kind =
      switch failure.kind {
      case .thrown: .thrownError
      case .parameter: .parameter
      case .stopped: .interrupted
      case .unknown: .notComputed
      }
    var places = symbolizer.places(failure.addresses)
    if let line = failure.line {
      places = [SourceLocation(file: notebook.path, line: line, column: failure.column ?? 1)]
    }
    return CellFailure(
      kind: kind, message: failure.message, location: places.first ?? cellPlace, callers: Array(places.dropFirst()))
  }

  private func explain(_ ending: ChildProcess.Ending, _ crash: String) -> CellFailure {
    switch ending {
    case .exited(let code):
      return CellFailure(
        kind: .endedEarly, message: "the cell ended the program with exit code \(code)", location: cellPlace)
    case .killed(let signal):
      let text = (try? String(contentsOfFile: crash, encoding: .utf8)) ?? ""
      let report = CrashReport(text: text, notebook: notebook.path)
      guard !text.isEmpty || [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT].contains(signal) else {
        let hint = signal == SIGKILL ? ": perhaps the machine ran out of memory" : ""
        return CellFailure(
          kind: .endedEarly, message: "the program was killed by signal \(signal)\(hint)", location: cellPlace)
      }
      let message = fatalMessage() ?? report.runtimeFailure ?? report.reason ?? "signal \(signal)"
      return CellFailure(
        kind: .trap, message: message, location: report.places.first ?? cellPlace,
        callers: Array(report.places.dropFirst()))
    }
  }

  /// The last "…: Fatal error: message" that the runtime printed.
  private func fatalMessage() -> String? {
    guard let outputs = results.last?.outputs else { return nil }
    for case .text(.standardError, let text) in outputs.reversed() {
      for line in text.split(separator: "\n").reversed() {
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

/// How many bytes at the end of `bytes` begin a UTF-8 character without ending it.
private func incompleteTail(_ bytes: [UInt8]) -> Int {
  for back in 1..<4 where back <= bytes.count {
    let byte = bytes[bytes.count - back]
    if byte & 0xC0 == 0x80 { continue }
    let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
    return length > back ? back : 0
  }
  return 0
}
