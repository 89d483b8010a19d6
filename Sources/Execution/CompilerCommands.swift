// The compiler and the linker themselves. swiftc starts five more programs for a notebook: two thirds of the time that a
// small one takes. What it would start is asked once and kept.

internal import Basics
internal import FileSystem
internal import Foundation

/// How swiftc compiles one file, and how it links.
struct CompilerCommands: Codable, Equatable {
  /// The compiler with its arguments, `sourceMark` and `outputMark` for the files, and the level of optimisation.
  var compile: [String]
  /// The linker with its arguments, `outputMark` for the program and `objectsMark` for what is linked.
  var link: [String]

  static let sourceMark = "%source"
  static let outputMark = "%output"
  static let objectsMark = "%objects"

  /// The command that compiles `source` to the object file `output`.
  func compile(_ source: String, to output: String, isOptimized: Bool) -> [String] {
    compile.map { word in
      switch word {
      case Self.sourceMark: source
      case Self.outputMark: output
      case "-Onone": isOptimized ? "-O" : word
      default: word
      }
    }
  }

  /// The command that links object files, and what those ask for, to the program `output`.
  func link(_ objects: [String], _ options: [String], to output: String) -> [String] {
    link.flatMap { word in
      switch word {
      case Self.outputMark: [output]
      case Self.objectsMark: objects + options
      default: [word]
      }
    }
  }

  /// The commands kept in `folder` for `swiftc` with these arguments, or those that it says now; nil where it works in
  /// another way.
  static func known(
    swiftc: String, identity: String, arguments: () -> [String], folder: String
  ) -> CompilerCommands? {
    let path = Files.join(folder, Digest.sha256(identity).prefix(24) + ".json")
    if let bytes = try? Files.read(path), let known = try? JSONDecoder().decode(Self.self, from: Data(bytes)) {
      return known
    }
    guard let found = asked(of: swiftc, arguments()) else { return nil }
    try? Files.makeFolder(folder)
    if let json = try? JSONEncoder().encode(found) { try? AtomicFile.write(Array(json), to: path) }
    return found
  }

  /// What swiftc says it would do: compile one file, look what that asks the linker for, and link through clang, which is
  /// asked in turn.
  private static func asked(of swiftc: String, _ arguments: [String]) -> CompilerCommands? {
    let jobs = output(of: [swiftc] + arguments + ["-driver-print-jobs"])?.split(separator: "\n").map(words) ?? []
    guard jobs.count == 3, jobs[0].dropFirst().starts(with: ["-frontend", "-c"]),
      let source = jobs[0].firstIndex(of: "-primary-file"), let output = jobs[0].firstIndex(of: "-o"),
      jobs[0].indices.contains(source + 1), jobs[0].indices.contains(output + 1), jobs[0].contains("-Onone"),
      let objects = jobs[2].firstIndex(of: jobs[0][output + 1])
    else { return nil }
    var compile = jobs[0]
    (compile[source + 1], compile[output + 1]) = (sourceMark, outputMark)
    var clang = jobs[2]
    clang.replaceSubrange(objects...objects, with: ["-Xlinker", objectsMark])
    clang.removeAll { $0.hasPrefix("@") }
    guard let last = Self.output(of: clang + ["-###"])?.split(separator: "\n").last else { return nil }
    var link = words(last)
    guard let program = link.firstIndex(of: "-o"), link.indices.contains(program + 1), link.contains(objectsMark) else {
      return nil
    }
    link[program + 1] = outputMark
    return CompilerCommands(compile: compile, link: link)
  }

  private static func output(of command: [String]) -> String? {
    let command = Command(executable: command[0], arguments: Array(command.dropFirst()))
    guard let result = try? command.run(), result.ending == .exited(0) else { return nil }
    return result.output
  }

  /// The words of a line as a shell reads them.
  static func words(_ line: Substring) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var isEscaped = false
    for character in line {
      if isEscaped {
        (word, isEscaped) = ((word ?? "") + String(character), false)
      } else if character == "\\", quote != "'" {
        isEscaped = true
      } else if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
      } else if character == "'" || character == "\"" {
        (quote, word) = (character, word ?? "")
      } else if character == " " {
        if let word { words.append(word) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    return words + (word.map { [$0] } ?? [])
  }
}
