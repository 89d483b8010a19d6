// posix_spawn with what a notebook needs: an own session (and so a process group), and a descriptor besides the three of every process.
// (swift-subprocess passes on none but these three.)

internal import Basics
internal import CProcess
internal import Glibc

/// A process that leads a session and a process group of its own.
package struct ChildProcess {
  let identifier: pid_t
  /// "NAME=value" in the environment of this process and of all that it starts; nil for one that starts no others.
  let mark: String?

  /// How a process ended.
  package enum Ending: Equatable {
    case exited(Int32)
    case killed(signal: Int32)
  }

  package struct SpawnError: Error, CustomStringConvertible {
    package var description: String
  }

  private var session: ProcessSession { ProcessSession(leader: identifier, mark: mark) }

  /// Starts a program. `descriptors[i]` becomes descriptor i of the child; it must not be one of 0 … i−1.
  ///
  /// - Parameter mark: a variable for the environment, whose value no other process has.
  package static func spawn(
    _ executable: String, arguments: [String], environment: [String: String], descriptors: [Int32],
    mark: (name: String, value: String)? = nil
  ) throws(SpawnError) -> ChildProcess {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    for (target, source) in descriptors.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, source, Int32(target))
    }
    // What this process was given by whoever started it is no business of the child's, or of what that leaves behind.
    _ = workbench_close_from(&actions, Int32(descriptors.count))
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    let setSession = 0x80  // POSIX_SPAWN_SETSID, which glibc shows to GNU sources only
    posix_spawnattr_setflags(&attributes, Int16(setSession | Int(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK)))

    var argv: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map { strdup($0) } + [nil]
    var environment = environment
    if let mark { environment[mark.name] = mark.value }
    var envp: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var identifier = pid_t()
    let result = posix_spawn(&identifier, executable, &actions, &attributes, &argv, &envp)
    guard result == 0 else {
      throw SpawnError(description: "\(executable) cannot be started: \(String(cString: strerror(result)))")
    }
    Orphans.began(identifier)
    return ChildProcess(identifier: identifier, mark: mark.map { "\($0.name)=\($0.value)" })
  }

  /// Sends a signal to the whole process group.
  func signalGroup(_ number: Int32) { kill(-identifier, number) }

  /// Kills what is left of the session, also processes that have made a group or a session of their own. For a process
  /// that has ended.
  func killSession() {
    signalGroup(SIGKILL)
    session.kill()
    if mark != nil { Orphans.killAll() }
  }

  /// The living processes of the session.
  func members() -> [pid_t] { session.members() }

  /// How the process ended, or nil while it runs.
  func ended() -> Ending? {
    var status: Int32 = 0
    guard waitpid(identifier, &status, WNOHANG) == identifier else { return nil }
    Orphans.ended(identifier)
    let signal = status & 0x7F
    return signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal: signal)
  }
}

/// A pipe whose read end does not block. Both ends are closed when a program is started.
struct OutputPipe {
  let read: Int32
  let write: Int32

  init() throws(ChildProcess.SpawnError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw ChildProcess.SpawnError(description: "pipe: \(String(cString: strerror(errno)))")
    }
    (read, write) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(read, F_SETFL, fcntl(read, F_GETFL) | Int32(O_NONBLOCK))
  }
}

/// What can be read from `descriptor` now, and whether its end has been reached.
///
/// A writer that is as fast as this reader does not keep it here: what comes after a megabyte, more than a pipe holds when
/// the call begins, is left for the next time.
func drain(_ descriptor: Int32) -> (bytes: [UInt8], ended: Bool) {
  var result: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65536)
  while result.count <= drainLimit {
    let count = read(descriptor, &buffer, buffer.count)
    if count > 0 {
      result += buffer[0..<count]
    } else if count == 0 {
      return (result, true)
    } else if errno != EINTR {
      return (result, errno != EAGAIN)
    }
  }
  return (result, false)
}

/// The largest pipe that the kernel gives to whoever is not root, in bytes.
private let drainLimit = 1 << 20
