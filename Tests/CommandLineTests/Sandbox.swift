// Runs the built `workbench` in a folder of its own.

internal import Foundation
internal import Glibc

/// A scratch project with notebooks, and the built program beside the test bundle.
final class Sandbox: Sendable {
  let root: String

  init() throws {
    root = NSTemporaryDirectory() + "/workbench-test-\(UUID().uuidString)"
    let manager = FileManager.default
    for folder in ["/notebooks", "/.workbench"] {
      try manager.createDirectory(atPath: root + folder, withIntermediateDirectories: true)
    }
    try manager.createSymbolicLink(atPath: root + "/.workbench/programs", withDestinationPath: Self.programs.path)
  }

  /// Compiled programs, found by their hash: what several tests run is compiled once.
  private static let programs = SharedFolder()

  private final class SharedFolder: Sendable {
    let path = NSTemporaryDirectory() + "/workbench-programs-\(getpid())"

    init() {
      try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      atexit { try? FileManager.default.removeItem(atPath: NSTemporaryDirectory() + "/workbench-programs-\(getpid())") }
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  struct Result {
    var stdout: String
    var stderr: String
    var code: Int32
  }

  /// The folder with the built products: that of this test's executable.
  static var products: String {
    let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    if executable.contains("/.build/") { return (executable as NSString).deletingLastPathComponent }
    // The tests may be run by a helper of the toolchain; then the bundle is on its command line.
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? ""
    return (bundle as NSString).deletingLastPathComponent
  }

  func write(_ name: String, _ text: String) throws {
    try text.write(toFile: "\(root)/notebooks/\(name).md", atomically: true, encoding: .utf8)
  }

  /// Adds the scale `tiny`: the draft scale with one epoch on 224 images, for tests that need a training but no result.
  func addTinyScale() throws {
    try "tiny: { like: draft, epochs: 1, trainCount: 256, heldOut: 32, testCount: 64 }\n".write(
      toFile: "\(root)/notebooks/scales.yml", atomically: true, encoding: .utf8)
  }

  func read(_ path: String) -> String? { try? String(contentsOfFile: "\(root)/\(path)", encoding: .utf8) }

  /// Starts the program without waiting for it.
  ///
  /// - Parameters:
  ///   - executable: another program; nil is `workbench`.
  ///   - environment: variables beside those of this process.
  func start(
    _ arguments: [String], executable: String? = nil, directory: String? = nil, environment: [String: String] = [:]
  ) throws -> (process: Process, out: String, err: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable ?? Self.products + "/workbench")
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(["HOME": root]) { $1 }
      .merging(environment) { $1 }
    process.currentDirectoryURL = URL(fileURLWithPath: directory ?? root)
    // Into files, so that nothing can block on a full pipe.
    let (out, err) = ("\(root)/out-\(UUID().uuidString)", "\(root)/err-\(UUID().uuidString)")
    for file in [out, err] { _ = FileManager.default.createFile(atPath: file, contents: nil) }
    process.standardOutput = FileHandle(forWritingAtPath: out)
    process.standardError = FileHandle(forWritingAtPath: err)
    process.standardInput = FileHandle.nullDevice
    // A program starts with the signals that its parent's thread blocks, which are most of them on a thread of a pool. In
    // a shell it starts with none.
    var (none, blocked) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &blocked)
    defer { pthread_sigmask(SIG_SETMASK, &blocked, nil) }
    try process.run()
    return (process, out, err)
  }

  /// Runs the program to its end.
  func run(_ arguments: String..., directory: String? = nil) throws -> Result {
    try run(arguments, directory: directory)
  }

  /// Runs the program to its end.
  func run(
    _ arguments: [String], directory: String? = nil, environment: [String: String] = [:]
  ) throws -> Result {
    let (process, out, err) = try start(arguments, directory: directory, environment: environment)
    process.waitUntilExit()
    return Result(
      stdout: try String(contentsOfFile: out, encoding: .utf8),
      stderr: try String(contentsOfFile: err, encoding: .utf8),
      code: process.terminationStatus)
  }
}
