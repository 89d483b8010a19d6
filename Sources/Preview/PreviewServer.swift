// What the preview serves: the live page, and the files that it links to.

internal import Pages

/// Serves one live page, and the files of report/ and figures/ that it links to.
package final class PreviewServer: Sendable {
  private let server: HTTPServer
  private let page: LivePage
  private let files: ServedFiles
  private let rules: PreviewRules
  /// Where the live page stands: "report/x.html".
  private let pagePath: String

  /// Listens, and throws `PreviewError` if the port is taken.
  ///
  /// - Parameters:
  ///   - root: the folder that holds report/ and figures/.
  ///   - pagePath: "report/x.html", "report/draft/x.html"; its content is that of `page`, not that of the file.
  ///   - port: 0 takes one that is free.
  package init(page: LivePage, root: String, pagePath: String, port: UInt16) throws(PreviewError) {
    self.page = page
    self.pagePath = pagePath
    files = ServedFiles(root: root)
    server = try HTTPServer(port: port)
    rules = PreviewRules(token: Self.randomText(), port: server.port)
  }

  /// Begins to answer and returns the page's address.
  package func start() -> String {
    server.start { [self] in answer($0) }
    return "http://127.0.0.1:\(server.port)/\(rules.token)/\(pagePath)"
  }

  /// Ends all connections.
  package func stop() { server.stop() }

  private func answer(_ request: HTTPRequest) -> HTTPResponse {
    let asked = PreviewRules.Request(
      method: request.method, path: request.path, host: request.values(of: "host"),
      origin: request.values(of: "origin").first, site: request.values(of: "sec-fetch-site").first)
    do throws(RequestRefusal) {
      return response(try content(try rules.path(of: asked), request))
    } catch {
      return .line(error.rawValue, "\(error)")
    }
  }

  private struct Content {
    var bytes: [UInt8]
    var type: String
    var policy = ContentPolicy.page
  }

  private func content(_ path: String, _ request: HTTPRequest) throws(RequestRefusal) -> Content {
    switch path {
    case pagePath:
      let nonce = Self.randomText()
      var content = Content(bytes: Array(page.html(nonce: nonce).utf8), type: "text/html; charset=utf-8")
      content.policy = ContentPolicy.followed(nonce: nonce)
      return content
    case "changes":
      let known = request.parameter("after").flatMap { Int($0) } ?? -1
      return Content(bytes: Array("\(page.version(after: known))\n".utf8), type: "text/plain")
    default:
      guard let file = files.file(path) else { throw .notFound }
      return Content(bytes: file.bytes, type: file.type)
    }
  }

  private func response(_ content: Content) -> HTTPResponse {
    HTTPResponse(
      status: 200,
      headers: [
        ("Content-Type", content.type), ("Cache-Control", "no-store"), ("Content-Security-Policy", content.policy),
        ("Referrer-Policy", "no-referrer"), ("X-Content-Type-Options", "nosniff"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
      ], body: content.bytes)
  }

  /// 128 bits of the system's random numbers, in hexadecimal.
  private static func randomText() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<2).map { _ in
      let digits = String(generator.next(), radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
