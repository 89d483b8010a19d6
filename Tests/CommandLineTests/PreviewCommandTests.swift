internal import Foundation
internal import Glibc
import Testing
internal import _TestSupport

@Suite(.serialized) struct PreviewCommandTests {
  /// Starts a preview and waits for its address.
  private func start(_ sandbox: Sandbox) throws -> (process: Process, address: String, messages: String) {
    let (process, out, err) = try sandbox.start(["preview", "notebooks/x.md", "--scale", "draft"])
    var printed = ""
    for _ in 0..<600 where !printed.hasSuffix(".html\n") {
      usleep(50_000)
      printed = (try? String(contentsOfFile: out, encoding: .utf8)) ?? ""
    }
    if !printed.hasSuffix(".html\n") { process.terminate() }
    let address = try #require(printed.split(separator: "\n").first.map(String.init))
    return (process, address, err)
  }

  private func stop(_ process: Process) {
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  static var browser: String? {
    let found = Chromium.path
    if found == nil, ProcessInfo.processInfo.environment["CI"] == nil {
      print("no chromium: the preview is not looked at in a browser")
    }
    return found
  }

  @Test(.enabled(if: browser != nil || ProcessInfo.processInfo.environment["CI"] != nil, "no chromium is installed"))
  func `in a browser the page follows the file, errors stand at their cell, and the console is quiet`() throws {
    let sandbox = try Sandbox()
    let good = "# First title\n\nText.\n\n```swift\nlet a = 6 * 7\nprint(a)\n```\n"
    try sandbox.write("x", good)
    let (process, address, _) = try start(sandbox)
    defer { if process.isRunning { process.terminate() } }
    let browser = try Chromium(try #require(Self.browser, "chromium is needed with CI=true"), folder: sandbox.root)
    defer { browser.stop() }
    func shows(_ text: String) -> String { "document.body.innerText.includes(\"\(text)\")" }

    try browser.open(page: address)
    try browser.wait(until: shows("First title") + " && " + shows("42"))
    try sandbox.write("x", good.replacing("First", with: "Second"))
    try browser.wait(until: shows("Second title") + " && " + shows("42"))
    #expect(try browser.evaluate("document.title") as? String == "x")

    try sandbox.write("x", good.replacing("6 * 7", with: "6 * seven"))
    try browser.wait(until: shows("cannot find 'seven' in scope") + " && " + shows("notebooks/x.md:6:13"))

    try sandbox.write("x", "# Broken\n\n```swift\nlet a = 1\n")
    try browser.wait(until: shows("this cell has no end"))

    try sandbox.write(
      "x",
      good.replacing(
        "print(a)", with: "for i in 0..<50 { print(\\\"step\\\", i); try await Task.sleep(for: .milliseconds(100)) }"
      ).replacing("\\\"", with: "\""))
    try browser.wait(until: shows("step 3"))
    #expect(try browser.evaluate(shows("step 49")) as? Bool == false)  // the page is there while the cell runs
    #expect(try browser.evaluate(shows("running cell 1 of 1")) as? Bool == true)
    try browser.wait(until: shows("step 49") + " && document.querySelector('#preview-status') === null")
    #expect(browser.errors == [])
    stop(process)
  }

  @Test func `only the one who knows the address gets the page, and Ctrl-C leaves nothing running`() throws {
    let sandbox = try Sandbox()
    try sandbox.write(
      "x", "```swift\nimport Foundation\nprint(\"child\", getpid())\nwhile true { sleep(1) }\n```\n")
    let (process, address, messages) = try start(sandbox)
    defer { if process.isRunning { process.terminate() } }
    let url = try #require(URL(string: address))
    #expect(url.host == "127.0.0.1" && url.pathComponents[1].count == 32)
    let port = try #require(url.port)
    func answer(_ path: String, host: String? = nil) -> RawAnswer { RawAnswer(port: port, path: path, host: host) }
    var page = ""
    for _ in 0..<300 where page.firstMatch(of: #/child \d+/#) == nil {
      usleep(100_000)
      page = answer(url.path).text
    }
    #expect(answer("/report/x.html").status == 404)
    #expect(answer(url.path, host: "evil.example").status == 421)
    let child = try #require(page.firstMatch(of: #/child (\d+)/#).flatMap { Int32($0.1) })
    #expect(kill(child, 0) == 0)
    stop(process)
    for _ in 0..<40 where kill(child, 0) == 0 { usleep(50_000) }
    #expect(kill(child, 0) != 0, "\(messages)")
    #expect(answer(url.path).status == 0)
  }
}
