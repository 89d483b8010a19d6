// Yams with places: every message names the line and column of the notebook.

package import Yams

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

  package func location(_ mark: Mark?) -> SourceLocation {
    SourceLocation(file: notebook, line: firstLine + (mark?.line ?? 1) - 1, column: mark?.column ?? 1)
  }

  package func error(_ node: Node?, _ message: String) -> NotebookError { error(at: location(node?.mark), message) }

  package func error(at place: SourceLocation, _ message: String) -> NotebookError {
    let line = lines.indices.contains(place.line - 1) ? lines[place.line - 1] : nil
    return NotebookError(place, message, sourceLine: line)
  }

  /// The mapping that `text` is; empty text is an empty mapping.
  package func mapping(_ text: String, what: String) throws(NotebookError) -> [(key: Node, value: Node)] {
    let node: Node?
    do {
      node = try Yams.compose(yaml: text)
    } catch let failure as YamlError {
      switch failure {
      case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
        .composer(_, let problem, let mark, _):
        throw error(at: location(mark), "\(what) is not YAML: \(problem)")
      case .duplicatedKeysInMapping(let duplicates, let context):
        let key = duplicates.first.map { "\($0)" } ?? "?"
        throw error(at: location(context.mark), "\"\(key)\" is given twice in \(what)")
      default:
        throw error(at: location(nil), "\(what) is not YAML: \(failure)")
      }
    } catch let failure {
      throw error(at: location(nil), "\(what) is not YAML: \(failure)")
    }
    guard let node else { return [] }
    return try mapping(node, what: what)
  }

  package func mapping(_ node: Node, what: String) throws(NotebookError) -> [(key: Node, value: Node)] {
    guard case .mapping(let mapping) = node else { throw error(node, "\(what) must be \"key: value\" lines") }
    return mapping.map { (key: $0.key, value: $0.value) }
  }

  package func name(_ key: Node) throws(NotebookError) -> String {
    guard let name = key.string, !name.isEmpty else { throw error(key, "a name is expected here") }
    return name
  }

  package func text(_ node: Node, of key: String) throws(NotebookError) -> String {
    guard case .scalar(let scalar) = node, node.null == nil || scalar.style != .any && scalar.style != .plain else {
      throw error(node, "\"\(key)\" must be text")
    }
    return scalar.string
  }

  package func flag(_ node: Node, of key: String) throws(NotebookError) -> Bool {
    guard case .scalar(let scalar) = node, let value = Bool.construct(from: scalar) else {
      throw error(node, "\"\(key)\" must be true or false")
    }
    return value
  }

  package func number(_ node: Node, of key: String) throws(NotebookError) -> Double {
    guard let text = node.string, let value = Double(text), value.isFinite else {
      throw error(node, "\"\(key)\" must be a number")
    }
    return value
  }

  package func sequence(_ node: Node, of key: String) throws(NotebookError) -> [Node] {
    guard case .sequence(let sequence) = node else { throw error(node, "\"\(key)\" must be a list") }
    return Array(sequence)
  }
}
