internal import Basics
internal import Builds
internal import Channel
internal import Execution
internal import FileSystem
internal import Foundation
internal import NotebookText
internal import Synchronization

/// Follows a notebook's program without a compiler: it understands the calls that stand between the cells, and in cells
///
///     print("text")            draw("numbers", "style")     read("file")
///     train("name", "recipe")  compute("kind")              stop("message")
///
/// where `{name}` in a text is the value of a parameter. Everything else is passed over.
final class ScriptedHost: ProgramHost {
  private struct State {
    var fingerprint = "host 1"
    var runs = 0
    var plans = 0
    var stored: Set<String> = []
  }

  private let state = Mutex(State())

  /// Programs that ran; those that only told their keys are in `plans`.
  var runs: Int { state.withLock { $0.runs } }
  var plans: Int { state.withLock { $0.plans } }

  var fingerprint: String { state.withLock { $0.fingerprint } }

  func become(_ fingerprint: String) { state.withLock { $0.fingerprint = fingerprint } }

  func compile(_ program: Program, cache: String, interrupts: Interrupts?) throws(CompileFailure) -> CompiledProgram {
    if program.source.contains("does not compile") { throw .other("this does not compile") }
    let path = "\(cache)/\(Digest.sha256(program.source).prefix(24))"
    if Files.exists(path) { return CompiledProgram(executable: path, isFromCache: true) }
    do {
      try Files.makeFolder(cache)
      try AtomicFile.write(program.source, to: path)
    } catch {
      throw .other("\(error)")
    }
    return CompiledProgram(executable: path)
  }

  func run(
    _ program: CompiledProgram, _ configuration: SessionConfiguration, transcript: ExecutionTranscript,
    timeLimit: Duration?, interrupts: Interrupts?
  ) throws -> CellFailure? {
    state.withLock { if configuration.isPlanning { $0.plans += 1 } else { $0.runs += 1 } }
    let source = String(decoding: try Files.read(program.executable), as: UTF8.self)
    var script = Script(configuration: configuration, transcript: transcript)
    script.stored = state.withLock { $0.stored }
    try script.follow(source)
    state.withLock { $0.stored = script.stored }
    return transcript.conclude(.exited(script.exitCode))
  }

  func places(of addresses: [UInt], in program: CompiledProgram, notebook: String) -> [SourceLocation] { [] }
}

/// One run of a program.
private struct Script {
  let configuration: SessionConfiguration
  let transcript: ExecutionTranscript
  /// Keys of what was trained and computed.
  var stored: Set<String> = []
  var exitCode: Int32 = 0
  private var outside: [String] = []
  private var label: String?
  private var cell = 0
  private var figures = 0

  init(configuration: SessionConfiguration, transcript: ExecutionTranscript) {
    (self.configuration, self.transcript) = (configuration, transcript)
  }

  mutating func follow(_ source: String) throws {
    var item: Int?
    for line in source.split(separator: "\n") {
      if let begin = line.firstMatch(of: #/^notebook\.begin\(cell: (\d+)(?:, label: "(.*)")?, line: \d+\)/#) {
        (cell, label, figures) = (Int(begin.1)!, begin.2.map { String($0) }, 0)
        if let last = configuration.drawnCells?.max(), cell > last { return end() }
        transcript.receive(.began(cell: cell))
      } else if let value = line.firstMatch(of: #/^try notebook\.value\(item: (\d+)\)/#) {
        item = Int(value.1)
      } else if line == "notebook.finish()" {
        end()
      } else if let number = item, !line.hasPrefix("#") {
        let expression = line.trimmingCharacters(in: .whitespaces)
        transcript.receive(.value(item: number, text: configuration.parameters[expression] ?? expression))
        item = nil
      } else if let call = line.firstMatch(of: #/^(?:try )?(\w+)\("([^"]*)"(?:, "([^"]*)")?\)/#) {
        guard try perform(String(call.1), filled(call.2), filled(call.3 ?? "")) else {
          exitCode = 1
          return
        }
      }
    }
  }

  private func end() {
    transcript.receive(.used(.files(outside)))
    transcript.receive(.finished)
  }

  /// Does what one call of a cell says. False if the program stops there.
  private mutating func perform(_ call: String, _ first: String, _ second: String) throws -> Bool {
    switch call {
    case "print": transcript.print(Array((first + "\n").utf8), on: .standardOutput)
    case "read":
      outside.append(configuration.rootDirectory + "/" + first)
      let text = try? Files.read(configuration.rootDirectory + "/" + first)
      transcript.print((text ?? Array("nothing".utf8)) + [10], on: .standardOutput)
    case "draw": try draw(first, style: second)
    case "train":
      let key = Digest.sha256("train \(second)")
      let use = RunUse(
        name: first, key: key, recipe: ["recipe": second], data: "images", seed: 1, numericsVersion: 1,
        kernelLevel: nil, seconds: 3, state: state(of: key))
      transcript.receive(.used(.run(use)))
    case "compute":
      let key = Digest.sha256("compute \(first) \(second)")
      let found = state(of: key)
      let use = NumbersUse(
        kind: first, key: key, inputs: ["from": second], seconds: found == .made ? 2 : nil, state: found)
      transcript.receive(.used(.numbers(use)))
      if found == .missing {
        transcript.receive(.failed(ProgramFailure(kind: .unknown, message: "\(first) is not computed yet")))
        return false
      }
    case "stop":
      transcript.receive(.failed(ProgramFailure(kind: .thrown, message: first)))
      return false
    default: break
    }
    return true
  }

  private mutating func state(of key: String) -> UseState {
    if stored.contains(key) { return .stored }
    if configuration.isPlanning { return .missing }
    stored.insert(key)
    return .made
  }

  private mutating func draw(_ numbers: String, style: String) throws {
    figures += 1
    let base = label ?? "x-cell-\(cell + 1)"
    let name = figures == 1 ? base : "\(base)-\(figures)"
    let use = DrawingUse(name: name, key: Digest.sha256(numbers + "|" + style), numbers: Digest.sha256(numbers))
    if configuration.isPlanning { return transcript.receive(.used(.drawing(use))) }
    if let drawn = configuration.drawnCells, !drawn.contains(cell) { return }
    try Files.makeFolder(configuration.figuresDirectory)
    let path = "figures/\(configuration.scale.name)/\(name).csv"
    try AtomicFile.write(numbers + "\n", to: "\(configuration.outputDirectory)/\(path)")
    transcript.receive(.used(.drawing(use)))
    transcript.receive(.figure(name: name, files: [path]))
  }

  private func filled(_ text: some StringProtocol) -> String {
    configuration.parameters.reduce(String(text)) { $0.replacing("{\($1.key)}", with: $1.value) }
  }
}

/// A project of one notebook in a folder of its own, built by a scripted host.
struct ScriptedProject {
  let root: String
  let host = ScriptedHost()

  /// Runs `body` with a new project.
  static func with(_ text: String, _ body: (ScriptedProject) throws -> Void) throws {
    let root = NSTemporaryDirectory() + "/scripted-\(UUID().uuidString)"
    try Files.makeFolder(root + "/notebooks")
    defer { try? Files.remove(root) }
    let project = ScriptedProject(root: root)
    try project.write(text)
    try body(project)
  }

  func write(_ text: String) throws { try AtomicFile.write(text, to: root + "/notebooks/x.md") }

  func read(_ path: String) -> String? {
    (try? Files.read("\(root)/\(path)")).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Puts a file where a notebook reads it, as it would stand there for an hour.
  func put(_ path: String, _ text: String) throws {
    try AtomicFile.write(text, to: "\(root)/\(path)")
    let past = Date(timeIntervalSinceNow: -3600 + Double(text.utf8.count))
    try FileManager.default.setAttributes([.modificationDate: past], ofItemAtPath: "\(root)/\(path)")
  }

  func build(
    _ scale: Scale = .demo, set settings: [(name: String, value: String)] = [], only: [String] = [],
    threads: Int = 1, isFresh: Bool = false
  ) -> NotebookBuild {
    NotebookBuild(
      file: root + "/notebooks/x.md", scale: scale, threads: threads, settings: settings, only: only, isFresh: isFresh)
  }

  /// Builds, and says whether the program ran. What a cell did wrong fails the test that expects an answer.
  func runs(
    _ scale: Scale = .demo, set settings: [(name: String, value: String)] = [], only: [String] = [], threads: Int = 1
  ) throws -> Bool {
    let before = host.runs
    let outcome = try build(scale, set: settings, only: only, threads: threads)
      .run(on: host, interrupts: nil, observer: nil)
    if let failure = outcome.failure { throw Stopped(description: "\(failure)") }
    return host.runs > before
  }
}

/// A cell did something wrong in a build that was to come to its end.
struct Stopped: Error, CustomStringConvertible {
  var description: String
}
