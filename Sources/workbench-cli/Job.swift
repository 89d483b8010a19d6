// The processes that mpirun or srun has started together: which commands share their work, and who speaks.

internal import ArgumentParser
internal import Foundation
internal import Ranks

/// This process among those of its launcher.
enum Job {
  /// How a launcher started this process; nil if it was started alone.
  static let launch = Launch(ProcessInfo.processInfo.environment)

  /// Whether another process says what this one would say.
  static var isSilent: Bool { (launch?.rank ?? 0) != 0 }

  /// How a process ends whose error another one says. Open MPI's launcher ends all others when one fails, perhaps before
  /// the one that speaks has spoken, and itself with that one's code. MPICH's waits for all, and forgets a failure more
  /// often where not all have it.
  static func silentEnd(_ code: Int32) -> Int32 { launch?.launcher == .pmi ? code : 0 }

  /// Threads that heavy work gets where nobody says it: this process's share of the machine's cores.
  static var usualThreads: Int {
    let (cores, all) = (ProcessInfo.processInfo.activeProcessorCount, ProcessInfo.processInfo.processorCount)
    return launch?.threads(cores: cores, of: all) ?? cores
  }

  /// Runs `body` as one of the launcher's processes, or alone. Whatever `body` throws it throws on all ranks.
  static func run(_ body: (any Communicator) throws -> Void) throws {
    let ranks = try MPI.communicator(ProcessInfo.processInfo.environment)
    defer { ranks.finish() }
    try body(ranks)
  }

  /// Throws `ValidationError` if several processes were started to do what is for one.
  static func refuseMany(_ command: any ParsableCommand) throws {
    guard let launch, launch.size > 1 else { return }
    // Help is a command of the parser's.
    let isOfTheParser = String(reflecting: type(of: command)).hasPrefix("ArgumentParser.")
    if command is TrainCommand || command is EvaluateCommand || isOfTheParser { return }
    if let bench = command as? BenchCommand, bench.scaling { return }
    throw ValidationError(
      "\(launch.variable) says that \(launch.size) processes were started, and this command is for one; "
        + "workbench train and workbench evaluate share their work.")
  }
}
