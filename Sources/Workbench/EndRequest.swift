// SIGTERM in a notebook's program: the runner sends it for Ctrl-C and for a cell that has used up its time. A training
// that is under way finishes its step and saves a checkpoint; anything else ends at once.

@preconcurrency internal import Glibc
internal import Synchronization

/// The write end of the pipe that wakes the watching thread, for the handler alone: it may only call what is safe
/// inside a signal.
private nonisolated(unsafe) var handlerPipe: Int32 = -1

enum EndRequest {
  private static let trainings = Atomic<Int>(0)
  private static let asked = Atomic<Bool>(false)

  /// Whether this process was asked to end.
  static var isAsked: Bool { asked.load(ordering: .acquiring) }

  /// Takes over SIGTERM. `saving` is called on a thread of its own when a training goes on for a while because of it.
  static func watch(saving: @escaping @Sendable () -> Void) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    handlerPipe = ends[1]
    let source = ends[0]
    startThread {
      var byte: UInt8 = 0
      while true {
        let count = read(source, &byte, 1)
        if count < 0 && errno == EINTR { continue }
        // Whatever a cell did to a descriptor that it did not open is no request.
        if count != 1 { return }
        if byte != 1 { continue }
        let isFirst = !asked.exchange(true, ordering: .acquiringAndReleasing)
        guard isFirst, trainings.load(ordering: .acquiring) > 0 else { _exit(128 + SIGTERM) }
        saving()
      }
    }
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in
      let saved = errno
      var byte: UInt8 = 1
      _ = write(handlerPipe, &byte, 1)
      errno = saved
    }
    action.sa_flags = Int32(SA_RESTART)
    sigaction(SIGTERM, &action, nil)
  }

  /// Runs work that looks at `isAsked` and saves what it has.
  static func saving<Result>(_ work: () throws -> Result) rethrows -> Result {
    trainings.add(1, ordering: .acquiringAndReleasing)
    defer { trainings.subtract(1, ordering: .acquiringAndReleasing) }
    return try work()
  }
}
