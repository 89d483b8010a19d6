// What a write to a path reaches, so that nothing but regular files is ever replaced, moved or removed.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// What lies behind a path that is written to, links followed as the system follows them.
package enum WriteTarget: Hashable, Sendable {
  /// A regular file, or nothing yet, at a path that is no link.
  case file(String)
  /// A device, a named pipe or another thing that is written to as it is. A folder too: opening it for writing fails.
  case special(String)
  /// An open descriptor of this process: what `/dev/stdout` and `/dev/fd/3` name.
  case descriptor(Int32)

  /// As many links in a row as Linux follows.
  private static let mostLinks = 40

  /// What `path` stands for now. Throws `FileError` for a circle of links.
  package init(_ path: String) throws(FileError) {
    var place = path
    for _ in 0...Self.mostLinks {
      if let descriptor = Self.descriptor(place) {
        self = .descriptor(descriptor)
        return
      }
      var status = stat()
      if lstat(place, &status) != 0 {
        self = .file(place)
        return
      }
      switch status.st_mode & S_IFMT {
      case S_IFREG:
        self = .file(place)
        return
      case S_IFLNK:
        guard let next = Self.linked(from: place) else { throw FileError(action: "write", path: path, code: errno) }
        place = next
      default:
        self = .special(place)
        return
      }
    }
    throw FileError(action: "write", path: path, code: ELOOP)
  }

  /// The file that is at `path` or can be made there; nil for what is no regular file, and for a circle of links.
  package static func regularFile(_ path: String) -> String? {
    guard case .file(let file)? = try? WriteTarget(path) else { return nil }
    return file
  }

  /// The number in `/dev/fd/N` and `/proc/self/fd/N`, which look like links to what is open.
  private static func descriptor(_ path: String) -> Int32? {
    let folders = ["/dev/fd", "/proc/self/fd", "/proc/\(getpid())/fd"]
    return folders.contains(Files.folder(of: path)) ? Int32(Files.name(of: path)) : nil
  }

  /// Where the link at `path` leads; a relative one begins at its own folder.
  private static func linked(from path: String) -> String? {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = buffer.withUnsafeMutableBytes { bytes in
      readlink(path, bytes.baseAddress!.assumingMemoryBound(to: CChar.self), bytes.count)
    }
    if count < 0 { return nil }
    let next = String(decoding: buffer[..<count], as: UTF8.self)
    return next.hasPrefix("/") ? next : Files.join(Files.folder(of: path), next)
  }
}
