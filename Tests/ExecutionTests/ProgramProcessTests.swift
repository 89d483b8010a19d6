internal import Basics
internal import Channel
internal import Execution
internal import Foundation
internal import NotebookText
import Testing
internal import _TestSupport

/// Programs that are shell scripts: they have the pipes and the channel of a notebook's program, and no manners.
struct ProgramProcessTests {
  /// Runs a script as the program of a notebook with two cells. `$frames` is the path of a file with `frames`.
  private func run(
    _ script: String, frames: [Frame] = [], budget: String? = nil, timeLimit: Duration? = nil
  ) throws -> (failure: CellFailure?, results: [CellResult]) {
    try withTemporaryFolder { root in
      let option = budget.map { "//| budget: \($0)\n" } ?? ""
      let notebook = try Notebook(
        text: "```swift\n\(option)a\n```\n\n```swift\nb\n```\n", path: "notebooks/x.md")
      let bytes = try frames.flatMap { try $0.bytes() }
      try Data(bytes).write(to: URL(fileURLWithPath: root + "/frames"))
      let path = root + "/program"
      try "#!/bin/sh\nframes=\(root)/frames\n\(script)\n".write(toFile: path, atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
      let configuration = SessionConfiguration(name: "x", threads: 1, rootDirectory: root, outputDirectory: root)
      var transcript = ExecutionTranscript(notebook, configuration, observer: nil)
      let host = Installation(products: root, packageRoot: root, swiftc: "/bin/false")
      let failure = try startingBusy {
        transcript = ExecutionTranscript(notebook, configuration, observer: nil)
        return try host.run(
          CompiledProgram(executable: path), configuration, transcript: transcript, timeLimit: timeLimit,
          interrupts: nil)
      }
      let left = try FileManager.default.contentsOfDirectory(atPath: root + "/.workbench/scratch")
      #expect(left == [".lock"])
      return (failure, transcript.results)
    }
  }

  /// A program that was just written is busy while a process that another test starts at this moment has not let go of it.
  private func startingBusy<Result>(_ run: () throws -> Result) throws -> Result {
    for _ in 0..<500 {
      do { return try run() } catch let error as ChildProcess.SpawnError where "\(error)".contains("busy") {
        usleep(10_000)
      }
    }
    return try run()
  }

  private static let whole = [Frame.began(cell: 0), .began(cell: 1), .finished]

  @Test func `a program that says all that one says is one`() throws {
    let (failure, results) = try run("cat $frames >&3", frames: Self.whole)
    #expect(failure == nil && results.map(\.cell) == [0, 1])
  }

  @Test(arguments: [
    ("cat $frames >&3; echo junk-of-eight >&3; sleep 1000", "wrote something else"),
    ("cat $frames >&3; printf '\\004\\000\\000\\000null' >&3; sleep 1000", "wrote something else"),
    ("cat $frames >&3; printf '\\377\\377\\377\\377' >&3; sleep 1000", "a frame of 4294967295 bytes"),
    ("cat $frames >&3; printf '\\005\\000\\000\\000{' >&3; sleep 1000", "that never ended"),
    ("cat $frames $frames >&3; sleep 1000", "out of turn"),
    ("cat $frames >&3; exec 3>&-; sleep 1000", "closed its connection"),
    ("cat $frames >&3; exit 119", "closed its connection"),
  ])
  func `whoever breaks the connection is ended, with a message`(script: String, message: String) throws {
    let (failure, results) = try run(script, frames: [.began(cell: 0)])
    #expect(
      failure?.kind == .brokenConnection && failure?.message.contains(message) == true, "\(String(describing: failure))"
    )
    #expect(failure?.location?.line == 2 && results.last?.failure == failure)
  }

  @Test func `an end that comes too early is not believed, and the program does not go on`() throws {
    let (failure, results) = try run("cat $frames >&3; sleep 1000", frames: [.began(cell: 0), .finished])
    #expect(failure?.message == "the program said that it was at its end before cell 2 began" && results.count == 1)
  }

  @Test(arguments: [
    ("kill -9 $$", "the program was killed by signal 9"), ("kill -1 $$", "the program was killed by signal 1"),
    ("exit 0", "exit code 0"), ("exit 3", "exit code 3"), ("kill -9 0", "the program was killed by signal 9"),
  ])
  func `a program that ends itself has a message of its own`(script: String, message: String) throws {
    let (failure, _) = try run("cat $frames >&3; \(script)", frames: [.began(cell: 0)])
    #expect(
      failure?.kind == .endedEarly && failure?.message.contains(message) == true, "\(String(describing: failure))")
  }

  @Test func `a program that cannot be started is an error, and leaves no folder`() throws {
    try withTemporaryFolder { root in
      let notebook = try Notebook(text: "```swift\na\n```\n", path: "x.md")
      let configuration = SessionConfiguration(name: "x", threads: 1, rootDirectory: root, outputDirectory: root)
      let host = Installation(products: root, packageRoot: root, swiftc: "/bin/false")
      #expect(throws: ChildProcess.SpawnError.self) {
        try host.run(
          CompiledProgram(executable: root + "/none"), configuration,
          transcript: ExecutionTranscript(notebook, configuration, observer: nil), timeLimit: nil, interrupts: nil)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: root + "/.workbench/scratch") == [".lock"])
    }
  }

  @Test func `a hundred megabytes are read to the end, and a page's worth of them is kept`() throws {
    let (failure, results) = try run(
      "cat $frames >&3; head -c 1 <&3 >/dev/null; yes 'a line of text' | head -c 100000000; echo; echo the end",
      frames: [.began(cell: 0)])
    #expect(failure?.kind == .endedEarly)
    let outputs = try #require(results.first).outputs
    guard outputs.count == 3, case .text(_, let head) = outputs[0], case .text(_, let tail) = outputs[2] else {
      Issue.record("\(outputs.count) outputs")
      return
    }
    #expect(head.utf8.count + tail.utf8.count <= CellOutputs.headLimit + CellOutputs.tailLimit)
    #expect(head.hasPrefix("a line of text\n") && tail.hasSuffix("the end\n"))
  }

  @Test func `what a program started in a session of its own ends with it`() throws {
    let (failure, results) = try run(
      """
      cat $frames >&3; head -c 3 <&3 >/dev/null; mkfifo $frames.p
      setsid sh -c 'echo $$ >'$frames'.p; exec sleep 1000' &
      cat $frames.p
      """, frames: Self.whole)
    #expect(failure == nil && results.count == 2)
    guard case .text(_, let text) = results.last?.outputs.first, let process = Int32(text.dropLast()) else {
      Issue.record("\(results)")
      return
    }
    #expect(ProcessStatus(process)?.isLiving != true)
  }

  @Test func `a budget ends a program that ignores being asked`() throws {
    let (failure, _) = try run(
      "trap '' TERM; cat $frames >&3; while :; do sleep 1; done", frames: [.began(cell: 0)], budget: "0.2")
    #expect(failure?.kind == .overBudget && failure?.message == "the cell has run for 0.2 s, all of its budget")
    let (limited, _) = try run("cat $frames >&3; sleep 1000", frames: [.began(cell: 0)], timeLimit: .milliseconds(200))
    #expect(limited?.kind == .overBudget)
  }
}
