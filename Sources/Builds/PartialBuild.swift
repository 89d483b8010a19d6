// `--only LABEL`: the cells up to the last label run, those of the labels draw, and the rest of the page stays as the
// last build left it.

internal import Basics
internal import Execution
internal import NotebookText

/// Which cells a build draws.
struct PartialBuild {
  /// Indices of the cells that were asked for.
  var targets: Set<Int>

  /// Throws `BuildRefusal` for a label that no cell has.
  init(_ labels: [String], in notebook: Notebook) throws(BuildRefusal) {
    targets = []
    for label in labels {
      let cells = notebook.cells.filter(\.options.eval)
      guard let cell = cells.first(where: { $0.options.label == label }) else {
        let known = cells.compactMap(\.options.label)
        throw BuildRefusal(
          exitCode: .usage, description: "--only \(label): \(unknown("label", label, known: known))")
      }
      targets.insert(cell.index)
    }
  }

  /// What the page shows: of the targets what was made now, of the other cells what the record has.
  ///
  /// A cell whose code has changed since then says so; one that was never built shows what it printed now.
  func results(_ new: [CellResult], _ prepared: PreparedBuild) -> [CellResult] {
    prepared.notebook.cells.filter(\.options.eval).compactMap { cell in
      let now = new.first { $0.cell == cell.index }
      if targets.contains(cell.index) { return now }
      guard let record = prepared.record, let match = record.match(cell) else {
        return now.map { noting("Not drawn: only \(labels(prepared)) was asked for.", $0) }
      }
      var kept = record.cells[match].result
      kept.cell = cell.index
      let isSame = record.cells[match].code == Digest.sha256(cell.code)
      return isSame ? kept : noting("Kept from an earlier build: this code has changed since.", kept)
    }
  }

  /// The record after such a build: it is that of one whole program only if the others' results are of this program too.
  func record(_ new: BuildRecord, _ prepared: PreparedBuild) -> BuildRecord {
    guard let old = prepared.record else {
      var only = new
      only.program = nil
      only.cells.removeAll { !targets.contains($0.result.cell) }
      return only
    }
    var merged = new
    merged.program = old.program == new.program ? old.program : nil
    merged.isFinished = old.isFinished
    merged.inputs = old.inputs.filter { input in !new.inputs.contains { $0.path == input.path } } + new.inputs
    merged.mustRun = new.mustRun ?? old.mustRun
    var cells: [CellRecord] = []
    for cell in prepared.notebook.cells where cell.options.eval {
      let match = old.match(cell)
      if targets.contains(cell.index), let made = new.cells.first(where: { $0.result.cell == cell.index }) {
        cells.append(made)
      } else if let match {
        var kept = old.cells[match]
        kept.result.cell = cell.index
        cells.append(kept)
      }
    }
    merged.cells = cells
    // What stands behind the last label was not computed now.
    for (index, now) in merged.inline.enumerated() where now.result == nil && old.inline.indices.contains(index) {
      if old.inline[index].code == now.code { merged.inline[index] = old.inline[index] }
    }
    return merged
  }

  private func labels(_ prepared: PreparedBuild) -> String {
    let cells = prepared.notebook.cells
    return targets.sorted().compactMap { cells[$0].options.label }.joined(separator: ", ")
  }

  private func noting(_ text: String, _ result: CellResult) -> CellResult {
    var noted = result
    noted.outputs.append(.markdown("*\(text)*"))
    return noted
  }
}
