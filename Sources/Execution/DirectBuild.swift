// A program from its source with the compiler and the linker themselves, whole or in parts.

internal import FileSystem
internal import Foundation

/// Compiles and links in a folder of its own.
struct DirectBuild {
  var commands: CompilerCommands
  var scratch: String
  var interrupts: Interrupts?

  /// What the compiler and the linker said, and whether `program` is in the folder.
  struct Outcome {
    var output: String
    var isMade: Bool
  }

  /// Makes the program of one file.
  func whole(_ source: String, isOptimized: Bool) throws -> Outcome {
    let object = scratch + "/main.o"
    let compiled = try run(commands.compile(source, to: object, isOptimized: isOptimized))
    if !compiled.isMade { return compiled }
    return try link([object], after: compiled.output)
  }

  /// Makes the program of files that see one another's declarations in their order. What Swift prints of types names one
  /// module, as for a program of one file.
  func inParts(_ parts: [String], isOptimized: Bool) throws -> Outcome {
    var said = ""
    var objects: [String] = []
    for (part, source) in parts.enumerated() {
      let name = Program.moduleName(part: part)
      let compiled = try module(
        name, source, isOptimized: isOptimized,
        flags: [
          "-module-abi-name", "Notebook", "-package-name", "Notebook", "-enable-testing", "-I", scratch,
          "-emit-module-path", Files.join(scratch, name) + ".swiftmodule",
          "-entry-point-function-name", Program.entryPoint(part: part),
        ])
      said += compiled.output
      if !compiled.isMade { return Outcome(output: said, isMade: false) }
      objects.append(object(of: name))
    }
    let main = try module("NotebookMain", Program.main(parts: parts.count), isOptimized: false, flags: [])
    if !main.isMade { return main }
    return try link(objects + [object(of: "NotebookMain")], after: said)
  }

  private func object(of module: String) -> String { Files.join(scratch, module) + ".o" }

  /// Compiles one file as the module `name`.
  private func module(_ name: String, _ source: String, isOptimized: Bool, flags: [String]) throws -> Outcome {
    let path = Files.join(scratch, name) + ".swift"
    try AtomicFile.write(source, to: path)
    var command = commands.compile(path, to: object(of: name), isOptimized: isOptimized)
    guard let place = command.firstIndex(of: "-module-name"), command.indices.contains(place + 1) else {
      return Outcome(output: "", isMade: false)
    }
    command[place + 1] = name
    return try run(command + flags)
  }

  /// The file beside a program that holds its `OutsideCalls`.
  static let callsFile = "calls.json"

  /// Links object files with what they ask for, and keeps what they call.
  private func link(_ paths: [String], after said: String) throws -> Outcome {
    var options: [String] = []
    var symbols: Set<String> = []
    for path in paths {
      let object = ObjectFile(bytes: try Files.read(path))
      guard let own = object.linkerOptions, let used = object.undefinedSymbols else {
        return Outcome(output: said, isMade: false)
      }
      for option in own where !options.contains(option) { options.append(option) }
      symbols.formUnion(used)
    }
    let calls = try JSONEncoder().encode(OutsideCalls(symbols: Array(symbols)))
    try AtomicFile.write(Array(calls), to: Files.join(scratch, Self.callsFile))
    let linked = try run(commands.link(paths, options, to: scratch + "/program"))
    return Outcome(output: said + linked.output, isMade: linked.isMade)
  }

  private func run(_ command: [String]) throws -> Outcome {
    let result = try Command(
      executable: command[0], arguments: Array(command.dropFirst()), interrupts: interrupts
    ).run()
    if interrupts?.exitCode != nil { throw CompileFailure.interrupted }
    return Outcome(output: result.output, isMade: result.ending == .exited(0))
  }
}
