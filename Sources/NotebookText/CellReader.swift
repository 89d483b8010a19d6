// Reads the declarations of one cell from its words.

/// Reads the declarations of one cell.
struct CellReader {
  let tokens: [SwiftToken]
  private let cell: Cell
  private let path: String
  private(set) var globals: [String: NamePlace] = [:]
  private(set) var bodies: [String: Set<String>] = [:]
  /// Tokens that belong to bodies, or that name what is defined.
  private var taken: Set<Int> = []

  init(_ tokens: [SwiftToken], _ cell: Cell, _ path: String) {
    (self.tokens, self.cell, self.path) = (tokens, cell, path)
  }

  private func place(_ index: Int) -> NamePlace {
    let token = tokens[index]
    return NamePlace(
      cell: cell.index, token: index,
      location: SourceLocation(file: path, line: cell.codeLine + token.line, column: cell.indent + token.column))
  }

  var topLevelUses: [NameUse] {
    var (depth, depths) = (0, [Int]())
    for token in tokens {
      if token.isSign("}") { depth -= 1 }
      depths.append(depth)
      if token.isSign("{") { depth += 1 }
    }
    let free = tokens.indices.filter { !taken.contains($0) }
    let inner = Self.locals(free.map { tokens[$0] }[...]).union(Self.implicit)
    // Variables of loops and conditions.
    let outer = Self.locals(free.filter { depths[$0] == 0 }.map { tokens[$0] }[...])
    return free.compactMap { index in
      guard let name = Self.use(at: index, in: tokens[...]), !(depths[index] > 0 ? inner : outer).contains(name) else {
        return nil
      }
      return NameUse(name: name, place: place(index))
    }
  }

  /// Names that Swift gives by itself inside braces.
  private static let implicit: Set<String> = ["error", "newValue", "oldValue", "self"]

  // MARK: Declarations

  private static let types: Set<String> = ["struct", "class", "enum", "actor", "extension", "protocol"]
  private static let conditions: Set<String> = ["if", "while", "for", "case", "switch"]

  /// Reads what is declared directly in `range`: the whole cell, or what stands in the braces of the type `owner`.
  mutating func read(_ range: Range<Int>, owner: String?) {
    var index = range.lowerBound
    var isCondition = false
    while index < range.upperBound {
      let token = tokens[index]
      let isMember = index > 0 && tokens[index - 1].isSign(".")
      if token.kind == .name, !isMember, owner == nil, Self.conditions.contains(token.text) { isCondition = true }
      if token.isSign("{") {
        isCondition = false
        index = closing(index) + 1
      } else if token.isName("func"), !isMember {
        index = function(index, owner)
      } else if token.kind == .name, !isMember, Self.types.contains(token.text), owner == nil {
        index = type(index)
      } else if token.isName("let") || token.isName("var"), !isCondition {
        index = variable(index, range.upperBound, owner)
      } else {
        index += 1
      }
    }
  }

  private mutating func function(_ start: Int, _ owner: String?) -> Int {
    guard start + 1 < tokens.count else { return start + 1 }
    let open = opening(from: start, untilLine: false)
    let end = open.map(closing) ?? start + 1
    note(body: start + 2..<end + 1, of: tokens[start + 1].text, owner)
    taken.formUnion(start...end)
    return end + 1
  }

  private mutating func type(_ start: Int) -> Int {
    guard start + 1 < tokens.count, tokens[start + 1].kind == .name, let open = opening(from: start, untilLine: false)
    else { return start + 1 }
    let (name, end) = (tokens[start + 1].text, closing(open))
    read(open + 1..<end, owner: name)
    let rest = (open + 1..<max(end, open + 1)).filter { !taken.contains($0) }.map { tokens[$0] }
    bodies[name, default: []].formUnion(Self.names(rest[...], without: Self.locals(rest[...])))
    taken.formUnion(start...end)
    return end + 1
  }

  /// `let a = 1, b = 2`, `var (a, b) = f()`, `var a: Int { … }`, `let f = { … }`.
  private mutating func variable(_ start: Int, _ end: Int, _ owner: String?) -> Int {
    var index = start + 1
    guard index < end else { return index }
    if tokens[index].isSign("(") {
      let close = closing(index)
      for place in index..<close where tokens[place].kind == .name { define(place, owner) }
      return close + 1
    }
    while index < end, tokens[index].kind == .name {
      let name = index
      guard let sign = opening(from: index, untilLine: true, orEqual: true) else {
        define(name, owner)
        return index + 1
      }
      if tokens[sign].isSign("{") {
        let close = closing(sign)
        note(body: sign..<close + 1, of: tokens[name].text, owner)
        taken.formUnion(name...close)
        return close + 1
      }
      define(name, owner)
      index = value(from: sign + 1, of: name, end, owner)
      // The next of several variables.
      guard index + 2 < end, tokens[index].isSign(","), tokens[index + 1].kind == .name,
        tokens[index + 2].isSign("=") || tokens[index + 2].isSign(":")
      else { return index }
      index += 1
    }
    return index
  }

  /// Goes over a variable's value, to the end of its line or the comma behind it. A closure that is not called at once is
  /// the body of its name.
  private mutating func value(from start: Int, of name: Int, _ end: Int, _ owner: String?) -> Int {
    if start < end, tokens[start].isSign("{") {
      let close = closing(start)
      if close + 1 >= tokens.count || tokens[close + 1].beginsLine || !tokens[close + 1].isSign("(") {
        note(body: start..<close + 1, of: tokens[name].text, owner)
        taken.formUnion(start...close)
      }
      return close + 1
    }
    var index = start
    while index < end, !tokens[index].isSign(",") {
      if index > start, tokens[index].beginsLine { return index }
      index = ["(", "[", "{"].contains(tokens[index].text) ? closing(index) + 1 : index + 1
    }
    return index
  }

  private mutating func define(_ index: Int, _ owner: String?) {
    guard owner == nil, tokens[index].text != "_" else { return }
    taken.insert(index)
    if globals[tokens[index].text] == nil { globals[tokens[index].text] = place(index) }
  }

  private mutating func note(body: Range<Int>, of name: String, _ owner: String?) {
    guard body.lowerBound < min(body.upperBound, tokens.count) else { return }
    let tokens = tokens[body.lowerBound..<min(body.upperBound, tokens.count)]
    let locals = Self.locals(tokens).union(Self.parameters(tokens))
    bodies[owner == nil ? name : "." + name, default: []].formUnion(Self.names(tokens, without: locals))
  }

  // MARK: Brackets

  /// The first `{`, or `=`, behind `start` outside other brackets.
  private func opening(from start: Int, untilLine: Bool, orEqual: Bool = false) -> Int? {
    var index = start + 1
    while index < tokens.count {
      let token = tokens[index]
      if untilLine, token.beginsLine { return nil }
      if token.isSign("{") || orEqual && token.isSign("=") { return index }
      // The requirement of a protocol has no body.
      if token.isSign("}") || orEqual && (token.isSign(",") || token.isName("else")) { return nil }
      index = ["(", "["].contains(token.text) ? closing(index) + 1 : index + 1
    }
    return nil
  }

  /// The bracket that closes the one at `start`; the last token where none does.
  private func closing(_ start: Int) -> Int {
    var depth = 0
    for index in start..<tokens.count where tokens[index].kind == .sign {
      if ["(", "[", "{"].contains(tokens[index].text) { depth += 1 }
      if [")", "]", "}"].contains(tokens[index].text) { depth -= 1 }
      if depth == 0 { return index }
    }
    return tokens.count - 1
  }
}
