// Waits for a child process: reads its pipes as they fill, passes signals on, and leaves no process of its group behind.

internal import Glibc

/// The wait for one child process.
struct ProcessLoop {
  var process: ChildProcess
  var interrupts: Interrupts?
  /// Descriptors to watch, each with what to do when it can be read; a result of false ends the watch.
  var sources: [(descriptor: Int32, read: () -> Bool)]

  /// Runs until the process has ended. An interrupt ends its group with SIGTERM; a second one, or two seconds, with SIGKILL.
  mutating func run() -> ChildProcess.Ending {
    var deadline: ContinuousClock.Instant?
    while true {
      var polled = sources.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
      if let interrupts { polled.append(pollfd(fd: interrupts.descriptor, events: Int16(POLLIN), revents: 0)) }
      // With no pipe left open the process is about to end; otherwise look now and then whether it has.
      _ = poll(&polled, nfds_t(polled.count), sources.isEmpty ? 1 : 50)
      if let interrupts {
        for _ in interrupts.take() {
          process.signalGroup(deadline == nil ? SIGTERM : SIGKILL)
          deadline = deadline ?? .now + .seconds(2)
        }
      }
      if let due = deadline, ContinuousClock.now > due { process.signalGroup(SIGKILL) }
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
}
