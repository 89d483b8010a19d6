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

extension Notebook {
  /// The folder of the notebook in the project at `root`.
  package func folder(root: String) -> String {
    path.hasPrefix("/") ? Files.folder(of: path) : Files.folder(of: Files.join(root, path))
  }

  /// The pictures of the text, raw HTML's among them, with their places in it.
  package var pictures: [(address: String, location: SourceLocation)] {
    var result: [(address: String, location: SourceLocation)] = []
    for case .prose(let prose) in blocks { result += prose.blocks.pictures(in: path) }
    for note in footnotes { result += note.blocks.pictures(in: path) }
    return result
  }

  /// Throws `NotebookError` for the first picture that the page could not show.
  package func checkPictures(in folder: String, root: String) throws(NotebookError) {
    if let missing = missingPictures(in: folder, root: root).first { throw error(missing.location, missing.message) }
  }

  /// The pictures that the page could not show: those that do not lie beside the notebook, in `folder`, or are of no kind
  /// that browsers show.
  package func missingPictures(in folder: String, root: String) -> [NotebookWarning] {
    pictures.compactMap { address, place in
      PictureFile.problem(address, folder: folder, root: root).map {
        NotebookWarning(place, $0, sourceLine: line(place.line))
      }
    }
  }
}

extension RichText {
  /// The pictures that the page could not show, and why.
  package func pictureProblems(in folder: String, root: String) -> [(source: String, message: String)] {
    document.blocks.pictures(in: "").compactMap { address, _ in
      PictureFile.problem(address, folder: folder, root: root).map { (address, $0) }
    }
  }
}

extension PictureFile {
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
  fileprivate func pictures(in file: String) -> [(address: String, location: SourceLocation)] {
    flatMap { block -> [(address: String, location: SourceLocation)] in
      var result = block.inlines.pictures(in: file) + block.children.pictures(in: file)
      switch block.content {
      case .html(let text):
        for (address, place) in RawHTML.pictures(in: text) {
          let before = text[..<place]
          let line = block.range.firstLine + before.count { $0 == "\n" }
          let column = before.utf8.suffix(while: { $0 != UInt8(ascii: "\n") }).count + 1
          result.append((address, SourceLocation(file: file, line: line, column: column)))
        }
      case .table(let table): result += ([table.header] + table.rows).joined().flatMap { $0.pictures(in: file) }
      case .callout(let callout): result += callout.title.pictures(in: file)
      default: break
      }
      return result
    }
  }
}

extension [MarkdownInline] {
  fileprivate func pictures(in file: String) -> [(address: String, location: SourceLocation)] {
    flatMap { inline -> [(address: String, location: SourceLocation)] in
      let place = SourceLocation(file: file, line: inline.range.firstLine, column: inline.range.firstColumn)
      return switch inline.content {
      case .image(let address, _, let words): [(address, place)] + words.pictures(in: file)
      case .picture(let picture): [(picture.address, place)] + picture.words.pictures(in: file)
      case .html(let text): RawHTML.pictures(in: text).map { ($0.address, place) }
      default: inline.children.pictures(in: file)
      }
    }
  }
}

extension BidirectionalCollection {
  /// The longest end of the collection whose elements all fulfil `predicate`.
  fileprivate func suffix(while predicate: (Element) -> Bool) -> SubSequence {
    self[(lastIndex { !predicate($0) }.map(index(after:)) ?? startIndex)...]
  }
}
