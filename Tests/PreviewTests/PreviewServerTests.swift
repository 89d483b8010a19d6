internal import Foundation
internal import Glibc
internal import Preview
internal import Synchronization
import Testing
internal import _TestSupport

struct PreviewServerTests {
  private func send(_ port: Int, _ path: String, host: String? = nil, headers: [String] = []) -> RawAnswer {
    RawAnswer(port: port, path: path, host: host, headers: headers)
  }

  @Test func `the page and its files are served to who knows the address, and nothing else is`() throws {
    let project = try ScratchProject()
    let page = LivePage()
    page.show("<html><head></head><body><h1>Live</h1></body></html>", status: "running <cell> 1")
    let server = try PreviewServer(page: page, root: project.root, pagePath: "report/x.html", port: 0)
    let address = server.start()
    let match = try #require(address.wholeMatch(of: #/http://127\.0\.0\.1:(\d+)/([0-9a-f]{32})/report/x\.html/#))
    let (port, token) = (try #require(Int(match.1)), String(match.2))

    let live = send(port, "/\(token)/report/x.html")
    #expect(live.status == 200 && live.text.contains("<h1>Live</h1>") && live.text.contains("running &lt;cell&gt; 1"))
    #expect(live.text.contains("Content-Security-Policy: default-src 'none'"))
    #expect(!live.text.contains("Access-Control-Allow-Origin"))
    #expect(send(port, "/\(token)/figures/draft/a.svg").text.hasSuffix("figures/draft/a.svg"))
    #expect(send(port, "/\(token)/changes?after=0").text.hasSuffix("\r\n\r\n1\n"))

    for path in [
      "/", "/report/x.html", "/\(token)", "/\(token)/", "/\(token)/Package.swift", "/\(token)/report/../secrets/key",
      "/\(token)/report/%2e%2e/secrets/key", "/\(token)/report/%2e%2e%2fsecrets%2fkey", "/\(token)/report/..%5csecrets",
      "/\(token)/report/%252e%252e/secrets/key", "/\(token)/report/out", "/\(token)/report/folder/key",
      "/\(token)//etc/passwd", "/\(token)/%2fetc%2fpasswd", "/\(token)/../\(token)/Package.swift",
    ] {
      let answer = send(port, path)
      #expect(answer.status == 404 && !answer.text.contains("secrets/key"), "\(path)")
    }
    let path = "/\(token)/report/x.html"
    #expect(send(port, path, host: "evil.example:\(port)").status == 421)
    #expect(send(port, path, headers: ["Host: evil.example"]).status == 421)
    #expect(send(port, path, headers: ["Origin: http://evil.example"]).status == 403)
    #expect(send(port, path, headers: ["Sec-Fetch-Site: cross-site"]).status == 403)
    server.stop()
  }

  @Test func `a change is told as soon as it is there`() throws {
    let page = LivePage()
    page.show("a", status: "")
    let known = page.version
    let next = Mutex<Int?>(nil)
    let thread = Thread { [known] in
      let version = page.version(after: known)
      next.withLock { $0 = version }
    }
    let began = ContinuousClock.now
    thread.start()
    page.show("b", status: "")
    while next.withLock({ $0 }) == nil, ContinuousClock.now - began < .seconds(60) { usleep(1000) }
    #expect(next.withLock { $0 } == known + 1)
    page.show("b", status: "")
    #expect(page.version == known + 1)
    #expect(page.version(after: -1) == known + 1)
  }

  @Test func `a port that is taken is named with what to do`() throws {
    let project = try ScratchProject()
    let first = try PreviewServer(page: LivePage(), root: project.root, pagePath: "report/x.html", port: 0)
    let port = try #require(UInt16(first.start().split(separator: ":")[2].prefix { $0.isNumber }))
    #expect {
      _ = try PreviewServer(page: LivePage(), root: project.root, pagePath: "report/x.html", port: port)
    } throws: { "\($0)".contains("Address already in use; choose another --port") }
    first.stop()
  }
}
