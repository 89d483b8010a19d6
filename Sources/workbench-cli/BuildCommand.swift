// workbench build report

internal import ArgumentParser
internal import Builds
internal import Channel
internal import Execution
internal import Foundation
internal import Pages
internal import Workbench

struct BuildCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build", abstract: "Builds a document of several notebooks.",
    discussion: """
      Example:
        workbench build report
      """,
    subcommands: [Report.self])

  struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "report",
      abstract: "Builds report/index.html and report/report.pdf: every notebook of notebooks/report.yml as a chapter.",
      discussion: """
        Networks and numbers that are stored, in .workbench or in report/records, are taken; what is missing is made. A
        chapter that fails is named in the report and does not stop the others: then the exit code is \
        \(ExitStatus.incomplete.rawValue).

        Example:
          workbench build report
          workbench build report --scale cifar --data cifar-10-batches-bin
          workbench build report --no-pdf --json > outcome.json
        """)

    @OptionGroup var place: ProjectOptions
    @OptionGroup var options: WorkOptions
    @Flag(inversion: .prefixedNo, help: "Print report/report.pdf; it needs chromium.") var pdf = true
    @Flag(help: "Copy the networks and numbers that the report used to report/records, for those who clone.")
    var publish = false
    @Flag(help: "Claims, files and what is missing as JSON.") var json = false

    func run() throws {
      let terminal = Terminal()
      let interrupts = Interrupts.install()
      Orphans.adopt()
      let root = try ProjectFolder.root()
      let start = ContinuousClock.now
      let scale = try place.scale(root: root)
      let build = ReportBuild(
        root: root, scale: scale, threads: place.threads, dataDirectory: place.dataDirectory, work: options.work,
        environment: .here, wantsPDF: pdf)
      if options.work == .retrain { terminal.note(predictedTraining(root: root, scale: scale)) }
      var outcome = ReportBuild.Outcome()
      outcome = try build.run(on: try Installation.current(), interrupts: interrupts) {
        QuietReport(terminal: terminal, notebook: $0)
      }
      if publish {
        let records = try RecordPublisher(root: root).publish(outcome.records)
        for line in records { terminal.note(line) }
      }
      if let code = interrupts.exitCode { throw code.ending }
      for file in outcome.files { terminal.note("wrote \(shortPath(root + "/" + file))") }
      if json {
        try printJSON(Row(outcome, seconds: (.now - start).inSeconds))
      } else if !outcome.claims.isEmpty {
        print(ClaimText.summary(outcome.claims))
      }
      for claim in outcome.claims where claim.failsBuild {
        terminal.error(
          "\(claim.location): required claim failed: \(claim.statement.text) (\(claim.finding?.numbers ?? ""))")
      }
      let line = outcome.work.line + ", in \(seconds(.now - start))"
      if json { terminal.note(line) } else { print(line) }
      for missing in outcome.missing { terminal.error("missing: \(missing)") }
      if outcome.exitCode != .ok { throw outcome.exitCode.ending }
    }

    /// What `--json` prints.
    private struct Row: Encodable {
      let files: [String], missing: [String], claims: [ClaimRow], work: WorkDone, seconds: Double

      init(_ outcome: ReportBuild.Outcome, seconds: Double) {
        (files, missing, work, self.seconds) = (outcome.files, outcome.missing, outcome.work, seconds)
        claims = outcome.claims.map(ClaimRow.init)
      }
    }
  }
}

/// How long the trainings that the project's notebooks use took, as the last builds or the committed manifest say.
func predictedTraining(root: String, scale: Scale) -> String {
  let training = StoredTrainingTimes(root: root, scale: scale)
  guard training.count > 0 else { return "training anew; no record says how long that takes" }
  return "training \(training.count) network\(training.count == 1 ? "" : "s") anew: "
    + "\(seconds(.seconds(training.seconds))) when they were trained last (\(training.levels.joined(separator: ", ")))"
}

/// The environment has a field of the same name.
private let ownNumerics = numericsVersion

extension ReportEnvironment {
  /// This program and this machine.
  static var here: ReportEnvironment {
    func line(_ file: String, _ prefix: String) -> String? {
      guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return nil }
      let found = text.split(separator: "\n").first { $0.hasPrefix(prefix) }
      return found?.dropFirst(prefix.count).trimmingCharacters(in: CharacterSet(charactersIn: " \t:=\""))
    }
    var facts: [(name: String, value: String)] = []
    if let processor = line("/proc/cpuinfo", "model name") { facts.append(("Processor", processor)) }
    facts.append(("Kernels", kernelLevel))
    if let system = line("/etc/os-release", "PRETTY_NAME") { facts.append(("System", system)) }
    return ReportEnvironment(version: libraryVersion, numericsVersion: ownNumerics, machine: facts)
  }
}
