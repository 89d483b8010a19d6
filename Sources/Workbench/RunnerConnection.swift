// The program's end of the channel: one socket, frames out, one byte back for each.

internal import Basics
internal import Channel
@preconcurrency internal import Glibc
internal import Synchronization

/// A connected socket to the runner. When the runner dies, so does the program, with every process it started.
final class RunnerConnection: Sendable {
  private let descriptor: Int32
  private let sending = Mutex(())
  private let answers: DispatchAnswers

  init(descriptor: Int32) {
    self.descriptor = descriptor
    answers = DispatchAnswers()
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    signal(SIGPIPE, SIG_IGN)
    let answers = self.answers
    startThread {
      var byte: UInt8 = 0
      while true {
        let count = read(descriptor, &byte, 1)
        if count == 1 {
          answers.post()
        } else if count < 0 && errno == EINTR {
          continue
        } else {
          killSession()  // the runner is gone: leave nothing behind
        }
      }
    }
  }

  /// Sends a frame after everything printed so far, and waits for the runner to have read that.
  func send(_ frame: Frame) {
    guard let bytes = try? frame.bytes() else { return }
    sending.withLock { _ in
      fflush(stdout)
      fflush(stderr)
      var sent = 0
      while sent < bytes.count {
        let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + sent, bytes.count - sent) }
        if count > 0 { sent += count } else if errno != EINTR { return }
      }
      if frame.needsAnswer { answers.wait() }
    }
  }
}

/// Kills every process of this session, this one last. Without a session of its own, this process alone.
private func killSession() -> Never {
  if getsid(0) == getpid() {
    ProcessSession(leader: getpid()).kill(sparing: getpid())
  }
  kill(getpid(), SIGKILL)
  _exit(1)
}

/// Counts answers: one thread posts, another waits.
private final class DispatchAnswers: @unchecked Sendable {
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
