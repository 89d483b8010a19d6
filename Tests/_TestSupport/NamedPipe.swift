// A named pipe by which a test waits for what other processes do, instead of looking again and again.

internal import Glibc

/// The reading end of a pipe in the file system. Processes that open its path for writing are heard here.
package final class NamedPipe {
  /// A pipe that cannot be made or opened; the C library's error number.
  package struct Failure: Error {
    package let code: Int32
  }

  /// Readable when a line has come or all writers are gone.
  package let descriptor: Int32
  private var unread: [UInt8] = []

  /// Makes the pipe at `path`, where nothing may be.
  package init(_ path: String) throws(Failure) {
    guard mkfifo(path, 0o600) == 0 else { throw Failure(code: errno) }
    descriptor = open(path, O_RDONLY | O_NONBLOCK)
    guard descriptor >= 0 else { throw Failure(code: errno) }
  }

  deinit { close(descriptor) }

  /// The next line without its end; nil if none comes within `seconds`, which only a broken program lets pass.
  package func line(within seconds: Int32 = 120) -> String? {
    while true {
      if let end = unread.firstIndex(of: 10) {
        let line = String(decoding: unread[..<end], as: UTF8.self)
        unread.removeFirst(end + 1)
        return line
      }
      guard hear(events: POLLIN, within: seconds) else { return nil }
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = read(descriptor, &buffer, buffer.count)
      if count <= 0 { return nil }
      unread += buffer[..<count]
    }
  }

  /// Whether all processes that had opened the pipe for writing have closed it or are gone, within `seconds`.
  package func atEnd(within seconds: Int32 = 30) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while hear(events: POLLIN, within: seconds) {
      if read(descriptor, &buffer, buffer.count) == 0 { return true }
    }
    return false
  }

  private func hear(events: Int32, within seconds: Int32) -> Bool {
    var polled = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    while true {
      let count = poll(&polled, 1, seconds * 1000)
      if count >= 0 || errno != EINTR { return count > 0 }
    }
  }
}
