// Programs of many cells in parts: the compiler's time grows with the square of a file's statements.

extension Notebook {
  /// The cells that run, by their numbers, in groups of at most `size` that can be compiled one after the other, each
  /// group seeing what those before it declare; nil where only the whole is the program that was written.
  ///
  /// That is so where a name is declared twice, which a later group would not be told, where `await`, `defer` or `private`
  /// stands at the top level of a cell, or where there is one group only. What a group cannot see, such as a function that
  /// calls one of a later group, the compiler says.
  package func parts(of size: Int) -> [[Int]]? {
    let cells = cells.filter(\.options.eval)
    guard cells.count > size else { return nil }
    var declared: Set<String> = []
    for cell in cells {
      guard let names = Self.declarations(in: cell, path: path) else { return nil }
      for name in names where !declared.insert(name).inserted { return nil }
    }
    return stride(from: 0, to: cells.count, by: size).map { start in
      cells[start..<min(start + size, cells.count)].map(\.index)
    }
  }

  /// The lines with which the cells import modules, each once.
  package var imports: [String] {
    var seen: Set<String> = []
    return cells.filter(\.options.eval).flatMap { cell in
      cell.code.matches(of: #/(?m)^[ \t]*((?:@\w+[ \t]+)*import[ \t]+[\w. \t]+)/#).map { String($0.1) }
    }.filter { seen.insert($0).inserted }
  }

  private static let declaring: Set<String> = [
    "func", "struct", "class", "enum", "actor", "protocol", "typealias", "operator", "precedencegroup",
  ]

  /// What a cell declares at its top level; nil if it has what cannot be taken apart.
  private static func declarations(in cell: Cell, path: String) -> [String]? {
    var names = Array(CellNames([cell], path: path).globals.keys)
    var depth = 0
    var before: SwiftToken?
    for token in SwiftToken.tokens(of: cell.code) {
      if token.kind == .sign, ["{", "(", "["].contains(token.text) { depth += 1 }
      if token.kind == .sign, ["}", ")", "]"].contains(token.text) { depth -= 1 }
      if token.isName("await") { return nil }
      if depth == 0, token.kind == .name {
        if ["defer", "private", "fileprivate"].contains(token.text) { return nil }
        if let before, before.kind == .name, declaring.contains(before.text) { names.append(token.text) }
      }
      before = token
    }
    return names
  }
}
