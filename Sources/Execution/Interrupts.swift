// Ctrl-C and its kin, as bytes in a pipe that every waiting loop watches.

internal import Basics
internal import Glibc

/// The write end, for the handler alone: a handler may only call what is safe inside a signal.
private nonisolated(unsafe) var handlerPipe: Int32 = -1

/// SIGINT, SIGTERM and SIGHUP of this process.
package final class Interrupts: @unchecked Sendable {
  /// Readable when a signal has come.
  let descriptor: Int32
  private let writeEnd: Int32
  private var first: Int32?
  /// Signals that came so far.
  package private(set) var count = 0

  private init(_ ends: [Int32]) { (descriptor, writeEnd) = (ends[0], ends[1]) }

  private static func pipeEnds() -> [Int32] {
    var ends: [Int32] = [-1, -1]
    precondition(pipe(&ends) == 0, "pipe: error \(errno)")
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    return ends
  }

  /// Interrupts that only `raise` makes: to stop a build from within.
  package static func byHand() -> Interrupts { Interrupts(pipeEnds()) }

  deinit {
    close(descriptor)
    close(writeEnd)
  }

  /// As if Ctrl-C had been pressed. May be called on any thread.
  package func raise() {
    var byte = UInt8(SIGINT)
    _ = write(writeEnd, &byte, 1)
  }

  /// Waits until a signal has come, `milliseconds` at most.
  package func wait(milliseconds: Int32) {
    var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    _ = poll(&polled, 1, milliseconds)
    _ = take()
  }

  /// Takes over the three signals. A child does not inherit that.
  package static func install() -> Interrupts {
    let ends = pipeEnds()
    handlerPipe = ends[1]
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { number in
      let saved = errno
      var byte = UInt8(truncatingIfNeeded: number)
      _ = write(handlerPipe, &byte, 1)
      errno = saved
    }
    action.sa_flags = Int32(SA_RESTART)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      var previous = sigaction()
      sigaction(number, nil, &previous)
      // A background job of a shell without job control ignores SIGINT; leave it so.
      if number == SIGHUP, unsafeBitCast(previous.__sigaction_handler.sa_handler, to: Int.self) == 1 { continue }
      sigaction(number, &action, nil)
    }
    // Started from a thread that blocks signals, a process inherits that.
    var taken = sigset_t()
    sigemptyset(&taken)
    for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&taken, number) }
    pthread_sigmask(SIG_UNBLOCK, &taken, nil)
    signal(SIGPIPE, SIG_IGN)
    return Interrupts(ends)
  }

  /// The signals that came since the last call.
  func take() -> [Int32] {
    var bytes = [UInt8](repeating: 0, count: 16)
    let length = read(descriptor, &bytes, bytes.count)
    let signals = bytes.prefix(max(length, 0)).map { Int32($0) }
    if first == nil { first = signals.first }
    self.count += signals.count
    return signals
  }

  /// The exit code for the first signal that came, or nil.
  package var exitCode: ExitStatus? {
    _ = take()
    switch first {
    case nil: return nil
    case SIGHUP: return .hangUp
    case SIGTERM: return .terminated
    default: return .interrupted
    }
  }
}
