// What a notebook's text refers to: its siblings, its BibTeX file, its formulas; all checked before anything runs.

package import Channel
package import Execution
internal import FileSystem
internal import Foundation
package import NotebookText
internal import Pages

/// The references of one page, ready for rendering.
struct DocumentSources {
  var index: ReferenceIndex
  var typesetter = FormulaTypesetter()
  /// The other notebooks of the folder that can be read.
  let siblings: [Notebook]

  /// Reads what `notebook` refers to and checks all of it. `folder` holds the notebook, `root` its project.
  init(_ notebook: Notebook, folder: String, root: String) throws(BuildRefusal) {
    do {
      let bibliography = try Bibliography(of: notebook, folder: folder)
      siblings = Self.siblings(of: notebook, folder)
      index = try ReferenceIndex(page: notebook, siblings: siblings, bibliography: bibliography)
      try notebook.checkFormulas(with: typesetter)
      try notebook.checkPictures(in: folder, root: root)
    } catch let error as NotebookError {
      throw BuildRefusal(exitCode: .notebookSyntax, description: error.description)
    } catch {
      throw BuildRefusal(exitCode: .unavailable, description: "\(error)")
    }
  }

  /// The other notebooks of the folder; those with mistakes are left to their own builds.
  static func siblings(of notebook: Notebook, _ folder: String) -> [Notebook] {
    let names = ((try? Files.entries(of: folder)) ?? []).filter { $0.hasSuffix(".md") && $0 != notebook.name + ".md" }
    let shown = notebook.path.hasSuffix("/" + notebook.name + ".md") ? Files.folder(of: notebook.path) + "/" : ""
    return names.compactMap { name in
      guard let bytes = try? Files.read("\(folder)/\(name)") else { return nil }
      return try? Notebook(text: String(decoding: bytes, as: UTF8.self), path: shown + name)
    }
  }
}

/// Makes pages of results that are still on their way.
package struct PageMaker {
  private let notebook: Notebook
  private let configuration: SessionConfiguration
  private let sources: DocumentSources

  /// `file` is the notebook's. Throws `BuildRefusal` if something that its text refers to is missing.
  package init(
    _ notebook: Notebook, _ configuration: SessionConfiguration, file: String
  ) throws(BuildRefusal) {
    self.notebook = notebook
    self.configuration = configuration
    sources = try DocumentSources(
      notebook, folder: Files.folder(of: absolutePath(file)), root: configuration.rootDirectory)
  }

  /// The page's HTML. Throws what a formula of a cell throws.
  package func html(_ results: [CellResult], failure: CellFailure?) throws -> String {
    var page = Page(
      notebook: notebook, results: results, failure: failure, configuration: configuration, index: sources.index,
      typesetter: sources.typesetter)
    page.neighbours = PageNeighbours(of: notebook, sources.siblings, configuration, planned: nil)
    return try page.text()
  }
}
