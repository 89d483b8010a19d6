// What serves a page to one reader on the same machine: libmicrohttpd on 127.0.0.1, a thread for each connection.

internal import CHTTP
internal import Glibc
internal import Synchronization

/// An HTTP/1.1 server on 127.0.0.1 and nowhere else. It answers one request a connection.
package final class HTTPServer: @unchecked Sendable {
  /// The port that is listened on.
  package let port: UInt16
  private let daemon: OpaquePointer
  private let handler: Handler

  /// What the library's threads see: it outlives the server, for they may still be answering when that is gone.
  private final class Handler: Sendable {
    struct State {
      var answer: (@Sendable (HTTPRequest) -> HTTPResponse)?
      /// Sockets of the connections that are being answered.
      var sockets: Set<Int32> = []
      var hasEnded = false
    }

    let state = Mutex(State())
  }

  /// Listens on `port`; 0 takes one that is free. Throws `PreviewError` if the port is taken.
  package init(port: UInt16) throws(PreviewError) {
    handler = Handler()
    errno = 0
    let daemon = http_start(
      port, { context, connection, url, method, _, _, _, _ in HTTPServer.answer(context, connection, url, method) },
      Unmanaged.passRetained(handler).toOpaque())
    guard let daemon else {
      let reason = String(cString: strerror(errno == 0 ? EADDRINUSE : errno))
      Unmanaged.passUnretained(handler).release()
      throw PreviewError(description: "the preview cannot listen on 127.0.0.1: \(reason); choose another --port")
    }
    self.daemon = daemon
    self.port = http_port(daemon)
  }

  /// Begins to answer; before, everything is 503. `answer` is called on a thread of its own for each request, and may
  /// take its time.
  package func start(_ answer: @escaping @Sendable (HTTPRequest) -> HTTPResponse) {
    handler.state.withLock { $0.answer = answer }
  }

  /// Ends all connections and takes no more. What is being answered is not waited for.
  package func stop() {
    let wasRunning = handler.state.withLock { state in
      defer { (state.hasEnded, state.answer) = (true, nil) }
      for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) }
      return !state.hasEnded
    }
    guard wasRunning else { return }
    let listener = MHD_quiesce_daemon(daemon)
    if listener >= 0 { close(listener) }
    // The library waits for its threads here, and an answer may take its time.
    nonisolated(unsafe) let daemon = daemon
    let handler = handler
    Threads.start {
      MHD_stop_daemon(daemon)
      Unmanaged.passUnretained(handler).release()
    }
  }

  deinit { stop() }

  private static func answer(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ url: UnsafePointer<CChar>?,
    _ method: UnsafePointer<CChar>?
  ) -> MHD_Result {
    let handler = Unmanaged<Handler>.fromOpaque(context!).takeUnretainedValue()
    let socket = http_socket(connection)
    let answer = handler.state.withLock { state in
      if !state.hasEnded { state.sockets.insert(socket) }
      return state.answer
    }
    defer { handler.state.withLock { _ = $0.sockets.remove(socket) } }
    let request = HTTPRequest(
      method: String(cString: method!), path: String(cString: url!),
      parameters: fields(connection, http_arguments), headers: fields(connection, http_headers))
    let response = answer?(request) ?? .line(503, "not ready")
    // The body is copied, since it is sent after this call.
    let message = response.body.withUnsafeBytes { http_response($0.baseAddress, $0.count) }
    defer { MHD_destroy_response(message) }
    for header in response.headers + [("Connection", "close")] {
      MHD_add_response_header(message, header.name, header.value)
    }
    return MHD_queue_response(connection, UInt32(response.status), message)
  }

  private static func fields(_ connection: OpaquePointer?, _ kind: MHD_ValueKind) -> [HTTPRequest.Field] {
    var found: [HTTPRequest.Field] = []
    withUnsafeMutablePointer(to: &found) { found in
      _ = MHD_get_connection_values(
        connection, kind,
        { context, kind, name, value in
          let field = HTTPRequest.Field(
            name: kind == http_headers ? String(cString: name!).lowercased() : String(cString: name!),
            value: value.map { withoutEnd(String(cString: $0)) } ?? "")
          context!.assumingMemoryBound(to: [HTTPRequest.Field].self).pointee.append(field)
          return http_yes
        }, found)
    }
    return found
  }
}

/// Spaces and tabs behind a value are no part of it (RFC 9112, 5.1).
private func withoutEnd(_ value: String) -> String {
  String(value.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
}

/// Threads of their own.
enum Threads {
  /// Runs `body` on one that nobody waits for.
  static func start(_ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
      let body: @Sendable () -> Void
      init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(body)).toOpaque()
    pthread_create(
      &thread, nil,
      { context in
        Unmanaged<Box>.fromOpaque(context!).takeRetainedValue().body()
        return nil
      }, box)
    pthread_detach(thread)
  }
}

/// Why there is no preview.
package struct PreviewError: Error, CustomStringConvertible {
  package var description: String
}
