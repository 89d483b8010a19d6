// Figures as a notebook shows them: PNG, PDF and SVG, and their numbers beside them as CSV.

public import Figures
internal import FileSystem

extension Figure: FigureOutput {
  public func writeFiles(directory: String, name: String, key: String) throws -> [String] {
    let base = directory + "/" + name
    for format in ["svg", "png", "pdf"] { try write(to: "\(base).\(format)", key: key) }
    try AtomicFile.write(csv(), to: base + ".csv")
    return ["svg", "png", "pdf", "csv"].map { "\(base).\($0)" }
  }
}

extension ImageGrid: FigureOutput {
  public func writeFiles(directory: String, name: String, key: String) throws -> [String] {
    let path = "\(directory)/\(name).png"
    try write(to: path, key: key)
    return [path]
  }
}
