// workbench check: notebooks are run into a scratch folder, and what they make is compared with what is committed.

internal import Basics
package import Builds
package import Channel
package import Execution
internal import FileSystem
internal import Foundation
package import NotebookText

/// A check of a project's notebooks against its committed outputs.
package struct NotebookCheck {
  /// The project's root: committed outputs lie in its `figures/<scale>`.
  package var root: String
  package var scale: Scale
  package var threads: Int
  package var dataDirectory: String?
  package var work: Work

  package init(root: String, scale: Scale, threads: Int = 1, dataDirectory: String? = nil, work: Work = .missing) {
    self.root = root
    self.scale = scale
    self.threads = threads
    self.dataDirectory = dataDirectory
    self.work = work
  }

  /// What was found in one notebook.
  package struct Review: Sendable {
    /// The path from the root.
    package var notebook: String
    /// What stopped the notebook, or kept it from running.
    package var failure: String?
    package var outputs: [OutputComparison]
    /// What the notebook used and made; nil when it did not run.
    package var record: BuildRecord?

    /// The worst of the outputs; broken when the notebook stopped.
    package var verdict: Verdict {
      outputs.map(\.verdict).reduce(failure == nil ? .identical : .broken, max)
    }
  }

  /// The folder that holds what a check made: one folder a notebook in it, and `check.html`.
  package var scratch: String { ProjectLayout(root: root).check(scale: scale.name) }
  /// Where a re-evaluation or a new training keeps its numbers and networks. A new training that was interrupted goes
  /// on from there.
  package var store: String { ProjectLayout(root: root).check(scale: scale.name, work: work.rawValue) }
  /// The folder of committed outputs.
  package var committed: String { ProjectLayout(root: root).figures(scale: scale.name) }

  /// Runs a notebook and compares its outputs. Throws `FileError` when files cannot be read or written.
  package func review(
    _ path: String, on host: any ProgramHost, interrupts: Interrupts?, observer: (any ExecutionObserver)?
  ) throws -> Review {
    let name = Files.name(of: path).replacing(#/\.md$/#, with: "")
    let folder = "\(scratch)/\(name)"
    try Files.remove(folder)
    let text = String(decoding: try Files.read("\(root)/\(path)"), as: UTF8.self)
    let notebook = try? Notebook(text: text, path: path)
    if let notebook, notebook.cells.isEmpty { return Review(notebook: path, failure: nil, outputs: []) }
    try Files.makeFolder(folder)
    let build = NotebookBuild(
      file: "\(root)/\(path)", scale: scale, threads: threads, dataDirectory: dataDirectory, outputDirectory: folder,
      work: work, scratchDirectory: work == .reevaluate || work == .retrain ? store : nil)
    var failure: String?
    var record: BuildRecord?
    do throws(BuildRefusal) {
      let outcome = try build.run(on: host, interrupts: interrupts, observer: observer)
      failure = outcome.failure.map(\.description)
      record = outcome.record
    } catch {
      failure = error.description
    }
    let review = Review(notebook: path, failure: failure, outputs: try compare(folder, name, notebook), record: record)
    try CheckRecord(review, notebook: text).write(to: folder)
    return review
  }

  private func compare(_ folder: String, _ name: String, _ notebook: Notebook?) throws -> [OutputComparison] {
    let made = try OutputFiles.all(in: "\(folder)/figures/\(scale.name)")
    let there = try OutputFiles.all(in: committed).filter { output in
      made.contains { $0.name == output.name } || notebook?.makes(output.name) ?? false
    }
    let names = Set(made.map(\.name) + there.map(\.name)).sorted()
    return try names.map { output in
      let (old, new) = (there.first { $0.name == output }, made.first { $0.name == output })
      guard let new else { return OutputComparison(broken: output, because: "committed, and not made") }
      guard let old else { return OutputComparison(broken: output, because: "made, and not committed") }
      return try OutputComparison(committed: old, made: new, tolerance: notebook?.tolerance(of: output) ?? .standard)
    }
  }

  /// Committed outputs that none of `notebooks` makes; nil when there are none.
  package func orphans(_ notebooks: [String]) throws -> Review? {
    let parsed = notebooks.compactMap { path -> Notebook? in
      guard let bytes = try? Files.read("\(root)/\(path)") else { return nil }
      return try? Notebook(text: String(decoding: bytes, as: UTF8.self), path: path)
    }
    let outputs = try OutputFiles.all(in: committed).filter { output in !parsed.contains { $0.makes(output.name) } }
      .map { OutputComparison(broken: $0.name, because: "committed, and no notebook makes it") }
    return outputs.isEmpty ? nil : Review(notebook: "figures/\(scale.name)", failure: nil, outputs: outputs)
  }
}

extension Notebook {
  /// The cell that makes the output `name`: the label itself, or the label with a number for a cell's second figure.
  package func cell(making output: String) -> Cell? {
    cells.first { $0.options.label == output }
      ?? cells.first { cell in
        guard let label = cell.options.label, output.hasPrefix(label + "-") else { return false }
        return output.dropFirst(label.count + 1).allSatisfy(\.isNumber)
      }
      ?? cells.first { output.replacing(#/-\d+$/#, with: "") == "\(name)-cell" && output.hasSuffix("-\($0.index + 1)") }
  }

  func makes(_ output: String) -> Bool {
    cell(making: output) != nil || output == textOutput && !computedItems.isEmpty
  }

  func tolerance(of output: String) -> NumberTolerance? {
    output == textOutput ? frontMatter.tolerance : cell(making: output)?.options.tolerance
  }
}
