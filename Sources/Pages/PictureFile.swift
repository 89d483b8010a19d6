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

  /// Whether an address is a path, rather than that of another machine or a picture in itself.
  private static func isFile(_ address: String) -> Bool {
    !address.isEmpty && !address.hasPrefix("//") && !address.prefix { !"/?#".contains($0) }.contains(":")
  }

  /// Nil for an address that leads elsewhere or is of no known kind of picture. A path that begins with a slash is one of
  /// this machine if there is such a file, else it begins at the project's root, as on the pages of other tools.
  package init?(address: String, folder: String, root: String) {
    let file = address.prefix { $0 != "?" && $0 != "#" }
    guard Self.isFile(address), !file.isEmpty,
      let type = Self.types[(String(file) as NSString).pathExtension.lowercased()]
    else { return nil }
    let name = String(file).removingPercentEncoding ?? String(file)
    path = name.hasPrefix("/") ? (Files.exists(name) ? name : root + name) : Files.join(folder, name)
    self.type = type
  }

  package var exists: Bool { Files.exists(path) && !Files.isFolder(path) }

  /// The picture as an address; nil where there is no such file.
  var address: String? {
    guard let bytes = try? Files.read(path) else { return nil }
    return "data:image/\(type);base64,\(Data(bytes).base64EncodedString())"
  }
}

/// A picture in the text of a notebook.
package struct PlacedPicture {
  /// Where it is, as the text has it.
  package let address: String
  /// Where the text has it.
  package let location: SourceLocation
  /// Whether it is raw HTML's.
  let isMarkup: Bool
}

extension Notebook {
  /// The folder of the notebook in the project at `root`.
  package func folder(root: String) -> String {
    path.hasPrefix("/") ? Files.folder(of: path) : Files.folder(of: Files.join(root, path))
  }

  /// The pictures of the text, raw HTML's among them, with their places in it.
  package var pictures: [PlacedPicture] {
    var result: [PlacedPicture] = []
    for case .prose(let prose) in blocks { result += prose.blocks.pictures(in: path) }
    for note in footnotes { result += note.blocks.pictures(in: path) }
    return result
  }

  /// Throws `NotebookError` for the first picture that the page could not show. An address in raw HTML that is no
  /// picture's at all is among the warnings instead: text from elsewhere has such.
  package func checkPictures(in folder: String, root: String) throws(NotebookError) {
    for picture in pictures {
      if picture.isMarkup, !PictureFile.isPicture(picture.address) { continue }
      if let problem = PictureFile.problem(picture.address, folder: folder, root: root) {
        throw error(picture.location, problem)
      }
    }
  }

  /// The pictures that the page could not show: those that do not lie beside the notebook, in `folder`, or are of no kind
  /// that browsers show.
  package func missingPictures(in folder: String, root: String) -> [NotebookWarning] {
    pictures.compactMap { picture in
      PictureFile.problem(picture.address, folder: folder, root: root).map {
        NotebookWarning(picture.location, $0, sourceLine: line(picture.location.line))
      }
    }
  }
}

extension RichText {
  /// The pictures that the page could not show, and why.
  package func pictureProblems(in folder: String, root: String) -> [(source: String, message: String)] {
    document.blocks.pictures(in: "").compactMap { picture in
      PictureFile.problem(picture.address, folder: folder, root: root).map { (picture.address, $0) }
    }
  }
}

extension PictureFile {
  /// Whether an address ends as one of a kind of pictures that browsers show.
  fileprivate static func isPicture(_ address: String) -> Bool {
    types[(address as NSString).pathExtension.lowercased()] != nil
  }

  /// Why the picture at an address cannot be shown; nil where it can, or where the address leads elsewhere.
  fileprivate static func problem(_ address: String, folder: String, root: String) -> String? {
    guard isFile(address) else { return nil }
    guard let file = PictureFile(address: address, folder: folder, root: root) else {
      return "\"\(address)\" is no picture that pages show: there are \(types.keys.sorted().joined(separator: ", "))"
    }
    if file.exists { return nil }
    let names = ((try? Files.entries(of: Files.folder(of: file.path))) ?? []).filter { name in
      types[(name as NSString).pathExtension.lowercased()] != nil
    }
    let near = nearest(to: Files.name(of: file.path), among: names).map { "; did you mean \"\($0)\"?" }
    return "no file \"\(address)\" beside the notebook" + (near ?? "")
  }
}

extension [MarkdownBlock] {
  /// The pictures in the order of the lines.
  fileprivate func pictures(in file: String) -> [PlacedPicture] {
    var result: [PlacedPicture] = []
    func add(_ address: String, _ line: Int, _ column: Int, isMarkup: Bool = false) {
      let place = SourceLocation(file: file, line: line, column: column)
      result.append(PlacedPicture(address: address, location: place, isMarkup: isMarkup))
    }
    forEachBlock { block in
      if case .html(let text) = block.content {
        for (address, place) in RawHTML.pictures(in: text) {
          let before = text[..<place].split(separator: "\n", omittingEmptySubsequences: false)
          add(address, block.range.firstLine + before.count - 1, (before.last?.utf8.count ?? 0) + 1, isMarkup: true)
        }
      }
      block.forEachInline { inline in
        let (line, column) = (inline.range.firstLine, inline.range.firstColumn)
        switch inline.content {
        case .image(let address, _, _): add(address, line, column)
        case .picture(let picture): add(picture.address, line, column)
        case .html(let text):
          for (address, _) in RawHTML.pictures(in: text) { add(address, line, column, isMarkup: true) }
        default: break
        }
      }
    }
    return result.sorted { ($0.location.line, $0.location.column) < ($1.location.line, $1.location.column) }
  }
}
