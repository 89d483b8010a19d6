// The YAML between two lines of dashes at the top of a notebook.

internal import Channel
package import YAML

extension YAMLReader {
  static let frontMatterKeys = [
    "title", "authors", "abstract", "parameters", "bibliography", "bibliography-style", "given", "tolerance",
    "data", "optimize",
  ]
  static let dataKeys = ["scales", "files", "help"]
  static let parameterKeys = ["type", "default", "range", "help"]

  /// Reads front matter. Throws `NotebookError` at the key or value that is wrong.
  func frontMatter(_ text: String) throws(NotebookError) -> FrontMatter {
    var result = FrontMatter()
    for (key, value) in try mapping(text, what: "the front matter") {
      let name = try name(key)
      switch name {
      case "title": result.title = try self.text(value, of: name)
      case "abstract":
        result.abstract = try self.text(value, of: name)
        result.abstractAt = location(value.mark)
      case "bibliography":
        result.bibliography = try self.text(value, of: name)
        result.bibliographyAt = location(value.mark)
      case "bibliography-style": result.citationStyle = try citationStyle(value)
      case "given":
        for number in try sequence(value, of: name) { result.given.append(try self.text(number, of: name)) }
      case "data":
        for (key, value) in try mapping(value, what: "\"data\"") { result.data.append(try dataNeed(key, value)) }
      case "optimize": result.optimization = try optimization(value)
      case "tolerance": result.tolerance = try tolerance(value)
      case "authors":
        if case .scalar = value {
          result.authors = [try self.text(value, of: name)]
        } else {
          for author in try sequence(value, of: name) { result.authors.append(try self.text(author, of: name)) }
        }
      case "parameters":
        for (key, value) in try mapping(value, what: "\"parameters\"") {
          result.parameters.append(try parameter(key, value))
        }
      default:
        // Keys of other tools are no mistakes, but slips are: "date" is one letter from "data".
        if name != "date", slip(of: name, among: Self.frontMatterKeys) != nil {
          throw error(key, unknown("front matter key", name, known: Self.frontMatterKeys))
        }
        result.warnings.append(
          warning(key, "the front matter's key \"\(name)\" has no meaning here and is passed over"))
      }
    }
    return result
  }

  private func optimization(_ node: YAMLNode) throws(NotebookError) -> Optimization {
    if case .scalar(let scalar) = node, let isOn = scalar.bool { return isOn ? .on : .off }
    let text = try text(node, of: "optimize")
    guard let known = Optimization(rawValue: text) else {
      throw error(node, unknown("value of \"optimize\"", text, known: Optimization.allCases.map(\.rawValue)))
    }
    return known
  }

  /// `numbers` or `author-year`.
  package func citationStyle(_ node: YAMLNode) throws(NotebookError) -> CitationStyle {
    guard let style = CitationStyle(rawValue: try text(node, of: "bibliography-style")) else {
      throw error(node, "\"bibliography-style\" must be numbers or author-year")
    }
    return style
  }

  /// `CIFAR-10: { scales: [cifar, paper], files: [test_batch.bin], help: "…" }`.
  private func dataNeed(_ key: YAMLNode, _ node: YAMLNode) throws(NotebookError) -> DataNeed {
    var result = DataNeed(name: try name(key), scales: Scale.standard, location: location(key.mark))
    for (key, value) in try mapping(node, what: "data set \"\(result.name)\"") {
      let option = try name(key)
      switch option {
      case "scales":
        result.scales = []
        for scale in try sequence(value, of: option) {
          let text = try text(scale, of: option)
          guard let known = Scale.standard.first(where: { $0.name == text }) else {
            throw error(scale, unknown("scale", text, known: Scale.standard.map(\.name)))
          }
          result.scales.append(known)
        }
      case "files": for file in try sequence(value, of: option) { result.files.append(try text(file, of: option)) }
      case "help": result.help = try text(value, of: option)
      default: throw error(key, unknown("part of a data set", option, known: Self.dataKeys))
      }
    }
    return result
  }

  /// `epochs: { type: integer, default: 5, range: [1, 100], help: "…" }`, or `epochs: 5` for short.
  private func parameter(_ key: YAMLNode, _ node: YAMLNode) throws(NotebookError) -> ParameterDeclaration {
    let name = try name(key)
    guard name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }) else {
      throw error(key, "a parameter's name is made of letters, digits, \"-\" and \"_\"")
    }
    if case .scalar = node {
      return ParameterDeclaration(
        name: name, kind: kind(of: node), defaultValue: try canonical(node, kind(of: node), name))
    }
    var kind: ParameterKind?
    var defaultNode: YAMLNode?
    var result = ParameterDeclaration(name: name, kind: .text, defaultValue: "")
    var rangeNode: YAMLNode?
    for (key, value) in try mapping(node, what: "parameter \"\(name)\"") {
      let option = try self.name(key)
      switch option {
      case "type":
        let text = try self.text(value, of: option)
        kind = ParameterKind(rawValue: text)
        if kind == nil { throw error(value, unknown("type", text, known: ParameterKind.allCases.map(\.rawValue))) }
      case "default": defaultNode = value
      case "help": result.help = try self.text(value, of: option)
      case "range":
        let ends = try sequence(value, of: option)
        guard ends.count == 2 else { throw error(value, "\"range\" must be [smallest, largest]") }
        let (low, high) = (try number(ends[0], of: option), try number(ends[1], of: option))
        guard low <= high else { throw error(value, "\"range\" must be [smallest, largest]") }
        result.range = low...high
        rangeNode = value
      default: throw error(key, unknown("option of a parameter", option, known: Self.parameterKeys))
      }
    }
    guard let defaultNode else { throw error(key, "parameter \"\(name)\" needs a default") }
    result.kind = kind ?? self.kind(of: defaultNode)
    if let rangeNode, result.kind != .integer, result.kind != .number {
      throw error(rangeNode, "only a number has a range, but parameter \"\(name)\" is of type \(result.kind.rawValue)")
    }
    result.defaultValue = try canonical(defaultNode, result.kind, name)
    do throws(ParameterError) {
      _ = try result.value(result.defaultValue)
    } catch let failure {
      throw error(defaultNode, failure.description)
    }
    return result
  }

  private func kind(of node: YAMLNode) -> ParameterKind {
    guard case .scalar(let scalar) = node, scalar.isPlain else { return .text }
    if Int(scalar.string) != nil { return .integer }
    if Double(scalar.string) != nil { return .number }
    return scalar.bool == nil ? .text : .flag
  }

  private func canonical(_ node: YAMLNode, _ kind: ParameterKind, _ name: String) throws(NotebookError) -> String {
    guard case .scalar(let scalar) = node, let value = kind.canonical(scalar.string) else {
      throw error(node, "the default of parameter \"\(name)\" must be \(kind.example)")
    }
    return value
  }
}
