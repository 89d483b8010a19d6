// Return addresses of a program -> places in the notebook.

internal import NotebookText

/// Asks `llvm-symbolizer` of the toolchain, or `addr2line`.
struct Symbolizer {
  var tool: String?
  var executable: String
  var notebook: String

  /// The notebook's places among `addresses`, innermost first.
  func places(_ addresses: [UInt]) -> [SourceLocation] {
    guard !addresses.isEmpty else { return [] }
    // A return address is behind the call: one byte before it lies in the call.
    let numbers = addresses.map { "0x" + String($0 - 1, radix: 16) }
    let command =
      tool.map {
        Command(
          executable: $0, arguments: ["--obj=" + executable, "--functions=none", "--inlining=true"] + numbers)
      } ?? Command(executable: "/usr/bin/addr2line", arguments: ["-i", "-e", executable] + numbers)
    guard let output = try? command.run().output else { return [] }
    var result: [SourceLocation] = []
    for line in output.split(separator: "\n") {
      guard let found = line.firstRange(of: notebook + ":") else { continue }
      let numbers = line[found.upperBound...].split(separator: ":").map { Int($0.prefix { $0.isNumber }) ?? 0 }
      guard let number = numbers.first, number > 0 else { continue }
      let place = SourceLocation(
        file: notebook, line: number, column: numbers.count > 1 && numbers[1] > 0 ? numbers[1] : 1)
      if result.last != place { result.append(place) }
    }
    return result
  }
}
