// The few file-system calls that the modules share, over the C library: whole files and folders, typed errors.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Whole files and folders by path.
public enum Files {
  /// All bytes of the file at `path`. Throws if there are more than `limit`, before it has read many more.
  public static func read(_ path: String, limit: Int = .max) throws(FileError) -> [UInt8] {
    FileJournal.note(path)
    let tooLarge = FileError(action: "read more than \(limit) bytes of", path: path, code: EFBIG)
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { throw FileError(action: "read", path: path, code: errno) }
    defer { close(descriptor) }
    var status = stat()
    if fstat(descriptor, &status) != 0 { throw FileError(action: "read", path: path, code: errno) }
    if status.st_mode & S_IFMT == S_IFDIR { throw FileError(action: "read", path: path, code: EISDIR) }
    var failure: Int32 = 0
    let expected = Int(status.st_size)
    if expected > limit { throw tooLarge }
    var bytes = [UInt8](unsafeUninitializedCapacity: expected) { buffer, filled in
      while filled < expected {
        let n = readSome(descriptor, buffer.baseAddress! + filled, expected - filled)
        if n < 0 && errno == EINTR { continue }
        if n < 0 { failure = errno }
        if n <= 0 { return }
        filled += n
      }
    }
    if failure != 0 { throw FileError(action: "read", path: path, code: failure) }
    // A file that grows meanwhile, or one without a size such as a pipe.
    var rest = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let n = rest.withUnsafeMutableBytes { readSome(descriptor, $0.baseAddress!, $0.count) }
      if n < 0 && errno == EINTR { continue }
      if n < 0 { throw FileError(action: "read", path: path, code: errno) }
      if n == 0 { return bytes }
      if n > limit - bytes.count { throw tooLarge }
      bytes.append(contentsOf: rest[..<n])
    }
  }

  /// Makes the folder `path` and those above it that are missing.
  public static func makeFolder(_ path: String) throws(FileError) {
    if isThereAFolder(path) { return }
    let above = folder(of: path)
    if above != path && above != "." { try makeFolder(above) }
    if mkdir(path, 0o777) != 0 {
      let code = errno
      if code == EEXIST && isThereAFolder(path) { return }
      throw FileError(action: "make the folder", path: path, code: code == EEXIST ? ENOTDIR : code)
    }
  }

  /// Names in the folder `path`, sorted, without "." and "..".
  ///
  /// A name that is not UTF-8 comes with replacement characters and leads to nothing: see `namesNotUTF8`.
  public static func entries(of path: String) throws(FileError) -> [String] {
    FileJournal.note(path)
    var names: [String] = []
    try forEachEntry(of: path) { name, _ in
      let name = String(decoding: name, as: UTF8.self)
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Names in the folder `path` that are not UTF-8, such as those from an archive in Latin-1: no path in this program leads
  /// to them. Each with `\xE9` for every byte that does not fit, and whether it is a folder's.
  package static func namesNotUTF8(in path: String) throws(FileError) -> [(name: String, isFolder: Bool)] {
    var found: [(name: String, isFolder: Bool)] = []
    try forEachEntry(of: path) { name, isFolder in
      if String(validating: name, as: UTF8.self) == nil { found.append((escaped(name), isFolder())) }
    }
    return found.sorted { $0.name < $1.name }
  }

  /// Calls `body` with the bytes of each name in the folder `path`, and what tells whether it is a folder's, behind links.
  private static func forEachEntry(of path: String, _ body: ([UInt8], () -> Bool) -> Void) throws(FileError) {
    guard let folder = opendir(path) else { throw FileError(action: "list", path: path, code: errno) }
    defer { closedir(folder) }
    while let entry = readdir(folder) {
      withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { name in
          body(Array(UnsafeRawBufferPointer(start: name, count: strlen(name)))) {
            var status = stat()
            return fstatat(dirfd(folder), name, &status, 0) == 0 && status.st_mode & S_IFMT == S_IFDIR
          }
        }
      }
    }
  }

  /// `bytes` as text, those that are not UTF-8 as `\xE9`.
  private static func escaped(_ bytes: [UInt8]) -> String {
    var text = ""
    var rest = bytes[...]
    while let first = rest.first {
      let next = (1...4).lazy.filter { $0 <= rest.count }
        .compactMap { String(validating: rest.prefix($0), as: UTF8.self) }.first
      text += next ?? "\\x" + String(first, radix: 16, uppercase: true)
      rest = rest.dropFirst(next?.utf8.count ?? 1)
    }
    return text
  }

  /// True when something is at `path`.
  public static func exists(_ path: String) -> Bool {
    FileJournal.note(path)
    var status = stat()
    return stat(path, &status) == 0
  }

  /// True when `path` is a folder.
  public static func isFolder(_ path: String) -> Bool {
    FileJournal.note(path)
    return isThereAFolder(path)
  }

  private static func isThereAFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Moves `path` to `destination` on the same file system, replacing a file there.
  public static func move(_ path: String, to destination: String) throws(FileError) {
    if rename(path, destination) != 0 { throw FileError(action: "move to \(destination)", path: path, code: errno) }
  }

  /// Removes a file, or a folder with all that is in it; links are removed, not followed. Nothing there is no error.
  public static func remove(_ path: String) throws(FileError) {
    var status = stat()
    if lstat(path, &status) != 0 {
      if errno == ENOENT { return }
      throw FileError(action: "remove", path: path, code: errno)
    }
    if status.st_mode & S_IFMT == S_IFDIR {
      for name in try entries(of: path) { try remove(path + "/" + name) }
      if rmdir(path) != 0 && errno != ENOENT { throw FileError(action: "remove", path: path, code: errno) }
    } else if unlink(path) != 0 && errno != ENOENT {
      throw FileError(action: "remove", path: path, code: errno)
    }
  }

  /// Moves a file that cannot be used to the first free `<name>.corrupt-<n>` in its folder, n from 1; returns that name.
  ///
  /// Throws `FileError`.
  public static func setAside(_ path: String, as name: String) throws(FileError) -> String {
    var number = 1
    while exists(join(folder(of: path), "\(name).corrupt-\(number)")) { number += 1 }
    try move(path, to: join(folder(of: path), "\(name).corrupt-\(number)"))
    return "\(name).corrupt-\(number)"
  }

  /// The path of `name` in `folder`.
  public static func join(_ folder: String, _ name: String) -> String {
    folder.isEmpty || folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  /// The folder that holds `path`; "." for a bare name.
  public static func folder(of path: String) -> String {
    let path = trimmed(path)
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The last component of `path`.
  public static func name(of path: String) -> String {
    let path = trimmed(path)
    guard let slash = path.lastIndex(of: "/") else { return String(path) }
    return String(path[path.index(after: slash)...])
  }

  private static func trimmed(_ path: String) -> Substring {
    var path = path[...]
    while path.count > 1 && path.last == "/" { path = path.dropLast() }
    return path
  }
}

private func readSome(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}
