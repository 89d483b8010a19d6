// What a notebook's program leaves behind: processes whose parent is gone go to the nearest ancestor that adopts orphans.

internal import Basics
internal import CProcess
internal import Glibc
internal import Synchronization

/// The children that this process did not start itself.
///
/// A process that leaves its session and throws its environment away is still a descendant. Once this process adopts
/// orphans, such a one becomes its child as soon as its own parent has ended, and is found. What is not caught: whatever
/// is left when this process itself was killed outright, and processes that a service of the system started on request.
package enum Orphans {
  private static let isAdopting = Atomic<Bool>(false)
  private static let own = Mutex<Set<Int32>>([])

  /// From now on orphans among the descendants of this process become its children, and `killAll` kills them; not the
  /// children that it has already, from whatever it was before. The first process of a container has all orphans in any
  /// case, and kills none.
  ///
  /// For a process that starts others by `ChildProcess` alone while notebooks run.
  package static func adopt() {
    guard getpid() != 1, workbench_adopt_orphans() == 0 else { return }
    for status in ProcessStatus.all() where status.parent == getpid() { began(status.process) }
    isAdopting.store(true, ordering: .releasing)
  }

  static func began(_ process: Int32) { own.withLock { _ = $0.insert(process) } }

  static func ended(_ process: Int32) { own.withLock { _ = $0.remove(process) } }

  /// Kills the children that were not started here, and theirs. Nothing is done before `adopt`.
  static func killAll() {
    guard isAdopting.load(ordering: .acquiring) else { return }
    // The children of one that is killed come here next.
    for _ in 0..<64 {
      let started = own.withLock { $0 }
      let left = ProcessStatus.all().filter { $0.parent == getpid() && !started.contains($0.process) }
      if left.isEmpty { return }
      for status in left {
        kill(status.process, SIGKILL)
        var ending: Int32 = 0
        _ = waitpid(status.process, &ending, WNOHANG)
      }
      usleep(1000)
    }
  }
}
