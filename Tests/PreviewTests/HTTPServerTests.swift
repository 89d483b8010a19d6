internal import Foundation
internal import Glibc
internal import Preview
import Testing
internal import _TestSupport

struct HTTPServerTests {
  private func server() throws -> HTTPServer {
    let server = try HTTPServer(port: 0)
    server.start { request in
      let parameters = request.parameters.map { "\($0.name)=\($0.value);" }.joined()
      let headers = request.headers.map { "\($0.name):\($0.value);" }.joined()
      return HTTPResponse(
        status: 200, headers: [("X-Path", request.path)], body: Array((parameters + headers).utf8))
    }
    return server
  }

  @Test func `each connection gets one answer, and what was asked is seen as it was sent`() throws {
    let server = try server()
    let answer = RawAnswer(
      port: Int(server.port), path: "/a%20b?after=3&x=%2f", headers: ["X-Empty:", "ACCEPT:\t a: b \t"])
    #expect(answer.status == 200 && answer.text.contains("X-Path: /a%20b\r\n"))
    #expect(answer.text.contains("Connection: close\r\n"))
    #expect(
      answer.text.hasSuffix("after=3;x=%2f;host:127.0.0.1:\(server.port);x-empty:;accept:a: b;connection:close;"),
      "\(answer.text)")
    server.stop()
  }

  @Test func `a body of megabytes arrives whole`() throws {
    let server = try HTTPServer(port: 0)
    let body = [UInt8](repeating: 0x78, count: 8 << 20)
    server.start { _ in HTTPResponse(status: 200, headers: [], body: body) }
    let text = RawAnswer(port: Int(server.port), path: "/").text
    #expect(text.utf8.suffix(body.count).elementsEqual(body) && text.contains("Content-Length: 8388608\r\n"))
    server.stop()
  }

  @Test func `a malformed head is 400, one that is too long is 431`() throws {
    let server = try server()
    #expect(RawAnswer(port: Int(server.port), path: "/", headers: ["no colon"]).status == 400)
    let long = String(repeating: "x", count: 200_000)
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
