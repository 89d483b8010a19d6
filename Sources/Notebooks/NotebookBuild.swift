// Parse -> compile -> run -> page.

public import Channel
internal import FileSystem
internal import Foundation

/// What to build, and how.
public struct NotebookBuild {
  /// The notebook's file, absolute or relative to the working directory.
  public var file: String
  public var scale: Scale
  public var threads: Int
  /// `--set` in the order given.
  public var settings: [(name: String, value: String)]
  public var dataDirectory: String?
  /// The root of `figures/` and `report/`; nil for the notebook's project root.
  public var outputDirectory: String?

  public init(
    file: String, scale: Scale = .draft, threads: Int = 1, settings: [(name: String, value: String)] = [],
    dataDirectory: String? = nil, outputDirectory: String? = nil
  ) {
    self.file = file
    self.scale = scale
    self.threads = threads
    self.settings = settings
    self.dataDirectory = dataDirectory
    self.outputDirectory = outputDirectory
  }

  /// What was built.
  public struct Outcome: Sendable {
    public var notebook: Notebook
    public var results: [CellResult]
    public var failure: CellFailure?
    /// The claims of the text in order, with what the numbers say of them.
    public var claims: [ClaimResult]
    /// Files that were written, absolute, the page last.
    public var files: [String]
    public var parse: Duration
    public var compile: Duration
    public var isCompiledBefore: Bool
    public var run: Duration
    public var page: Duration
  }

  /// Why nothing ran.
  public struct Refusal: Error, Sendable, CustomStringConvertible {
    public var exitCode: ExitCode
    public var description: String
  }

  /// Builds the notebook's page. Throws `Refusal` when nothing could run; what a cell did wrong is in the outcome.
  public func run(
    installation: Installation, interrupts: Interrupts?, observer: (any RunObserver)?
  ) throws(Refusal) -> Outcome {
    let clock = ContinuousClock()
    let start = clock.now
    let place = try NotebookPlace(file: file)
    let notebook: Notebook
    do throws(NotebookError) {
      notebook = try Notebook(text: place.text, path: place.displayPath)
    } catch {
      throw Refusal(exitCode: .notebookSyntax, description: error.description)
    }
    let configuration = SessionConfiguration(
      name: notebook.name, scale: scale, threads: threads, parameters: try parameters(notebook),
      dataDirectory: dataDirectory.map(absolutePath), rootDirectory: place.root,
      outputDirectory: outputDirectory.map(absolutePath) ?? place.root)
    let sources = try DocumentSources(notebook, folder: place.folder)
    let parsed = clock.now

    let compiler = ProgramCompiler(installation: installation, cache: place.root + "/.workbench/programs")
    let compiled: ProgramCompiler.Compiled
    do throws(ProgramCompiler.Failure) {
      compiled = try compiler.compile(Program(notebook), interrupts: interrupts)
    } catch {
      throw refusal(error, notebook, interrupts)
    }
    let compileEnd = clock.now
    observer?.compiled(
      diagnostics: compiled.diagnostics.map(notebook.showingProse), isFromCache: compiled.isFromCache,
      duration: compileEnd - parsed)

    let runner = ProgramRunner(
      notebook: notebook, executable: compiled.executable, symbolizerTool: installation.symbolizer, observer: observer)
    let failure: CellFailure?
    do {
      failure = try runner.run(configuration, interrupts: interrupts)
    } catch {
      throw Refusal(exitCode: .failure, description: "the notebook's program cannot be run: \(error)")
    }
    let runEnd = clock.now

    let path = configuration.reportDirectory + "/\(notebook.name).html"
    let page = Page(
      notebook: notebook, results: runner.results, failure: failure, configuration: configuration,
      inlineResults: runner.inlineResults, index: sources.index, typesetter: sources.typesetter,
      facts: facts(notebook, configuration))
    do {
      try Files.makeFolder(configuration.reportDirectory)
      try AtomicFile.write(try page.html(), to: path)
    } catch {
      throw Refusal(exitCode: .failure, description: "the page cannot be written: \(error)")
    }
    var files: [String] = []
    for output in runner.results.flatMap(\.outputs) {
      files += output.files.map { $0.hasPrefix("/") ? $0 : configuration.outputDirectory + "/" + $0 }
    }
    return Outcome(
      notebook: notebook, results: runner.results, failure: failure,
      claims: notebook.claims(runner.inlineResults), files: files + [path], parse: parsed - start,
      compile: compileEnd - parsed, isCompiledBefore: compiled.isFromCache, run: runEnd - compileEnd,
      page: clock.now - runEnd)
  }

  /// The parameters' values: the front matter's defaults, then `--set`.
  private func parameters(_ notebook: Notebook) throws(Refusal) -> [String: String] {
    let declared = notebook.frontMatter.parameters
    var values: [String: String] = [:]
    for parameter in declared { values[parameter.name] = parameter.defaultValue }
    let known = declared.map(\.name) + notebook.parametersInCells.filter { values[$0] == nil }
    for (name, value) in settings {
      guard known.contains(name) else {
        throw Refusal(
          exitCode: .usage, description: "--set \(name)=\(value): \(unknown("parameter", name, known: known))")
      }
      do throws(ParameterError) {
        values[name] = try declared.first { $0.name == name }?.value(value) ?? value
      } catch {
        throw Refusal(exitCode: .usage, description: "--set \(name)=\(value): \(error.description)")
      }
    }
    return values
  }

  private func facts(_ notebook: Notebook, _ configuration: SessionConfiguration) -> [(name: String, value: String)] {
    var command = "workbench run \(notebook.path) --scale \(scale.rawValue)"
    for (name, value) in settings {
      let plain = value.allSatisfy { $0.isLetter || $0.isNumber || "._-+".contains($0) }
      command += plain ? " --set \(name)=\(value)" : " --set '\(name)=\(value)'"
    }
    var facts = [(name: "Command", value: command), (name: "Scale", value: scale.rawValue)]
    if !configuration.parameters.isEmpty {
      let list = configuration.parameters.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }
      facts.append((name: "Parameters", value: list.joined(separator: ", ")))
    }
    return facts
  }

  private func refusal(_ failure: ProgramCompiler.Failure, _ notebook: Notebook, _ interrupts: Interrupts?) -> Refusal {
    switch failure {
    case .diagnostics(let diagnostics):
      let shown = diagnostics.map(notebook.showingProse)
      return Refusal(exitCode: .compileError, description: shown.map(\.description).joined(separator: "\n"))
    case .interrupted:
      return Refusal(exitCode: interrupts?.exitCode ?? .interrupted, description: "interrupted while compiling")
    case .other(let message): return Refusal(exitCode: .unavailable, description: message)
    }
  }
}

/// `path` made absolute from the working directory, without `.` and `..`.
func absolutePath(_ path: String) -> String {
  let absolute = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
  return URL(fileURLWithPath: absolute).standardizedFileURL.path
}
