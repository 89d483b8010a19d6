// Which files a process looked at, so that it can be known later whether it would see the same again.

internal import Synchronization

/// The paths that `Files` has read, listed or asked for since `begin`. Off until then.
package enum FileJournal {
  private static let isOn = Atomic<Bool>(false)
  private static let noted = Mutex<Set<String>>([])

  package static func begin() { isOn.store(true, ordering: .relaxed) }

  /// Runs work whose result does not depend on what it looks at, such as the search for a file of a known content.
  package static func withoutNotes<Result>(_ work: () throws -> Result) rethrows -> Result {
    let wasOn = isOn.exchange(false, ordering: .relaxed)
    defer { isOn.store(wasOn, ordering: .relaxed) }
    return try work()
  }

  static func note(_ path: String) {
    guard isOn.load(ordering: .relaxed) else { return }
    noted.withLock { _ = $0.insert(path) }
  }

  /// The paths as they were given, sorted.
  package static var paths: [String] { noted.withLock { $0.sorted() } }
}
