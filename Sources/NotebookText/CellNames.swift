// Which names the cells of a notebook define, and what those use: read from the words of the source, not compiled.

/// Where a name stands among the cells.
struct NamePlace: Comparable {
  var cell: Int
  /// Among the tokens of the cell.
  var token: Int
  var location: SourceLocation

  static func < (a: Self, b: Self) -> Bool { (a.cell, a.token) < (b.cell, b.token) }
  static func == (a: Self, b: Self) -> Bool { (a.cell, a.token) == (b.cell, b.token) }
}

/// A name that is used at the top level of a cell, where it is evaluated at once.
struct NameUse {
  var name: String
  var place: NamePlace
}

/// The global variables of a notebook, and what its functions, computed variables and closures use.
struct CellNames {
  /// Where the variables with a value of their own are defined.
  private(set) var globals: [String: NamePlace] = [:]
  /// The names that a function or its like uses, but not its own parameters and variables; methods have a dot before
  /// their name.
  private(set) var bodies: [String: Set<String>] = [:]
  /// What cells use outside such bodies, in order.
  private(set) var uses: [NameUse] = []
  /// By name: the last of the variables that it needs.
  private var last: [String: String] = [:]

  init(_ cells: [Cell], path: String) {
    for cell in cells where cell.options.eval {
      var reader = CellReader(SwiftToken.tokens(of: cell.code), cell, path)
      reader.read(reader.tokens.indices, owner: nil)
      globals.merge(reader.globals) { first, _ in first }
      bodies.merge(reader.bodies) { $0.union($1) }
      uses += reader.topLevelUses
    }
    findLast()
  }

  /// The names that an expression uses.
  static func names(in expression: String) -> Set<String> {
    let tokens = SwiftToken.tokens(of: expression)
    return CellReader.names(tokens[...], without: CellReader.locals(tokens[...]))
  }

  /// The last definition that has to be evaluated before these names can be, with the name it gives.
  func lastDefinition(neededBy names: Set<String>) -> (name: String, place: NamePlace)? {
    let needed = names.compactMap { name in
      last[name].flatMap { global in globals[global].map { (name: global, place: $0) } }
    }
    return needed.max { $0.place < $1.place }
  }

  /// For every name the last variable that it needs, directly or through others. From the last variable on backwards
  /// every name is come to once.
  private mutating func findLast() {
    var users: [String: [String]] = [:]
    for (name, uses) in bodies { for use in uses { users[use, default: []].append(name) } }
    for (global, _) in globals.sorted(by: { $0.value > $1.value }) {
      var pending = [global]
      while let name = pending.popLast() {
        if last[name] != nil { continue }
        last[name] = global
        pending += users[name] ?? []
      }
    }
  }
}
