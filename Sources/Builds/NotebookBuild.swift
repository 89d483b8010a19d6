// Parse -> compile -> run -> page.

internal import Basics
package import Channel
package import Execution
internal import FileSystem
internal import Foundation
package import NotebookText
package import Pages

/// What to build, and how.
package struct NotebookBuild: Sendable {
  /// The notebook's file, absolute or relative to the working directory.
  package var file: String
  package var scale: Scale
  package var threads: Int
  /// `--set` in the order given.
  package var settings: [(name: String, value: String)]
  package var dataDirectory: String?
  /// The root of `figures/` and `report/`; nil for the notebook's project root.
  package var outputDirectory: String?
  /// Labels of the cells to refresh; empty for all.
  package var only: [String]
  /// Whether the program runs even if nothing has changed.
  package var isFresh: Bool
  /// What is taken from the store and what is made anew.
  package var work: Work
  /// Where a re-evaluation or a new training keeps what it makes; nil for the project's store.
  package var scratchDirectory: String?
  /// Whether cells are optimised; nil for what the front matter says.
  package var optimization: Optimization?
  /// The form of the page.
  package var format: any PageFormat = PageFormats.all[0]
  /// The file names of the pages of a report that is being built; nil where the notebook runs alone.
  var plannedPages: Set<String>?

  package init(
    file: String, scale: Scale = .draft, threads: Int = 1, settings: [(name: String, value: String)] = [],
    dataDirectory: String? = nil, outputDirectory: String? = nil, only: [String] = [], isFresh: Bool = false,
    work: Work = .missing, scratchDirectory: String? = nil, optimization: Optimization? = nil
  ) {
    self.optimization = optimization
    self.file = file
    self.scale = scale
    self.threads = threads
    self.settings = settings
    self.dataDirectory = dataDirectory
    self.outputDirectory = outputDirectory
    self.only = only
    self.isFresh = isFresh
    self.work = work
    self.scratchDirectory = scratchDirectory
  }

  /// The root of the notebook's project. Throws `BuildRefusal` if there is no notebook.
  package func root() throws -> String { try NotebookPlace(file: file).root }

  /// What was built.
  package struct Outcome: Sendable {
    package var notebook: Notebook
    package var results: [CellResult]
    package var failure: CellFailure?
    /// The claims of the text in order, with what the numbers say of them.
    package var claims: [ClaimResult]
    /// What values and claims of the text became, by the number of their item.
    package var inlineResults: [Int: InlineResult]
    /// Files that were written, absolute, the page last.
    package var files: [String]
    /// What the cells used and made. It is on disk too, unless the build went to another folder.
    package var record: BuildRecord
    /// Whether nothing ran, since nothing had changed but prose and the looks of the page.
    package var isReused: Bool
    package var parse: Duration
    package var compile: Duration
    package var isCompiledBefore: Bool
    package var run: Duration
    package var page: Duration
  }

  /// Builds the notebook's page. Throws `BuildRefusal` when nothing could run; what a cell did wrong is in the outcome.
  ///
  /// If nothing has changed since the last build but prose and the looks of the page, nothing runs: `observer` is told
  /// again what the cells printed and showed.
  package func run(
    on host: any ProgramHost, interrupts: Interrupts?, observer: (any ExecutionObserver)?
  ) throws(BuildRefusal) -> Outcome {
    let clock = ContinuousClock()
    let start = clock.now
    try checkTools()
    var prepared = try prepare(host)
    let part = only.isEmpty ? nil : try PartialBuild(only, in: prepared.notebook)
    let sources = try DocumentSources(
      prepared.notebook, folder: prepared.folder, root: prepared.configuration.rootDirectory)
    let parsed = clock.now
    let works = sources.index.works(citedIn: prepared.notebook)
    // Pictures that are an error are none of these any more.
    let pictures = prepared.notebook.missingPictures(
      in: prepared.folder, root: prepared.configuration.rootDirectory)
    let found = prepared.notebook.refusedMarkup + pictures + prepared.notebook.literalSyntax
    for warning in prepared.notebook.warnings + found + works.flatMap(\.warnings) {
      observer?.noticed(warning.description)
    }
    if !isFresh, let record = prepared.record, prepared.reasonsToRun().isEmpty {
      let results = record.cells.map(\.result)
      let inline = prepared.inline(of: record)
      replay(results, prepared, observer)
      tellShownSyntax(prepared, sources, results, observer)
      let written = try writePage(prepared, sources, results, inline, record, failure: nil, interrupts)
      return Outcome(
        notebook: prepared.notebook, results: results, failure: nil, claims: prepared.notebook.claims(inline),
        inlineResults: inline, files: written, record: record, isReused: true, parse: parsed - start, compile: .zero,
        isCompiledBefore: true,
        run: .zero, page: clock.now - parsed)
    }

    try prepared.requireData()
    prepared.removeLeft()
    prepared.configuration.drawnCells = part?.targets.sorted()
    observer?.began(prepared.notebook, prepared.configuration)
    let compiled = try prepared.compile(interrupts)
    let compileEnd = clock.now
    observer?.compiled(
      diagnostics: compiled.diagnostics.map(prepared.notebook.showingProse), isFromCache: compiled.isFromCache,
      duration: compileEnd - parsed)

    let began = Date().timeIntervalSince1970
    let (transcript, failure) = try prepared.run(compiled, observer, interrupts)
    let (runEnd, results) = (clock.now, transcript.results)
    tellShownSyntax(prepared, sources, results, observer)

    var inline = transcript.inlineResults
    var record = prepared.record(
      results, inline, failure: failure, outsideFiles: transcript.outsideFiles,
      calls: compiled.outsideCalls, start: began)
    var files: [String] = []
    for output in results.flatMap(\.outputs) { files += output.files.map(prepared.absolute) }
    // A part that failed leaves the page and the record of the whole as they were.
    if part == nil || failure == nil {
      let shown = part?.results(results, prepared) ?? results
      if let part {
        record = part.record(record, prepared)
        inline = prepared.inline(of: record)
      }
      files += try writePage(prepared, sources, shown, inline, record, failure: failure, interrupts)
      if prepared.isRecorded {
        do {
          try record.write(to: prepared.recordPath)
        } catch {
          throw BuildRefusal(exitCode: .failure, description: "the build's record cannot be written: \(error)")
        }
      }
    }
    return Outcome(
      notebook: prepared.notebook, results: results, failure: failure, claims: prepared.notebook.claims(inline),
      inlineResults: inline, files: files, record: record, isReused: false, parse: parsed - start,
      compile: compileEnd - parsed,
      isCompiledBefore: compiled.isFromCache, run: runEnd - compileEnd, page: clock.now - runEnd)
  }

  private func tellShownSyntax(
    _ prepared: PreparedBuild, _ sources: DocumentSources, _ results: [CellResult], _ observer: (any ExecutionObserver)?
  ) {
    let warnings = prepared.notebook.shownSyntax(
      results, sources.index, folder: prepared.folder, root: prepared.configuration.rootDirectory)
    for warning in warnings { observer?.noticed(warning.description) }
  }

  /// Throws `BuildRefusal` when this machine lacks what writes the page, before hours of work for it.
  private func checkTools() throws(BuildRefusal) {
    do {
      try format.checkTools()
    } catch {
      throw BuildRefusal(exitCode: .unavailable, description: "\(error)")
    }
  }

  /// Writes what the text's values and claims became, unless the notebook stopped, and the page. Returns the files.
  private func writePage(
    _ prepared: PreparedBuild, _ sources: DocumentSources, _ results: [CellResult], _ inline: [Int: InlineResult],
    _ record: BuildRecord, failure: CellFailure?, _ interrupts: Interrupts?
  ) throws(BuildRefusal) -> [String] {
    let configuration = prepared.configuration
    let path = configuration.reportDirectory + "/\(prepared.notebook.name).\(format.fileExtension)"
    var page = Page(
      notebook: prepared.notebook, results: results, failure: failure, configuration: configuration,
      inlineResults: inline, index: sources.index, typesetter: sources.typesetter,
      facts: facts(prepared.notebook, configuration))
    page.provenance = record.provenance(in: prepared.notebook)
    page.neighbours = PageNeighbours(of: prepared.notebook, sources.siblings, configuration, planned: plannedPages)
    do {
      let text = TextResults(prepared.notebook, inline)
      let numbers = failure == nil ? try text.write(for: prepared.notebook, configuration) : nil
      try Files.makeFolder(configuration.reportDirectory)
      try AtomicFile.write(try format.bytes(of: page, interrupts: interrupts), to: path)
      try configuration.hideDrafts()
      return (numbers.map { [$0] } ?? []) + [path]
    } catch {
      throw BuildRefusal(exitCode: .failure, description: "the page cannot be written: \(error)")
    }
  }

  /// Tells an observer what a run would tell it.
  private func replay(_ results: [CellResult], _ prepared: PreparedBuild, _ observer: (any ExecutionObserver)?) {
    guard let observer else { return }
    for result in results {
      let cell = prepared.notebook.cells[result.cell]
      observer.began(cell)
      for output in result.outputs {
        if case .text(let stream, let text) = output {
          observer.printed(Array(text.utf8), on: stream)
        } else {
          observer.showed(output)
        }
      }
      observer.ended(cell, duration: result.duration ?? .zero)
    }
  }

  private func facts(_ notebook: Notebook, _ configuration: SessionConfiguration) -> [(name: String, value: String)] {
    var command = "workbench run \(notebook.path) --scale \(scale.name)"
    for (name, value) in settings {
      let plain = value.allSatisfy { $0.isLetter || $0.isNumber || "._-+".contains($0) }
      command += plain ? " --set \(name)=\(value)" : " --set '\(name)=\(value)'"
    }
    var facts = [(name: "Command", value: command), (name: "Scale", value: scale.name)]
    if !configuration.parameters.isEmpty {
      let list = configuration.parameters.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }
      facts.append((name: "Parameters", value: list.joined(separator: ", ")))
    }
    return facts
  }
}

/// `path` made absolute from the working directory, without `.` and `..`.
func absolutePath(_ path: String) -> String {
  let absolute = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
  return URL(fileURLWithPath: absolute).standardizedFileURL.path
}
