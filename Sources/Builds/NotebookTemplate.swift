// workbench new: a small notebook that works, to begin from.

internal import Execution
internal import FileSystem
internal import Foundation

/// The notebook that `workbench new` writes.
package enum NotebookTemplate {
  /// Why none was written.
  package struct TemplateError: Error, Sendable, CustomStringConvertible {
    package var description: String
  }

  /// Writes it to `path`, and makes the folder if there is none. Throws `TemplateError` if something is there already or the
  /// name does not end in ".md".
  package static func write(to path: String) throws {
    guard path.hasSuffix(".md") else { throw TemplateError(description: "\(path): a notebook's name ends in .md") }
    guard !Files.exists(path) else { throw TemplateError(description: "\(path) is there already; choose another name") }
    try Files.makeFolder(Files.folder(of: path))
    try AtomicFile.write(text(title: title(of: path)), to: path)
  }

  /// "loss-curve.md" is "Loss curve".
  static func title(of path: String) -> String {
    let words = Files.name(of: path).dropLast(3).map { $0 == "-" || $0 == "_" ? " " : String($0) }.joined()
    return words.prefix(1).uppercased() + words.dropFirst()
  }

  package static func text(title: String) -> String {
    """
    ---
    title: \(Program.literal(title))
    abstract: What this notebook asks, in two sentences.
    parameters:
      images: { type: integer, default: 32, range: [1, 1000], help: "images to look at" }
    ---

    Text is Markdown. Cells are Swift: they run in order, as one program, and what one cell defines the next ones know.

    ```swift
    let count: Int = notebook.parameter("images")
    let recipe = try Recipe.standard(notebook.scale, name: "first", attack: nil)
    let data = try notebook.images(recipe.data)
    let images = data.train.prefix(count)
    print("looking at \\(images.count) images of \\(images.classNames.count) classes")
    ```

    A cell with a label draws a figure, which goes to `figures/` as PNG, PDF, SVG and CSV, and stands here.

    ```swift
    //| label: fig-classes
    //| caption: How many images there are of each class.
    var counts = [Double](repeating: 0, count: images.classNames.count)
    for label in images.labels { counts[label] += 1 }
    try show(
      Figure(width: 420, height: 260, x: .linear("Class"), y: .linear("Images")) {
        Bars(x: counts.indices.map(Double.init), heights: counts)
      })
    ```

    To train a network, and to find it trained the next time: `let network = try notebook.train(recipe, on: data)`.

    """
  }
}
