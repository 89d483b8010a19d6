// Ctrl-C, SIGTERM and a killed runner: nothing is left behind. Everything here waits for an event, a line or the end of
// a process, and for no length of time.

internal import Foundation
internal import Glibc
import Testing
internal import _TestSupport

@Suite(.serialized) struct InterruptTests {
  /// A notebook whose program does not end on SIGTERM but says "asked", and has started a process of its own.
  private struct Sleeper {
    let sandbox: Sandbox
    let process: Process
    /// Held open by the program and by its process: at its end both are gone.
    let alive: NamedPipe

    /// Returns when both run.
    init() throws {
      sandbox = try Sandbox()
      alive = try NamedPipe(sandbox.root + "/alive")
      try sandbox.write(
        "x",
        """
        ```swift
        import Foundation
        let alive = open("alive", O_WRONLY)
        signal(SIGTERM) { _ in write(alive, "asked\\n", 6) }
        let sleeper = Process()
        sleeper.executableURL = URL(fileURLWithPath: "/bin/sh")
        sleeper.arguments = ["-c", "trap '' TERM; exec >alive; echo up; exec sleep 1000"]
        try sleeper.run()
        print("started")
        while true { sleep(1) }
        ```
        """)
      process = try sandbox.start(["run", "notebooks/x.md"]).process
      try #require(alive.line() == "up")
    }

    /// Waits for the end of the run and of all that it has started.
    func waitForEnd() throws -> Int32 {
      process.waitUntilExit()
      try #require(alive.atEnd(), "a process outlived its runner by half a minute")
      return process.terminationStatus
    }
  }

  @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
  func `an interrupt leaves no process behind and keeps what was printed`(signal: Int32, code: Int32) throws {
    let sleeper = try Sleeper()
    kill(sleeper.process.processIdentifier, signal)
    #expect(sleeper.alive.line() == "asked")
    #expect(try sleeper.waitForEnd() == code)
    #expect(sleeper.sandbox.read("report/x.html")?.contains("started") == true)
  }

  // That the second one does not wait: `ProcessLoopTests`.
  @Test func `a second interrupt ends everything, and keeps what was printed`() throws {
    let sleeper = try Sleeper()
    kill(sleeper.process.processIdentifier, SIGINT)
    #expect(sleeper.alive.line() == "asked")
    kill(sleeper.process.processIdentifier, SIGINT)
    #expect(try sleeper.waitForEnd() == 130)
    #expect(sleeper.sandbox.read("report/x.html")?.contains("started") == true)
  }

  @Test func `the program ends when the runner is killed outright`() throws {
    let sandbox = try Sandbox()
    let alive = try NamedPipe(sandbox.root + "/alive")
    try sandbox.write(
      "x",
      """
      ```swift
      import Foundation
      let alive = open("alive", O_WRONLY)
      write(alive, "up\\n", 3)
      while true { sleep(1) }
      ```
      """)
    let process = try sandbox.start(["run", "notebooks/x.md"]).process
    try #require(alive.line() == "up")
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    #expect(alive.atEnd(), "the program outlived its runner by half a minute")
  }
}
