// What printing says of runs: name, key and state, never what they hold.

extension StoredRun: CustomStringConvertible {
  /// "run baseline, 3f5a90c1d2, finished, 12.0 s".
  public var description: String { "run \(name), \(key.short), \(state), \(record.seconds.rounded()) s" }
}

extension RunIdentity: CustomStringConvertible {
  /// "train 3f5a90c1d2, data 91ba…, numerics 3".
  public var description: String { "\(kind) \(key.short), data \(data.prefix(10)), numerics \(numericsVersion)" }
}

extension RunRecord: CustomStringConvertible {
  /// "baseline, finished, 2 sessions".
  public var description: String {
    (names.isEmpty ? "no name" : names.joined(separator: ", ")) + ", \(status.rawValue), \(sessions.count) sessions"
  }
}

extension ActiveRun: CustomStringConvertible {
  /// "run 3f5a90c1d2 at step 120".
  public var description: String { "run \(key.short) at step \(step)" }
}

extension RunStore: CustomStringConvertible {
  /// "runs in .workbench/runs".
  public var description: String { "runs in \(root)" }
}

extension MemoStore: CustomStringConvertible {
  /// "numbers in .workbench/data".
  public var description: String { "numbers in \(root)" }
}

extension SealedArrays: CustomStringConvertible {
  /// "arrays of step 120: 42".
  public var description: String { "arrays of step \(step): \(file.names.count)" }
}
