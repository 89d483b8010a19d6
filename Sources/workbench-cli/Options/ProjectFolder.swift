// The project that a command works on: a folder that holds notebooks/.

internal import Foundation

/// Finds a project and its notebooks.
enum ProjectFolder {
  /// There is no project, or it has no such notebook.
  struct NotFound: Error, CustomStringConvertible {
    var description: String
  }

  /// The project's root: that of `notebook`, or the nearest folder above the working directory that holds `notebooks/`.
  /// Throws `NotFound`.
  static func root(of notebook: String? = nil) throws(NotFound) -> String {
    let here = FileManager.default.currentDirectoryPath
    var folder = notebook.map { URL(fileURLWithPath: $0).deletingLastPathComponent().standardizedFileURL.path } ?? here
    while true {
      if FileManager.default.fileExists(atPath: folder + "/notebooks") { return folder }
      let above = (folder as NSString).deletingLastPathComponent
      if above == folder { break }
      folder = above
    }
    throw NotFound(description: "no folder notebooks/ in \(here) or above it; run this in a project")
  }

  /// The folder of the notebooks of the project that the working directory lies in; nil outside of one.
  static var notebooks: String? { (try? root()).map { $0 + "/notebooks" } }

  /// Paths from the root of the notebooks that are named, or of all in `notebooks/`. Throws `NotFound`.
  static func notebooks(_ named: [String], root: String) throws(NotFound) -> [String] {
    if named.isEmpty {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: root + "/notebooks")) ?? []
      return names.filter { $0.hasSuffix(".md") }.sorted().map { "notebooks/" + $0 }
    }
    var paths: [String] = []
    for name in named {
      let path = URL(fileURLWithPath: name).standardizedFileURL.path
      guard FileManager.default.fileExists(atPath: path) else {
        throw NotFound(description: "\(name): no such notebook")
      }
      paths.append(path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : path)
    }
    return paths
  }
}
