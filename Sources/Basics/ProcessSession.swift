// The processes of one session: who they are, and how to leave none of them behind.

internal import Glibc

/// A session of processes, as `setsid` begins one, with those that left it and still carry its mark.
///
/// A process leaves its group with one call and its session with another. What it keeps, unless it starts a program with
/// an environment made by hand, is the environment that its first program was given: a variable of this run's own.
package struct ProcessSession: Sendable {
  /// The process that began the session, whose number is the session's.
  package let leader: Int32
  /// "NAME=value", a variable that only this session's processes and their children have; nil for the session alone.
  package let mark: String?

  package init(leader: Int32, mark: String? = nil) {
    self.leader = leader
    self.mark = mark
  }

  /// The living processes of the session, zombies left out, in no order.
  package func members() -> [Int32] {
    ProcessStatus.all().filter { $0.session == leader && $0.isLiving }.map(\.process)
  }

  /// Kills every process of the session and every one with its mark but `spared`, also those that a dying one has just
  /// started.
  package func kill(sparing spared: Int32? = nil) {
    // Processes may be started between the look and the blow; one that is killed starts none.
    for _ in 0..<8 {
      let left = ProcessStatus.all().filter { status in
        status.process != spared && status.process != getpid() && status.isLiving
          && (status.session == leader || hasMark(status.process))
      }
      if left.isEmpty { return }
      for status in left { _ = Glibc.kill(status.process, SIGKILL) }
      usleep(1000)
    }
  }

  private func hasMark(_ process: Int32) -> Bool {
    guard let mark else { return false }
    let environment = ProcessStatus.read("/proc/\(process)/environ", limit: 1 << 20)
    return environment.split(separator: 0).contains { $0.elementsEqual(mark.utf8) }
  }
}

/// A process as `/proc/<id>/stat` has it: "id (name) state parent group session …", where the name may hold anything.
package struct ProcessStatus: Sendable, Equatable {
  package var process: Int32
  package var parent: Int32
  package var session: Int32
  /// False for a zombie, which only waits for its parent to look.
  package var isLiving: Bool

  /// The status of a process; nil if there is none.
  package init?(_ process: Int32) {
    let bytes = Self.read("/proc/\(process)/stat", limit: 1024)
    guard let name = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = bytes[(name + 1)...].split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
    guard fields.count > 3, let parent = Int32(fields[1]), let session = Int32(fields[3]) else { return nil }
    (self.process, self.parent, self.session) = (process, parent, session)
    isLiving = fields[0] != "Z" && fields[0] != "X"
  }

  /// All processes that can be seen, in no order.
  package static func all() -> [ProcessStatus] {
    guard let folder = opendir("/proc") else { return [] }
    defer { closedir(folder) }
    var result: [ProcessStatus] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if let process = Int32(name), let status = ProcessStatus(process) { result.append(status) }
    }
    return result
  }

  /// The first bytes of a file of `/proc`; none if it cannot be read.
  static func read(_ path: String, limit: Int) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while bytes.count < limit {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count <= 0 { break }
      bytes += buffer[..<count]
    }
    return bytes
  }
}
