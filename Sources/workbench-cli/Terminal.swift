// stdout and stderr as a person or a log sees them.

internal import Foundation
@preconcurrency internal import Glibc

/// Where messages go: colours and a live line on a terminal, plain lines elsewhere.
struct Terminal {
  let isLive: Bool
  private let hasColour: Bool

  init() {
    let environment = ProcessInfo.processInfo.environment
    isLive = isatty(STDERR_FILENO) == 1 && environment["TERM"] != "dumb"
    hasColour = isLive && environment["NO_COLOR", default: ""].isEmpty
  }

  /// An error, on stderr: `errorText` of `message`.
  func error(_ message: String) {
    let text = errorText(message)
    write(STDERR_FILENO, (hasColour ? "\u{1B}[31m\(text)\u{1B}[0m" : text) + "\n")
  }

  /// A remark, on stderr: stdout belongs to the notebook.
  func note(_ message: String) { write(STDERR_FILENO, (hasColour ? "\u{1B}[2m\(message)\u{1B}[0m" : message) + "\n") }

  /// The live line; empty text takes it away.
  func live(_ text: String) {
    var size = winsize()
    let width = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    write(STDERR_FILENO, "\r\u{1B}[K" + text.prefix(width - 1))
  }

  func write(_ descriptor: Int32, _ text: String) { write(descriptor, Array(text.utf8)) }

  func write(_ descriptor: Int32, _ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return }
    }
  }
}
