internal import Foundation
internal import Glibc
import Testing

/// Cells that get in the way of their own run: each has a message, an exit code and no process left behind.
@Suite(.serialized) struct BrokenConnectionTests {
  /// The processes whose command line holds `text`.
  private func processes(_ text: String) -> [Int32] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { Int32($0) }.filter { process in
      let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
      return String(decoding: line, as: UTF8.self).split(separator: "\0").contains { $0 == text }
    }
  }

  @Test(arguments: [
    (
      "for fd in Int32(3)..<256 { _ = write(fd, \"some junk\", 9) }",
      "the program wrote something else on its connection to the workbench"
    ),
    ("for fd in Int32(3)..<256 { close(fd) }", "the program closed its connection to the workbench"),
    (
      "for fd in Int32(3)..<256 { shutdown(fd, Int32(SHUT_RDWR)) }",
      "the program closed its connection to the workbench"
    ),
    ("notebook.finish()", "the program said that it was at its end before cell 2 began"),
  ])
  func `a broken connection is named at its cell, and the run does not go on`(code: String, message: String) throws {
    let sandbox = try Sandbox()
    try sandbox.write(
      "x", "```swift\nimport Glibc\nprint(\"1\")\n\(code)\n```\n\n```swift\nprint(\"2\")\nsleep(1000)\n```\n")
    let result = try sandbox.run("run", "notebooks/x.md")
    #expect(result.code == 9, "\(result.stderr)")
    #expect(result.stderr.contains("notebooks/x.md:2:1: connection broken: \(message)"), "\(result.stderr)")
    let page = try #require(sandbox.read("report/x.html"))
    #expect(page.contains(">1</pre>") && page.contains(message))
  }

  @Test func `a file that takes the place of a closed connection stays as the cell wrote it`() throws {
    let sandbox = try Sandbox()
    try sandbox.write(
      "x",
      """
      ```swift
      import Glibc
      for fd in Int32(3)..<256 { close(fd) }
      for _ in 0..<250 { _ = open("file.txt", O_RDWR | O_CREAT, 0o644) }
      ```

      ```swift
      print("2")
      ```
      """)
    let result = try sandbox.run("run", "notebooks/x.md")
    #expect(result.code == 9, "\(result.stderr)")
    #expect(sandbox.read("file.txt") == "")
  }

  @Test func `a cell that ends its own program is told from one that traps`() throws {
    let sandbox = try Sandbox()
    try sandbox.write(
      "x", "```swift\nimport Glibc\nprint(\"1\")\nfflush(stdout)\nkill(getpid(), SIGTERM)\nsleep(99)\n```\n")
    let result = try sandbox.run("run", "notebooks/x.md")
    #expect(result.code == 6, "\(result.stderr)")
    #expect(result.stderr.contains("ended early: the cell ended the program with exit code 143"), "\(result.stderr)")
    #expect(sandbox.read("report/x.html")?.contains(">1</pre>") == true)
  }

  /// A cell that starts two processes in sessions of their own; the second has none of the environment it was given.
  private func notebook(_ seconds: [String], end: String) -> String {
    """
    ```swift
    import Glibc
    system("setsid --fork /bin/sleep \(seconds[0])")
    system("setsid --fork /usr/bin/env -i /bin/sleep \(seconds[1])")
    usleep(200_000)
    print("started", getpid())
    \(end)
    ```
    """
  }

  private func numbers() -> [String] { (0..<2).map { _ in String(Int.random(in: 100_000_000...999_999_999)) } }

  @Test func `processes in sessions of their own end with the run, and those it did not start stay`() throws {
    let sandbox = try Sandbox()
    let (mine, other) = (numbers(), numbers())
    let stranger = Process()
    stranger.executableURL = URL(fileURLWithPath: "/bin/sleep")
    stranger.arguments = [other[0]]
    try stranger.run()
    defer { stranger.terminate() }
    try sandbox.write("x", notebook(mine, end: ""))
    let result = try sandbox.run("run", "notebooks/x.md")
    #expect(result.code == 0, "\(result.stderr)")
    #expect(result.stdout.hasPrefix("started"))
    #expect(mine.flatMap(processes) == [])
    #expect(processes(other[0]) == [stranger.processIdentifier])
  }

  @Test func `when the runner is killed outright, what carries the run's mark ends too, and the next run clears up`()
    throws
  {
    let sandbox = try Sandbox()
    let mine = numbers()
    try sandbox.write("x", notebook(mine, end: "while true { sleep(1) }"))
    let (process, out, _) = try sandbox.start(["run", "notebooks/x.md"])
    for _ in 0..<1200 where (try? String(contentsOfFile: out, encoding: .utf8))?.hasSuffix("\n") != true {
      usleep(50_000)
    }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    for _ in 0..<100 where processes(mine[0]) != [] { usleep(50_000) }
    #expect(processes(mine[0]) == [])
    // One without environment, session and parent is nobody's.
    for orphan in processes(mine[1]) { kill(orphan, SIGKILL) }

    let scratch = sandbox.root + "/.workbench/scratch"
    func left() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: scratch).filter { !$0.hasPrefix(".") }
    }
    #expect(try left().count == 1)
    let temporary = "\(sandbox.root)/report/.x.html.\(process.processIdentifier)-0.tmp"
    try FileManager.default.createDirectory(atPath: sandbox.root + "/report", withIntermediateDirectories: true)
    try "half".write(toFile: temporary, atomically: false, encoding: .utf8)
    try sandbox.write("x", "```swift\nprint(1)\n```\n")
    #expect(try sandbox.run("run", "notebooks/x.md").code == 0)
    #expect(try left() == [] && !FileManager.default.fileExists(atPath: temporary))
  }

  @Test func `much output is passed on whole, and the page keeps its beginning and its end`() throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", "```swift\nfor i in 0..<500_000 { print(\"this is line\", i) }\n```\n")
    let result = try sandbox.run("run", "notebooks/x.md")
    #expect(result.code == 0, "\(result.stderr)")
    #expect(result.stdout.utf8.count == 9_388_890 && result.stdout.hasSuffix("this is line 499999\n"))
    let page = try #require(sandbox.read("report/x.html"))
    #expect(page.utf8.count < 600_000 && page.contains("bytes of this cell's output are left out here"))
    #expect(page.contains("this is line 0\n") && page.contains("this is line 499999<"))
  }
}
