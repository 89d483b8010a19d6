// The `//| key: value` lines at the top of a cell.

internal import YAML

extension YAMLReader {
  static let cellOptionKeys = ["label", "caption", "echo", "fold", "width", "output", "eval", "budget", "tolerance"]

  /// Reads a cell's options. Throws `NotebookError` at the key or value that is wrong.
  func cellOptions(_ text: String) throws(NotebookError) -> (
    options: CellOptions, labelAt: SourceLocation?, captionAt: SourceLocation?
  ) {
    var options = CellOptions()
    var labelAt: SourceLocation?
    var captionAt: SourceLocation?
    for (key, value) in try mapping(text, what: "the cell's options") {
      let name = try name(key)
      switch name {
      case "label":
        let label = try self.text(value, of: name)
        guard isLabel(label) else {
          throw error(value, "a label begins with a letter and is made of letters, digits and \"-\": it names files")
        }
        options.label = label
        labelAt = location(value.mark)
      case "caption":
        options.caption = try self.text(value, of: name)
        captionAt = location(value.mark)
      case "echo": options.echo = try flag(value, of: name)
      case "fold": options.fold = try flag(value, of: name)
      case "width":
        guard let width = CellOptions.Width(try self.text(value, of: name)) else {
          throw error(value, "\"width\" must be text, wide, full, or a share of the text's width such as 60%")
        }
        options.width = width
      case "output": options.output = try flag(value, of: name)
      case "tolerance": options.tolerance = try tolerance(value)
      case "eval": options.eval = try flag(value, of: name)
      case "budget": options.budget = try budget(value)
      default: throw error(key, unknown("cell option", name, known: Self.cellOptionKeys))
      }
    }
    return (options, labelAt, captionAt)
  }

  /// `60`, or `{ seconds: 60, memory: 2048 }`.
  private func budget(_ node: YAMLNode) throws(NotebookError) -> Budget {
    if case .scalar = node { return Budget(seconds: try amount(node, "budget")) }
    guard case .mapping = node else {
      throw error(node, "\"budget\" must be seconds, such as 60, or { seconds: 60, memory: 2048 } with memory in MiB")
    }
    var budget = Budget()
    for (key, value) in try mapping(node, what: "\"budget\"") {
      switch try name(key) {
      case "seconds": budget.seconds = try amount(value, "seconds")
      case "memory": budget.memory = Int(try amount(value, "memory").rounded(.up))
      case let other: throw error(key, unknown("part of a budget", other, known: ["seconds", "memory"]))
      }
    }
    return budget
  }

  private func amount(_ node: YAMLNode, _ key: String) throws(NotebookError) -> Double {
    let value = try number(node, of: key)
    guard value > 0, value < 1e9 else { throw error(node, "\"\(key)\" must be above 0, and below 1e9") }
    return value
  }
}
