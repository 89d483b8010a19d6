// Reading files and folders through the C library.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Paths, whole files and folder listings.
enum Files {
  static func join(_ folder: String, _ name: String) -> String {
    folder.isEmpty || folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// The whole file, or nil if there is none. Throws `DatasetError.unreadableFile`.
  static func read(_ path: String) throws(DatasetError) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    if file < 0 {
      if errno == ENOENT { return nil }
      throw .unreadableFile(path: path, reason: reason())
    }
    defer { close(file) }
    var status = stat()
    if fstat(file, &status) != 0 { throw .unreadableFile(path: path, reason: reason()) }
    let size = max(0, Int(status.st_size))
    var trouble: String? = nil
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
      while filled < size {
        let count = Glibc.read(file, buffer.baseAddress! + filled, size - filled)
        if count < 0 && errno == EINTR { continue }
        if count < 0 { trouble = reason() }
        if count <= 0 { return }
        filled += count
      }
    }
    if let trouble { throw .unreadableFile(path: path, reason: trouble) }
    if size == 0 && status.st_mode & S_IFMT == S_IFDIR { throw .unreadableFile(path: path, reason: "it is a folder") }
    return bytes
  }

  /// Writes a whole file. Throws `DatasetError.unwritableFile` with the system's reason.
  static func write(_ bytes: [UInt8], to path: String) throws(DatasetError) {
    guard let file = fopen(path, "wb") else { throw .unwritableFile(path: path, reason: reason()) }
    let written = fwrite(bytes, 1, bytes.count, file)
    if fclose(file) != 0 || written != bytes.count { throw .unwritableFile(path: path, reason: reason()) }
  }

  /// Names in a folder, sorted by their bytes, those that begin with a dot left out.
  ///
  /// Throws `DatasetError.unreadableFolder`.
  static func list(_ path: String) throws(DatasetError) -> [String] {
    guard let folder = opendir(path) else { throw .unreadableFolder(path: path, reason: reason()) }
    defer { closedir(folder) }
    var names = [String]()
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private static func reason() -> String { String(cString: strerror(errno)) }
}
