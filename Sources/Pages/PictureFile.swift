// Pictures that lie beside a notebook stand in its page, which has nothing to fetch.

internal import FileSystem
internal import Foundation
package import NotebookText

/// A picture of the text as a file beside the notebook.
package struct PictureFile {
  /// Absolute.
  package var path: String
  private var type: String

  private static let types = [
    "png": "png", "jpg": "jpeg", "jpeg": "jpeg", "gif": "gif", "webp": "webp", "svg": "svg+xml", "avif": "avif",
  ]

  /// Nil for an address that leads elsewhere or is of no known kind of picture.
  package init?(address: String, folder: String) {
    let file = address.prefix { $0 != "?" && $0 != "#" }
    guard !file.isEmpty, !file.hasPrefix("//"), !file.prefix(while: { $0 != "/" }).contains(":"),
      let type = Self.types[(String(file) as NSString).pathExtension.lowercased()]
    else { return nil }
    let name = String(file).removingPercentEncoding ?? String(file)
    path = name.hasPrefix("/") ? name : Files.join(folder, name)
    self.type = type
  }

  package var exists: Bool { Files.exists(path) && !Files.isFolder(path) }

  /// The picture as an address; nil where there is no such file.
  var address: String? {
    guard let bytes = try? Files.read(path) else { return nil }
    return "data:image/\(type);base64,\(Data(bytes).base64EncodedString())"
  }
}

extension Notebook {
  /// The folder of the notebook in the project at `root`.
  package func folder(root: String) -> String {
    path.hasPrefix("/") ? Files.folder(of: path) : Files.folder(of: Files.join(root, path))
  }

  /// The pictures of the text, with the places of their addresses in it.
  package var pictures: [(address: String, location: SourceLocation)] {
    var result: [(address: String, location: SourceLocation)] = []
    forEachInline { inline in
      if case .image(let address, _, _) = inline.content { result.append((address, place(of: inline.range))) }
    }
    return result
  }

  /// Warnings for pictures that do not lie beside the notebook, in `folder`.
  package func missingPictures(in folder: String) -> [NotebookWarning] {
    pictures.compactMap { address, place in
      guard let file = PictureFile(address: address, folder: folder), !file.exists else { return nil }
      return NotebookWarning(
        place, "no file \"\(address)\" beside the notebook: the page shows no picture here",
        sourceLine: line(place.line))
    }
  }
}
