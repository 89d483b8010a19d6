// Which names some Swift tokens use, and which they define for themselves.

extension CellReader {
  /// The name that is used at `index`; nil for labels of arguments and what is no name. Members have their dot.
  static func use(at index: Int, in tokens: ArraySlice<SwiftToken>) -> String? {
    let token = tokens[index]
    guard token.kind == .name else { return nil }
    let before = index > tokens.startIndex ? tokens[index - 1] : nil
    if before?.isSign(".") == true { return "." + token.text }
    // Labels of further closures stand behind a brace.
    let isArgument = before.map { $0.kind == .sign && ["(", ",", "}"].contains($0.text) } ?? false
    if isArgument, index + 1 < tokens.endIndex, tokens[index + 1].isSign(":"), !isInSquareBrackets(index, tokens) {
      return nil
    }
    return token.text
  }

  /// Whether `a: b` is a pair of a dictionary rather than an argument.
  private static func isInSquareBrackets(_ index: Int, _ tokens: ArraySlice<SwiftToken>) -> Bool {
    var depth = 0
    for token in tokens[..<index].reversed() where token.kind == .sign {
      if [")", "]", "}"].contains(token.text) { depth += 1 }
      if ["(", "[", "{"].contains(token.text) {
        if depth == 0 { return token.text == "[" }
        depth -= 1
      }
    }
    return false
  }

  static func names(_ tokens: ArraySlice<SwiftToken>, without locals: Set<String>) -> Set<String> {
    Set(tokens.indices.compactMap { use(at: $0, in: tokens) }).subtracting(locals)
  }

  /// The variables and parameters of closures and loops among the tokens.
  static func locals(_ tokens: ArraySlice<SwiftToken>) -> Set<String> {
    var result: Set<String> = []
    var opened: [Int] = []
    for index in tokens.indices {
      let token = tokens[index]
      if token.isSign("{") || token.isName("for") { opened.append(index) }
      if token.isName("in"), let start = opened.last {
        result.formUnion(tokens[start..<index].filter { $0.kind == .name }.map(\.text))
        if tokens[start].isName("for") { opened.removeLast() }
      }
      if token.isSign("}"), !opened.isEmpty { opened.removeLast() }
      if token.isName("func") || token.isName("init") || token.isName("subscript") {
        result.formUnion(parameters(tokens[(index + 1)...]))
      }
      guard token.isName("let") || token.isName("var"), index + 1 < tokens.endIndex else { continue }
      // `let (a, b)`, `case let .point(a, b)`.
      if tokens[index + 1].isSign("(") || tokens[index + 1].isSign(".") {
        let end = tokens[index...].firstIndex { $0.isSign(")") } ?? index
        result.formUnion(tokens[index..<max(end, index)].filter { $0.kind == .name }.map(\.text))
      } else {
        result.insert(tokens[index + 1].text)
      }
    }
    return result
  }

  /// The parameters of a function whose tokens begin behind its name.
  static func parameters(_ tokens: ArraySlice<SwiftToken>) -> Set<String> {
    guard let open = tokens.firstIndex(where: { $0.isSign("(") || $0.isSign("{") }), tokens[open].isSign("(") else {
      return []
    }
    var result: Set<String> = []
    var depth = 0
    for index in open..<tokens.endIndex {
      if tokens[index].isSign("(") { depth += 1 }
      if tokens[index].isSign(")") { depth -= 1 }
      if depth == 0 { break }
      if depth == 1, tokens[index].kind == .name, index + 1 < tokens.endIndex, tokens[index + 1].isSign(":") {
        result.insert(tokens[index].text)
      }
    }
    return result
  }
}
