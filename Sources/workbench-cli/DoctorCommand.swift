// workbench doctor: what the workbench needs, what it found, and what to do about the rest.

internal import ArgumentParser
internal import Execution
internal import Foundation
internal import Pages
internal import Workbench

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Looks at compiler, libraries, fonts, processor, memory and data, and says what to do about problems.",
    discussion: """
      Ends with exit code 1 if something that is needed is missing.

      Example:
        workbench doctor --data cifar-10-batches-bin
      """)

  @OptionGroup var images: DataOptions

  @OptionGroup var output: JSONOptions

  func run() throws {
    let installation = try? Installation.current()
    let checks =
      [HealthCheck.compiler(installation), .linker, .symbolizer(installation)] + HealthCheck.libraries + [
        .formulas, .fonts, .cores, .kernels, .memory, .disk,
        .data(images.directory), .browser,
      ]
    if output.json { try printJSON(checks) } else { checks.forEach { print($0.line) } }
    if checks.contains(where: { $0.state == .problem }) { throw ExitStatus.failure.ending }
  }
}

/// One thing that was looked at.
struct HealthCheck: Encodable {
  enum State: String, Encodable { case ok, warning, problem }

  var name: String
  var state: State
  var found: String
  /// What to do; nil if nothing is to be done.
  var advice: String?

  var line: String {
    let mark = ["ok": "ok     ", "warning": "warning", "problem": "PROBLEM"][state.rawValue] ?? ""
    return "\(mark)  \(column(name, 14)) \(found)" + (advice.map { "\n\(column("", 24)) → \($0)" } ?? "")
  }

  static func ok(_ name: String, _ found: String) -> HealthCheck { HealthCheck(name: name, state: .ok, found: found) }

  // MARK: What notebooks are compiled with

  static func compiler(_ installation: Installation?) -> HealthCheck {
    guard let installation else {
      return HealthCheck(
        name: "compiler", state: .problem, found: "no swiftc on PATH, or no libWorkbench.so beside this program",
        advice: "install Swift 6.1 or newer from https://www.swift.org/install/linux/, then run ./workbench once")
    }
    let text = Tool.output(installation.swiftc, ["--version"]) ?? ""
    let version = text.firstMatch(of: #/Swift version (\d+)\.(\d+)(\S*)/#)
    guard let version, let major = Int(version.1), let minor = Int(version.2) else {
      return HealthCheck(
        name: "compiler", state: .problem, found: "\(installation.swiftc) does not tell its version",
        advice: "reinstall the toolchain from https://www.swift.org/install/linux/")
    }
    let found = "Swift \(major).\(minor)\(version.3), \(installation.swiftc)"
    if (major, minor) >= (6, 1) { return ok("compiler", found) }
    return HealthCheck(
      name: "compiler", state: .problem, found: found,
      advice: "install Swift 6.1 or newer from https://www.swift.org/install/linux/")
  }

  static var linker: HealthCheck {
    if let path = Tool.path("ld.gold") { return ok("linker", path) }
    return HealthCheck(
      name: "linker", state: .problem, found: "no ld.gold, with which notebooks are linked",
      advice: "apt-get install binutils")
  }

  static func symbolizer(_ installation: Installation?) -> HealthCheck {
    if let tool = installation?.symbolizer ?? Tool.path("addr2line") { return ok("symbolizer", tool) }
    return HealthCheck(
      name: "symbolizer", state: .warning, found: "neither llvm-symbolizer nor addr2line: errors have no line",
      advice: "apt-get install binutils")
  }

  static var libraries: [HealthCheck] {
    [
      ("openblas", "libopenblas-dev"), ("cairo", "libcairo2-dev"), ("libpng", "libpng-dev"),
      ("freetype2", "libfreetype-dev"), ("libcmark-gfm", "libcmark-gfm-dev libcmark-gfm-extensions-dev"),
      ("libcrypto", "libssl-dev"), ("yaml-0.1", "libyaml-dev"),
      ("libmicrohttpd", "libmicrohttpd-dev"),
    ].map { module, package in
      if let version = Tool.output("/usr/bin/pkg-config", ["--modversion", module]) {
        return ok(module, version.trimmingCharacters(in: .whitespacesAndNewlines))
      }
      return HealthCheck(
        name: module, state: .problem, found: "not found by pkg-config",
        advice: "apt-get install pkg-config \(package)")
    }
  }

  static var fonts: HealthCheck {
    let folder = ProcessInfo.processInfo.environment["WORKBENCH_FONT_DIR"] ?? "/usr/share/fonts/truetype/dejavu"
    let missing = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].filter {
      !FileManager.default.isReadableFile(atPath: folder + "/" + $0)
    }
    if missing.isEmpty { return ok("fonts", "DejaVu Sans in \(folder)") }
    return HealthCheck(
      name: "fonts", state: .problem, found: "no \(missing.joined(separator: ", ")) in \(folder)",
      advice: "apt-get install fonts-dejavu-core, or set WORKBENCH_FONT_DIR to a folder that has them")
  }

  static var formulas: HealthCheck {
    if let path = Tool.path("blahtexml") { return ok("formulas", path) }
    return HealthCheck(
      name: "formulas", state: .problem, found: "no blahtexml, which typesets formulas",
      advice: "apt-get install blahtexml")
  }

  // MARK: The machine

  static var cores: HealthCheck {
    ok("cores", "\(ProcessInfo.processInfo.activeProcessorCount) of \(ProcessInfo.processInfo.processorCount)")
  }

  static var kernels: HealthCheck {
    let forced = ProcessInfo.processInfo.environment["WORKBENCH_KERNELS"]
    if let forced, !forced.isEmpty {
      return HealthCheck(
        name: "kernels", state: forced == kernelLevel ? .ok : .warning,
        found: "\(kernelLevel); WORKBENCH_KERNELS asks for \(forced)",
        advice: forced == kernelLevel ? nil : "unset WORKBENCH_KERNELS, or give it a level that the processor has")
    }
    if kernelLevel != "portable" { return ok("kernels", kernelLevel) }
    return HealthCheck(
      name: "kernels", state: .warning, found: "portable: the processor has neither AVX2 nor AVX-512",
      advice: "trainings take several times as long; use a newer x86 processor for the larger scales")
  }

  static var memory: HealthCheck {
    guard let total = SystemMemory.totalMiB(), let left = SystemMemory.availableMiB() else {
      return HealthCheck(name: "memory", state: .warning, found: "/proc/meminfo cannot be read")
    }
    let found = "\(left) of \(total) MiB can be had"
    if left >= 1024 { return ok("memory", found) }
    return HealthCheck(
      name: "memory", state: .warning, found: found,
      advice: "WRN-10-1 needs 150 MiB, WRN-34-10 2300; close something, or use a smaller --scale")
  }

  static var disk: HealthCheck {
    let folder = FileManager.default.currentDirectoryPath
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
    guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.int64Value else {
      return HealthCheck(name: "disk", state: .warning, found: "free space of \(folder) is not known")
    }
    let found = "\(free >> 20) MiB free in \(folder)"
    if free >> 20 >= 1024 { return ok("disk", found) }
    return HealthCheck(
      name: "disk", state: .warning, found: found, advice: "free some space: `workbench runs prune` removes old runs")
  }

  // MARK: What only some commands need

  static func data(_ folder: String?) -> HealthCheck {
    guard let folder else {
      return ok("data", "none named: scales draft and demo need none, cifar and paper want --data or WORKBENCH_DATA")
    }
    do {
      let train = try CIFAR10.load(directory: folder, split: .train)
      let test = try CIFAR10.load(directory: folder, split: .test)
      return ok("data", "CIFAR-10 in \(folder): \(train.count) to train on, \(test.count) to test")
    } catch {
      return HealthCheck(
        name: "data", state: .problem, found: "\(error)",
        advice: "fetch the binary version from https://www.cs.toronto.edu/~kriz/cifar.html and name its folder")
    }
  }

  static var browser: HealthCheck {
    if let printer = try? PDFPrinter() { return ok("browser", printer.browser) }
    return HealthCheck(
      name: "browser", state: .warning,
      found: "no chromium, which prints report/report.pdf; one test of the preview is skipped",
      advice: "apt-get install chromium")
  }
}

/// Programs that are asked about themselves.
private enum Tool {
  static func path(_ name: String) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return path.split(separator: ":").map { "\($0)/\(name)" }.first(where: FileManager.default.isExecutableFile)
  }

  /// What the tool prints; nil if it fails.
  static func output(_ executable: String, _ arguments: [String]) -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
  }
}
