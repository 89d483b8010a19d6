// A page -> PDF, by a Chromium without a window: vectors stay vectors, links stay links, formulas are MathML's.

package import Execution
internal import FileSystem
internal import Foundation
internal import Glibc

/// The browser that prints pages.
package struct PDFPrinter: Sendable {
  package var browser: String

  /// Why there is no PDF.
  package struct PrintFailure: Error, Sendable, CustomStringConvertible {
    package var description: String
  }

  /// The first of Chromium's names on PATH. Throws `PrintFailure` with what to install.
  package init() throws(PrintFailure) {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
    let names = ["chromium", "chromium-browser", "google-chrome"]
    let found = names.lazy.flatMap { name in folders.lazy.map { "\($0)/\(name)" } }
      .first(where: FileManager.default.isExecutableFile)
    guard let found else {
      throw PrintFailure(description: "no chromium on PATH, which prints the PDF; install it: apt-get install chromium")
    }
    browser = found
  }

  /// Prints a page that needs no other file. The same page and the same browser give the same bytes: the dates that the
  /// browser writes become `SOURCE_DATE_EPOCH`, or the start of 1970, and links to files, which a browser would print as
  /// paths of this machine, are words.
  package func pdf(of html: String, interrupts: Interrupts? = nil) throws -> [UInt8] {
    let scratch = "\(NSTemporaryDirectory())/workbench-print-\(getpid())"
    try Files.makeFolder(scratch)
    defer { try? Files.remove(scratch) }
    let (page, made) = (scratch + "/page.html", scratch + "/page.pdf")
    try AtomicFile.write(Self.withoutFileLinks(html), to: page)
    var arguments = [
      "--headless", "--disable-gpu", "--no-first-run", "--no-pdf-header-footer", "--generate-pdf-document-outline",
      "--user-data-dir=\(scratch)/profile", "--print-to-pdf=\(made)", URL(fileURLWithPath: page).absoluteString,
    ]
    // The browser's sandbox refuses to work for root, as in a container.
    if getuid() == 0 { arguments.insert("--no-sandbox", at: 0) }
    let result = try Command(executable: browser, arguments: arguments, interrupts: interrupts).run()
    guard Files.exists(made) else {
      throw PrintFailure(description: "\(browser) printed nothing: \(result.output.suffix(400))")
    }
    return Self.dated(try Files.read(made))
  }

  /// `html` without the addresses of links that lead neither to a place of the page nor to another host.
  package static func withoutFileLinks(_ html: String) -> String {
    html.replacing(#/(<a\s(?:[^>]*\s)?)href="([^"]*)"/#) { match in
      let isKept = match.2.hasPrefix("#") || match.2.firstMatch(of: #/^(?i:https?|mailto):/#) != nil
      return isKept ? String(match.0) : String(match.1)
    }
  }

  /// The document with its two dates replaced, byte for byte, so that its table of offsets stays right.
  package static func dated(_ pdf: [UInt8], seconds: Int = sourceDate) -> [UInt8] {
    var result = pdf
    var time = time_t(seconds)
    var parts = tm()
    gmtime_r(&time, &parts)
    let numbers = [parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec]
    let date = Array(numbers.map { ($0 < 10 ? "0" : "") + String($0) }.joined().utf8)
    for name in ["/CreationDate (D:", "/ModDate (D:"] {
      let mark = Array(name.utf8)
      var start = 0
      while let found = result[start...].firstRange(of: mark) {
        let place = found.upperBound..<found.upperBound + 14
        start = found.upperBound
        guard place.upperBound <= result.count, result[place].allSatisfy({ (48...57).contains($0) }) else { continue }
        result.replaceSubrange(place, with: date)
      }
    }
    return result
  }

  /// `SOURCE_DATE_EPOCH` of reproducible builds, else 0.
  package static var sourceDate: Int {
    ProcessInfo.processInfo.environment["SOURCE_DATE_EPOCH"].flatMap { Int($0) } ?? 0
  }
}
