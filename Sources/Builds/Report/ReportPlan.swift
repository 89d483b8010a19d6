// notebooks/report.yml: what the report is called and which notebooks are its chapters.

internal import FileSystem
package import NotebookText
internal import YAML

/// The plan of a report.
package struct ReportPlan: Sendable {
  package var title: String
  package var subtitle: String?
  package var authors: [String] = []
  /// Markdown; stands before the first chapter.
  package var summary: String?
  /// How the report cites; nil where nothing is said.
  package var citationStyle: CitationStyle?
  /// Paths of notebooks from the project's root, in order.
  package var chapters: [String] = []
  /// Where the summary stands in the file.
  var summaryAt: SourceLocation?

  /// The plan's place below the project's root.
  package static let path = "notebooks/report.yml"
  static let keys = ["title", "subtitle", "authors", "summary", "chapters", "bibliography-style"]

  /// The plan of the project at `root`; without a file all notebooks by name. Throws `NotebookError` at the key or
  /// value that is wrong, `FileError` if the file cannot be read.
  package init(root: String) throws {
    let file = "\(root)/\(Self.path)"
    if Files.exists(file) {
      try self.init(text: String(decoding: try Files.read(file), as: UTF8.self), root: root)
    } else {
      let folder = "\(root)/notebooks"
      let names = Files.isFolder(folder) ? try Files.entries(of: folder) : []
      self.init(title: "Report", chapters: names.filter { $0.hasSuffix(".md") }.map { "notebooks/\($0)" })
    }
  }

  private init(title: String, chapters: [String]) { (self.title, self.chapters) = (title, chapters) }

  package init(text: String, root: String) throws(NotebookError) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let reader = YAMLReader(notebook: Self.path, lines: lines, firstLine: 1)
    title = ""
    for (key, value) in try reader.mapping(text, what: "the report's plan") {
      let name = try reader.name(key)
      switch name {
      case "title": title = try reader.text(value, of: name)
      case "subtitle": subtitle = try reader.text(value, of: name)
      case "bibliography-style": citationStyle = try reader.citationStyle(value)
      case "summary":
        summary = try reader.text(value, of: name)
        summaryAt = reader.location(value.mark)
      case "authors":
        for author in try reader.sequence(value, of: name) { authors.append(try reader.text(author, of: name)) }
      case "chapters":
        for chapter in try reader.sequence(value, of: name) {
          let file = try reader.text(chapter, of: name)
          let path = "notebooks/\(file)"
          guard Files.exists("\(root)/\(path)") else {
            let there = ((try? Files.entries(of: "\(root)/notebooks")) ?? []).filter { $0.hasSuffix(".md") }
            throw reader.error(chapter, unknown("notebook", file, known: there))
          }
          guard !chapters.contains(path) else { throw reader.error(chapter, "\"\(file)\" is already a chapter") }
          chapters.append(path)
        }
      default: throw reader.error(key, unknown("key of the report's plan", name, known: Self.keys))
      }
    }
    let start = SourceLocation(file: Self.path, line: 1)
    if title.isEmpty { throw reader.error(at: start, "the report needs a title") }
    if chapters.isEmpty { throw reader.error(at: start, "the report needs chapters: a list of notebooks") }
  }
}
