// Sockets, and a thread for each connection: what serves a page to one reader on the same machine.

internal import Foundation
internal import Glibc
internal import Synchronization

/// An HTTP/1.1 server on 127.0.0.1 and nowhere else. It answers one request a connection.
package final class HTTPServer: Sendable {
  /// The port that is listened on.
  package let port: UInt16
  private let listener: Int32
  private let connections = Mutex<Set<Int32>>([])
  private let hasEnded = Atomic<Bool>(false)

  /// As many as are answered at once; a browser opens about six.
  private static let mostConnections = 64
  private static let longestHead = 16384

  /// Listens on `port`; 0 takes one that is free. Throws `PreviewError` if the port is taken.
  package init(port: UInt16) throws(PreviewError) {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    // A port whose connections have just ended is free again.
    var yes: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, size) == 0 && listen(listener, 64) == 0 && getsockname(listener, $0, &size) == 0
      }
    }
    guard isBound else {
      let reason = String(cString: strerror(errno))
      close(listener)
      throw PreviewError(description: "the preview cannot listen on 127.0.0.1: \(reason); choose another --port")
    }
    self.listener = listener
    self.port = UInt16(bigEndian: address.sin_port)
  }

  deinit { close(listener) }

  /// Begins to answer. `answer` is called on a thread of its own for each request, and may take its time.
  package func start(_ answer: @escaping @Sendable (HTTPRequest) -> HTTPResponse) {
    Self.startThread { [self] in
      while let connection = accepted() {
        Self.startThread { [self] in
          serve(connection, answer)
          connections.withLock { _ = $0.remove(connection) }
          close(connection)
        }
      }
    }
  }

  /// Ends all connections and takes no more. What is being answered is not waited for.
  package func stop() {
    hasEnded.store(true, ordering: .releasing)
    shutdown(listener, Int32(SHUT_RDWR))
    // Under the lock, so that no descriptor is closed, and given to another file, meanwhile.
    connections.withLock { for connection in $0 { shutdown(connection, Int32(SHUT_RDWR)) } }
  }

  /// The next connection; nil once the server was stopped.
  private func accepted() -> Int32? {
    while !hasEnded.load(ordering: .acquiring) {
      let connection = accept(listener, nil, nil)
      if connection < 0 {
        if errno != EINTR { usleep(20_000) }  // no descriptors left, say: others are about to end
        continue
      }
      _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
      let isKept = connections.withLock {
        guard $0.count < Self.mostConnections, !hasEnded.load(ordering: .acquiring) else { return false }
        return $0.insert(connection).inserted
      }
      if isKept { return connection }
      close(connection)
    }
    return nil
  }

  private func serve(_ connection: Int32, _ answer: (HTTPRequest) -> HTTPResponse) {
    Self.limit(connection, SO_RCVTIMEO, seconds: 10)
    Self.limit(connection, SO_SNDTIMEO, seconds: 60)
    guard let head = Self.head(connection) else { return }
    let request = head.isWhole ? HTTPRequest(head: head.bytes) : nil
    let response = request.map(answer) ?? (head.isWhole ? .line(400, "badRequest") : .line(431, "headTooLong"))
    let bytes = response.bytes
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        send(connection, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return }
      sent += count
    }
    Self.finish(connection)
  }

  /// What was sent up to the empty line, without it; nil if the other side ended or was silent before.
  private static func head(_ connection: Int32) -> (bytes: ArraySlice<UInt8>, isWhole: Bool)? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while bytes.count <= longestHead {
      let count = recv(connection, &buffer, buffer.count, 0)
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return nil }
      let searched = max(bytes.count - 3, 0)
      bytes += buffer[..<count]
      if let end = bytes[searched...].firstRange(of: Array("\r\n\r\n".utf8)), end.lowerBound <= longestHead {
        return (bytes[..<end.lowerBound], true)
      }
    }
    return (bytes[...], false)
  }

  /// Says that no more comes, and waits a moment for the other side to say so too: a connection that is closed while
  /// bytes of a request are unread throws away what was sent.
  private static func finish(_ connection: Int32) {
    shutdown(connection, Int32(SHUT_WR))
    limit(connection, SO_RCVTIMEO, seconds: 1)
    var buffer = [UInt8](repeating: 0, count: 4096)
    for _ in 0..<16 where recv(connection, &buffer, buffer.count, 0) <= 0 { return }
  }

  private static func limit(_ connection: Int32, _ option: Int32, seconds: Int) {
    var time = timeval(tv_sec: seconds, tv_usec: 0)
    setsockopt(connection, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
  }

  private static func startThread(_ body: @escaping @Sendable () -> Void) {
    let thread = Thread(block: body)
    thread.stackSize = 1 << 20
    thread.start()
  }
}

/// Why there is no preview.
package struct PreviewError: Error, CustomStringConvertible {
  package var description: String
}
