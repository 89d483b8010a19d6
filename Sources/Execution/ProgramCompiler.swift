// main.swift -> an executable in `.workbench/programs/<key>`. The same program is compiled once.

internal import Basics
internal import FileSystem
internal import Foundation
internal import Glibc
internal import NotebookText

/// Compiles notebooks' programs.
package struct ProgramCompiler {
  var installation: Installation
  /// The folder of compiled programs.
  var cache: String

  package init(installation: Installation, cache: String) {
    self.installation = installation
    self.cache = cache
  }

  private static let flags = [
    // Lines are all that messages need; with `-g` the module would be built once more for debuggers.
    "-swift-version", "5", "-Onone", "-gline-tables-only", "-module-name", "Notebook", "-diagnostic-style", "llvm",
    // Backtraces go from frame to frame, in optimised cells too.
    "-use-ld=gold", "-Xcc", "-fno-omit-frame-pointer",
    // Errors at the top level come to the library rather than to the runtime, which would trap.
    "-Xlinker", "--wrap=swift_errorInMain",
  ]

  /// Where the commands of compiler and linker are kept, among the programs.
  private static let commandsFolder = "compiler"

  package func compile(_ program: Program, interrupts: Interrupts?) throws(CompileFailure) -> CompiledProgram {
    let recipe = [
      program.source, installation.fingerprint, Self.flags.joined(separator: " "), "\(program.isOptimized)",
    ]
    let folder = "\(cache)/\(Digest.sha256(recipe.joined(separator: "\0")).prefix(24))"
    let executable = folder + "/program"
    if FileManager.default.isExecutableFile(atPath: executable) {
      return CompiledProgram(executable: executable, isFromCache: true, outsideCalls: calls(in: folder))
    }
    do {
      let temporary = try ScratchFolder(in: Files.folder(of: cache) + "/scratch")
      defer { temporary.remove() }
      let scratch = temporary.path + "/program"
      try Files.makeFolder(scratch)
      try Files.makeFolder(cache)
      let diagnostics = try build(program, in: scratch, interrupts)
      if rename(scratch, folder) != 0 {
        // Another run has compiled the same program meanwhile, or an old folder has lost its program.
        if !FileManager.default.isExecutableFile(atPath: executable) {
          try? FileManager.default.removeItem(atPath: folder)
          guard rename(scratch, folder) == 0 else {
            throw CompileFailure.other("\(folder) cannot be written: \(String(cString: strerror(errno)))")
          }
        }
      }
      prune()
      return CompiledProgram(
        executable: executable, diagnostics: diagnostics, isFromCache: false, outsideCalls: calls(in: folder))
    } catch let failure as CompileFailure {
      throw failure
    } catch let error as ChildProcess.SpawnError {
      throw CompileFailure.other(error.description)
    } catch {
      throw CompileFailure.other("\(error)")
    }
  }

  /// Makes `program` in `scratch` and returns the compiler's warnings. In parts if that is possible, else as one file;
  /// through swiftc where what it starts is not known.
  private func build(_ program: Program, in scratch: String, _ interrupts: Interrupts?) throws -> [Diagnostic] {
    let source = scratch + "/main.swift"
    try AtomicFile.write(program.source, to: source)
    if let commands = commands(source, scratch) {
      let build = DirectBuild(commands: commands, scratch: scratch, interrupts: interrupts)
      if let parts = program.parts, case let done = try build.inParts(parts, isOptimized: program.isOptimized),
        done.isMade
      {
        return diagnostics(done.output, scratch)
      }
      let done = try build.whole(source, isOptimized: program.isOptimized)
      let diagnostics = diagnostics(done.output, scratch)
      if done.isMade { return diagnostics }
      if hasPlaces(diagnostics) { throw CompileFailure.diagnostics(diagnostics) }
    }
    let level = program.isOptimized ? ["-O"] : []
    let result = try Command(
      executable: installation.swiftc, arguments: arguments(source: source, output: scratch + "/program") + level,
      interrupts: interrupts
    ).run()
    if interrupts?.exitCode != nil { throw CompileFailure.interrupted }
    let diagnostics = diagnostics(result.output, scratch)
    guard result.ending == .exited(0) else {
      if hasPlaces(diagnostics) { throw CompileFailure.diagnostics(diagnostics) }
      throw CompileFailure.other("swiftc failed:\n" + result.output)
    }
    return diagnostics
  }

  /// What is kept beside a program of its calls.
  private func calls(in folder: String) -> OutsideCalls? {
    guard let bytes = try? Files.read(folder + "/" + DirectBuild.callsFile) else { return nil }
    return try? JSONDecoder().decode(OutsideCalls.self, from: Data(bytes))
  }

  /// What the compiler said. Remarks about the lines between the cells are no one's business.
  private func diagnostics(_ output: String, _ scratch: String) -> [Diagnostic] {
    Diagnostic.parse(output).filter { $0.severity == .error || $0.location?.file.hasPrefix(scratch) != true }
  }

  private func hasPlaces(_ diagnostics: [Diagnostic]) -> Bool {
    diagnostics.contains { $0.severity == .error && $0.location != nil }
  }

  private func commands(_ source: String, _ scratch: String) -> CompilerCommands? {
    let identity = [installation.compilerFingerprint, installation.products] + installation.moduleMaps + Self.flags
    return CompilerCommands.known(
      swiftc: installation.swiftc, identity: identity.joined(separator: "\0"),
      arguments: { arguments(source: source, output: scratch + "/program") },
      folder: cache + "/" + Self.commandsFolder)
  }

  /// What swiftc is given: the source file and the executable that it makes.
  func arguments(source: String, output: String) -> [String] {
    var result = Self.flags
    // The compiler refuses a module cache whose folder was moved or copied, so each place has one of its own.
    let place = Digest.sha256(installation.products).prefix(12)
    result += [
      "-module-cache-path", "\(installation.products)/NotebookModuleCache-\(place)",
      "-I", installation.products + "/Modules",
    ]
    result += installation.moduleMaps.flatMap { ["-Xcc", "-fmodule-map-file=" + $0] }
    let pkgConfig = Command(
      executable: "/usr/bin/pkg-config",
      arguments: ["--cflags", "cairo", "freetype2", "libpng", "openblas", "libcrypto"])
    if let found = try? pkgConfig.run(), found.ending == .exited(0) {
      result += found.output.split { $0 == " " || $0 == "\n" }.flatMap { ["-Xcc", String($0)] }
    }
    result += [
      "-L", installation.products, "-lWorkbench", "-lm",
      // Members that Foundation adds to texts are seen without an import, since the library uses it.
      "-lFoundation", "-lFoundationEssentials", "-Xlinker", "-rpath", "-Xlinker", installation.products,
    ]
    return result + [source, "-o", output]
  }

  /// Keeps the newest programs.
  private func prune(keeping kept: Int = 64) {
    let manager = FileManager.default
    guard var names = try? manager.contentsOfDirectory(atPath: cache) else { return }
    names.removeAll { $0 == Self.commandsFolder }
    guard names.count > kept else { return }
    let dated = names.map { name in
      let date = (try? manager.attributesOfItem(atPath: "\(cache)/\(name)"))?[.modificationDate] as? Date
      return (name: name, date: date ?? .distantPast)
    }
    for old in dated.sorted(by: { $0.date > $1.date }).dropFirst(kept) {
      try? manager.removeItem(atPath: "\(cache)/\(old.name)")
    }
  }
}

/// Why a program was not compiled.
package enum CompileFailure: Error {
  /// What the compiler said, with its errors among it.
  case diagnostics([Diagnostic])
  case interrupted
  case other(String)
}
