internal import Preview
import Testing

struct PreviewRulesTests {
  private let token = "0123456789abcdef0123456789abcdef"

  private func answer(
    _ path: String, method: String = "GET", host: [String] = ["127.0.0.1:8080"], origin: String? = nil,
    site: String? = nil
  ) -> Result<String, RequestRefusal> {
    let rules = PreviewRules(token: token, port: 8080)
    let request = PreviewRules.Request(method: method, path: path, host: host, origin: origin, site: site)
    do throws(RequestRefusal) { return .success(try rules.path(of: request)) } catch { return .failure(error) }
  }

  @Test func `who knows the token gets the path, decoded once`() {
    #expect(answer("/\(token)/report/x.html") == .success("report/x.html"))
    #expect(answer("/\(token)/report/a%20b%252e.html") == .success("report/a b%2e.html"))
    #expect(answer("/\(token)/report/x.html", host: ["LocalHost:8080"]) == .success("report/x.html"))
    #expect(
      answer("/\(token)/changes", origin: "http://127.0.0.1:8080", site: "same-origin") == .success("changes"))
    #expect(answer("/\(token)/report/x.html", site: "none") == .success("report/x.html"))
    #expect(answer("/\(token)") == .success(""))
  }

  @Test(arguments: ["/", "/report/x.html", "/0123/report/x.html", "/%00/x", "//report/x.html"])
  func `without the token there is nothing`(path: String) {
    #expect(answer(path) == .failure(.notFound))
  }

  @Test(arguments: [
    ["evil.example:8080"], ["evil.example"], ["127.0.0.1"], ["127.0.0.1:81"], [], ["127.0.0.1:8080", "evil.example"],
    ["127.0.0.1.evil.example:8080"], ["[::1]:8080"],
  ])
  func `another name for this machine is refused: DNS rebinding`(host: [String]) {
    #expect(answer("/\(token)/report/x.html", host: host) == .failure(.misdirected))
  }

  @Test(arguments: ["http://evil.example", "null", "https://127.0.0.1:8080", "http://127.0.0.1:81"])
  func `scripts of other pages are refused`(origin: String) {
    #expect(answer("/\(token)/report/x.html", origin: origin) == .failure(.forbidden))
  }

  @Test(arguments: ["cross-site", "same-site", "strange"])
  func `requests that other pages make are refused`(site: String) {
    #expect(answer("/\(token)/report/x.html", site: site) == .failure(.forbidden))
  }

  @Test(arguments: ["POST", "PUT", "DELETE", "OPTIONS", "HEAD", "get"])
  func `only reading is possible`(method: String) {
    #expect(answer("/\(token)/report/x.html", method: method) == .failure(.methodNotAllowed))
  }

  @Test(arguments: ["/%zz", "/%2", "/%", "/%ff", "report/x.html", "http://127.0.0.1:8080/x"])
  func `what is no path is refused`(path: String) {
    #expect(answer(path) == .failure(.badRequest))
  }
}
