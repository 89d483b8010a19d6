// What can go wrong with a run store, other than a file that cannot be read or written (`FileError`).

/// A run that cannot be found, opened or trusted. Messages name the place and say what to do next.
public enum RunError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Another process, or another part of this one, is working on the run.
  case locked(run: RunKey, pid: Int32?)
  /// A file of the store that is not what was written there.
  case damaged(path: String, reason: String)
  /// A checkpoint or weights of another run.
  case foreign(path: String, found: String, expected: RunKey)
  /// No run of this name or key; the names that there are.
  case noRun(String, known: [String])
  /// A name or beginning of a key that fits several runs.
  case ambiguous(String, candidates: [String])
  /// Something that only a finished run has.
  case notFinished(RunKey)
  /// A stored recipe that this version does not understand.
  case recipe(run: RunKey, reason: String)
  /// A network or derived number that is not stored, where nothing may be made; what it is, and how to make it.
  case notStored(String, remedy: String)
  /// A run that was published without its weights, by name.
  case withoutWeights(String, RunKey)
  /// A name that cannot be part of a path.
  case badName(String)

  /// One line that names the run or the file, what is wrong, and what to do next.
  public var description: String {
    switch self {
    case .locked(let run, let pid):
      let who = pid.map { "process \($0)" } ?? "another process"
      return "run \(run) is being worked on by \(who); wait for it, or stop it and repeat: it resumes where it was"
    case .damaged(let path, let reason): return "\(path): damaged: \(reason)"
    case .foreign(let path, let found, let expected):
      return "\(path): belongs to run \(found.prefix(10)), not to \(expected)"
    case .noRun(let text, let known):
      let names = known.isEmpty ? "the store is empty" : "there are \(known.joined(separator: ", "))"
      return "no run named \"\(text)\" and none whose key begins so; \(names)"
    case .ambiguous(let text, let candidates):
      return "\"\(text)\" fits \(candidates.count) runs, give more of the key: \(candidates.joined(separator: "; "))"
    case .notFinished(let run): return "run \(run) is not finished; train it to its end first"
    case .recipe(let run, let reason): return "the recipe of run \(run) is of another form: \(reason)"
    case .notStored(let what, let remedy): return "\(what) is not stored, and nothing is to be made here; \(remedy)"
    case .withoutWeights(let name, let run):
      return "\(name): the weights of run \(run) were not published, only its record; train it anew from its recipe, "
        + "and the same weights come out"
    case .badName(let name):
      return "\"\(name)\" cannot be a file name: use letters, digits, '.', '-' and '_', not '.' first"
    }
  }

  /// Throws `badName` unless `name` is a plain file name.
  static func check(name: String) throws(RunError) {
    let plain = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
    if name.isEmpty || name.utf8.count > 200 || name.hasPrefix(".") || !plain { throw .badName(name) }
  }
}
