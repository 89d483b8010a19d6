// Figures as a notebook shows them: PNG, PDF and SVG, and their numbers beside them as CSV.

internal import Basics
public import Figures
internal import FileSystem
internal import Runs

extension Figure: FigureOutput {
  public func writeFiles(directory: String, name: String, key: String) throws -> [String] {
    let base = directory + "/" + name
    for format in ["svg", "png", "pdf"] { try write(to: "\(base).\(format)", key: key) }
    try AtomicFile.write(csv(), to: base + ".csv")
    return ["svg", "png", "pdf", "csv"].map { "\(base).\($0)" }
  }

  public func drawKey() throws -> DrawKey? {
    DrawKey(key: try Digest.sha256(of: self), numbers: Digest.sha256(csv()))
  }
}

extension ImageGrid: FigureOutput {
  public func writeFiles(directory: String, name: String, key: String) throws -> [String] {
    let path = "\(directory)/\(name).png"
    try write(to: path, key: key)
    return [path]
  }

  public func drawKey() throws -> DrawKey? { DrawKey(key: Digest.sha256(try png())) }
}
