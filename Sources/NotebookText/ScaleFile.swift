// notebooks/scales.yml: a project's own scales, one line each.
//
//   overnight: { like: cifar, epochs: 60, help: "one night on two cores" }

package import Channel
internal import FileSystem
internal import YAML

/// Reads the scales that a project adds to the workbench's own.
package enum ScaleFile {
  /// The file's name, in the folder of the notebooks.
  package static let name = "scales.yml"

  /// The scales of the project whose notebooks lie in `folder`; none without a file.
  ///
  /// Throws `NotebookError` at the key or value that is wrong, `FileError` if the file cannot be read.
  package static func scales(in folder: String) throws -> [Scale] {
    let path = Files.join(folder, name)
    guard Files.exists(path) else { return [] }
    return try scales(text: String(decoding: try Files.read(path), as: UTF8.self), file: path)
  }

  /// The scales of a file's text. Throws `NotebookError` at the key or value that is wrong.
  package static func scales(text: String, file: String) throws(NotebookError) -> [Scale] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let reader = YAMLReader(notebook: file, lines: lines, firstLine: 1)
    var scales: [Scale] = []
    for (key, value) in try reader.mapping(text, what: "the list of scales") {
      scales.append(try scale(key, value, reader))
    }
    return scales
  }

  private static func scale(_ key: YAMLNode, _ node: YAMLNode, _ reader: YAMLReader) throws(NotebookError) -> Scale {
    let name = try reader.name(key)
    var basis: Scale.Basis?
    var values: [Scale.Quantity: Int] = [:]
    var help: String?
    for (key, value) in try reader.mapping(node, what: "scale \"\(name)\"") {
      let field = try reader.name(key)
      switch field {
      case "like":
        let text = try reader.text(value, of: field)
        guard let known = Scale.Basis(rawValue: text) else {
          throw reader.error(value, unknown("scale", text, known: Scale.Basis.allCases.map(\.rawValue)))
        }
        basis = known
      case "help": help = try reader.text(value, of: field)
      default:
        guard let quantity = Scale.Quantity(rawValue: field) else {
          let known = ["like", "help"] + Scale.Quantity.allCases.map(\.rawValue)
          throw reader.error(key, unknown("part of a scale", field, known: known))
        }
        guard let number = Int(exactly: try reader.number(value, of: field)) else {
          throw reader.error(value, "\"\(field)\" must be a whole number")
        }
        values[quantity] = number
      }
    }
    guard let basis else { throw reader.error(key, "scale \"\(name)\" needs \"like\": the scale that it varies") }
    do throws(ScaleError) {
      return try Scale(name: name, like: basis, values: values, explanation: help)
    } catch {
      throw reader.error(key, error.description)
    }
  }
}
