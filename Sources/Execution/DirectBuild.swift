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
    var outcome = Outcome(output: "", isMade: true)
    var objects: [String] = []
    for (part, source) in parts.enumerated() {
      let name = Program.moduleName(part: part)
      let base = Files.join(scratch, name)
      try AtomicFile.write(source, to: base + ".swift")
      objects.append(base + ".o")
      var command = commands.compile(base + ".swift", to: base + ".o", isOptimized: isOptimized)
      guard let place = command.firstIndex(of: "-module-name"), command.indices.contains(place + 1) else {
        return Outcome(output: "", isMade: false)
      }
      command[place + 1] = name
      command += ["-module-abi-name", "Notebook", "-package-name", "Notebook", "-enable-testing", "-I", scratch]
      command += ["-emit-module-path", base + ".swiftmodule"]
      if part < parts.count - 1 { command += ["-entry-point-function-name", Program.entryPoint(part: part)] }
      let compiled = try run(command)
      outcome.output += compiled.output
      if !compiled.isMade { return Outcome(output: outcome.output, isMade: false) }
    }
    return try link(objects, after: outcome.output)
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
