// Figures as a notebook shows them: PNG, PDF and SVG, and their numbers beside them as CSV.

internal import Basics
public import Figures
internal import FileSystem
internal import Runs

extension Figure: FigureOutput {
  /// Writes the picture in three formats and its numbers in long form; returns the four paths.
  public func writeFiles(directory: String, name: String, key: String) throws -> [String] {
    let base = directory + "/" + name
    for format in ["svg", "png", "pdf"] { try write(to: "\(base).\(format)", key: key) }
    try AtomicFile.write(csv(), to: base + ".csv")
    return ["svg", "png", "pdf", "csv"].map { "\(base).\($0)" }
  }

  /// SHA-256 of the figure's encoding: of its numbers and its style. The code of a mark from outside this library belongs
  /// to its style too, so the key of a figure with such marks is also one of what they draw.
  ///
  /// Throws what drawing throws if there are such marks.
  public func drawKey() throws -> DrawKey? {
    var key = try Digest.sha256(of: self)
    if panels.contains(where: { $0.marks.contains(where: \.isFromOutside) }) {
      key = Digest.sha256(key + Digest.sha256(try svg()))
    }
    return DrawKey(key: key, numbers: Digest.sha256(csv()))
  }
}

extension ImageGrid: FigureOutput {
  /// Writes a PNG and returns its path.
  public func writeFiles(directory: String, name: String, key: String) throws -> [String] {
    let path = "\(directory)/\(name).png"
    try write(to: path, key: key)
    return [path]
  }

  /// SHA-256 of the PNG.
  public func drawKey() throws -> DrawKey? { DrawKey(key: Digest.sha256(try png())) }
}
