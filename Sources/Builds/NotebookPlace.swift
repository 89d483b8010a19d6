// Where a notebook lies: its project's root, and how messages call it.

internal import Basics
internal import Foundation
package import NotebookText
internal import Pages

/// A notebook's file and the project it belongs to.
struct NotebookPlace {
  var text: String
  /// The folder that holds the notebook, absolute.
  var folder: String
  /// The nearest folder above the notebook with a Package.swift or a `.workbench`; else the folder that holds
  /// `notebooks/`; else the notebook's own folder.
  var root: String
  /// The path from the root.
  var displayPath: String

  init(file: String) throws(BuildRefusal) {
    let manager = FileManager.default
    let path = absolutePath(file)
    var isFolder: ObjCBool = false
    guard manager.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw BuildRefusal(exitCode: .noInput, description: "\(file): no such notebook" + Self.hint(path))
    }
    guard !isFolder.boolValue else {
      throw BuildRefusal(exitCode: .noInput, description: "\(file): this is a folder; name a notebook in it")
    }
    guard let data = manager.contents(atPath: path) else {
      throw BuildRefusal(exitCode: .noInput, description: "\(file): cannot be read")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw BuildRefusal(exitCode: .notebookSyntax, description: "\(file):1:1: error: this is not UTF-8 text")
    }
    self.text = text
    folder = (path as NSString).deletingLastPathComponent
    var above = folder
    var found: String?
    while above != "/", found == nil {
      if ProjectLayout.marks.contains(where: { manager.fileExists(atPath: above + "/" + $0) }) { found = above }
      above = (above as NSString).deletingLastPathComponent
    }
    let isInNotebooks = (folder as NSString).lastPathComponent == "notebooks"
    root = found ?? (isInNotebooks ? (folder as NSString).deletingLastPathComponent : folder)
    displayPath = path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : path
  }

  /// The notebook of the file. Throws `BuildRefusal` if the text is wrong.
  func notebook() throws(BuildRefusal) -> Notebook {
    do throws(NotebookError) {
      return try Notebook(text: text, path: displayPath)
    } catch {
      throw BuildRefusal(exitCode: .notebookSyntax, description: error.description)
    }
  }

  private static func hint(_ path: String) -> String {
    let folder = (path as NSString).deletingLastPathComponent
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".md") }
    return nearest(to: (path as NSString).lastPathComponent, among: names).map { "; did you mean \"\($0)\"?" } ?? ""
  }
}

extension Notebook {
  /// What the page of the notebook at `file` would show as it stands though it looks like syntax, and what its references
  /// do not find, in the order of the lines. Throws `BuildRefusal` if the file cannot be read.
  package func looseEnds(file: String) throws(BuildRefusal) -> [NotebookWarning] {
    let place = try NotebookPlace(file: file)
    let siblings = DocumentSources.siblings(of: self, place.folder)
    return (literalSyntax + ReferenceIndex.looseReferences(of: self, siblings: siblings)).sorted {
      ($0.location.line, $0.location.column) < ($1.location.line, $1.location.column)
    }
  }

  /// Reads a notebook's file; its warnings name the pictures that do not lie beside it, too, and what is amiss with the
  /// works that it cites. Throws `BuildRefusal`.
  package static func read(file: String) throws(BuildRefusal) -> Notebook {
    let place = try NotebookPlace(file: file)
    do throws(NotebookError) {
      var notebook = try Notebook(text: place.text, path: place.displayPath)
      notebook.warnings += notebook.missingPictures(in: place.folder, root: place.root) + notebook.refusedMarkup
      if let bibliography = try Bibliography(of: notebook, folder: place.folder) {
        notebook.warnings += bibliography.warnings(citedIn: notebook)
      }
      return notebook
    } catch {
      throw BuildRefusal(exitCode: .notebookSyntax, description: error.description)
    }
  }
}
