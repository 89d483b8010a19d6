// `--emit-swift`: a notebook as a plain Swift program, for whoever wants to go on without the notebook.

internal import Foundation
package import NotebookText

/// A notebook's program in one file that compiles by itself against the built library.
package struct SwiftExport: Sendable {
  /// The file's text.
  package var source: String

  /// - Parameters:
  ///   - notebook: its cells in order; prose becomes comments.
  ///   - parameters: the values that the program is to have, in canonical spelling.
  ///   - installation: what the command at the top of the file compiles it with.
  ///   - file: the file's name, for that command.
  package init(_ notebook: Notebook, parameters: [String: String], installation: Installation, file: String) {
    let name = (file as NSString).deletingPathExtension
    let command = ProgramCompiler(installation: installation, cache: "")
      .arguments(source: file, output: name).map(Self.quoted).joined(separator: " ")
    var text = """
      // \(notebook.frontMatter.title ?? notebook.name), from \(notebook.path).
      //
      // Compile and run:
      //   \(Self.quoted(installation.swiftc)) \(command)
      //   ./\(name)

      import Workbench


      """
    if !parameters.isEmpty {
      let list = parameters.sorted { $0.key < $1.key }
        .map { "\(Program.literal($0.key)): \(Program.literal($0.value))" }.joined(separator: ", ")
      text += "notebook.declare(parameters: [\(list)])\n"
    }
    text += Self.comment(notebook.frontMatterLines)
    for block in notebook.blocks {
      switch block {
      case .prose(let prose): text += Self.comment(prose, in: notebook)
      case .cell(let cell): text += Self.code(of: cell)
      }
    }
    source = text + "\nnotebook.finish()\n"
  }

  private static func code(of cell: Cell) -> String {
    if !cell.options.eval { return comment(cell.code.split(separator: "\n").map(String.init)[...]) }
    let label = cell.options.label.map { ", label: \(Program.literal($0))" } ?? ""
    return "\nnotebook.begin(cell: \(cell.index)\(label), line: \(cell.codeLine))\n" + cell.code
  }

  /// Prose as comments, and the cells in its lists and quotations between them.
  private static func comment(_ prose: Prose, in notebook: Notebook) -> String {
    var text = ""
    var start = prose.lines.lowerBound - 1
    for cell in prose.cells.map({ notebook.cells[$0] }) {
      text += comment(notebook.lines[start..<cell.line - 1]) + code(of: cell)
      start = cell.codeLine + cell.code.count { $0 == "\n" }
    }
    return text + comment(notebook.lines[min(start, prose.lines.upperBound)..<prose.lines.upperBound])
  }

  /// Prose as comments, without blank lines at its ends.
  private static func comment(_ lines: ArraySlice<String>) -> String {
    let isBlank = { (line: String) in line.allSatisfy(\.isWhitespace) }
    let text = lines.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
    if text.isEmpty { return "\n" }
    return "\n" + text.map { $0.isEmpty ? "//\n" : "// \($0)\n" }.joined()
  }

  /// A word of a shell command.
  private static func quoted(_ word: String) -> String {
    let isPlain = !word.isEmpty && word.allSatisfy { $0.isLetter || $0.isNumber || "/._-+=,:@%".contains($0) }
    return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}
