// The `//| key: value` lines at the top of a cell.

internal import Yams

extension YAMLReader {
  static let cellOptionKeys = ["label", "caption", "echo", "fold", "width", "output", "eval"]

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
      case "eval": options.eval = try flag(value, of: name)
      default: throw error(key, unknown("cell option", name, known: Self.cellOptionKeys))
      }
    }
    return (options, labelAt, captionAt)
  }
}
