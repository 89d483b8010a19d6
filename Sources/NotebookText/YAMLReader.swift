// YAML with places: every message names the line and column of the notebook.

package import YAML

/// Reads mappings out of a piece of YAML that stands in a notebook.
package struct YAMLReader {
  let notebook: String
  let lines: [String]
  /// The notebook's line on which the YAML's first line stands.
  let firstLine: Int

  package init(notebook: String, lines: [String], firstLine: Int) {
    self.notebook = notebook
    self.lines = lines
    self.firstLine = firstLine
  }

  package func location(_ mark: YAMLMark?) -> SourceLocation {
    SourceLocation(file: notebook, line: firstLine + (mark?.line ?? 1) - 1, column: mark?.column ?? 1)
  }

  package func error(_ node: YAMLNode?, _ message: String) -> NotebookError { error(at: location(node?.mark), message) }

  package func warning(_ node: YAMLNode, _ message: String) -> NotebookWarning {
    let mistake = error(node, message)
    return NotebookWarning(mistake.location, message, sourceLine: mistake.sourceLine)
  }

  package func error(at place: SourceLocation, _ message: String) -> NotebookError {
    let line = lines.indices.contains(place.line - 1) ? lines[place.line - 1] : nil
    return NotebookError(place, message, sourceLine: line)
  }

  /// That text with signs of YAML in it goes in quotes; nil if the line is no key with such a text.
  private func hintForQuotes(_ number: Int) -> String? {
    guard lines.indices.contains(number - 1),
      let match = lines[number - 1].wholeMatch(of: #/(?://\|)?\s*([A-Za-z]+):\s+([^"'\s\[{|>].*?)\s*/#)
    else { return nil }
    let text = match.2.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return "; put the text in quotes: \(match.1): \"\(text)\""
  }

  /// The mapping that `text` is; empty text is an empty mapping.
  package func mapping(_ text: String, what: String) throws(NotebookError) -> [(key: YAMLNode, value: YAMLNode)] {
    let node: YAMLNode?
    do throws(YAMLError) {
      node = try YAMLNode(yaml: text)
    } catch {
      switch error {
      case .syntax(let problem, let mark):
        let place = location(mark)
        throw self.error(at: place, "\(what) is not YAML: \(problem)\(hintForQuotes(place.line) ?? "")")
      case .duplicateKey(let key, let mark):
        throw self.error(at: location(mark), "\"\(key)\" is given twice in \(what)")
      }
    }
    guard let node else { return [] }
    return try mapping(node, what: what)
  }

  package func mapping(_ node: YAMLNode, what: String) throws(NotebookError) -> [(key: YAMLNode, value: YAMLNode)] {
    guard case .mapping(let pairs, _) = node else { throw error(node, "\(what) must be \"key: value\" lines") }
    return pairs
  }

  package func name(_ key: YAMLNode) throws(NotebookError) -> String {
    guard let name = key.string, !name.isEmpty else { throw error(key, "a name is expected here") }
    return name
  }

  package func text(_ node: YAMLNode, of key: String) throws(NotebookError) -> String {
    guard case .scalar(let scalar) = node, !scalar.isNull else {
      throw error(node, "\"\(key)\" must be text")
    }
    return scalar.string
  }

  package func flag(_ node: YAMLNode, of key: String) throws(NotebookError) -> Bool {
    guard case .scalar(let scalar) = node, let value = scalar.bool else {
      throw error(node, "\"\(key)\" must be true or false")
    }
    return value
  }

  package func number(_ node: YAMLNode, of key: String) throws(NotebookError) -> Double {
    guard let text = node.string, let value = Double(text), value.isFinite else {
      throw error(node, "\"\(key)\" must be a number")
    }
    return value
  }

  package func sequence(_ node: YAMLNode, of key: String) throws(NotebookError) -> [YAMLNode] {
    guard case .sequence(let nodes, _) = node else { throw error(node, "\"\(key)\" must be a list") }
    return nodes
  }
}
