internal import Foundation
internal import Glibc
internal import Preview
import Testing
internal import _TestSupport

struct HTTPRequestTests {
  @Test func `a head is cut into method, path, query and headers`() throws {
    let request = try #require(
      HTTPRequest(head: "GET /a%20b?after=3&x HTTP/1.1\r\nHost: h:1\r\nX-Empty:\r\nACCEPT:\t a: b \t".utf8))
    #expect(request.method == "GET" && request.path == "/a%20b" && request.query == "after=3&x")
    #expect(request.values(of: "host") == ["h:1"])
    #expect(request.values(of: "x-empty") == [""])
    #expect(request.values(of: "accept") == ["a: b"])
    #expect(request.parameter("after") == "3" && request.parameter("x") == nil && request.parameter("aft") == nil)
  }

  @Test(arguments: [
    "", "GET", "GET /", "GET  / HTTP/1.1", "GET / HTTP/2", "GET / HTTP/1.1 ", " GET / HTTP/1.1", "G(T / HTTP/1.1",
    "GET / HTTP/1.1\r\nHost", "GET / HTTP/1.1\r\nHost : a", "GET / HTTP/1.1\r\nA: b\r\n folded",
    "GET / HTTP/1.1\r\n: b",
    "GET / HTTP/1.1\r\nA: b\nC: d", "GET /\0 HTTP/1.1", "GET / HTTP/1.1\nHost: a",
  ])
  func `what is no head of HTTP/1 is refused`(head: String) { #expect(HTTPRequest(head: head.utf8) == nil) }

  @Test func `bytes that are not UTF-8 are refused`() {
    #expect(HTTPRequest(head: Array("GET /".utf8) + [0xFF] + Array(" HTTP/1.1".utf8)) == nil)
  }
}

struct HTTPServerTests {
  private func server() throws -> HTTPServer {
    let server = try HTTPServer(port: 0)
    server.start { request in
      HTTPResponse(status: 200, phrase: "OK", headers: [("X-Path", request.path)], body: Array(request.query.utf8))
    }
    return server
  }

  @Test func `each connection gets one answer with its length`() throws {
    let server = try server()
    let answer = RawAnswer(port: Int(server.port), path: "/a?b=c")
    #expect(answer.text == "HTTP/1.1 200 OK\r\nX-Path: /a\r\nContent-Length: 3\r\nConnection: close\r\n\r\nb=c")
    server.stop()
  }

  @Test func `a body of megabytes arrives whole`() throws {
    let server = try HTTPServer(port: 0)
    let body = [UInt8](repeating: 0x78, count: 8 << 20)
    server.start { _ in HTTPResponse(status: 200, phrase: "OK", headers: [], body: body) }
    let text = RawAnswer(port: Int(server.port), path: "/").text
    #expect(text.utf8.suffix(body.count).elementsEqual(body) && text.contains("Content-Length: 8388608\r\n"))
    server.stop()
  }

  @Test func `a malformed head is 400, one that is too long is 431`() throws {
    let server = try server()
    #expect(RawAnswer(port: Int(server.port), path: "/", headers: ["no colon"]).status == 400)
    let long = String(repeating: "x", count: 20_000)
    #expect(RawAnswer(port: Int(server.port), path: "/", headers: ["A: \(long)"]).status == 431)
    server.stop()
  }

  @Test func `requests are answered side by side`() throws {
    let server = try HTTPServer(port: 0)
    let gate = DispatchSemaphore(value: 0)
    server.start { request in
      // The first is answered only once the second was.
      if request.path == "/first" { gate.wait() } else { gate.signal() }
      return .line(200, String(request.path.dropFirst()))
    }
    let port = Int(server.port)
    let statuses = DispatchQueue.global().sync { () -> [String] in
      nonisolated(unsafe) var texts = ["", ""]
      let done = DispatchGroup()
      let first = Thread {
        texts[0] = RawAnswer(port: port, path: "/first").text
        done.leave()
      }
      done.enter()
      first.start()
      let second = RawAnswer(port: port, path: "/second").text
      done.wait()
      texts[1] = second
      return texts
    }
    #expect(statuses[0].hasSuffix("first\n") && statuses[1].hasSuffix("second\n"))
    server.stop()
  }

  @Test func `after the end nothing is answered, and what waits is cut off`() throws {
    let server = try HTTPServer(port: 0)
    let (asked, gate) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    server.start { _ in
      asked.signal()
      gate.wait()
      return .line(200, "late")
    }
    let port = Int(server.port)
    let stopper = Thread {
      asked.wait()
      server.stop()
    }
    stopper.start()
    #expect(RawAnswer(port: port, path: "/").status == 0)
    gate.signal()
    #expect(RawAnswer(port: port, path: "/").status == 0)
  }
}
