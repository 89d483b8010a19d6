internal import Testing
internal import YAML

/// A node as one line: scalars in quotes unless plain, with their places where asked.
private func text(_ node: YAMLNode?, marks: Bool = false) -> String {
  guard let node else { return "nothing" }
  let place = marks ? "@\(node.mark.line):\(node.mark.column)" : ""
  switch node {
  case .scalar(let scalar): return (scalar.isPlain ? scalar.string : "'\(scalar.string)'") + place
  case .sequence(let nodes, _): return "[" + nodes.map { text($0, marks: marks) }.joined(separator: ",") + "]" + place
  case .mapping(let pairs, _):
    let parts = pairs.map { text($0.key, marks: marks) + ":" + text($0.value, marks: marks) }
    return "{" + parts.joined(separator: ",") + "}" + place
  }
}

struct YAMLNodeTests {
  @Test(arguments: [
    ("", "nothing"), ("# only a comment\n", "nothing"), ("a", "a"), ("'a'", "'a'"), ("\"a\\n\"", "'a\n'"),
    ("!!str 1", "'1'"), ("a: 1\nb: [x, \"y\", {c: ~}]\n", "{a:1,b:[x,'y',{c:~}]}"),
    ("- |\n  two\n  lines\n- >\n  one\n  line\n", "['two\nlines\n','one line\n']"),
    ("a: &n [1, 2]\nb: *n\n", "{a:[1,2],b:[1,2]}"), ("a:\nb: \n", "{a:,b:}"), ("? [1]\n: 2\n", "{[1]:2}"),
  ])
  func `a document is a tree of scalars, sequences and mappings`(yaml: String, expected: String) throws {
    #expect(text(try YAMLNode(yaml: yaml)) == expected)
  }

  @Test func `every node knows where it begins, in lines and characters`() throws {
    let node = try YAMLNode(yaml: "é: [ß,\n  x]\nk: {v: 1}\n")
    #expect(text(node, marks: true) == "{é@1:1:[ß@1:5,x@2:3]@1:4,k@3:1:{v@3:5:1@3:8}@3:4}@1:1")
  }

  @Test func `only plain text means null or a flag`() throws {
    func scalar(_ yaml: String) throws -> YAMLNode.Scalar? {
      guard case .scalar(let scalar) = try YAMLNode(yaml: yaml) else { return nil }
      return scalar
    }
    for yaml in ["~", "null", "Null", "NULL"] { #expect(try scalar(yaml)?.isNull == true, "\(yaml)") }
    for yaml in ["'~'", "nul", "'null'", "\"\"", "!!str null"] { #expect(try scalar(yaml)?.isNull == false, "\(yaml)") }
    for yaml in ["true", "Yes", "ON"] { #expect(try scalar(yaml)?.bool == true, "\(yaml)") }
    for yaml in ["false", "no", "Off"] { #expect(try scalar(yaml)?.bool == false, "\(yaml)") }
    for yaml in ["'true'", "1", "y", "!!str true"] { #expect(try scalar(yaml)?.bool == nil, "\(yaml)") }
  }

  @Test(arguments: [
    ("a: 1\nb: [1, 2\n", "did not find expected ',' or ']'", 3, 1),
    ("a: b: c\n", "mapping values are not allowed", 1, 5),
    ("x: *none\n", "found undefined alias", 1, 4), ("a: 1\n---\nb: 2\n", "another document", 2, 1),
    ("é\u{1}", "control characters are not allowed", 1, 2), ("ok: 1\n\tb: \u{7}", "control characters", 2, 5),
    ("a: &n [*n]\n", "found undefined alias", 1, 8),
  ])
  func `what is wrong is named with its place`(yaml: String, words: String, line: Int, column: Int) {
    #expect {
      _ = try YAMLNode(yaml: yaml)
    } throws: { error in
      guard case .syntax(let problem, let mark) = error as? YAMLError else { return false }
      return problem.contains(words) && mark == YAMLMark(line: line, column: column)
    }
  }

  @Test func `a key that stands twice is an error at the first`() {
    #expect(throws: YAMLError.duplicateKey("a", YAMLMark(line: 2, column: 3))) {
      _ = try YAMLNode(yaml: "m:\n  a: 1\n  b: 2\n  a: 3\n")
    }
  }

  @Test func `depth is limited before the stack is`() throws {
    func nested(_ levels: Int) -> String {
      String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    }
    #expect(text(try YAMLNode(yaml: nested(100))) == nested(100))
    #expect(throws: YAMLError.self) { _ = try YAMLNode(yaml: nested(101)) }
  }
}
