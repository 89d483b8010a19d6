// A run on disk, to be read.

internal import Basics
internal import FileSystem

/// A run's folder: `recipe.json`, `record.json`, `metrics.jsonl`, `final.safetensors`, `artifacts/`, and while it is
/// unfinished its checkpoints.
public struct StoredRun: Sendable {
  /// The run's folder.
  public let folder: String
  /// What decides the run's numbers, as `recipe.json` has it.
  public let identity: RunIdentity
  /// What is known of the run beside its numbers, as `record.json` has it.
  public let record: RunRecord

  /// The hash of what decides the run's numbers.
  public var key: RunKey { identity.key }

  /// The run in `folder`. Throws `RunError.damaged` naming the file that is not what it should be.
  public init(folder: String) throws {
    self.folder = folder
    identity = try RunIdentity(contentsOf: folder + "/recipe.json")
    record = try Self.record(folder + "/record.json")
  }

  static func record(_ path: String) throws -> RunRecord {
    let bytes = try Files.read(path)
    do {
      return try CanonicalJSON.value(RunRecord.self, from: bytes)
    } catch {
      throw RunError.damaged(path: path, reason: CanonicalJSON.explain(error))
    }
  }

  /// The name it was first asked for under, or the short key.
  public var name: String { record.names.first ?? key.short }

  /// True once the final weights are stored.
  public var isFinished: Bool { record.status == .finished }

  /// False for a published run whose weights were left out.
  public var hasWeights: Bool { record.withoutWeights != true }

  /// True while a process works on it.
  public var isActive: Bool { FileLock.isHeld(folder + "/lock") }

  /// The process that works on it.
  public var owner: Int32? { isActive ? FileLock.owner(folder + "/lock") : nil }

  /// "finished", "running (process 12)" or "interrupted".
  public var state: String {
    if isFinished { return "finished" }
    if isActive { return "running" + (owner.map { " (process \($0))" } ?? "") }
    return "interrupted"
  }

  /// The recipe as a `Recipe`. Throws `RunError.recipe` if it is of another form.
  public func recipe<Recipe: Decodable>(as type: Recipe.Type) throws -> Recipe { try identity.recipe(as: type) }

  /// The metrics in order; fields that `Metrics` does not have are left out. A torn last line is not among them.
  public func metrics<Metrics: Decodable>(as type: Metrics.Type) throws -> [Metrics] {
    let log = MetricLog(path: folder + "/metrics.jsonl")
    return try log.lines().enumerated().map { i, line in
      do {
        return try CanonicalJSON.value(type, from: Array(line.text.utf8))
      } catch {
        throw RunError.damaged(path: "\(log.path):\(i + 1)", reason: CanonicalJSON.explain(error))
      }
    }
  }

  /// The final weights, verified. Throws `RunError.notFinished` or `withoutWeights`, or `RunError.damaged` or `foreign` if they are not
  /// what the run wrote.
  public func finalWeights() throws -> SealedArrays {
    guard isFinished else { throw RunError.notFinished(key) }
    guard hasWeights else { throw RunError.withoutWeights(name, key) }
    return try SealedArrays(contentsOf: folder + "/final.safetensors", run: key)
  }

  /// Stores `value` as JSON under `artifacts/<name>`, in one step: evaluations and other results that belong to the run.
  public func save(_ value: some Encodable, artifact name: String) throws {
    try save(bytes: Array(CanonicalJSON.tree(of: value).pretty.utf8), artifact: name)
  }

  /// Stores `bytes` under `artifacts/<name>`, in one step.
  public func save(bytes: [UInt8], artifact name: String) throws {
    try RunError.check(name: name)
    try Files.makeFolder(folder + "/artifacts")
    try AtomicFile.write(bytes, to: folder + "/artifacts/" + name)
  }

  /// The JSON artifact `name`, nil if there is none. Throws `RunError.damaged` if it is of another form.
  public func artifact<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value? {
    guard let bytes = try artifact(name) else { return nil }
    do {
      return try CanonicalJSON.value(type, from: bytes)
    } catch {
      throw RunError.damaged(path: folder + "/artifacts/" + name, reason: CanonicalJSON.explain(error))
    }
  }

  /// The bytes of the artifact `name`, nil if there is none.
  public func artifact(_ name: String) throws -> [UInt8]? {
    try RunError.check(name: name)
    let path = folder + "/artifacts/" + name
    return Files.exists(path) ? try Files.read(path) : nil
  }

  /// Names of all artifacts, sorted.
  public func artifacts() throws -> [String] {
    let path = folder + "/artifacts"
    return Files.exists(path) ? try Files.entries(of: path).filter { !AtomicFile.isTemporary($0) } : []
  }
}
