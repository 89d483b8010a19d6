// The program's end of the channel: one socket, frames out, one byte back for each.

internal import Basics
internal import Channel
@preconcurrency internal import Glibc
internal import Synchronization

/// A connected socket to the runner. When the runner dies, so does the program, with every process it started.
final class RunnerConnection: Sendable {
  private let descriptor: Int32
  private let runner = getppid()
  private let sending = Mutex(())
  private let answers = AnswerCount()

  init(descriptor given: Int32) {
    // Away from the low numbers: a cell that closes or writes to descriptors it did not open mostly means those.
    let moved = fcntl(given, F_DUPFD_CLOEXEC, 200)
    if moved >= 0 { close(given) }
    descriptor = moved >= 0 ? moved : given
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    signal(SIGPIPE, SIG_IGN)
    let (descriptor, answers, runner) = (self.descriptor, self.answers, self.runner)
    startThread {
      var byte: UInt8 = 0
      while true {
        let count = read(descriptor, &byte, 1)
        if count == 1 {
          answers.post()
        } else if count < 0 && errno == EINTR {
          continue
        } else {
          endWithoutConnection(to: runner)
        }
      }
    }
  }

  /// Sends a frame after everything printed so far, and waits for the runner to have read that.
  ///
  /// Where the connection is closed the program ends: nothing that it does from then on would be seen.
  func send(_ frame: Frame) {
    guard let bytes = try? frame.bytes() else { return }
    sending.withLock { _ in
      fflush(stdout)
      fflush(stderr)
      var sent = 0
      while sent < bytes.count {
        // Not `write`: a file that has got this number meanwhile is no socket, and stays as it is.
        let count = bytes.withUnsafeBytes {
          Glibc.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
        }
        if count > 0 { sent += count } else if errno != EINTR { endWithoutConnection(to: runner) }
      }
      if frame.needsAnswer { answers.wait() }
    }
  }
}

/// Ends the program. If the runner is gone, nothing of this session is left behind; if it is there, the connection was
/// closed from here, and the exit code says so.
private func endWithoutConnection(to runner: pid_t) -> Never {
  // A process that dies closes its sockets a little before its children get another parent.
  for _ in 0..<50 where getppid() == runner { usleep(4000) }
  if getppid() != runner { killSession() }
  fflush(stdout)
  fflush(stderr)
  _exit(SessionConfiguration.lostConnectionCode)
}

/// Kills every process of this session and those with its mark, this one last. Without a session of its own, this process
/// alone.
private func killSession() -> Never {
  if getsid(0) == getpid() {
    let name = SessionConfiguration.runVariable
    let mark = getenv(name).map { "\(name)=" + String(cString: $0) }
    ProcessSession(leader: getpid(), mark: mark).kill(sparing: getpid())
  }
  kill(getpid(), SIGKILL)
  _exit(1)
}

/// Counts answers: one thread posts, another waits.
private final class AnswerCount: @unchecked Sendable {
  private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
  init() { sem_init(semaphore, 0, 0) }
  func post() { sem_post(semaphore) }
  func wait() { while sem_wait(semaphore) != 0 && errno == EINTR {} }
}

/// Starts a detached thread that lives as long as the process.
func startThread(_ body: @escaping @Sendable () -> Void) {
  final class Box {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var thread = pthread_t()
  let box = Unmanaged.passRetained(Box(body))
  let result = pthread_create(
    &thread, nil,
    { pointer in
      Unmanaged<Box>.fromOpaque(pointer!).takeRetainedValue().body()
      return nil
    }, box.toOpaque())
  precondition(result == 0, "pthread_create: error \(result)")
  pthread_detach(thread)
}
