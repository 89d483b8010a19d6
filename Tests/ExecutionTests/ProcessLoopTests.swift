// How a child is ended, without a clock: it says what it has heard, and never ends by itself.

internal import Execution
internal import Foundation
internal import Glibc
import Testing
internal import _TestSupport

struct ProcessLoopTests {
  /// A process that answers SIGTERM with a line and goes on.
  private func start(_ pipe: String) throws -> ChildProcess {
    let null = open("/dev/null", O_RDWR)
    defer { close(null) }
    let script = "exec >\(pipe); trap 'echo asked' TERM; echo up; while true; do sleep 1000 & wait $!; done"
    return try ChildProcess.spawn(
      "/bin/sh", arguments: ["-c", script], environment: ["PATH": "/usr/bin:/bin"], descriptors: [null, null, null])
  }

  /// While a process saves its work the first interrupt leaves it alone for good: only the second can end it.
  @Test func `a second interrupt kills at once`() throws {
    let folder = NSTemporaryDirectory() + "/process-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let pipe = try NamedPipe(folder + "/heard")
    let process = try start(folder + "/heard")
    try #require(pipe.line() == "up")
    let interrupts = Interrupts.byHand()
    interrupts.raise()
    var times = 0
    var loop = ProcessLoop(
      process: process, interrupts: interrupts,
      sources: [
        (
          descriptor: pipe.descriptor,
          read: {
            guard pipe.line() == "asked" else { return false }
            times += 1
            interrupts.raise()
            return true
          }
        )
      ], isSaving: { true })
    #expect(loop.run() == .killed(signal: SIGKILL))
    #expect(times == 1 && pipe.atEnd())
  }
}
