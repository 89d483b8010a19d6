// Notebook -> one main.swift. Every cell stands under its own place in the notebook, so the compiler's messages and the
// debug information speak of the notebook.

internal import Basics
package import NotebookText

/// The Swift program of a notebook.
package struct Program: Sendable, Equatable {
  package var source: String
  /// SHA-256 of what the program does: it stays when prose moves the cells to other lines.
  package var identity: String

  package init(_ notebook: Notebook) {
    source = Self.source(notebook, isPlaced: true)
    identity = Digest.sha256(Self.source(notebook, isPlaced: false))
  }

  /// Without places, items of the text are counted among those that are computed: headings and references may come and
  /// go between them.
  private static func source(_ notebook: Notebook, isPlaced: Bool) -> String {
    func line(_ number: Int) -> Int { isPlaced ? number : 1 }
    let file = Self.literal(notebook.path)
    var text = "import Workbench\n"
    let all = Array(notebook.computedItems.enumerated())
    var computed = all.filter { !notebook.lateItems.contains($0.element.index) }[...]
    func addItems(before line: Int) {
      while let (number, (index, item)) = computed.first, item.location.line < line {
        var item = item
        if !isPlaced { item.location = SourceLocation(file: notebook.path, line: 1) }
        text += Self.statement(isPlaced ? index : number, item)
        computed.removeFirst()
      }
    }
    for cell in notebook.cells where cell.options.eval {
      addItems(before: cell.line)
      let label = cell.options.label.map { ", label: \(Self.literal($0))" } ?? ""
      text += "notebook.begin(cell: \(cell.index)\(label), line: \(line(cell.codeLine)))\n"
      text += "#sourceLocation(file: \(file), line: \(line(cell.codeLine)))\n"
      text += isPlaced ? cell.placedCode : cell.code
      text += "#sourceLocation()\n"
    }
    addItems(before: .max)
    computed = all.filter { notebook.lateItems.contains($0.element.index) }[...]
    addItems(before: .max)
    text += "notebook.finish()\n"
    return text
  }

  /// A Swift string literal.
  package static func literal(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case _ where scalar.value < 32: result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension Cell {
  /// The code in the columns of the file.
  fileprivate var placedCode: String {
    if indent == 0 { return code }
    let blanks = String(repeating: " ", count: indent)
    return code.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : blanks + $0 }
      .joined(separator: "\n")
  }
}
