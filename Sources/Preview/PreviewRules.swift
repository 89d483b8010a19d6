// Who may ask the preview for what. The server listens on the loopback address, but every web page that the same person
// has open can send requests there too: by its own scripts, or under a name that resolves to 127.0.0.1 (DNS rebinding).

/// The rules by which requests are refused before any file is looked at.
package struct PreviewRules: Sendable {
  /// The first component of every path: 32 hexadecimal digits, unknown to other pages.
  package let token: String
  package let port: UInt16

  package init(token: String, port: UInt16) {
    self.token = token
    self.port = port
  }

  /// The parts of a request that decide.
  package struct Request: Sendable {
    package var method: String
    /// As it was sent, with its percent signs, without the query.
    package var path: String
    package var host: [String]
    package var origin: String?
    /// The header Sec-Fetch-Site.
    package var site: String?

    package init(method: String = "GET", path: String, host: [String], origin: String? = nil, site: String? = nil) {
      self.method = method
      self.path = path
      self.host = host
      self.origin = origin
      self.site = site
    }
  }

  /// The path below the token, decoded: "report/x.html", or "" for the root.
  package func path(of request: Request) throws(RequestRefusal) -> String {
    let names = ["127.0.0.1:\(port)", "localhost:\(port)"]
    guard request.host.count == 1, names.contains(request.host[0].lowercased()) else { throw .misdirected }
    if let origin = request.origin, !names.contains(where: { origin.lowercased() == "http://" + $0 }) {
      throw .forbidden
    }
    if let site = request.site, site != "same-origin", site != "none" { throw .forbidden }
    guard request.method == "GET" else { throw .methodNotAllowed }
    guard request.path.hasPrefix("/") else { throw .badRequest }
    guard let path = Self.decoded(request.path.dropFirst()) else { throw .badRequest }
    let parts = path.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, Self.isEqual(Array(first.utf8), Array(token.utf8)) else { throw .notFound }
    return parts.count > 1 ? String(parts[1]) : ""
  }

  /// Percent signs decoded once; nil for what is not UTF-8 or no percent encoding.
  private static func decoded(_ path: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(path.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
        return nil
      }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// Takes the same time wherever the first difference is.
  private static func isEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    a.count == b.count && zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}

/// Why a request gets nothing: the HTTP status that it is answered with.
package enum RequestRefusal: Int, Error, Sendable {
  case badRequest = 400
  /// Another site's page asks.
  case forbidden = 403
  case notFound = 404
  case methodNotAllowed = 405
  /// The name in the header Host is not this server's.
  case misdirected = 421
}
