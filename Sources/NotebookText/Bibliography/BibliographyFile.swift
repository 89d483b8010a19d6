// The BibTeX file that a notebook names.

internal import FileSystem

extension Bibliography {
  /// The BibTeX file that a notebook names, or nil. `folder` holds the notebook. Throws `NotebookError` at the front
  /// matter's line when there is no such file.
  package init?(of notebook: Notebook, folder: String) throws(NotebookError) {
    guard let name = notebook.frontMatter.bibliography else { return nil }
    let place = notebook.frontMatter.bibliographyAt ?? SourceLocation(file: notebook.path, line: 1)
    let path = name.hasPrefix("/") ? name : "\(folder)/\(name)"
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try Files.read(path)
    } catch {
      let names = ((try? Files.entries(of: Files.folder(of: path))) ?? []).filter { $0.hasSuffix(".bib") }
      let near = nearest(to: Files.name(of: path), among: names).map { "; did you mean \"\($0)\"?" }
      throw notebook.error(place, error.isMissing ? "no file \"\(name)\"\(near ?? " beside the notebook")" : "\(error)")
    }
    let shown =
      name.hasPrefix("/") || !notebook.path.contains("/") ? name : Files.folder(of: notebook.path) + "/" + name
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw notebook.error(place, "\"\(name)\" is UTF-16 text: save it as UTF-8")
    }
    self.init(bytes: bytes, file: shown)
  }
}
