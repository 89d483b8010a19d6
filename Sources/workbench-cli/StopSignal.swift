// Ctrl-C of a training that runs in this process: once it saves a checkpoint, twice it ends at once.

internal import Glibc
internal import Synchronization

enum StopSignal {
  private static let flag = Atomic<Bool>(false)

  /// Whether SIGINT or SIGTERM has come since `watch`.
  static var hasCome: Bool { flag.load(ordering: .relaxed) }

  /// Takes over the first SIGINT and the first SIGTERM; the second one ends the process.
  static func watch() {
    _ = hasCome  // made now, and not inside the handler
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in StopSignal.flag.store(true, ordering: .relaxed) }
    action.sa_flags = Int32(SA_RESTART) | Int32(bitPattern: UInt32(SA_RESETHAND))
    for number in [SIGINT, SIGTERM] { sigaction(number, &action, nil) }
  }
}
