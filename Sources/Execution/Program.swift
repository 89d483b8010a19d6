// Notebook -> one main.swift. Every cell stands under its own place in the notebook, so the compiler's messages and the
// debug information speak of the notebook.

internal import Basics
package import NotebookText

/// The Swift program of a notebook.
package struct Program: Sendable, Equatable {
  package var source: String
  /// The same program as files that are compiled one after the other; nil where it is one file.
  package var parts: [String]?
  /// Whether its cells are optimised.
  package var isOptimized: Bool
  /// SHA-256 of what the program does: it stays when prose moves the cells to other lines.
  package var identity: String

  /// How many cells are compiled as one file: beyond that the square of their number counts more than starting the
  /// compiler again. 48 cells of five statements take 0.6 s, 24 optimised ones 1.1 s, 200 in one file 3.8 s and 28 s.
  package static func partSize(isOptimized: Bool) -> Int { isOptimized ? 24 : 48 }

  /// - Parameter optimization: whether cells are optimised; nil for what the front matter says.
  package init(_ notebook: Notebook, optimization: Optimization? = nil) {
    let pieces = Self.pieces(notebook, isPlaced: true)
    source = Self.importing + pieces.joined()
    isOptimized = (optimization ?? notebook.frontMatter.optimization).isOn(for: notebook)
    let groups = notebook.parts(of: Self.partSize(isOptimized: isOptimized))
    parts = groups.map { Self.parts($0, pieces, imports: notebook.imports) }
    let bare = Self.importing + Self.pieces(notebook, isPlaced: false).joined()
    identity = Digest.sha256(isOptimized ? "optimised\n" + bare : bare)
  }

  private static let importing = "import Workbench\n"

  /// A piece for each cell that runs, with what the text computes above it, and one for what comes behind the last.
  ///
  /// Without places, items of the text are counted among those that are computed: headings and references may come and
  /// go between them.
  private static func pieces(_ notebook: Notebook, isPlaced: Bool) -> [String] {
    func line(_ number: Int) -> Int { isPlaced ? number : 1 }
    let file = Self.literal(notebook.path)
    let all = Array(notebook.computedItems.enumerated())
    var computed = all.filter { !notebook.lateItems.contains($0.element.index) }[...]
    func items(before line: Int) -> String {
      var text = ""
      while let (number, (index, item)) = computed.first, item.location.line < line {
        var item = item
        if !isPlaced { item.location = SourceLocation(file: notebook.path, line: 1) }
        text += Self.statement(isPlaced ? index : number, item)
        computed.removeFirst()
      }
      return text
    }
    var pieces: [String] = []
    for cell in notebook.cells where cell.options.eval {
      var text = items(before: cell.line)
      let label = cell.options.label.map { ", label: \(Self.literal($0))" } ?? ""
      text += "notebook.begin(cell: \(cell.index)\(label), line: \(line(cell.codeLine)))\n"
      text += "#sourceLocation(file: \(file), line: \(line(cell.codeLine)))\n"
      text += isPlaced ? cell.placedCode : cell.code
      text += "#sourceLocation()\n"
      pieces.append(text)
    }
    var last = items(before: .max)
    computed = all.filter { notebook.lateItems.contains($0.element.index) }[...]
    last += items(before: .max)
    return pieces + [last + "notebook.finish()\n"]
  }

  /// The files, each of which sees what those before it declare.
  private static func parts(_ groups: [[Int]], _ pieces: [String], imports: [String]) -> [String] {
    var start = 0
    return groups.indices.map { part in
      let end = part == groups.count - 1 ? pieces.count : start + groups[part].count
      defer { start = end }
      let before = (0..<part).map { "@testable import \(moduleName(part: $0))\n" }
      return importing + imports.map { $0 + "\n" }.joined() + before.joined() + pieces[start..<end].joined()
    }
  }

  /// The module that a part is compiled as.
  static func moduleName(part: Int) -> String { "NotebookPart\(part)" }

  /// The C function that a part is compiled to.
  static func entryPoint(part: Int) -> String { "notebook_part_\(part)" }

  /// A program that runs so many parts one after the other. It imports none of them: there they are Swift's own `main`.
  static func main(parts count: Int) -> String {
    (0..<count).map { part in
      "@_silgen_name(\"\(entryPoint(part: part))\") private func part\(part)("
        + "_: Int32, _: UnsafeMutablePointer<UnsafeMutablePointer<Int8>?>) -> Int32\n"
        + "_ = part\(part)(CommandLine.argc, CommandLine.unsafeArgv)\n"
    }.joined()
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
