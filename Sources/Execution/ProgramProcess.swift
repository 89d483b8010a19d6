// Runs a compiled notebook in a child process: pipes, the channel, its budget and its end. What it says goes to a transcript.

internal import Channel
internal import FileSystem
internal import Foundation
internal import Glibc
internal import NotebookText

/// One run of a notebook's program.
final class ProgramProcess {
  private let executable: String
  private let transcript: ExecutionTranscript
  /// How long the whole program may run; nil for as long as it takes.
  private let timeLimit: Duration?

  private var decoder = FrameDecoder()
  private var noise = CrashNoiseFilter()
  private var watch: BudgetWatch?
  private var start = ContinuousClock.now
  /// What was used too much of, in words.
  private var excess: String?
  /// When the last bytes came on the channel. Time in which the machine sleeps does not count.
  private var lastFrame = SuspendingClock.now
  /// When the channel's end was seen; a program that is well ends at the same time.
  private var channelEnd: ContinuousClock.Instant?

  init(executable: String, transcript: ExecutionTranscript, timeLimit: Duration?) {
    self.executable = executable
    self.transcript = transcript
    self.timeLimit = timeLimit
  }

  /// Runs the program to its end and concludes the transcript. Throws if the program cannot be started.
  func run(_ configuration: SessionConfiguration, interrupts: Interrupts?) throws -> CellFailure? {
    let scratch = try ScratchFolder(in: configuration.scratchRoot)
    defer { scratch.remove() }
    let crash = scratch.path + "/crash.txt"
    let (output, error) = (try OutputPipe(), try OutputPipe())
    let channel = try Self.channel()
    defer { for descriptor in [output.read, error.read, channel.ours] { close(descriptor) } }
    let process = try {
      let input = open("/dev/null", O_RDONLY | O_CLOEXEC)
      defer { for descriptor in [input, output.write, error.write, channel.theirs] { close(descriptor) } }
      return try ChildProcess.spawn(
        executable, arguments: [], environment: try Self.environment(configuration, crash: crash),
        descriptors: [input, output.write, error.write, channel.theirs],
        mark: (SessionConfiguration.runVariable, "\(getpid())-\(UUID().uuidString)"))
    }()

    start = .now
    watch = BudgetWatch(process)
    var loop = ProcessLoop(
      process: process, interrupts: interrupts,
      sources: [
        (output.read, { self.readText(output.read, .standardOutput) }),
        (error.read, { self.readText(error.read, .standardError) }),
        (channel.ours, { self.readFrames(channel.ours, output.read, error.read) }),
      ], watch: { self.check() }, isSaving: { self.transcript.isSaving })
    let ending = loop.run()
    transcript.print(noise.finish(), on: .standardError)
    return transcript.conclude(conclusion(ending, crash: crash, isInterrupted: interrupts?.exitCode != nil))
  }

  private func conclusion(
    _ ending: ChildProcess.Ending, crash: String, isInterrupted: Bool
  ) -> ExecutionTranscript.Ending {
    if isInterrupted { return .interrupted }
    if let excess { return .overBudget(excess) }
    switch ending {
    case .exited(let code): return .exited(code)
    case .killed(let signal):
      return .killed(signal: signal, report: (try? String(contentsOfFile: crash, encoding: .utf8)) ?? "")
    }
  }

  private static func channel() throws(ChildProcess.SpawnError) -> (ours: Int32, theirs: Int32) {
    var ends: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0 else {
      throw ChildProcess.SpawnError(description: "socketpair: \(String(cString: strerror(errno)))")
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(ends[0], F_SETFL, fcntl(ends[0], F_GETFL) | Int32(O_NONBLOCK))
    return (ends[0], ends[1])
  }

  private static func environment(_ configuration: SessionConfiguration, crash: String) throws -> [String: String] {
    var environment = ProcessInfo.processInfo.environment
    environment[SessionConfiguration.variable] = try configuration.json()
    environment[SessionConfiguration.channelVariable] = "3"
    environment["SWIFT_BACKTRACE"] =
      "enable=yes,output-to=\(crash),color=no,interactive=no,threads=crashed,registers=none,images=none,sanitize=no,"
      + "warnings=suppressed"
    return environment
  }

  // MARK: While it runs

  private func check() -> ProcessLoop.Order? {
    if transcript.isBroken { return .kill }
    if let channelEnd, ContinuousClock.now - channelEnd > .seconds(2) {
      transcript.breakConnection(ExecutionTranscript.closed)
      return .kill
    }
    if decoder.isPartial, SuspendingClock.now - lastFrame > .seconds(5) {
      transcript.breakConnection("the program began a message on its connection to the workbench that never ended")
      return .kill
    }
    if let timeLimit, ContinuousClock.now - start > timeLimit {
      excess = "the program could not be followed further in \(timeLimit / .seconds(1)) s"
      return .kill
    }
    guard let cell = transcript.cell else { return nil }
    let budget = cell.options.budget
    excess = watch?.excess(budget, start: transcript.cellStart)
    guard excess != nil else { return nil }
    // One that has run too long may save its work; one that fills the memory has no time for that.
    return budget?.seconds.map { ContinuousClock.now - transcript.cellStart > .seconds($0) } ?? false ? .end : .kill
  }

  private func readText(_ descriptor: Int32, _ stream: CellOutput.Stream) -> Bool {
    let (bytes, ended) = drain(descriptor)
    transcript.print(stream == .standardError ? noise.pass(bytes) : bytes, on: stream)
    return !ended
  }

  private func readFrames(_ channel: Int32, _ output: Int32, _ error: Int32) -> Bool {
    let (bytes, ended) = drain(channel)
    decoder.append(bytes)
    lastFrame = .now
    do {
      while let frame = try decoder.next() {
        // The program has flushed before it sent the frame: what lies in the pipes now was printed before it.
        _ = readText(output, .standardOutput)
        _ = readText(error, .standardError)
        transcript.receive(frame)
        if transcript.isBroken { return false }
        if frame.needsAnswer {
          var byte: UInt8 = 1
          _ = send(channel, &byte, 1, Int32(MSG_NOSIGNAL))
        }
      }
    } catch {
      transcript.breakConnection("the program wrote something else on its connection to the workbench: \(error)")
      return false
    }
    if ended { channelEnd = .now }
    return !ended
  }
}
