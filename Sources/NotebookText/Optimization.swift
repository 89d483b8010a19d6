// Whether a notebook's cells are optimised by the compiler.

/// `optimize` in the front matter, `--optimize` on the command line.
package enum Optimization: String, Sendable, CaseIterable {
  /// Cells run faster, loops of plain numbers many times; compiling takes longer.
  case on
  case off
  /// On for cells with loops, off for others.
  case auto

  /// Whether the cells of `notebook` are optimised.
  package func isOn(for notebook: Notebook) -> Bool {
    switch self {
    case .on: true
    case .off: false
    case .auto: notebook.loops
    }
  }
}

extension Notebook {
  /// Whether a cell that runs has code of its own that may run many times: a loop, a function, or a closure.
  var loops: Bool {
    cells.contains { cell in
      cell.options.eval
        && SwiftToken.tokens(of: cell.code).contains { token in
          token.isName("for") || token.isName("while") || token.isName("repeat") || token.isName("func")
            || token.isName("map") || token.isName("reduce")
        }
    }
  }
}
