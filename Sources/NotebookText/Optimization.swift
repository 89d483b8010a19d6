// Whether a notebook's cells are optimised by the compiler.

/// `optimize` in the front matter, `--optimize` on the command line.
package enum Optimization: String, Sendable, CaseIterable {
  /// Cells run faster, loops of plain numbers many times; compiling takes longer.
  case on
  case off
  /// On for notebooks with loops that may take long, off for others.
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
  /// Whether a cell that runs has a loop of its own that may take long: one in another or in a function, one without an
  /// end that is written there, or any in a cell with a number of five digits.
  ///
  /// Optimised cells take three times as long to compile; a loop of plain numbers runs up to 27 times as fast. Most loops
  /// of notebooks go over a few recipes, and their time is the library's, which is optimised in any case.
  var loops: Bool { cells.contains { $0.options.eval && Self.mayLoopLong(SwiftToken.tokens(of: $0.code)) } }

  private static func mayLoopLong(_ tokens: [SwiftToken]) -> Bool {
    // Whether what stands in each open brace may run many times.
    var open: [Bool] = []
    var opensRepeated = false
    var (hasLoop, hasLargeNumber) = (false, false)
    for (index, token) in tokens.enumerated() {
      let isLabel = index + 1 < tokens.count && tokens[index + 1].isSign(":")
      switch token.text {
      case "while" where token.kind == .name, "repeat" where token.kind == .name: return true
      case "for" where token.kind == .name && !isLabel:
        if open.contains(true) { return true }
        (hasLoop, opensRepeated) = (true, true)
      case "func" where token.kind == .name: opensRepeated = true
      case "map", "reduce", "forEach", "stride": hasLoop = true
      case "{":
        open.append(opensRepeated)
        opensRepeated = false
      case "}": _ = open.popLast()
      default:
        let number = Double(token.text.replacing("_", with: ""))
        if token.kind == .other, let number, number >= 10_000 { hasLargeNumber = true }
      }
    }
    return hasLoop && hasLargeNumber
  }
}
