// The processes of one session: who they are, and how to leave none of them behind.

internal import Glibc

/// A session of processes, as `setsid` begins one.
///
/// A process cannot leave its session without beginning another, while it can leave its process group: killing the
/// group alone would spare whatever made a group of its own.
package struct ProcessSession: Sendable {
  /// The process that began the session, whose number is the session's.
  package let leader: Int32

  package init(leader: Int32) { self.leader = leader }

  /// The living processes of the session, zombies left out, in no order.
  package func members() -> [Int32] {
    guard let folder = opendir("/proc") else { return [] }
    defer { closedir(folder) }
    var result: [Int32] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard let process = Int32(name), getsid(process) == leader, isLiving(process) else { continue }
      result.append(process)
    }
    return result
  }

  /// Kills every process of the session but `spared`, also those that a dying one has just started.
  package func kill(sparing spared: Int32? = nil) {
    // Processes may be started between the look and the blow; one that is killed starts none.
    for _ in 0..<8 {
      let left = members().filter { $0 != spared }
      if left.isEmpty { return }
      for member in left { _ = Glibc.kill(member, SIGKILL) }
      usleep(1000)
    }
  }

  /// `/proc/<id>/stat` is "id (name) state parent group session …", and the name may hold anything.
  private func isLiving(_ process: Int32) -> Bool {
    let descriptor = open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = read(descriptor, &bytes, bytes.count)
    guard count > 0, let name = bytes[..<count].lastIndex(of: UInt8(ascii: ")")), name + 2 < count else { return false }
    return bytes[name + 2] != UInt8(ascii: "Z")
  }
}
