// Files that appear at once and whole.

internal import Glibc
internal import Synchronization

/// Writes and reads whole files.
package enum AtomicFile {
  private static let counter = Atomic<Int>(0)

  /// Writes to a temporary file in the same folder, flushes it to the disk and renames it, so that a reader sees the
  /// old file or the new one and never a part. Throws `FigureError.file` naming the path.
  package static func write(_ bytes: [UInt8], to path: String) throws(FigureError) {
    let number = counter.add(1, ordering: .relaxed).newValue
    let temporary = "\(path).\(getpid())-\(number).tmp"
    func failure(_ operation: String) -> FigureError {
      let error = FigureError.file(path: path, operation: operation, reason: String(cString: strerror(errno)))
      unlink(temporary)
      return error
    }
    let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw failure("create a file in its folder") }
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress! + done, bytes.count - done) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let error = failure("write")
        close(file)
        throw error
      }
      done += count
    }
    guard fsync(file) == 0 else {
      let error = failure("flush to the disk")
      close(file)
      throw error
    }
    guard close(file) == 0 else { throw failure("close") }
    guard rename(temporary, path) == 0 else { throw failure("rename the finished file") }
  }

  /// The bytes of a file of at most `limit` bytes. Throws `FigureError.file`.
  package static func read(_ path: String, limit: Int) throws(FigureError) -> [UInt8] {
    func failure(_ reason: String) -> FigureError { .file(path: path, operation: "read", reason: reason) }
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw failure(String(cString: strerror(errno))) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw failure(String(cString: strerror(errno))) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw failure("not a regular file") }
    let size = Int(status.st_size)
    guard size <= limit else { throw failure("\(size) bytes are more than the \(limit) expected at most") }
    var bytes = [UInt8](repeating: 0, count: size)
    var done = 0
    while done < size {
      let count = bytes.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress! + done, size - done) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure(count < 0 ? String(cString: strerror(errno)) : "it became shorter") }
      done += count
    }
    return bytes
  }
}
