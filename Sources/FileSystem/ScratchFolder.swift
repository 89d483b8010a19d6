// Folders for what must not outlive its process, however that ends.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A folder of one process inside a folder of such folders.
///
/// The process holds a lock in it. What a killed process leaves is removed by the next one that makes a folder there: its
/// lock is free then, whatever became of its number.
package final class ScratchFolder: Sendable {
  /// The folder's path.
  package let path: String
  private let lock: Int32

  /// Makes a folder in `parent`, which is made if it is not there, and removes those of processes that are gone.
  package init(in parent: String) throws(FileError) {
    try Files.makeFolder(parent)
    // One process at a time looks and makes, or a new folder could be taken for one that was left.
    let gate = open(Files.join(parent, Self.lockName), O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    defer { if gate >= 0 { close(gate) } }
    if gate >= 0 { while flock(gate, LOCK_EX) != 0 && errno == EINTR {} }
    Self.removeLeft(in: parent)
    var number = 0
    while mkdir(Files.join(parent, "\(getpid())-\(number)"), 0o777) != 0 {
      guard errno == EEXIST else { throw FileError(action: "make the folder", path: parent, code: errno) }
      number += 1
    }
    path = Files.join(parent, "\(getpid())-\(number)")
    lock = open(Files.join(path, Self.lockName), O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    if lock < 0 { throw FileError(action: "write", path: Files.join(path, Self.lockName), code: errno) }
    _ = flock(lock, LOCK_EX | LOCK_NB)
  }

  /// Removes the folder with all that is in it.
  package func remove() { try? Files.remove(path) }

  deinit { close(lock) }

  private static let lockName = ".lock"

  private static func removeLeft(in parent: String) {
    for name in (try? Files.entries(of: parent)) ?? [] where name != lockName {
      let folder = Files.join(parent, name)
      let lock = open(Files.join(folder, lockName), O_RDWR | O_CLOEXEC)
      // Without a lock of its own a folder was left between two steps of its making.
      if lock < 0 && errno != ENOENT { continue }
      if lock < 0 || flock(lock, LOCK_EX | LOCK_NB) == 0 { try? Files.remove(folder) }
      if lock >= 0 { close(lock) }
    }
  }
}
