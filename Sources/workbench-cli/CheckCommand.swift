// workbench check, workbench bless

internal import ArgumentParser
internal import Builds
internal import Channel
internal import Checking
internal import Execution
internal import Foundation

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Makes figures and tables anew in a scratch folder and compares them with what is committed.",
    discussion: """
      Without an option what is stored is taken and what is missing is made. The verdicts, and the exit code of the worst:
      \(Verdict.allCases.map { "  \($0.rawValue)  \($0.explanation) (\($0.exitCode.rawValue))" }.joined(separator: "\n"))

      Example:
        workbench check --replot
        workbench check notebooks/landscape.md --reevaluate
        workbench check --replot --json > verdicts.json
      """)

  @Argument(help: "Notebooks; all in notebooks/ by default.", completion: .file(extensions: ["md"]))
  var notebooks: [String] = []
  @OptionGroup var place: ProjectOptions
  @OptionGroup var options: WorkOptions
  @Flag(help: "The verdicts as JSON.") var json = false

  func run() throws {
    let terminal = Terminal()
    let interrupts = Interrupts.install()
    Orphans.adopt()
    let root = try ProjectFolder.root(of: notebooks.first)
    let scale = try place.scale(root: root)
    let check = NotebookCheck(
      root: root, scale: scale, threads: place.threads, dataDirectory: place.dataDirectory, work: options.work)
    let paths = try ProjectFolder.notebooks(notebooks, root: root)
    let start = ContinuousClock.now
    if options.work == .retrain { terminal.note(predictedTraining(root: root, scale: scale)) }
    var reviews: [NotebookCheck.Review] = []
    let installation = try Installation.current()
    for path in paths {
      let report = QuietReport(terminal: terminal, notebook: path)
      reviews.append(
        try check.review(path, on: installation, interrupts: interrupts, observer: report))
      report.finish()
      if interrupts.exitCode != nil { break }
    }
    if notebooks.isEmpty, interrupts.exitCode == nil {
      if let orphans = try check.orphans(paths) { reviews.append(orphans) }
    }
    if let code = interrupts.exitCode { throw code.ending }
    let page = check.scratch + "/check.html"
    let work = WorkDone(reviews.compactMap(\.record))
    try CheckPage(title: "Check of scale \(scale.name)", reviews: reviews, work: work.line).write(to: page)
    for failure in reviews.compactMap(\.failure) { terminal.error(failure) }
    if json {
      try printJSON(Rows(reviews, page: page, work: work, seconds: (.now - start).inSeconds))
    } else {
      for output in reviews.flatMap(\.outputs) {
        print("\(column(output.verdict.rawValue, 11)) \(output.name)" + (output.reasons.first.map { "  \($0)" } ?? ""))
      }
    }
    terminal.note("\(work.line), in \(seconds(.now - start)); side by side in \(shortPath(page))")
    let worst = reviews.map(\.verdict).max() ?? .identical
    if worst.exitCode != .ok { throw worst.exitCode.ending }
  }

  /// What `--json` prints.
  private struct Rows: Encodable {
    struct NotebookRow: Encodable { let notebook: String, verdict: Verdict, failure: String?, outputs: [OutputRow] }

    let verdict: Verdict, notebooks: [NotebookRow], page: String, work: WorkDone, seconds: Double

    init(_ reviews: [NotebookCheck.Review], page: String, work: WorkDone, seconds: Double) {
      verdict = reviews.map(\.verdict).max() ?? .identical
      notebooks = reviews.map {
        NotebookRow(
          notebook: $0.notebook, verdict: $0.verdict, failure: $0.failure, outputs: $0.outputs.map(OutputRow.init))
      }
      (self.page, self.work, self.seconds) = (page, work, seconds)
    }
  }
}

struct BlessCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bless",
    abstract: "Accepts an output as the last check made it; the reason is kept in report/blessings.jsonl.",
    discussion: """
      Example:
        workbench bless fig-landscape --reason "colours that differ in grey print"
      """)

  @Argument(help: "Labels of figures and tables.") var labels: [String]
  @Option(help: "Why it changed, one line.") var reason: String
  @Flag(help: "What was kept, as JSON.") var json = false
  @Option(help: "The day to keep beside it, such as 2026-01-31; the clock is not read.") var date: String?
  @OptionGroup var place: ProjectOptions

  func run() throws {
    let root = try ProjectFolder.root()
    let check = NotebookCheck(root: root, scale: try place.scale(root: root))
    var blessings: [Blessing] = []
    for label in labels {
      let blessing = try check.bless(label, reason: reason, date: date)
      blessings.append(blessing)
      if json { continue }
      for file in blessing.files { print("\(file.after == nil ? "removed" : "accepted") \(file.path)") }
    }
    if json { try printJSON(blessings) }
  }
}
