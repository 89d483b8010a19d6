// The files that the preview gives out: those in report/ and figures/, whatever way a path is written.

internal import FileSystem
internal import Glibc

/// Files below two folders of one root.
package struct ServedFiles: Sendable {
  private static let folders = ["report", "figures"]

  private let root: String

  package init(root: String) { self.root = root }

  /// The bytes and the type of the file at `path`, relative to the root and decoded. Nil for whatever does not lie in
  /// one of the folders once links are followed, and for folders and hidden files.
  package func file(_ path: String) -> (bytes: [UInt8], type: String)? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let isPlain = parts.allSatisfy { part in
      !part.isEmpty && !part.hasPrefix(".") && !part.utf8.contains { $0 < 32 || $0 == UInt8(ascii: "\\") }
    }
    guard parts.count >= 2, isPlain, Self.folders.contains(String(parts[0])),
      let real = resolved(root + "/" + path), let folder = resolved(root + "/" + parts[0]),
      let base = resolved(root), folder == base + "/" + parts[0], real.hasPrefix(folder + "/"), isFile(real),
      let bytes = try? Files.read(real, limit: 1 << 28)
    else { return nil }
    return (bytes, Self.type(of: path))
  }

  private func resolved(_ path: String) -> String? {
    guard let pointer = realpath(path, nil) else { return nil }
    defer { free(pointer) }
    return String(cString: pointer)
  }

  private func isFile(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  private static func type(of path: String) -> String {
    switch path.split(separator: ".").last?.lowercased() {
    case "html": "text/html; charset=utf-8"
    case "svg": "image/svg+xml"
    case "png": "image/png"
    case "pdf": "application/pdf"
    case "json": "application/json"
    case "css": "text/css; charset=utf-8"
    case "csv", "txt", "md": "text/plain; charset=utf-8"
    default: "application/octet-stream"
    }
  }
}
