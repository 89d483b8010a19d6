// Ctrl-C of a training that runs in this process: once it saves a checkpoint, twice it ends at once. The same for a request
// to end, for a terminal that is closed, and for SIGUSR1, which launchers and schedulers pass on and which kills nobody.

internal import Execution
internal import Glibc
internal import Synchronization

enum StopSignal {
  private static let first = Atomic<Int32>(0)

  /// The first signal that has come since `watch`; 0 if none has.
  static var number: Int32 { first.load(ordering: .relaxed) }

  /// Whether a signal has come since `watch`.
  static var hasCome: Bool { number != 0 }

  /// How a command ends that the signal has stopped.
  static func status(of signal: Int32) -> ExitStatus {
    switch signal {
    case SIGTERM: .terminated
    case SIGHUP: .hangUp
    case SIGUSR1: .checkpointed
    default: .interrupted
    }
  }

  /// Takes over the first SIGINT, SIGTERM and SIGHUP each; a second one of a kind ends the process. A hang-up that is
  /// ignored, as under `nohup`, stays so. SIGUSR1 is taken over for good: launchers may pass it on twice.
  static func watch() {
    _ = hasCome  // made now, and not inside the handler
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { number in
      _ = StopSignal.first.compareExchange(expected: 0, desired: number, ordering: .relaxed)
    }
    action.sa_flags = Int32(SA_RESTART) | Int32(bitPattern: UInt32(SA_RESETHAND))
    var taken = sigset_t()
    sigemptyset(&taken)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGUSR1] {
      sigaddset(&taken, number)
      if number == SIGUSR1 { action.sa_flags = Int32(SA_RESTART) }
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
