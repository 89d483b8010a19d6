// Requests as they stand, so that no client tidies a path or a header.

internal import Glibc

/// What a server answered.
package struct RawAnswer: Sendable {
  /// 0 if there was no answer.
  package var status: Int
  /// Head and body.
  package var text: String

  /// Sends a GET request to 127.0.0.1 and reads until the connection ends.
  ///
  /// - Parameters:
  ///   - host: the header Host; nil for the right one.
  ///   - headers: further lines of the head.
  package init(port: Int, path: String, host: String? = nil, headers: [String] = []) {
    (status, text) = (0, "")
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if connected != 0 { return }
    let lines = ["GET \(path) HTTP/1.1", "Host: \(host ?? "127.0.0.1:\(port)")"] + headers
    let request = Array((lines + ["Connection: close", "", ""]).joined(separator: "\r\n").utf8)
    if write(descriptor, request, request.count) != request.count { return }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count <= 0 { break }
      bytes += buffer[..<count]
    }
    text = String(decoding: bytes, as: UTF8.self)
    status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
  }
}
