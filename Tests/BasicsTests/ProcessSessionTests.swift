internal import Basics
internal import Foundation
import Testing

struct ProcessSessionTests {
  /// A shell in a session of its own that starts `sleep` in a further one, and both process numbers.
  private func start(_ mark: String) throws -> (leader: Int32, other: Int32) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/setsid")
    process.arguments = ["/bin/sh", "-c", "setsid /bin/sleep 1000 & echo $$ $!; exec sleep 1000"]
    process.environment = ["PATH": "/usr/bin:/bin", "WORKBENCH_RUN": mark]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let line = String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
    let numbers = line.split { !$0.isNumber }.compactMap { Int32($0) }
    try #require(numbers.count == 2, "\(line)")
    return (numbers[0], numbers[1])
  }

  /// Whether a process lives, after a while if need be.
  private func hasEnded(_ process: Int32) -> Bool {
    for _ in 0..<200 {
      if ProcessStatus(process)?.isLiving != true { return true }
      usleep(20_000)
    }
    return false
  }

  private func isOutside(_ process: Int32, _ leader: Int32) -> Bool {
    for _ in 0..<200 {
      if ProcessStatus(process)?.session != leader { return true }
      usleep(20_000)
    }
    return false
  }

  @Test func `a process has its parent and its session`() throws {
    let own = try #require(ProcessStatus(getpid()))
    #expect(own.parent == getppid() && own.session == getsid(0) && own.isLiving)
    #expect(ProcessStatus.all().contains(own))
    #expect(ProcessStatus(-1) == nil && ProcessStatus(Int32.max) == nil)
  }

  @Test func `what left the session is killed by its mark, and only with it`() throws {
    let mark = UUID().uuidString
    let (leader, other) = try start(mark)
    defer { kill(other, SIGKILL) }
    #expect(isOutside(other, leader))
    #expect(ProcessSession(leader: leader).members() == [leader])
    ProcessSession(leader: leader, mark: "WORKBENCH_RUN=another").kill()
    #expect(hasEnded(leader) && ProcessStatus(other)?.isLiving == true)
    ProcessSession(leader: leader, mark: "WORKBENCH_RUN=\(mark)").kill()
    #expect(hasEnded(other))
  }
}
