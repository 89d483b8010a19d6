// What a notebook's program knows about its run, and its way to the runner. Without a runner the program prints instead.

internal import Basics
public import Channel
internal import FileSystem
internal import FoundationEssentials
@preconcurrency internal import Glibc
internal import Runs
internal import Synchronization
internal import Training

/// The run of a notebook, as its cells see it: `notebook.scale`, `notebook.parameter("epochs", default: 5)`.
public final class NotebookSession: Sendable {
  private struct State {
    var cell = 0
    var label: String?
    var line = 1
    var figures = 0
    var tables = 0
    /// Values for parameters that nobody sets: those of a program that was written out of a notebook.
    var declared: [String: String] = [:]
    /// Whether the program plans and goes on with a network that was never trained: values mean nothing then.
    var hasUntrained = false
    /// Rows a second of the recipes that were tried for a forecast.
    var speeds: [Recipe: Double] = [:]
  }

  /// What the runner said at the start.
  public let configuration: SessionConfiguration
  private let runner: RunnerConnection?
  private let state = Mutex(State())

  package convenience init(configuration: SessionConfiguration) { self.init(configuration: configuration, runner: nil) }

  init(configuration: SessionConfiguration, runner: RunnerConnection?) {
    self.configuration = configuration
    self.runner = runner
  }

  /// How much work this run does.
  public var scale: Scale { configuration.scale }
  /// Threads for heavy work.
  public var threads: Int { configuration.threads }
  /// The folder with data sets, or nil when only embedded data are at hand.
  public var dataDirectory: String? { configuration.dataDirectory }
  /// The folder of this scale's figures.
  public var figuresDirectory: String { configuration.figuresDirectory }
  /// The folder of the pages.
  public var reportDirectory: String { configuration.reportDirectory }
  /// The folder of trained networks.
  public var runStoreDirectory: String { configuration.runStoreDirectory }
  /// Whether a runner listens, rather than a terminal.
  public var hasRunner: Bool { runner != nil }

  /// The value for this run's scale: `notebook.scaled(draft: 1, demo: 10, cifar: 30, paper: 200)`.
  public func scaled<Value>(draft: Value, demo: Value, cifar: Value, paper: Value) -> Value {
    scale.pick(draft: draft, demo: demo, cifar: cifar, paper: paper)
  }

  /// A parameter of the notebook: the value of `--set name=value`, else that of the front matter, else `default`.
  ///
  /// Ends the program with a message at the calling line when the given text is not a `Value`.
  public func parameter<Value: ParameterValue>(
    _ name: String, default value: Value, line: Int = #line, column: Int = #column
  ) -> Value {
    do throws(ParameterValueError) {
      return try self.value(of: name, as: Value.self) ?? value
    } catch {
      giveUp(ProgramFailure(kind: .parameter, message: error.description, line: line, column: column))
    }
  }

  /// A parameter that the front matter declares with a default.
  ///
  /// Ends the program with a message at the calling line when there is no such parameter or it is not a `Value`.
  public func parameter<Value: ParameterValue>(
    _ name: String, as type: Value.Type = Value.self, line: Int = #line, column: Int = #column
  ) -> Value {
    do throws(ParameterValueError) {
      guard let value = try value(of: name, as: Value.self) else { throw .unknown(name, known: parameterNames) }
      return value
    } catch {
      giveUp(ProgramFailure(kind: .parameter, message: error.description, line: line, column: column))
    }
  }

  /// The parameter's value, nil if nobody gives one. Throws `ParameterValueError` if the text is not a `Value`.
  package func value<Value: ParameterValue>(
    of parameter: String, as type: Value.Type
  ) throws(ParameterValueError) -> Value? {
    guard let text = text(of: parameter) else { return nil }
    if let value = Value(parameterText: text) { return value }
    throw .notSuch(parameter, text: text, wanted: Value.example)
  }

  /// The parameters that have values, of whatever origin.
  package var parameterNames: [String] {
    Array(Set(configuration.parameters.keys).union(state.withLock { Array($0.declared.keys) })).sorted()
  }

  /// Called by a program that was written out of a notebook: the values of parameters when nobody else gives any.
  public func declare(parameters: [String: String]) { state.withLock { $0.declared = parameters } }

  private func text(of parameter: String) -> String? {
    configuration.parameters[parameter] ?? state.withLock { $0.declared[parameter] }
  }

  /// Called by the generated program where a cell begins. `line` is the cell's first line in the notebook.
  public func begin(cell: Int, label: String? = nil, line: Int) {
    state.withLock {
      $0.cell = cell
      $0.label = label
      $0.line = line
      $0.figures = 0
      $0.tables = 0
    }
    if let last = configuration.drawnCells?.max(), cell > last {
      finish()
      fflush(nil)
      _exit(0)
    }
    send(.began(cell: cell))
  }

  /// Called by the generated program after its last cell.
  public func finish() {
    if runner != nil { send(.used(.files(outsideFiles))) }
    send(.finished)
  }

  /// The files that the library looked at, but for what it keeps under their own content.
  private var outsideFiles: [String] {
    let store = ProjectLayout(root: configuration.rootDirectory).made + "/"
    let paths = FileJournal.paths.map { $0.hasPrefix("/") ? $0 : configuration.rootDirectory + "/" + $0 }
    return paths.filter { !$0.hasPrefix(store) || $0 == runStoreDirectory }
  }

  /// Whether the figures and tables of this cell are wanted.
  var isDrawing: Bool { configuration.drawnCells?.contains(state.withLock { $0.cell }) ?? true }

  /// Whether what this program draws means anything.
  var hasUntrained: Bool { state.withLock { $0.hasUntrained } }

  func noteUntrained() { state.withLock { $0.hasUntrained = true } }

  /// The speed noted for `recipe`, else that of `measure`, in rows a second.
  func speed(of recipe: Recipe, measure: () throws -> Double) rethrows -> Double {
    if let known = state.withLock({ $0.speeds[recipe] }) { return known }
    let speed = try measure()
    state.withLock { $0.speeds[recipe] = speed }
    return speed
  }

  /// A file name for the next figure of this cell: the cell's label, then label-2, label-3 …
  package func nextFigureName() -> String {
    state.withLock {
      $0.figures += 1
      let base = $0.label ?? "\(configuration.name)-cell-\($0.cell + 1)"
      return $0.figures == 1 ? base : "\(base)-\($0.figures)"
    }
  }

  /// Whether this cell's label is a table's, `tbl-…`: its tables are written to files. Under another label their CSV would
  /// take the place of a figure's.
  package var isOfTables: Bool { state.withLock { $0.label?.hasPrefix("tbl-") == true } }

  /// A name for the next table of this cell, as for figures.
  package func nextTableName() -> String {
    state.withLock {
      $0.tables += 1
      let base = $0.label ?? "\(configuration.name)-cell-\($0.cell + 1)"
      return $0.tables == 1 ? base : "\(base)-\($0.tables)"
    }
  }

  /// Sends a frame to the runner and waits for its answer; without a runner prints what a reader needs.
  func send(_ frame: Frame) {
    if let runner { runner.send(frame) } else { printFrame(frame) }
  }

  /// Tells why and ends the program.
  func giveUp(_ failure: ProgramFailure) -> Never {
    if let runner {
      runner.send(.failed(failure))
    } else {
      fputs("\(configuration.name).md:\(failure.line ?? 1):\(failure.column ?? 1): error: \(failure.message)\n", stderr)
    }
    fflush(nil)
    _exit(1)
  }

  private func printFrame(_ frame: Frame) {
    switch frame {
    case .began, .finished, .failed, .used, .saving: break
    case .figure(_, let files): print(files.joined(separator: "\n"))
    case .table(let header, let rows, _): print(Table(header: header, rows: rows).text)
    case .markdown(let text): print(text)
    case .formula(let tex, _): print(tex)
    case .value, .claim: break
    case .progress(let progress): fputs(progress.line + "\n", stderr)
    }
  }

  /// The session of this process: from the runner's environment, or for a program that is run by itself.
  static func start() -> NotebookSession {
    setvbuf(stdout, nil, _IOLBF, 0)
    ThrownErrors.watch()
    let environment = ProcessInfo.processInfo.environment
    let threads = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    guard let json = environment[SessionConfiguration.variable],
      let configuration = try? JSONDecoder().decode(SessionConfiguration.self, from: Data(json.utf8))
    else {
      let folder = FileManager.default.currentDirectoryPath
      let program = CommandLine.arguments.first.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
      return NotebookSession(
        configuration: SessionConfiguration(
          name: program ?? "notebook", threads: threads, dataDirectory: environment["WORKBENCH_DATA"],
          rootDirectory: folder, outputDirectory: folder))
    }
    let descriptor = environment[SessionConfiguration.channelVariable].flatMap { Int32($0) }
    // Relative paths of a cell mean the same wherever the command was given.
    _ = FileManager.default.changeCurrentDirectoryPath(configuration.rootDirectory)
    FileJournal.begin()
    unsetenv(SessionConfiguration.variable)
    unsetenv(SessionConfiguration.channelVariable)
    let runner = descriptor.map(RunnerConnection.init)
    if let runner {
      EndRequest.watch { runner.send(.saving("finishing the step and saving a checkpoint; once more ends at once")) }
    }
    return NotebookSession(configuration: configuration, runner: runner)
  }
}
