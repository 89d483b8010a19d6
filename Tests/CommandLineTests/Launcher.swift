// mpirun of Open MPI and of MPICH, where they are installed; CI has both.

internal import Foundation
internal import Glibc
import Testing
import _TestSupport

/// A launcher of parallel jobs that is installed here.
struct Launcher: Sendable, CustomTestStringConvertible {
  let name: String
  private let path: String
  private let options: [String]
  /// The library that belongs to it.
  let library: String

  var testDescription: String { name }

  /// Debian installs both side by side under these names.
  static let openMPI = find(
    "mpirun.openmpi", "Open MPI", ["--allow-run-as-root", "--oversubscribe"], library: "libmpi.so.40")
  static let mpich = find("mpirun.mpich", "MPICH", [], library: "libmpich.so.12")

  /// Those that are here. Of none a test says so, and in CI it fails.
  static var all: [Launcher] { [openMPI, mpich].compactMap { $0 } }

  private static func find(_ program: String, _ name: String, _ options: [String], library: String) -> Launcher? {
    let folders = ProcessInfo.processInfo.environment["PATH", default: ""].split(separator: ":")
    guard let folder = folders.first(where: { access("\($0)/\(program)", X_OK) == 0 }) else { return nil }
    return Launcher(name: name, path: "\(folder)/\(program)", options: options, library: library)
  }

  /// Starts `ranks` processes of the built `workbench`, or of `program`.
  func start(
    _ ranks: Int, _ arguments: [String], in sandbox: Sandbox, program: [String]? = nil,
    environment: [String: String] = [:]
  ) throws -> (process: Process, out: String, err: String) {
    try sandbox.start(
      options + ["-n", "\(ranks)"] + (program ?? [Sandbox.products + "/workbench"]) + arguments, executable: path,
      environment: environment)
  }

  /// Runs them to their end.
  func run(
    _ ranks: Int, _ arguments: [String], in sandbox: Sandbox, program: [String]? = nil,
    environment: [String: String] = [:]
  ) throws -> Sandbox.Result {
    let (process, out, err) = try start(
      ranks, arguments, in: sandbox, program: program, environment: environment)
    process.waitUntilExit()
    return Sandbox.Result(
      stdout: try String(contentsOfFile: out, encoding: .utf8),
      stderr: try String(contentsOfFile: err, encoding: .utf8), code: process.terminationStatus)
  }
}

extension Trait where Self == ConditionTrait {
  /// Skips the test where no mpirun is installed; with `CI=true` it runs, and fails.
  static var requiresMPI: Self {
    .enabled(if: !Launcher.all.isEmpty || OutsideFiles.isCI, "neither mpirun.openmpi nor mpirun.mpich is installed")
  }
}
