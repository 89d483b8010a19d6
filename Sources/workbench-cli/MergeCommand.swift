// workbench merge parts/*.json

internal import ArgumentParser
internal import Workbench

struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Makes one report from those of an evaluation's parts.",
    discussion: """
      The parts are reports of workbench evaluate with one --range each, on this machine or on others. Together they are
      what one evaluation of all their images writes, but for the time. Parts of other weights, attacks, radii, seeds or
      kernels, and gaps and overlaps between them, are refused.

      Example:
        workbench merge parts/*.json --json out.json
      """)

  @Argument(help: "Reports of workbench evaluate, in any order.", completion: .file(extensions: ["json"]))
  var parts: [String]

  @Option(help: ArgumentHelp("Where the report goes; - is stdout, in place of the table.", valueName: "file"))
  var json: String?

  func validate() throws {
    if let json, json != "-" { try checkOutput("--json", json) }
  }

  func run() throws {
    let report = try RobustnessReport(
      merging: parts.map { (name: $0, report: try RobustnessReport(contentsOf: $0)) })
    if let json, json != "-" { try report.write(to: json) }
    let terminal = Terminal()
    for warning in report.warnings ?? [] { terminal.note(warning) }
    if json == "-" { print(try report.json(), terminator: "") } else { print(robustnessSummary(report)) }
  }
}

/// The accuracies of a report with their intervals, one a line.
func robustnessSummary(_ report: RobustnessReport) -> String {
  func line(_ name: String, _ share: Double, _ more: String) -> String {
    let interval = report.interval(of: share)
    return column(name, max(9, name.count))
      + " \(percent(share))  95 % [\(percent(interval.low)), \(percent(interval.high))]\(more)"
  }
  let stages = report.stages.map {
    line($0.attack, $0.robust, "  broke \($0.broken) in \(seconds(.seconds($0.seconds)))")
  }
  return
    ([line("clean", report.clean, " of \(report.range[1] - report.range[0]) images")] + stages
    + [line("robust", report.robust, "")]).joined(separator: "\n")
}
