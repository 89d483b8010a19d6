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
    "-swift-version", "5", "-Onone", "-g", "-module-name", "Notebook", "-diagnostic-style", "llvm", "-use-ld=gold",
    // Errors at the top level come to the library rather than to the runtime, which would trap.
    "-Xlinker", "--wrap=swift_errorInMain",
  ]

  package func compile(_ program: Program, interrupts: Interrupts?) throws(CompileFailure) -> CompiledProgram {
    let recipe = [program.source, installation.fingerprint, Self.flags.joined(separator: " ")].joined(separator: "\0")
    let key = Digest.sha256(recipe).prefix(24)
    let folder = "\(cache)/\(key)"
    let executable = folder + "/program"
    if FileManager.default.isExecutableFile(atPath: executable) {
      return CompiledProgram(executable: executable, isFromCache: true)
    }
    do {
      let temporary = try ScratchFolder(in: Files.folder(of: cache) + "/scratch")
      defer { temporary.remove() }
      let scratch = temporary.path + "/program"
      try Files.makeFolder(scratch)
      try Files.makeFolder(cache)
      try Data(program.source.utf8).write(to: URL(fileURLWithPath: scratch + "/main.swift"))
      let result = try Command(
        executable: installation.swiftc,
        arguments: arguments(source: scratch + "/main.swift", output: scratch + "/program"), interrupts: interrupts
      ).run()
      if interrupts?.exitCode != nil { throw CompileFailure.interrupted }
      // Remarks about the lines between the cells are no one's business.
      let diagnostics = Diagnostic.parse(result.output).filter {
        $0.severity == .error || $0.location?.file.hasPrefix(scratch) != true
      }
      guard result.ending == .exited(0) else {
        if diagnostics.contains(where: { $0.severity == .error && $0.location != nil }) {
          throw CompileFailure.diagnostics(diagnostics)
        }
        throw CompileFailure.other("swiftc failed:\n" + result.output)
      }
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
      return CompiledProgram(executable: executable, diagnostics: diagnostics, isFromCache: false)
    } catch let failure as CompileFailure {
      throw failure
    } catch let error as ChildProcess.SpawnError {
      throw CompileFailure.other(error.description)
    } catch {
      throw CompileFailure.other("\(error)")
    }
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
      "-L", installation.products, "-lWorkbench", "-lm", "-Xlinker", "-rpath", "-Xlinker", installation.products,
    ]
    return result + [source, "-o", output]
  }

  /// Keeps the newest programs.
  private func prune(keeping kept: Int = 64) {
    let manager = FileManager.default
    guard let names = try? manager.contentsOfDirectory(atPath: cache), names.count > kept else { return }
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
