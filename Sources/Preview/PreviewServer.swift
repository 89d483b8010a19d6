// The HTTP server of the preview, on 127.0.0.1 and nowhere else.

internal import FlyingFox
internal import FlyingSocks
internal import Foundation
internal import Synchronization

/// Serves one live page, and the files of report/ and figures/ that it links to.
package final class PreviewServer: Sendable {
  private let server: HTTPServer
  private let page: LivePage
  private let files: ServedFiles
  /// Where the live page stands: "report/x.html".
  private let pagePath: String
  private let token: String

  /// - Parameters:
  ///   - root: the folder that holds report/ and figures/.
  ///   - pagePath: "report/x.html"; its content is that of `page`, not that of the file.
  ///   - port: 0 takes one that is free.
  package init(page: LivePage, root: String, pagePath: String, port: UInt16) throws {
    self.page = page
    self.pagePath = pagePath
    files = ServedFiles(root: root)
    token = Self.randomText()
    // Minutes, for a machine that is busy with a training answers late.
    server = HTTPServer(
      address: try sockaddr_in.inet(ip4: "127.0.0.1", port: port), timeout: 300, logger: .disabled)
  }

  /// Starts to listen and returns the page's address. Throws if the port is taken.
  package func start() async throws -> String {
    let failure = ListenFailure()
    Task { [server] in
      do { try await server.run() } catch { failure.set("\(error)") }
    }
    while await !server.isListening {
      if let reason = failure.reason {
        throw PreviewError(description: "the preview cannot listen on 127.0.0.1: \(reason); choose another --port")
      }
      try await Task.sleep(for: .milliseconds(10))
    }
    guard case .ip4(_, let port) = await server.listeningAddress else {
      throw PreviewError(description: "the preview does not listen on 127.0.0.1")
    }
    let rules = PreviewRules(token: token, port: port)
    await server.appendRoute("*") { [self] request in await answer(request, rules) }
    return "http://127.0.0.1:\(port)/\(token)/\(pagePath)"
  }

  package func stop() async { await server.stop() }

  private func answer(_ request: HTTPRequest, _ rules: PreviewRules) async -> HTTPResponse {
    let asked = PreviewRules.Request(
      method: request.method.rawValue, path: request.target.path(), host: request.headers.values(for: .host),
      origin: request.headers[HTTPHeader("Origin")], site: request.headers[HTTPHeader("Sec-Fetch-Site")])
    do throws(RequestRefusal) {
      return response(try await content(try rules.path(of: asked), request))
    } catch {
      return HTTPResponse(
        statusCode: HTTPStatusCode(error.rawValue, phrase: "\(error)"), headers: [.contentType: "text/plain"],
        body: Data("\(error)\n".utf8))
    }
  }

  private struct Content {
    var bytes: [UInt8]
    var type: String
    var policy = "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'"
  }

  private func content(_ path: String, _ request: HTTPRequest) async throws(RequestRefusal) -> Content {
    switch path {
    case pagePath:
      let nonce = Self.randomText()
      var content = Content(bytes: Array(page.html(nonce: nonce).utf8), type: "text/html; charset=utf-8")
      content.policy += "; script-src 'nonce-\(nonce)'; connect-src 'self'; font-src data:"
      return content
    case "changes":
      let known = request.query.first { $0.name == "after" }.flatMap { Int($0.value) } ?? -1
      return Content(bytes: Array("\(await page.version(after: known))\n".utf8), type: "text/plain")
    default:
      guard let file = files.file(path) else { throw .notFound }
      return Content(bytes: file.bytes, type: file.type)
    }
  }

  private func response(_ content: Content) -> HTTPResponse {
    HTTPResponse(
      statusCode: .ok,
      headers: [
        .contentType: content.type, HTTPHeader("Cache-Control"): "no-store",
        HTTPHeader("Content-Security-Policy"): content.policy, HTTPHeader("Referrer-Policy"): "no-referrer",
        HTTPHeader("X-Content-Type-Options"): "nosniff", HTTPHeader("Cross-Origin-Resource-Policy"): "same-origin",
      ], body: Data(content.bytes))
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

/// Why there is no preview.
package struct PreviewError: Error, CustomStringConvertible {
  package var description: String
}

/// Why the server ended by itself.
private final class ListenFailure: Sendable {
  private let text = Mutex<String?>(nil)

  var reason: String? { text.withLock { $0 } }

  func set(_ reason: String) { text.withLock { $0 = reason } }
}
