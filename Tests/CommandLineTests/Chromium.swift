// A headless browser, told what to do over its DevTools protocol: JSON messages, each ended by a zero byte, through two
// named pipes that a shell hands over as descriptors 3 and 4.

internal import Foundation
internal import Glibc

/// A running Chromium with one page.
final class Chromium {
  struct BrowserFailure: Error, CustomStringConvertible {
    var description: String
  }

  /// The browser's path; nil if there is none.
  static var path: String? {
    ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
      .first(where: FileManager.default.isExecutableFile)
  }

  /// What the console and the browser complained about, in order.
  private(set) var errors: [String] = []
  private let process = Process()
  private let input: Int32
  private let output: Int32
  private var buffer: [UInt8] = []
  private var next = 1
  private var session: String?

  /// Starts the browser; what it writes goes to `folder`.
  init(_ browser: String, folder: String) throws {
    let (to, from) = (folder + "/to-chromium", folder + "/from-chromium")
    guard mkfifo(to, 0o600) == 0, mkfifo(from, 0o600) == 0 else {
      throw BrowserFailure(description: "mkfifo: \(errno)")
    }
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    let options =
      "--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --user-data-dir='\(folder)/chromium' "
      + "--remote-debugging-pipe"
    process.arguments = [
      "-c", "exec '\(browser)' \(options) 3<'\(to)' 4>'\(from)' >/dev/null 2>'\(folder)/chromium.log'",
    ]
    try process.run()
    // Both directions, so that neither end waits for the other to open.
    input = Glibc.open(to, O_RDWR | O_CLOEXEC)
    output = Glibc.open(from, O_RDWR | O_CLOEXEC | O_NONBLOCK)
    let target = try call("Target.createTarget", ["url": "about:blank"])["targetId"] as? String
    session = try call("Target.attachToTarget", ["targetId": target ?? "", "flatten": true])["sessionId"] as? String
    for domain in ["Runtime", "Log", "Page", "Network"] { _ = try call(domain + ".enable") }
  }

  func stop() {
    _ = try? call("Browser.close")
    for _ in 0..<100 where process.isRunning { usleep(50_000) }
    if process.isRunning { process.terminate() }
    process.waitUntilExit()
    close(input)
    close(output)
  }

  func open(page address: String) throws { _ = try call("Page.navigate", ["url": address]) }

  /// Makes the window as wide as a phone or a screen, in CSS pixels.
  func resize(width: Int, height: Int = 800) throws {
    _ = try call(
      "Emulation.setDeviceMetricsOverride",
      ["width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600])
  }

  /// Waits until the expression is true on the page.
  func wait(until expression: String, seconds: Double = 60) throws {
    let end = Date().addingTimeInterval(seconds)
    while Date() < end {
      if try evaluate(expression) as? Bool == true { return }
      usleep(100_000)
    }
    throw BrowserFailure(description: "never came true: \(expression)")
  }

  /// The expression's value on the page.
  func evaluate(_ expression: String) throws -> Any? {
    let answer = try call("Runtime.evaluate", ["expression": expression, "returnByValue": true])
    return (answer["result"] as? [String: Any])?["value"]
  }

  /// A picture of the page as PNG.
  func screenshot() throws -> Data {
    let answer = try call("Page.captureScreenshot", ["format": "png"])
    return Data(base64Encoded: answer["data"] as? String ?? "") ?? Data()
  }

  private func call(_ method: String, _ parameters: [String: Any] = [:]) throws -> [String: Any] {
    let number = next
    next += 1
    var message: [String: Any] = ["id": number, "method": method, "params": parameters]
    if let session, !method.hasPrefix("Target."), !method.hasPrefix("Browser.") { message["sessionId"] = session }
    let bytes = [UInt8](try JSONSerialization.data(withJSONObject: message)) + [0]
    guard write(input, bytes, bytes.count) == bytes.count else {
      throw BrowserFailure(description: "the browser is gone")
    }
    let end = Date().addingTimeInterval(60)
    while Date() < end {
      guard let answer = try read() else {
        usleep(10_000)
        continue
      }
      if answer["id"] as? Int == number {
        if let error = answer["error"] as? [String: Any] { throw BrowserFailure(description: "\(method): \(error)") }
        return answer["result"] as? [String: Any] ?? [:]
      }
      note(answer)
    }
    throw BrowserFailure(description: "no answer to \(method)")
  }

  private func read() throws -> [String: Any]? {
    var piece = [UInt8](repeating: 0, count: 65536)
    let count = Glibc.read(output, &piece, piece.count)
    if count > 0 { buffer += piece[..<count] }
    guard let end = buffer.firstIndex(of: 0) else { return nil }
    let message = Data(buffer[..<end])
    buffer.removeSubrange(...end)
    return try JSONSerialization.jsonObject(with: message) as? [String: Any]
  }

  private func note(_ event: [String: Any]) {
    let parameters = event["params"] as? [String: Any] ?? [:]
    switch event["method"] as? String {
    case "Runtime.exceptionThrown": errors.append("exception: \(parameters)")
    case "Runtime.consoleAPICalled":
      if ["error", "warning", "assert"].contains(parameters["type"] as? String) {
        errors.append("console: \(parameters)")
      }
    case "Log.entryAdded":
      let entry = parameters["entry"] as? [String: Any] ?? [:]
      if ["error", "warning"].contains(entry["level"] as? String) { errors.append("log: \(entry)") }
    default: break
    }
  }
}
