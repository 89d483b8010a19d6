// Runs by their content: the same recipe, data and numerics version find the same folder, and nothing trains twice.

internal import Basics
internal import FileSystem

/// Runs under a root folder, one folder a key.
public struct RunStore: Sendable {
  /// The folder of runs below a project's root.
  public static let defaultRoot = ProjectLayout.runs

  /// The folder of the runs.
  public let root: String
  /// Derived numbers.
  public let memos: MemoStore
  /// A folder of published runs that is read when the root lacks one; nothing is written there.
  public let published: String?
  /// What may be made when it is not stored.
  public let limits: WorkLimits

  /// The store in `root`; nothing is made until something is stored.
  ///
  /// - Parameters:
  ///   - published: a folder of published runs that is read beside the root.
  ///   - memos: derived numbers; nil for the folder `data` beside the root.
  ///   - limits: what may be made when it is not stored, and whether records of other numerics will do.
  public init(
    root: String = RunStore.defaultRoot, published: String? = nil, memos: MemoStore? = nil,
    limits: WorkLimits = WorkLimits()
  ) {
    self.root = root
    self.published = published
    self.limits = limits
    self.memos = memos ?? MemoStore(root: Files.folder(of: root) + "/data")
  }

  /// A published run that differs from `identity` in the numerics version alone, the newest; nil if there is none or
  /// the limits do not allow it.
  public func runOfOtherNumerics(_ identity: RunIdentity) throws -> StoredRun? {
    guard limits.acceptsOtherNumerics, let published, Files.exists(published) else { return nil }
    return try RunStore(root: published).all().filter { $0.isFinished && $0.identity.isSame(but: identity) }
      .max { $0.identity.numericsVersion < $1.identity.numericsVersion }
  }

  /// The run `key`, in the root or else among the published ones, nil if there is none. In a folder of published runs
  /// the folder's name does not matter.
  public func run(_ key: RunKey) throws -> StoredRun? {
    let folder = root + "/" + key.hex
    if Files.exists(folder + "/recipe.json") && Files.exists(folder + "/record.json") {
      let run = try StoredRun(folder: folder)
      if run.key != key {
        throw RunError.foreign(path: folder + "/recipe.json", found: run.key.hex, expected: key)
      }
      return run
    }
    return try FileJournal.withoutNotes {
      if let run = try all().first(where: { $0.key == key }) { return run }
      guard let published, Files.exists(published) else { return nil }
      return try RunStore(root: published).all().first { $0.key == key && $0.isFinished }
    }
  }

  /// Takes the run under its lock, making its folder if there is none. Ask `isFinished` before anything else.
  ///
  /// - Parameters:
  ///   - name: what people call the run.
  ///   - partNames: what they call parts of its recipe, by their field; for the record only.
  ///
  /// Throws `RunError.locked` if another process works on it, and `FileError` if the store cannot be written.
  public func begin(
    _ identity: RunIdentity, name: String? = nil, partNames: [String: String]? = nil, session: RunSession
  ) throws -> ActiveRun {
    let folder = root + "/" + identity.key.hex
    let path = folder + "/lock"
    while true {
      try Files.makeFolder(folder)
      let lock: FileLock?
      do throws(FileError) {
        lock = try FileLock.acquire(path)
      } catch {
        if error.isMissing && !Files.isFolder(folder) { continue }  // pruned meanwhile
        throw error
      }
      guard let lock else { throw RunError.locked(run: identity.key, pid: FileLock.owner(path)) }
      return try ActiveRun(
        identity, folder: folder, lock: lock, name: name, partNames: partNames, session: session)
    }
  }

  /// All runs that can be read, by key.
  public func all() throws -> [StoredRun] { try scan().runs.sorted { $0.key < $1.key } }

  /// Folders that look like runs and cannot be read, with the reason.
  public func damaged() throws -> [String] { try scan().damaged }

  /// The run whose folder is called `text` (published ones are, such as con-a3b3e2d32b), or else whose name is that, or
  /// else whose key begins with it.
  ///
  /// Throws `RunError.noRun` with the names that there are, or `RunError.ambiguous` with the candidates.
  public func find(_ text: String) throws -> StoredRun {
    let runs = try all()
    var found = runs.filter { Files.name(of: $0.folder) == text }
    if found.isEmpty { found = runs.filter { $0.record.names.contains(text) } }
    if found.isEmpty && !text.isEmpty { found = runs.filter { $0.key.hex.hasPrefix(text.lowercased()) } }
    if found.count > 1 { throw RunError.ambiguous(text, candidates: found.map(Self.describe)) }
    guard let run = found.first else { throw RunError.noRun(text, known: runs.map { "\($0.name) (\($0.key))" }) }
    return run
  }

  /// As `find` in the first of `folders` that has such a run; folders that are not there are passed over.
  ///
  /// Throws `RunError.noRun` with the names that there are in all of them, or `RunError.ambiguous`.
  public static func find(_ text: String, in folders: [String]) throws -> StoredRun {
    var known: [String] = []
    for folder in folders where Files.isFolder(folder) {
      do {
        return try RunStore(root: folder).find(text)
      } catch RunError.noRun(_, let others) {
        known += others
      }
    }
    throw RunError.noRun(text, known: known)
  }

  /// Removes runs that nobody works on: those not finished, and those of a numerics version below `version`.
  ///
  /// Returns what was removed, or with `dryRun` what would be.
  public func prune(unfinished: Bool = false, olderThan version: Int? = nil, dryRun: Bool = false) throws -> [StoredRun]
  {
    let chosen = try all().filter { run in
      let old = version.map { run.identity.numericsVersion < $0 } ?? false
      return (old || (unfinished && !run.isFinished)) && !run.isActive
    }
    if dryRun { return chosen }
    for run in chosen { try remove(run) }
    if Files.exists(root) {
      for name in try Files.entries(of: root) where name.hasPrefix(Self.removedPrefix) {
        try Files.remove(root + "/" + name)
      }
    }
    return chosen
  }

  /// Removes `run` with all its files. Throws `RunError.locked` if someone works on it.
  public func remove(_ run: StoredRun) throws {
    let path = run.folder + "/lock"
    guard let lock = try FileLock.acquire(path) else {
      throw RunError.locked(run: run.key, pid: FileLock.owner(path))
    }
    defer { lock.release() }
    // First out of sight in one step, so that no half-removed run can be found.
    let hidden = "\(Files.folder(of: run.folder))/\(Self.removedPrefix)\(run.key.hex)"
    try Files.remove(hidden)
    try Files.move(run.folder, to: hidden)
    try Files.remove(hidden)
  }

  /// Copies what is worth keeping of a finished run into `folder/<name>`: recipe, record, metrics, weights, artifacts.
  ///
  /// The copy is itself a run that `RunStore(root: folder)` reads. Returns it.
  ///
  /// - Parameter withWeights: false leaves out all weight files: what was computed from the network can still be found by
  ///   the run's key, and its recipe trains it again.
  @discardableResult
  public func publish(
    _ run: StoredRun, into folder: String, name: String? = nil, withWeights: Bool = true
  ) throws -> StoredRun {
    _ = try run.finalWeights()
    let name = name ?? "\(run.name)-\(run.key.short)"
    try RunError.check(name: name)
    let target = folder + "/" + name
    if Files.exists(target + "/recipe.json") {
      let there = try RunIdentity(contentsOf: target + "/recipe.json").key
      if there != run.key { throw RunError.foreign(path: target, found: there.hex, expected: run.key) }
    }
    let artifacts = try run.artifacts().filter { withWeights || !$0.hasSuffix(".safetensors") }
    try Files.makeFolder(artifacts.isEmpty ? target : target + "/artifacts")
    let files =
      ["recipe.json", "metrics.jsonl"] + (withWeights ? ["final.safetensors"] : [])
      + artifacts.map { "artifacts/" + $0 }
    for file in files where Files.exists(run.folder + "/" + file) {
      try AtomicFile.write(try Files.read(run.folder + "/" + file), to: target + "/" + file)
    }
    // The record comes last: without it the folder is no run.
    var record = run.record
    if !withWeights { record.withoutWeights = true }
    try AtomicFile.write(
      withWeights ? Files.read(run.folder + "/record.json") : Array(CanonicalJSON.tree(of: record).pretty.utf8),
      to: target + "/record.json")
    return try StoredRun(folder: target)
  }

  /// As `MemoStore.value`: a derived number that is computed once.
  public func memo<Value: Codable>(
    kind: String, key: some Encodable, version: Int, compute: () throws -> Value
  ) throws -> Value {
    try memos.value(kind: kind, key: key, version: version, compute: compute)
  }

  /// Begins the name of a folder that is being removed.
  private static let removedPrefix = ".removed-"

  private static func describe(_ run: StoredRun) -> String {
    "\(run.key) \(run.name), \(run.identity.kind), numerics \(run.identity.numericsVersion), \(run.state)"
      + (run.record.sessions.first.map { ", by `\($0.command)`" } ?? "")
  }

  private func scan() throws -> (runs: [StoredRun], damaged: [String]) {
    guard Files.exists(root) else { return ([], []) }
    var runs: [StoredRun] = []
    var damaged: [String] = []
    for name in try Files.entries(of: root) where !name.hasPrefix(".") {
      let folder = root + "/" + name
      // A kill right after the folder was made leaves one without a recipe or record: not yet a run.
      guard Files.exists(folder + "/recipe.json"), Files.exists(folder + "/record.json") else { continue }
      do {
        runs.append(try StoredRun(folder: folder))
      } catch {
        damaged.append("\(error)")
      }
    }
    return (runs, damaged)
  }
}
