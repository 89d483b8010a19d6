// Requests and responses of HTTP/1.1 (RFC 9112), as far as a page on one's own machine needs them: no bodies of requests.

/// The head of a request.
package struct HTTPRequest: Hashable, Sendable {
  package var method: String
  /// What was asked for, as it was sent: before the `?`.
  package var path: String
  /// What stands behind the `?`; empty without one.
  package var query: String
  /// Names in lower case, in the order of the message.
  package var headers: [Header] = []

  package struct Header: Hashable, Sendable {
    package var name: String
    package var value: String
  }

  /// All values of the header, whose name is given in lower case.
  package func values(of name: String) -> [String] { headers.filter { $0.name == name }.map(\.value) }

  /// The value of `name=value` in the query, as it was sent; nil if it is not there.
  package func parameter(_ name: String) -> String? {
    for part in query.split(separator: "&") where part.hasPrefix(name + "=") {
      return String(part.dropFirst(name.count + 1))
    }
    return nil
  }

  /// The request whose head these bytes are, without the empty line at the end; nil for what is none.
  package init?(head: some Sequence<UInt8>) {
    guard let text = String(validating: Array(head), as: UTF8.self) else { return nil }
    // "\r\n" is one character of Swift.
    let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
    let words = lines[0].split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 3, Self.isToken(words[0]), !words[1].isEmpty, ["HTTP/1.1", "HTTP/1.0"].contains(words[2]),
      !text.unicodeScalars.contains("\0")
    else { return nil }
    method = String(words[0])
    let target = words[1].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = String(target[0])
    query = target.count > 1 ? String(target[1]) : ""
    for line in lines.dropFirst() {
      // No space may stand before the colon, and no line may go on in the next (RFC 9112, 5.1 and 5.2).
      guard let colon = line.firstIndex(of: ":"), Self.isToken(line[..<colon]), !line.contains(where: \.isNewline)
      else {
        return nil
      }
      let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
      headers.append(Header(name: line[..<colon].lowercased(), value: Self.withoutEnd(value)))
    }
  }

  /// RFC 9110, 5.6.2.
  private static func isToken(_ text: Substring) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
      }
  }

  private static func withoutEnd(_ value: Substring) -> String {
    var value = value
    while value.last == " " || value.last == "\t" { value.removeLast() }
    return String(value)
  }
}

/// A response; its length and `Connection: close` are added when it is sent.
package struct HTTPResponse: Sendable {
  package var status: Int
  package var phrase: String
  package var headers: [(name: String, value: String)]
  package var body: [UInt8]

  package init(status: Int, phrase: String, headers: [(name: String, value: String)], body: [UInt8]) {
    (self.status, self.phrase, self.headers, self.body) = (status, phrase, headers, body)
  }

  /// A response of one line of text.
  package static func line(_ status: Int, _ phrase: String) -> HTTPResponse {
    HTTPResponse(
      status: status, phrase: phrase, headers: [("Content-Type", "text/plain")], body: Array("\(phrase)\n".utf8))
  }

  /// The bytes of the whole message.
  package var bytes: [UInt8] {
    var head = "HTTP/1.1 \(status) \(phrase)\r\n"
    for header in headers { head += "\(header.name): \(header.value)\r\n" }
    head += "Content-Length: \(body.count)\r\nConnection: close\r\n\r\n"
    return Array(head.utf8) + body
  }
}
