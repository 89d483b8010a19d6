// From a build's record to where its figures and tables came from.

internal import Channel
package import NotebookText
package import Pages

extension BuildRecord {
  /// Where the outputs of the notebook came from, in order. `notebook` gives the lines of the cells.
  package func provenance(in notebook: Notebook) -> [OutputProvenance] {
    cells.flatMap { cell in
      cell.drawings.map { drawing in provenance(of: drawing, in: cell, notebook) }
    }
  }

  private func provenance(of drawing: DrawingUse, in cell: CellRecord, _ notebook: Notebook) -> OutputProvenance {
    let before = cells.filter { $0.result.cell <= cell.result.cell }
    // Numbers of the cell itself; a cell that has none draws what earlier cells computed.
    let numbers = cell.numbers.isEmpty ? unique(before.flatMap(\.numbers), by: \.key) : unique(cell.numbers, by: \.key)
    let inputs = Set(numbers.flatMap(\.inputs.values))
    let all = unique(before.flatMap(\.runs), by: \.key)
    let named = all.filter { inputs.contains($0.key) }
    let index = cell.result.cell
    return OutputProvenance(
      label: drawing.name, notebook: self.notebook, cell: index + 1,
      line: notebook.cells.indices.contains(index) ? notebook.cells[index].codeLine : 1, key: drawing.key,
      numbers: numbers.map { OutputProvenance.Numbers(kind: $0.kind, key: $0.key, seconds: $0.seconds) },
      networks: (named.isEmpty ? all : named).map {
        OutputProvenance.Network(
          name: $0.name, run: $0.key, seed: $0.seed, data: $0.data, numericsVersion: $0.numericsVersion,
          kernelLevel: $0.kernelLevel, seconds: $0.seconds)
      },
      files: cell.files.filter { file in
        let name = file.path.split(separator: "/").last ?? ""
        return name.prefix { $0 != "." } == drawing.name
      })
  }
}
