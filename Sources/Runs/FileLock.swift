// One worker at a time: an advisory lock (flock) that the kernel releases when its process dies, however it dies.

internal import FileSystem

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// An exclusive lock on the file `path`, which holds the process id of its owner. Released by `release` or deinit.
final class FileLock {
  private var descriptor: Int32

  private init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { release() }

  func release() {
    if descriptor < 0 { return }
    ftruncate(descriptor, 0)
    close(descriptor)
    descriptor = -1
  }

  /// The lock, or nil if another holds it; `waiting` waits for it instead. The file is made if it is missing.
  static func acquire(_ path: String, waiting: Bool = false) throws(FileError) -> FileLock? {
    // `isHeld` takes the lock for an instant; a worker must not fail because of that.
    for attempt in 0..<10 {
      if attempt > 0 { usleep(20_000) }
      while true {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        if descriptor < 0 { throw FileError(action: "lock", path: path, code: errno) }
        var result: Int32
        repeat { result = flock(descriptor, LOCK_EX | (waiting ? 0 : LOCK_NB)) } while result != 0 && errno == EINTR
        if result != 0 {
          let code = errno
          close(descriptor)
          if code == EWOULDBLOCK { break }
          throw FileError(action: "lock", path: path, code: code)
        }
        // The owner before may have removed the file meanwhile: then this lock guards nothing.
        if !isSame(descriptor, path) {
          close(descriptor)
          continue
        }
        let lock = FileLock(descriptor: descriptor)
        let text = Array("\(getpid())\n".utf8)
        ftruncate(descriptor, 0)
        if pwrite(descriptor, text, text.count, 0) != text.count {
          throw FileError(action: "lock", path: path, code: errno)
        }
        return lock
      }
    }
    return nil
  }

  /// True while someone holds the lock.
  static func isHeld(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }

  /// The process that wrote itself into the lock file, if it says so.
  static func owner(_ path: String) -> Int32? {
    guard let bytes = try? Files.read(path) else { return nil }
    return Int32(String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self))
  }

  private static func isSame(_ descriptor: Int32, _ path: String) -> Bool {
    var mine = stat()
    var there = stat()
    return fstat(descriptor, &mine) == 0 && stat(path, &there) == 0 && mine.st_ino == there.st_ino
      && mine.st_dev == there.st_dev
  }
}
