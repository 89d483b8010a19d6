// workbench run notebooks/x.md

internal import ArgumentParser
internal import Builds
internal import Execution
internal import Foundation
internal import NotebookText
internal import Pages

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs a notebook from the top and writes its page.",
    discussion: """
      Figures go to figures/<scale>/, the page to report/<name>.html, both in the project of the notebook. The page of a
      draft goes to report/draft/<name>.html; git passes over drafts.

      When nothing but prose has changed since the last run, only the page is made anew.

      Examples:
        workbench run notebooks/landscape.md --scale demo --set epochs=3
        workbench run notebooks/landscape.md --only fig-landscape
        workbench run notebooks/landscape.md --scale cifar --data cifar-10-batches-bin --publish
        workbench run notebooks/landscape.md --to pdf
        workbench run notebooks/landscape.md --json > outcome.json
        workbench run notebooks/landscape.md --help      # with the notebook's parameters
      """)

  @OptionGroup var choice: NotebookChoice

  @Option(
    help: ArgumentHelp(
      "Refreshes the figure or table of this label and leaves the rest of the page; may be repeated.",
      valueName: "label"))
  var only: [String] = []

  @Flag(help: "Runs the notebook even if nothing has changed.")
  var fresh = false

  @Option(
    name: .customLong("to"),
    help: ArgumentHelp(
      "The form of the page: \(PageFormats.all.map(\.name).joined(separator: ", ")).",
      discussion: "A PDF needs chromium.", valueName: "form"),
    completion: .list(PageFormats.all.map(\.name)))
  var form: String = PageFormats.all[0].name

  @Option(
    help: ArgumentHelp(
      "Runs nothing, and writes the notebook as a Swift program that compiles by itself.", valueName: "file"),
    completion: .file(extensions: ["swift"]))
  var emitSwift: String?

  @Flag(help: "Copies the networks and numbers that the notebook used to report/records, for those who clone.")
  var publish = false

  @Flag(help: "Times, claims and files as JSON on stdout; what the cells print goes to stderr.")
  var json = false

  func validate() throws {
    if json, emitSwift != nil { throw ValidationError("--json and --emit-swift exclude each other.") }
    if PageFormats.named(form) == nil {
      let known = PageFormats.all.map(\.name)
      throw ValidationError("--to: " + unknown("form of a page", form, known: known))
    }
    if form != PageFormats.all[0].name, emitSwift != nil {
      throw ValidationError("--to and --emit-swift exclude each other.")
    }
    if publish, emitSwift != nil { throw ValidationError("--publish and --emit-swift exclude each other.") }
  }

  func run() throws {
    if let emitSwift {
      try choice.build().emitSwift(to: emitSwift, installation: .current())
      print("wrote \(emitSwift); its first lines say how to compile it")
      return
    }
    let terminal = Terminal()
    let interrupts = Interrupts.install()
    Orphans.adopt()
    let report = RunReport(terminal: terminal, keepsStdout: json)
    var build = try choice.build(only: only, isFresh: fresh)
    if let format = PageFormats.named(form) { build.format = format }
    let outcome = try build.run(on: Installation.current(), interrupts: interrupts, observer: report)
    report.finish()
    if let failure = outcome.failure { terminal.error(failure.description) }
    if json {
      try printJSON(RunOutcomeRow(outcome))
    } else {
      terminal.note(summary(outcome))
      if !outcome.claims.isEmpty { terminal.note(([""] + outcome.claims.lines).joined(separator: "\n")) }
    }
    if publish {
      for line in try RecordPublisher(root: build.root()).publish([outcome.record]) { terminal.note(line) }
    }
    if let failure = outcome.failure {
      let code = failure.kind == .interrupted ? interrupts.exitCode ?? .interrupted : failure.exitCode
      throw code.ending
    }
    if outcome.claims.contains(where: \.failsBuild) {
      throw ExitStatus.claimFailed.ending
    }
  }

  private func summary(_ outcome: NotebookBuild.Outcome) -> String {
    if outcome.isReused {
      return
        "\n\(seconds(outcome.parse + outcome.page)), nothing ran: only prose has changed, or nothing (--fresh runs)\n"
        + outcome.files.map { "wrote " + shortPath($0) }.joined(separator: "\n")
    }
    var lines = [
      "",
      "\(seconds(outcome.parse)) parse, \(seconds(outcome.compile)) compile"
        + (outcome.isCompiledBefore ? " (compiled before)" : "")
        + ", \(seconds(outcome.run)) run, \(seconds(outcome.page)) page",
    ]
    let cells = outcome.notebook.cells
    for result in outcome.results {
      guard let duration = result.duration, cells.count > 1 else { continue }
      let cell = cells[result.cell]
      let label = cell.options.label.map { "  " + $0 } ?? ""
      lines.append("  \(seconds(duration))  cell \(result.cell + 1), \(outcome.notebook.path):\(cell.codeLine)\(label)")
    }
    lines += outcome.files.map { "wrote " + shortPath($0) }
    return lines.joined(separator: "\n")
  }
}

/// What `run --json` prints.
private struct RunOutcomeRow: Encodable {
  struct CellRow: Encodable { let cell: Int, line: Int, label: String?, seconds: Double? }
  struct Seconds: Encodable { let parse: Double, compile: Double, run: Double, page: Double }

  let notebook: String, isReused: Bool, seconds: Seconds, cells: [CellRow], claims: [ClaimRow], files: [String]
  let failure: String?

  init(_ outcome: NotebookBuild.Outcome) {
    (notebook, isReused) = (outcome.notebook.path, outcome.isReused)
    seconds = Seconds(
      parse: outcome.parse.inSeconds, compile: outcome.compile.inSeconds, run: outcome.run.inSeconds,
      page: outcome.page.inSeconds)
    let all = outcome.notebook.cells
    cells = outcome.results.map { result in
      let cell = all[result.cell]
      return CellRow(
        cell: result.cell + 1, line: cell.codeLine, label: cell.options.label, seconds: result.duration?.inSeconds)
    }
    claims = outcome.claims.map(ClaimRow.init)
    files = outcome.files
    failure = outcome.failure?.description
  }
}

/// "0.42 s", "83 s", "12 min 5 s", "3.2 h", "170 days".
func seconds(_ duration: Duration) -> String {
  let value = duration.inSeconds
  if value < 10 { return String(format: "%.2f s", value) }
  if value < 100 { return String(format: "%.1f s", value) }
  if value >= 48 * 3600 { return String(format: "%.0f days", value / 86400) }
  if value >= 2 * 3600 { return String(format: "%.1f h", value / 3600) }
  return "\(Int(value) / 60) min \(Int(value) % 60) s"
}
