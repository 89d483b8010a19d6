// workbench evaluate --weights file.safetensors

public import ArgumentParser
internal import Foundation
internal import Ranks
public import Workbench

extension Norm: ExpressibleByArgument {}
extension AutoAttack.Mode: ExpressibleByArgument {}

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measures robust accuracy under AutoAttack or other attacks.",
    discussion: """
      Several --weights are an ensemble: the mean of their logits, attacked end to end. With --json the state is kept
      beside it until the end: a killed evaluation goes on when the same command is given again, and --images or --sheet
      may be added then. Started by mpirun or srun the processes share the images. Reports of parts, one --range each, are
      put together by workbench merge.

      Examples:
        workbench evaluate --model wrn-10-1 --weights wrn.safetensors --data cifar-10-batches-bin \\
          --range '0..<256' --attack autoattack --norm linf --eps 8/255 --json out.json
        workbench evaluate --weights h-js-swa-sn-90-aee7ae1dbd:raw \\
          --weights h-min-swa-sn-260563e4a8 --range '0..<64'
        mpirun -n 4 ./workbench evaluate --weights h-min-swa-sn-260563e4a8 --json out.json
      """)

  @OptionGroup var networks: SubjectOptions

  @Option(
    help: ArgumentHelp(
      "Attacks, separated by commas.",
      discussion:
        "autoattack, which is the default, or some of \(AutoAttack.attackNames.joined(separator: ", ")). Repeated, all "
        + "are run in this order.", valueName: "names"))
  var attack: [String] = []

  @Option(help: "cumulative: each attack on what is left. individual: each on all images.")
  var mode: AutoAttack.Mode = .cumulative

  @Option(help: "linf or l2.")
  var norm: Norm = .linf

  @Option(help: ArgumentHelp("Radius, in pixel values from 0 to 1.", valueName: "8/255"))
  var eps = "8/255"

  @Option(help: ArgumentHelp("Seed of all draws.", valueName: "n"))
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp(
      "Images attacked together, and between two saved states.",
      discussion: "By default 32, or 16 a thread where that is more.", valueName: "n"))
  var batch: Int?

  @Option(help: ArgumentHelp("Where the report goes; - is stdout, in place of the table.", valueName: "file"))
  var json: String?

  @Option(help: ArgumentHelp("Where the state is kept; by default beside --json.", valueName: "file"))
  var state: String?

  @Option(help: ArgumentHelp("Where clean and adversarial images go, safetensors.", valueName: "file"))
  var images: String?

  @Option(help: ArgumentHelp("Where a sheet of broken images goes, png, pdf or svg.", valueName: "file"))
  var sheet: String?

  func validate() throws { _ = try request() }

  func run() throws { try Job.run { try run(as: $0) } }

  private func run(as ranks: any Communicator) throws {
    let terminal = Terminal()
    // The line of progress goes before a message is written, and after the last report.
    defer { if terminal.isLive, ranks.isFirst { terminal.live("") } }
    let request = try ranks.together { try self.request() }
    if ranks.size > 1, ranks.isFirst { terminal.note("\(ranks.size) ranks of \(ranks.transport)") }
    var lastLine = ContinuousClock.now
    let outcome = try request.run(as: ranks, notice: { terminal.note($0) }) { progress in
      // On a terminal ten times a second, in a log every five seconds.
      let now = ContinuousClock.now
      if now - lastLine < (terminal.isLive ? .milliseconds(100) : .seconds(5)) { return }
      lastLine = now
      let line = (ranks.size > 1 ? "rank 0: " : "") + text(progress)
      if terminal.isLive { terminal.live(line) } else { terminal.note(line) }
    }
    try ranks.first { if let outcome { try write(outcome, terminal) } }
    // Those of all ranks, whose files may be on other machines.
    try ranks.together { try request.removeState() }
    if let outcome {
      print(json == "-" ? try outcome.report.json() : robustnessSummary(outcome.report) + "\n", terminator: "")
    }
  }

  private func write(_ outcome: EvaluationRequest.Outcome, _ terminal: Terminal) throws {
    if terminal.isLive { terminal.live("") }
    for warning in outcome.evaluation.warnings { terminal.note(warning.description) }
    if let json, json != "-" { try outcome.report.write(to: json) }
    if let images { try outcome.writeImages(to: images) }
    if let sheet { try outcome.writeContactSheet(to: sheet) }
  }

  private func request() throws -> EvaluationRequest {
    guard batch ?? 1 >= 1 else { throw ValidationError("--batch must be at least 1.") }
    let threat: ThreatModel
    do { threat = try ThreatModel(norm: norm, radius: eps) } catch { throw ValidationError("--eps \(error)") }
    let attacks = attack.isEmpty ? "autoattack" : attack.joined(separator: ",")
    var suite: AutoAttack
    do {
      suite = try AutoAttack(threat, named: attacks.split(separator: ",").map(String.init), mode: mode)
    } catch { throw ValidationError("--attack \(attacks): \(error).") }
    suite.batchSize = batch
    suite.keepsImages = images != nil || sheet != nil
    var request = EvaluationRequest(try networks.subject(), suite: suite)
    request.seed = seed
    // Beside a file; a device or a pipe has no place beside it.
    request.statePath = state ?? json.flatMap { $0 == "-" || !isRegularFile($0) ? nil : $0 + ".state" }
    try checkOutputs()
    return request
  }

  /// Now, not after hours of attacks.
  private func checkOutputs() throws {
    if let sheet {
      do { _ = try DrawingFormat(path: sheet) } catch { throw ValidationError("--sheet \(error).") }
    }
    if let json, json != "-" { try checkOutput("--json", json) }
    for (option, path) in [("--state", state), ("--images", images), ("--sheet", sheet)] {
      if let path { try checkOutput(option, path) }
    }
  }

  private func text(_ progress: EvaluationProgress) -> String {
    let left = progress.secondsLeft.map { ", \(seconds(.seconds($0))) left" } ?? ""
    return "\(progress.attack) (\(progress.stage + 1)/\(progress.stages)): \(progress.left) images left, robust so far "
      + percent(progress.robustAccuracy) + left
  }
}
