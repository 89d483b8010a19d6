// A plain table: a header and rows of text.

internal import Basics
internal import Channel
internal import Figures
internal import FileSystem

/// A table for the page, for files and for the terminal. Columns whose cells are all numbers are set flush right.
///
/// Cells are text, or Markdown of a line: `**0.59**`, `` `code` ``, `$\\ell_\\infty$`, links, references, citations.
public struct Table: Sendable, Equatable {
  /// Names of the columns.
  public var header: [String]
  /// Cells, one for each column.
  public var rows: [[String]]

  /// Every row must have as many cells as the header.
  public init(header: [String], rows: [[String]]) {
    for (index, row) in rows.enumerated() {
      precondition(
        row.count == header.count, "row \(index) of the table has \(row.count) cells, its header has \(header.count)")
    }
    self.header = header
    self.rows = rows
  }

  /// The table as aligned text.
  public var text: String {
    let lines = ([header] + rows).map(aligned)
    let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")
    return ([lines[0], rule] + lines.dropFirst()).joined(separator: "\n")
  }

  /// Writes `name.md`, `name.csv` and `name.tex` into `directory`, which exists, and returns their paths.
  ///
  /// Throws `FileError`.
  public func writeFiles(directory: String, name: String) throws -> [String] {
    let base = directory + "/" + name
    let files = [(base + ".md", markdown), (base + ".csv", csv), (base + ".tex", latex)]
    for (path, text) in files { try AtomicFile.write(text, to: path) }
    return files.map(\.0)
  }

  /// As Markdown with the table extension.
  public var markdown: String {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
    func escaped(_ row: [String]) -> [String] {
      row.map { TableMarkup.pieces(of: $0).map(Self.markdownText).joined().replacing("\n", with: "<br>") }
    }
    return line(escaped(header)) + line(isNumber.map { $0 ? "--:" : "---" }) + rows.map { line(escaped($0)) }.joined()
  }

  /// As comma-separated values, RFC 4180 with line feeds. Cells are the texts of the page.
  public var csv: String { ([header] + rows).map(CSVText.row).joined() }

  /// A LaTeX `tabular` with the rules of the package booktabs.
  public var latex: String {
    func line(_ cells: [String]) -> String { cells.map(Self.latexCell).joined(separator: " & ") + " \\\\\n" }
    let columns = isNumber.map { $0 ? "r" : "l" }.joined()
    return "\\begin{tabular}{\(columns)}\n\\toprule\n" + line(header) + "\\midrule\n" + rows.map(line).joined()
      + "\\bottomrule\n\\end{tabular}\n"
  }

  private var isNumber: [Bool] { header.indices.map { column in isNumberColumn(rows.map { $0[column] }) } }

  private var widths: [Int] {
    header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
  }

  private func aligned(_ row: [String]) -> String {
    zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
  }

  /// A piece of a cell as it stands between the bars of Markdown's table.
  private static func markdownText(_ piece: TableMarkup) -> String {
    let bars = { (text: String) in text.replacing("|", with: "\\|") }
    switch piece {
    // What is an escape already stays one.
    case .text(let text): return bars(text.replacing(#/\\(?![*_`$\\])/#, with: "\\\\"))
    case .code(let text): return "`\(bars(text))`"
    case .formula(let tex): return "$\(bars(tex))$"
    case .emphasis(let inner): return "*\(inner.map(markdownText).joined())*"
    case .strong(let inner): return "**\(inner.map(markdownText).joined())**"
    }
  }

  private static func latexCell(_ text: String) -> String {
    // A row that begins with a bracket would be read as an option of the line end before it.
    (text.first == "[" ? "{}" : "") + TableMarkup.pieces(of: text).map(latex).joined()
  }

  private static func latex(_ piece: TableMarkup) -> String {
    switch piece {
    case .text(let text): latexText(text.replacing(#/\\([*_`$])/#) { "\($0.1)" })
    case .code(let text): "\\texttt{\(latexText(text))}"
    case .formula(let tex): "$\(tex)$"
    case .emphasis(let inner): "\\emph{\(inner.map(latex).joined())}"
    case .strong(let inner): "\\textbf{\(inner.map(latex).joined())}"
    }
  }

  /// `text` as LaTeX sets it, whatever characters are in it.
  private static func latexText(_ text: String) -> String {
    // A line end in a cell of a column without width would be an error.
    let special: [Character: String] = [
      "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "$": "\\$", "&": "\\&", "#": "\\#", "%": "\\%", "_": "\\_",
      "^": "\\textasciicircum{}", "~": "\\textasciitilde{}", "<": "\\textless{}", ">": "\\textgreater{}",
      "|": "\\textbar{}", "\n": " ", "−": "$-$", "±": "$\\pm$", "×": "$\\times$", "≥": "$\\geq$", "≤": "$\\leq$",
      "ε": "$\\varepsilon$", "γ": "$\\gamma$", "λ": "$\\lambda$", "σ": "$\\sigma$", "→": "$\\to$", "–": "--",
      "—": "---", "…": "\\dots{}", "\u{A0}": "~", "\u{202F}": "\\,",
    ]
    return text.map { special[$0] ?? String($0) }.joined()
  }
}
