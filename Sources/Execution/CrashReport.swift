// The runtime's backtrace of a trap, reduced to the places of the notebook.

internal import Glibc
package import NotebookText

/// A crash as `swift-backtrace` writes it.
package struct CrashReport {
  /// What the processor or the system complained about: "Illegal instruction".
  package var reason: String?
  /// A failure the compiler named in the debug information: "arithmetic overflow".
  package var runtimeFailure: String?
  /// Places in the notebook, innermost first.
  package var places: [SourceLocation] = []

  /// The signals of a crash, for which the runtime writes a report.
  static let signals: Set<Int32> = [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT]

  /// Reads a report in its text form.
  package init(text: String, notebook: String) {
    var isCrashedThread = false
    var isBehindInlined = false
    for line in text.split(separator: "\n") {
      if line.hasPrefix("*** ") {
        // "*** Program crashed: Illegal instruction at 0x… ***", "*** Fatal error: … ***"
        reason = line.split(separator: ": ", maxSplits: 1).last
          .map { $0.replacing(" ***", with: "") }
          .flatMap { String($0.prefix(upTo: $0.firstRange(of: " at 0x")?.lowerBound ?? $0.endIndex)) }
      } else if line.hasPrefix("Thread ") {
        isCrashedThread = line.contains("crashed")
      } else if isCrashedThread {
        if let failure = line.firstRange(of: "Swift runtime failure: ") {
          let rest = line[failure.upperBound...]
          runtimeFailure = String(rest.prefix(upTo: rest.firstRange(of: " in ")?.lowerBound ?? rest.endIndex))
        }
        // Optimised code behind what was inlined from the standard library has the notebook's line, but under the name of
        // the program's file.
        let inner = isBehindInlined ? Self.place(line, "main.swift") ?? Self.place(line, Self.part) : nil
        isBehindInlined = line.contains("[inlined] [system]")
        if isBehindInlined, line.contains(" subscript.") { runtimeFailure = runtimeFailure ?? "Index out of range" }
        guard var place = inner ?? Self.place(line, notebook) else { continue }
        place.file = notebook
        if places.last != place { places.append(place) }
      }
    }
  }

  /// How the files of a program in parts end.
  private static var part: Regex<Substring> { #/NotebookPart\d+\.swift/# }

  private static func place(_ line: Substring, _ file: some RegexComponent) -> SourceLocation? {
    guard let found = line.firstMatch(of: file) else { return nil }
    return place(line, String(line[found.range]))
  }

  /// The place of a frame: "4 [ra] 0x… g(_:) + 52 in program at notebooks/x.md:28:45".
  private static func place(_ line: Substring, _ notebook: String) -> SourceLocation? {
    guard let found = line.firstRange(of: notebook + ":") else { return nil }
    let numbers = line[found.upperBound...].split(separator: ":").map { Int($0.prefix { $0.isNumber }) }
    guard let first = numbers.first, let lineNumber = first, lineNumber > 0 else { return nil }
    let column = numbers.count > 1 ? numbers[1] ?? 1 : 1
    return SourceLocation(file: notebook, line: lineNumber, column: max(column, 1))
  }
}

/// Takes the runtime's own remarks about its backtrace out of a program's stderr, with the blank lines around them.
package struct CrashNoiseFilter {
  private static let marks = ["*** Signal ", "swift-runtime: "].map { Array($0.utf8) }

  /// Blank lines, and the beginning of a line that may be such a remark.
  private var blanks = 0
  private var held: [UInt8] = []
  private var isInsideLine = false
  private var hasSeenNoise = false

  package init() {}

  /// What of `bytes` is to be shown now. A line that may be such a remark is held until its end has come.
  package mutating func pass(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var rest = bytes[...]
    while let byte = rest.first {
      if isInsideLine {
        let end = rest.firstIndex(of: 10)
        let line = end.map { rest[...$0] } ?? rest
        result += line
        rest = rest[line.endIndex...]
        isInsideLine = end == nil
        continue
      }
      rest = rest.dropFirst()
      if byte == 10, held.isEmpty {
        if !hasSeenNoise { blanks += 1 }
      } else if byte == 10 {
        // Only a whole mark is held to the end of its line; a part of one is passed on.
        if Self.marks.contains(where: { held.starts(with: $0) }) {
          (hasSeenNoise, blanks, held) = (true, 0, [])
        } else {
          result += release() + [10]
        }
      } else {
        held.append(byte)
        if !Self.marks.contains(where: { held.starts(with: $0) || $0.starts(with: held) }) {
          result += release()
          isInsideLine = true
        }
      }
    }
    return result
  }

  private mutating func release() -> [UInt8] {
    defer { (blanks, held, hasSeenNoise) = (0, [], false) }
    return [UInt8](repeating: 10, count: blanks) + held
  }

  /// What is still held when the program has ended.
  package mutating func finish() -> [UInt8] {
    if Self.marks.contains(where: { held.starts(with: $0) }) { (blanks, held) = (0, []) }
    return release()
  }
}
