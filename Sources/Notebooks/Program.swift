// Notebook -> one main.swift. Every cell stands under its own place in the notebook, so the compiler's messages and the
// debug information speak of the notebook.

/// The Swift program of a notebook.
public struct Program: Sendable, Equatable {
  public var source: String

  public init(_ notebook: Notebook) {
    let file = Self.literal(notebook.path)
    var text = "import Workbench\n"
    var computed = notebook.items.enumerated().filter { $0.element.isComputed }[...]
    func addItems(before line: Int) {
      while let (index, item) = computed.first, item.location.line < line {
        text += Self.statement(index, item)
        computed.removeFirst()
      }
    }
    for cell in notebook.cells where cell.options.eval {
      addItems(before: cell.line)
      let label = cell.options.label.map { ", label: \(Self.literal($0))" } ?? ""
      text += "notebook.begin(cell: \(cell.index)\(label), line: \(cell.codeLine))\n"
      text += "#sourceLocation(file: \(file), line: \(cell.codeLine))\n"
      text += cell.code
      text += "#sourceLocation()\n"
    }
    addItems(before: .max)
    text += "notebook.finish()\n"
    source = text
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
