// Files that are either wholly there or not there at all, whenever the process or the power dies.

internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Writing a file in one step: a temporary file in the same folder, fsync, rename, fsync of the folder.
///
/// A reader sees the old bytes or the new ones, never a part. When anything fails the old file stays and the temporary
/// one is removed; only a killed process can leave one, named `.<name>.<pid>-<n>.tmp`, for `removeLeft` of the next.
/// A link stays, and the file that it leads to is replaced. What is no regular file (a device, a named pipe, an open
/// descriptor such as `/dev/stdout`) is written to as it is, and stays what it was.
public enum AtomicFile {
  /// The end of a temporary file's name.
  public static let temporarySuffix = ".tmp"

  /// Writes `bytes` to `path`, replacing what is there. The folder must exist.
  public static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    try write(bytes, to: path) { open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
  }

  /// Writes `text` in UTF-8 to `path`, replacing what is there. The folder must exist.
  public static func write(_ text: String, to path: String) throws(FileError) {
    try write(Array(text.utf8), to: path)
  }

  /// True for the name of a temporary file that a killed process left.
  public static func isTemporary(_ name: String) -> Bool { name.hasPrefix(".") && name.hasSuffix(temporarySuffix) }

  /// Removes the temporary files in `folder` that killed processes left. A file of a process that is alive, here or behind
  /// another name of its number, stays.
  package static func removeLeft(in folder: String) {
    for name in (try? Files.entries(of: folder)) ?? [] where isTemporary(name) {
      guard let owner = name.dropLast(temporarySuffix.count).split(separator: ".").last?.split(separator: "-").first,
        let process = Int32(owner), process > 0, kill(process, 0) != 0, errno == ESRCH
      else { continue }
      let path = Files.join(folder, name)
      let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
      if descriptor < 0 { continue }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
      close(descriptor)
    }
  }

  /// As `write`, with `opening` making the temporary file: tests hand in a full disk.
  package static func write(_ bytes: [UInt8], to path: String, opening: (String) -> Int32) throws(FileError) {
    switch try WriteTarget(path) {
    case .file(let file): try replace(file, with: bytes, askedFor: path, opening: opening)
    case .special(let place):
      try pour(bytes, into: open(place, O_WRONLY | O_CLOEXEC | O_NOCTTY), askedFor: path)
    case .descriptor(let number): try pour(bytes, into: fcntl(number, F_DUPFD_CLOEXEC, 0), askedFor: path)
    }
  }

  /// Writes `bytes` to what is no regular file, and closes the descriptor; one below 0 is a failure to open.
  private static func pour(_ bytes: [UInt8], into descriptor: Int32, askedFor path: String) throws(FileError) {
    if descriptor < 0 { throw FileError(action: "write", path: path, code: errno) }
    let code = writeAll(bytes, to: descriptor)
    close(descriptor)
    if code != 0 { throw FileError(action: "write", path: path, code: code) }
  }

  /// Puts a file with `bytes` in the place of `file`, which is no link.
  private static func replace(
    _ file: String, with bytes: [UInt8], askedFor path: String, opening: (String) -> Int32
  ) throws(FileError) {
    let folder = Files.folder(of: file)
    let number = counter.add(1, ordering: .relaxed).oldValue
    let temporary = "\(folder)/.\(Files.name(of: file)).\(getpid())-\(number)\(temporarySuffix)"
    let descriptor = opening(temporary)
    if descriptor < 0 { throw FileError(action: "write", path: path, code: errno) }
    // Held until the file is closed: who clears up leaves it alone.
    _ = flock(descriptor, LOCK_EX | LOCK_NB)
    var code = writeAll(bytes, to: descriptor)
    if code == 0 && fsync(descriptor) != 0 { code = errno }
    if close(descriptor) != 0 && code == 0 { code = errno }
    if code == 0 && rename(temporary, file) != 0 { code = errno }
    if code != 0 {
      unlink(temporary)
      throw FileError(action: "write", path: path, code: code)
    }
    try synchronize(folder: folder)
  }

  /// Makes renames and removals in `folder` durable.
  public static func synchronize(folder: String) throws(FileError) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor < 0 { throw FileError(action: "synchronize", path: folder, code: errno) }
    defer { close(descriptor) }
    // Some file systems (network, FUSE) know no fsync of a folder and say EINVAL.
    if fsync(descriptor) != 0 && errno != EINVAL {
      throw FileError(action: "synchronize", path: folder, code: errno)
    }
  }

  private static let counter = Atomic<Int>(0)
}

/// Writes all of `bytes`; 0, or the error number of the first failure.
private func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
  bytes.withUnsafeBytes { buffer in
    var done = 0
    while done < buffer.count {
      let n = write(descriptor, buffer.baseAddress! + done, buffer.count - done)
      if n < 0 && errno == EINTR { continue }
      if n < 0 { return errno }
      if n == 0 { return EIO }
      done += n
    }
    return 0
  }
}
