// All that is known of a build before anything is compiled or run.

internal import Basics
internal import Channel
package import Execution
internal import FileSystem
internal import Foundation
package import NotebookText
internal import Pages

/// A notebook, its settings and the record of its last build.
struct PreparedBuild {
  var notebook: Notebook
  /// The folder that holds the notebook.
  var folder: String
  var host: any ProgramHost
  var configuration: SessionConfiguration
  var program: Program
  var record: BuildRecord?

  var scale: Scale { configuration.scale }

  /// Builds into another folder are not recorded: they leave the project as it is.
  var isRecorded: Bool { configuration.outputDirectory == configuration.rootDirectory }

  var recordPath: String {
    BuildRecord.path(root: configuration.rootDirectory, scale: scale, name: notebook.name)
  }

  /// SHA-256 of everything that the program says and reads at its start, but for the number of threads.
  var programKey: String {
    let parameters = configuration.parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let parts = [
      program.identity, scale.identity, configuration.dataDirectory ?? "", configuration.outputDirectory,
      host.fingerprint,
    ]
    return Digest.sha256((parts + parameters).joined(separator: "\0"))
  }

  /// A figure's file as an absolute path.
  func absolute(_ file: String) -> String { file.hasPrefix("/") ? file : configuration.outputDirectory + "/" + file }

  /// Throws `BuildRefusal` when the folder with data sets lacks what the front matter says this scale reads.
  func requireData() throws(BuildRefusal) {
    // A scale of the project's own reads what the scale reads that it is like.
    for need in notebook.frontMatter.data where need.scales.contains(where: { $0.basis == scale.basis }) {
      let missing: String
      if let folder = configuration.dataDirectory {
        // The folder itself or one in it, as the readers of data sets take it.
        let folders = [folder] + ((try? Files.entries(of: folder)) ?? []).map { Files.join(folder, $0) }
        let isThere = folders.contains { place in need.files.allSatisfy { Files.exists(Files.join(place, $0)) } }
        guard !isThere, let file = need.files.first(where: { !Files.exists(Files.join(folder, $0)) }) else { continue }
        missing = "and \(folder) has no \(file)"
      } else {
        missing = "and no folder was named: give --data or set WORKBENCH_DATA"
      }
      let error = notebook.error(
        need.location,
        "scale \(scale.name) reads \(need.name), \(missing)" + (need.help.map { " (\($0))" } ?? ""))
      throw BuildRefusal(exitCode: .noInput, description: error.description)
    }
  }

  /// Removes the temporary files of earlier builds that were killed.
  func removeLeft() {
    let folders = [configuration.figuresDirectory, configuration.reportDirectory, Files.folder(of: recordPath)]
    for folder in folders where Files.isFolder(folder) { AtomicFile.removeLeft(in: folder) }
  }

  /// Compiles the program. Throws `BuildRefusal` with the compiler's errors at their places.
  func compile(_ interrupts: Interrupts?) throws(BuildRefusal) -> CompiledProgram {
    do throws(CompileFailure) {
      return try host.compile(
        program, cache: ProjectLayout(root: configuration.rootDirectory).programs, interrupts: interrupts)
    } catch {
      throw BuildRefusal(error, notebook, interrupts)
    }
  }

  /// Runs the compiled program. Throws `BuildRefusal` if it cannot be started.
  func run(
    _ compiled: CompiledProgram, _ observer: (any ExecutionObserver)?, timeLimit: Duration? = nil,
    _ interrupts: Interrupts?
  ) throws(BuildRefusal) -> (transcript: ExecutionTranscript, failure: CellFailure?) {
    let transcript = ExecutionTranscript(notebook, configuration, observer: observer) { [host, notebook] in
      host.places(of: $0, in: compiled, notebook: notebook.path)
    }
    do {
      let failure = try host.run(
        compiled, configuration, transcript: transcript, timeLimit: timeLimit, interrupts: interrupts)
      return (transcript, failure)
    } catch {
      throw BuildRefusal(exitCode: .failure, description: "the notebook's program cannot be run: \(error)")
    }
  }

  /// The record of a run of the program.
  func record(
    _ results: [CellResult], _ inline: [Int: InlineResult], failure: CellFailure?, outsideFiles: [String],
    calls: OutsideCalls?, start: Double
  ) -> BuildRecord {
    let inputs = outsideFiles.map(InputFile.init(path:))
    // What was changed while the program ran may have been read before or after.
    let early = outsideFiles.first { InputFile.changed($0).map { $0 >= start - 1 } ?? false }
    var record = BuildRecord(
      notebook: notebook.path, scale: scale, parameters: configuration.parameters,
      dataDirectory: configuration.dataDirectory, library: host.fingerprint,
      program: failure == nil ? programKey : nil, isFinished: failure == nil, cells: results.map(record(of:)),
      inline: notebook.computedItems.enumerated().map { number, item in
        InlineRecord(code: item.item.computation, result: inline[item.index])
      },
      inputs: failure == nil ? inputs : [],
      mustRun: early.map { "\($0) was changed while the notebook ran" } ?? notebook.untraceableCall(calls))
    record.takeOverSeconds(from: self.record)
    return record
  }

  /// What a record has for the values and claims of the text, by the number of their item now.
  func inline(of record: BuildRecord) -> [Int: InlineResult] {
    var results: [Int: InlineResult] = [:]
    for (item, recorded) in zip(notebook.computedItems, record.inline) where item.item.computation == recorded.code {
      results[item.index] = recorded.result
    }
    return results
  }

  private func record(of result: CellResult) -> CellRecord {
    let cell = notebook.cells[result.cell]
    var files: [FileRecord] = []
    for output in result.outputs {
      files += output.files.map { FileRecord(path: $0, sha256: Digest.sha256(file: absolute($0)) ?? "missing") }
    }
    return CellRecord(label: cell.options.label, code: Digest.sha256(cell.code), result: result, files: files)
  }
}

extension NotebookBuild {
  /// Reads the notebook and its settings. Throws `BuildRefusal` if either is wrong.
  func prepare(_ host: any ProgramHost) throws(BuildRefusal) -> PreparedBuild {
    let place = try NotebookPlace(file: file)
    let notebook = try place.notebook()
    let configuration = SessionConfiguration(
      name: notebook.name, scale: scale, threads: threads, parameters: try parameters(notebook),
      dataDirectory: dataDirectory.map(absolutePath), rootDirectory: place.root,
      outputDirectory: outputDirectory.map(absolutePath) ?? place.root, work: work,
      scratchDirectory: scratchDirectory.map(absolutePath))
    var prepared = PreparedBuild(
      notebook: notebook, folder: place.folder, host: host, configuration: configuration,
      program: Program(notebook, optimization: optimization))
    if prepared.isRecorded { prepared.record = BuildRecord(path: prepared.recordPath, notebook: notebook.path) }
    return prepared
  }

  /// The notebook's page as a path from the folder of its outputs, and that folder. Throws `BuildRefusal` if there is no
  /// such notebook.
  package func place() throws(BuildRefusal) -> (page: String, output: String) {
    let place = try NotebookPlace(file: file)
    let name = Files.name(of: place.displayPath)
    let page = (name.hasSuffix(".md") ? String(name.dropLast(3)) : name) + ".html"
    return (
      Files.join(SessionConfiguration.reportFolder(of: scale), page), outputDirectory.map(absolutePath) ?? place.root
    )
  }

  /// Writes the notebook as a plain Swift program to `path`. Throws `BuildRefusal` if the notebook is wrong or the file cannot
  /// be written.
  package func emitSwift(to path: String, installation: Installation) throws(BuildRefusal) {
    let prepared = try prepare(installation)
    let export = SwiftExport(
      prepared.notebook, parameters: prepared.configuration.parameters, installation: installation,
      file: Files.name(of: path))
    do {
      try AtomicFile.write(export.source, to: path)
    } catch {
      throw BuildRefusal(exitCode: .failure, description: error.description)
    }
  }

  /// The parameters and data sets that the front matter declares, and the names of parameters that only cells name.
  package func declarations() throws(BuildRefusal) -> (
    parameters: [ParameterDeclaration], inCells: [String], data: [DataNeed]
  ) {
    let place = try NotebookPlace(file: file)
    do throws(NotebookError) {
      let notebook = try Notebook(text: place.text, path: place.displayPath)
      let declared = notebook.frontMatter.parameters
      let inCells = notebook.parametersInCells.filter { name in !declared.contains { $0.name == name } }
      return (declared, inCells, notebook.frontMatter.data)
    } catch {
      throw BuildRefusal(exitCode: .notebookSyntax, description: error.description)
    }
  }

  /// The parameters' values: the front matter's defaults, then `--set`.
  private func parameters(_ notebook: Notebook) throws(BuildRefusal) -> [String: String] {
    let declared = notebook.frontMatter.parameters
    var values: [String: String] = [:]
    for parameter in declared { values[parameter.name] = parameter.defaultValue }
    let known = declared.map(\.name) + notebook.parametersInCells.filter { values[$0] == nil }
    for (name, value) in settings {
      guard known.contains(name) else {
        throw BuildRefusal(
          exitCode: .usage, description: "--set \(name)=\(value): \(unknown("parameter", name, known: known))")
      }
      do throws(ParameterError) {
        values[name] = try declared.first { $0.name == name }?.value(value) ?? value
      } catch {
        throw BuildRefusal(exitCode: .usage, description: "--set \(name)=\(value): \(error.description)")
      }
    }
    return values
  }
}
