// How a run came about. None of it decides a number, so none of it is in the key.

internal import Basics

/// Provenance of a run, `record.json`.
public struct RunRecord: Hashable, Sendable, Codable {
  /// How far a run came.
  public enum Status: String, Hashable, Sendable, Codable {
    /// Begun and not finished; see `StoredRun.isActive` for whether a process is at it.
    case running
    case finished
  }

  /// How far the run came; a killed process leaves `running`.
  public var status: Status
  /// Names under which the run was asked for, the first one first.
  public var names: [String]
  /// One entry a process that worked on it.
  public var sessions: [RunSession]
  /// Names of parts of the recipe that stand there without one, by their field; nil if there are none.
  public var partNames: [String: String]?
  /// True for a published run whose weights were left out; nil for all others.
  public var withoutWeights: Bool?

  /// A record of a run with these names, the first asked for first, and these sessions, the oldest first.
  public init(status: Status = .running, names: [String] = [], sessions: [RunSession] = []) {
    self.status = status
    self.names = names
    self.sessions = sessions
  }

  /// Seconds of work that the checkpoints and the end accounted for, over all sessions.
  public var seconds: Double { sessions.reduce(0) { $0 + $1.seconds } }
}

/// What one process contributed to a run, and how it was set.
public struct RunSession: Hashable, Sendable, Codable {
  /// The command line, or the notebook.
  public var command: String
  /// The library that the session ran with, as `workbench --version` prints it.
  public var libraryVersion: String
  /// The level of the kernels ("portable", "avx2", "avx512"): bits are the same within one level only.
  public var kernelLevel: String
  /// Threads that the session used, of each rank if there were several; bits do not depend on it.
  public var threads: Int
  /// Processes that the session's shards were spread over; nil for one alone. Bits do not depend on it.
  public var ranks: Int?
  /// The step of the checkpoint it began from; 0 for a fresh start.
  public var fromStep: Int
  /// Seconds from its start to its last checkpoint or its end.
  public var seconds: Double

  /// "4 ranks × 2 threads", or "2 threads" of a process that was alone.
  public var processors: String { (ranks.map { "\($0) ranks × " } ?? "") + "\(threads) threads" }

  /// A session that begins, or one as it is stored.
  public init(
    command: String, libraryVersion: String, kernelLevel: String, threads: Int, fromStep: Int = 0, seconds: Double = 0,
    ranks: Int? = nil
  ) {
    self.command = command
    self.libraryVersion = libraryVersion
    self.kernelLevel = kernelLevel
    self.threads = threads
    self.ranks = ranks
    self.fromStep = fromStep
    self.seconds = seconds
  }
}
