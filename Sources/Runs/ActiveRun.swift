// A run that this process works on, alone.

internal import Basics
internal import FileSystem
public import Tensors

/// A run under its lock: metrics and checkpoints while it lasts, weights at its end.
///
/// In order: `restore`, then `append` and `saveCheckpoint` as training goes, then `finish`. Killed at any moment, the
/// next process finds the last checkpoint whole and the metrics up to its step.
public final class ActiveRun {
  /// The run's folder, which holds its lock.
  public let folder: String
  /// What decides the run's numbers.
  public let identity: RunIdentity
  /// What is known of the run beside its numbers: its names, state and sessions.
  public private(set) var record: RunRecord
  /// What was found damaged and set aside, for people. Show it.
  public private(set) var notices: [String]
  /// The step of the last line of metrics or of the checkpoint restored; 0 before the first.
  public private(set) var step = 0

  private let lock: FileLock
  private let start = ContinuousClock.now
  private var restored = false
  private var log: MetricLog { MetricLog(path: folder + "/metrics.jsonl") }
  private var checkpoints: CheckpointFolder { CheckpointFolder(folder: folder, run: identity.key) }

  /// The hash of what decides the run's numbers, and the name of its folder.
  public var key: RunKey { identity.key }

  /// True once the final weights are stored and whole: nothing is left to do but read them.
  public var isFinished: Bool { record.status == .finished }

  /// Takes over `folder`, which exists and whose lock is `lock`.
  init(
    _ identity: RunIdentity, folder: String, lock: FileLock, name: String?, partNames: [String: String]?,
    session: RunSession
  ) throws {
    self.identity = identity
    self.folder = folder
    self.lock = lock
    record = RunRecord()
    notices = []
    for name in try Files.entries(of: folder) where AtomicFile.isTemporary(name) {
      try Files.remove(folder + "/" + name)
    }
    try checkRecipe()
    try loadRecord()
    if record.status == .finished {
      if try verifyFinal() { return }
      record.status = .running
    }
    if let name, !record.names.contains(name) { record.names.append(name) }
    if record.partNames == nil { record.partNames = partNames }
    record.sessions.append(session)
    try writeRecord()
  }

  /// The newest good checkpoint, nil for a fresh start; metrics beyond its step are dropped.
  ///
  /// `validating` throws if the arrays are not those that the model needs (`SafetensorsFile.tensor(_:shape:)` does);
  /// such a checkpoint, as one that is cut off, changed or of another run, is set aside with a notice, and the one
  /// before it is taken.
  public func restore(validating: (SealedArrays) throws -> Void = { _ in }) throws -> SealedArrays? {
    precondition(!isFinished, "ActiveRun: run \(key) is finished")
    let (checkpoint, found) = try checkpoints.load(validating: validating)
    notices += found
    step = checkpoint?.step ?? 0
    let dropped = try log.truncate(after: checkpoint == nil ? .min : step)
    if dropped > 0 { notices.append("\(log.path): dropped \(dropped) lines beyond step \(step)") }
    record.sessions[record.sessions.count - 1].fromStep = step
    try writeRecord()
    restored = true
    return checkpoint
  }

  /// Adds a line of metrics: the fields of `metrics`, which must be a structure or a dictionary, and "step".
  ///
  /// `step` never falls. Durations do not belong here: an interrupted run would have other metrics than a straight one.
  public func append(_ metrics: some Encodable, step: Int) throws {
    precondition(restored && !isFinished, "ActiveRun: append before restore or after finish")
    precondition(step >= self.step, "ActiveRun: step \(step) after step \(self.step)")
    guard case .object(var members) = try CanonicalJSON.tree(of: metrics) else {
      preconditionFailure("ActiveRun: metrics \(metrics) are not an object")
    }
    members.removeAll { $0.name == "step" }
    try log.append(JSON.object(members + [JSON.Member("step", .number(String(step)))]).canonical)
    self.step = step
  }

  /// Stores everything that is needed to go on after `step`. The checkpoint before it is kept as well.
  public func saveCheckpoint(_ arrays: [String: SafetensorsArray], metadata: [String: String] = [:], step: Int) throws {
    precondition(restored && !isFinished, "ActiveRun: saveCheckpoint before restore or after finish")
    precondition(step >= self.step, "ActiveRun: checkpoint of step \(step) after metrics of step \(self.step)")
    try log.synchronize()  // what the checkpoint presumes must not be lost before it
    try checkpoints.save(arrays, metadata: metadata, step: step)
    self.step = step
    try writeRecord()
  }

  /// Stores the final weights, marks the run as finished and removes its checkpoints.
  public func finish(_ weights: [String: SafetensorsArray], metadata: [String: String] = [:]) throws -> StoredRun {
    precondition(restored && !isFinished, "ActiveRun: finish before restore, or twice")
    try log.synchronize()
    let bytes = SealedArrays.encode(weights, metadata: metadata, run: key, step: step)
    try AtomicFile.write(bytes, to: folder + "/final.safetensors")
    record.status = .finished
    do {
      try writeRecord()
    } catch {
      record.status = .running
      throw error
    }
    try checkpoints.removeAll()
    return try stored()
  }

  /// The run as others see it.
  public func stored() throws -> StoredRun { try StoredRun(folder: folder) }

  /// Gives up the lock; nothing may be written afterwards. Happens by itself when the last reference goes.
  public func close() { lock.release() }

  private func checkRecipe() throws {
    let path = folder + "/recipe.json"
    if Files.exists(path) {
      let found = try RunIdentity(contentsOf: path)
      if found.key != key { throw RunError.foreign(path: path, found: found.key.hex, expected: key) }
    } else {
      try AtomicFile.write(identity.tree.pretty, to: path)
    }
  }

  private func loadRecord() throws {
    let path = folder + "/record.json"
    guard Files.exists(path) else { return }
    do {
      record = try StoredRun.record(path)
    } catch let error as RunError {
      notices.append("\(error); set aside as \(try Files.setAside(path, as: "record"))")
    }
  }

  private func verifyFinal() throws -> Bool {
    let path = folder + "/final.safetensors"
    guard Files.exists(path) else {
      notices.append("\(path): missing from a finished run")
      return false
    }
    do {
      _ = try SealedArrays(contentsOf: path, run: key)
      return true
    } catch let error as FileError {
      throw error
    } catch {
      notices.append("\(error); set aside as \(try Files.setAside(path, as: "final"))")
      return false
    }
  }

  private func writeRecord() throws {
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    record.sessions[record.sessions.count - 1].seconds =
      Double(seconds) + Double(attoseconds / 1_000_000_000_000_000) / 1e3
    try AtomicFile.write(CanonicalJSON.tree(of: record).pretty, to: folder + "/record.json")
  }
}
