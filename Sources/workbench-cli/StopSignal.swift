// Ctrl-C of a training that runs in this process: once it saves a checkpoint, twice it ends at once. The same for a request
// to end, and for a terminal that is closed.

internal import Execution
internal import Glibc
internal import Synchronization

enum StopSignal {
  private static let first = Atomic<Int32>(0)

  /// Whether a signal has come since `watch`.
  static var hasCome: Bool { first.load(ordering: .relaxed) != 0 }

  /// How a command ends that the first signal has stopped.
  static var status: ExitStatus {
    switch first.load(ordering: .relaxed) {
    case SIGTERM: .terminated
    case SIGHUP: .hangUp
    default: .interrupted
    }
  }

  /// Takes over the first SIGINT, SIGTERM and SIGHUP each; a second one of a kind ends the process. A hang-up that is
  /// ignored, as under `nohup`, stays so.
  static func watch() {
    _ = hasCome  // made now, and not inside the handler
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { number in
      _ = StopSignal.first.compareExchange(expected: 0, desired: number, ordering: .relaxed)
    }
    action.sa_flags = Int32(SA_RESTART) | Int32(bitPattern: UInt32(SA_RESETHAND))
    var taken = sigset_t()
    sigemptyset(&taken)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      sigaddset(&taken, number)
      var before = sigaction()
      sigaction(number, &action, &before)
      if number == SIGHUP && isIgnored(before) { sigaction(number, &before, nil) }
    }
    // Started from a thread that blocks signals, a process inherits that.
    pthread_sigmask(SIG_UNBLOCK, &taken, nil)
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
