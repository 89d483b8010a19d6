// Requests and responses as the preview sees them; libmicrohttpd reads and writes them.

/// The head of a request.
package struct HTTPRequest: Hashable, Sendable {
  /// "GET".
  package var method: String
  /// What was asked for, as it was sent: before the `?`.
  package var path: String
  /// Names and values behind the `?`, as they were sent.
  package var parameters: [Field] = []
  /// Names in lower case, in the order of the message.
  package var headers: [Field] = []

  /// A name and its value.
  package struct Field: Hashable, Sendable {
    package var name: String
    package var value: String
  }

  /// All values of the header, whose name is given in lower case.
  package func values(of name: String) -> [String] { headers.filter { $0.name == name }.map(\.value) }

  /// The value of `name=value` in the query, as it was sent; nil if it is not there.
  package func parameter(_ name: String) -> String? { parameters.first { $0.name == name }?.value }
}

/// A response; its length and `Connection: close` are added when it is sent.
package struct HTTPResponse: Sendable {
  /// 200.
  package var status: Int
  /// Names and values.
  package var headers: [(name: String, value: String)]
  /// What stands behind the head.
  package var body: [UInt8]

  package init(status: Int, headers: [(name: String, value: String)], body: [UInt8]) {
    (self.status, self.headers, self.body) = (status, headers, body)
  }

  /// A response of one line of text.
  package static func line(_ status: Int, _ text: String) -> HTTPResponse {
    HTTPResponse(status: status, headers: [("Content-Type", "text/plain")], body: Array("\(text)\n".utf8))
  }
}
