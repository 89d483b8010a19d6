internal import Channel
internal import Execution
internal import NotebookText
import Testing

/// Frames and text become cells; no process is needed for that.
struct ExecutionTranscriptTests {
  private static let text =
    "```swift\na\n```\n\n```swift\nb\n```\n\n```swift\n//| eval: false\nc\n```\n\n```swift\nd\n```\n"

  private func transcript(_ drawn: [Int]? = nil) throws -> ExecutionTranscript {
    let notebook = try Notebook(text: Self.text, path: "notebooks/x.md")
    let configuration = SessionConfiguration(
      name: "x", threads: 1, rootDirectory: "/r", outputDirectory: "/r", drawnCells: drawn)
    return ExecutionTranscript(notebook, configuration, observer: nil) { addresses in
      addresses.map { SourceLocation(file: "notebooks/x.md", line: Int($0)) }
    }
  }

  private func say(_ transcript: ExecutionTranscript, _ text: String, _ stream: CellOutput.Stream = .standardOutput) {
    transcript.print(Array(text.utf8), on: stream)
  }

  @Test func `text and figures land in their cell in the order they came`() throws {
    let run = try transcript()
    say(run, "before any cell\n")
    run.receive(.began(cell: 0))
    say(run, "one ")
    say(run, "two\n")
    say(run, "oh\n", .standardError)
    run.receive(.figure(name: "f", files: ["f.svg"]))
    say(run, "three\n")
    run.receive(.value(item: 4, text: "5"))
    run.receive(.began(cell: 1))
    run.receive(.used(.files(["/a"])))
    run.receive(.began(cell: 3))
    run.receive(.finished)
    say(run, "last\n")
    #expect(run.conclude(.exited(0)) == nil)
    #expect(run.results.map(\.cell) == [0, 1, 3] && run.results.allSatisfy { $0.duration != nil })
    #expect(
      run.results[0].outputs == [
        .text(.standardOutput, "one two\n"), .text(.standardError, "oh\n"), .figure(name: "f", files: ["f.svg"]),
        .text(.standardOutput, "three\n"),
      ])
    #expect(run.results[1].outputs == [] && run.results[2].outputs == [.text(.standardOutput, "last\n")])
    #expect(run.inlineResults == [4: .value("5")] && run.outsideFiles == ["/a"])
  }

  @Test func `a character that is cut by a read is whole, whatever the other stream says meanwhile`() throws {
    let run = try transcript()
    run.receive(.began(cell: 0))
    for byte in Array("é€😀".utf8) {
      run.print([byte], on: .standardOutput)
      say(run, "x", .standardError)
    }
    _ = run.conclude(.exited(1))
    let texts = run.results[0].outputs.compactMap {
      if case .text(.standardOutput, let text) = $0 { text } else { nil }
    }
    #expect(texts == ["é", "€", "😀"])
  }

  @Test(arguments: [
    ([0, 1, 1], "the program began cell 1 (from 0) out of turn, after cell 2"), ([0, 3], "out of turn, after cell 1"),
    ([1], "out of turn, before any other"), ([0, 1, 2], "out of turn"), ([0, -1], "out of turn"),
    ([0, .max], "out of turn"), ([0, 1, 0], "out of turn"),
  ])
  func `a cell that begins out of turn breaks the connection`(cells: [Int], message: String) throws {
    let run = try transcript()
    for cell in cells { run.receive(.began(cell: cell)) }
    #expect(run.isBroken)
    let failure = run.conclude(.killed(signal: 9, report: ""))
    #expect(
      failure?.kind == .brokenConnection && failure?.message.contains(message) == true, "\(String(describing: failure))"
    )
    #expect(failure?.exitCode == .brokenConnection)
  }

  @Test func `an end before the last cell, and anything after the end, are not believed`() throws {
    let early = try transcript()
    early.receive(.began(cell: 0))
    early.receive(.finished)
    let failure = early.conclude(.exited(0))
    #expect(failure?.kind == .brokenConnection)
    #expect(failure?.message == "the program said that it was at its end before cell 2 began")
    #expect(failure?.location == SourceLocation(file: "notebooks/x.md", line: 2))
    #expect(early.results.last?.failure == failure)

    let late = try transcript()
    for frame in [Frame.began(cell: 0), .began(cell: 1), .began(cell: 3), .finished, .markdown("more")] {
      late.receive(frame)
    }
    #expect(late.conclude(.exited(0))?.kind == .brokenConnection)
  }

  @Test func `a part of a notebook ends after its last drawn cell`() throws {
    let run = try transcript([0])
    run.receive(.began(cell: 0))
    run.receive(.finished)
    #expect(run.conclude(.exited(0)) == nil)
  }

  @Test(arguments: [
    (ExecutionTranscript.Ending.exited(0), CellFailure.Kind.endedEarly, "the cell ended the program with exit code 0"),
    (.exited(SessionConfiguration.lostConnectionCode), .brokenConnection, ExecutionTranscript.closed),
    (
      .killed(signal: 9, report: ""), .endedEarly,
      "the program was killed by signal 9, by itself, by someone else, or because the machine ran out of memory"
    ),
    (.killed(signal: 15, report: ""), .endedEarly, "the program was killed by signal 15"),
    (.killed(signal: 11, report: ""), .trap, "signal 11"),
    (.interrupted, .interrupted, "the run was interrupted here"), (.overBudget("too much"), .overBudget, "too much"),
  ])
  func `every end before the last cell has a name`(
    ending: ExecutionTranscript.Ending, kind: CellFailure.Kind, message: String
  ) throws {
    let run = try transcript()
    run.receive(.began(cell: 0))
    let failure = run.conclude(ending)
    #expect(failure?.kind == kind && failure?.message == message)
    #expect(failure?.location == SourceLocation(file: "notebooks/x.md", line: 2))
  }

  @Test func `a crash after the last cell is no success`() throws {
    for (ending, message) in [
      (ExecutionTranscript.Ending.exited(3), "the program ended with exit code 3 after its last cell"),
      (.killed(signal: 11, report: ""), "signal 11"),
    ] {
      let run = try transcript()
      for frame in [Frame.began(cell: 0), .began(cell: 1), .began(cell: 3), .finished] { run.receive(frame) }
      #expect(run.conclude(ending)?.message == message)
    }
  }

  @Test func `an error has the places of its addresses, the first with its line`() throws {
    let run = try transcript()
    run.receive(.began(cell: 0))
    run.receive(.began(cell: 1))
    run.receive(.failed(ProgramFailure(kind: .thrown, message: "no", addresses: [6, 2])))
    let failure = run.conclude(.exited(1))
    #expect(failure?.description == "notebooks/x.md:6:1: error thrown: no\n  b\n  ^\n  called from notebooks/x.md:2:1")
  }
}
