// Waits for a child process: reads its pipes as they fill, passes signals on, and leaves no process of its group behind.

internal import Glibc

/// The wait for one child process.
package struct ProcessLoop {
  /// How a process that must end is treated.
  package enum Order {
    /// SIGTERM, and SIGKILL after two seconds, or after half a minute if the process says that it saves its work.
    case end
    /// SIGKILL at once.
    case kill
  }

  var process: ChildProcess
  var interrupts: Interrupts?
  /// Descriptors to watch, each with what to do when it can be read; a result of false ends the watch.
  var sources: [(descriptor: Int32, read: () -> Bool)]
  /// Asked at least twenty times a second until it gives an order.
  var watch: () -> Order? = { nil }
  /// Whether the process, asked to end, is saving its work.
  var isSaving: () -> Bool = { false }

  private var grace: ContinuousClock.Instant?
  private var patience: ContinuousClock.Instant?

  package init(
    process: ChildProcess, interrupts: Interrupts?, sources: [(descriptor: Int32, read: () -> Bool)],
    watch: @escaping () -> Order? = { nil }, isSaving: @escaping () -> Bool = { false }
  ) {
    self.process = process
    self.interrupts = interrupts
    self.sources = sources
    self.watch = watch
    self.isSaving = isSaving
  }

  /// Runs until the process has ended. An interrupt ends its group with SIGTERM, and after two seconds with SIGKILL
  /// unless it saves its work; a second interrupt is SIGKILL at once.
  package mutating func run() -> ChildProcess.Ending {
    while true {
      var polled = sources.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
      if let interrupts { polled.append(pollfd(fd: interrupts.descriptor, events: Int16(POLLIN), revents: 0)) }
      // With no pipe left open the process is about to end; otherwise look now and then whether it has.
      _ = poll(&polled, nfds_t(polled.count), sources.isEmpty ? 1 : 50)
      passSignals()
      var open: [(descriptor: Int32, read: () -> Bool)] = []
      for (index, source) in sources.enumerated() {
        if polled[index].revents == 0 || source.read() { open.append(source) }
      }
      sources = open
      if let ending = process.ended() {
        for source in sources { _ = source.read() }
        process.killSession()  // what the program started and left behind
        return ending
      }
    }
  }

  private mutating func passSignals() {
    if let interrupts {
      for _ in interrupts.take() {
        process.signalGroup(grace == nil ? SIGTERM : SIGKILL)
        grace = grace ?? .now + .seconds(2)
      }
    }
    if grace == nil {
      switch watch() {
      case .end:
        process.signalGroup(SIGTERM)
        (grace, patience) = (.now + .seconds(2), .now + .seconds(30))
      case .kill:
        process.signalGroup(SIGKILL)
        grace = .now
      case nil: break
      }
    }
    let now = ContinuousClock.now
    if let grace, now > grace, !isSaving() || patience.map({ now > $0 }) ?? false { process.signalGroup(SIGKILL) }
  }
}
