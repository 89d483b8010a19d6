// workbench why notebooks/x.md

internal import ArgumentParser
internal import Builds
internal import Execution
internal import Foundation

struct WhyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why",
    abstract: "Says what has changed since the last build, and what would run again at what cost.",
    discussion: """
      Three keys name what a notebook makes: the run key of a training (its recipe, data and numerics version), the data
      key of computed numbers (their inputs) and the draw key of a figure (its numbers and style). The program is followed
      without training or computing, as far as that is possible; where it is not, the last build's times stand in.

      Example:
        workbench why notebooks/landscape.md --scale demo --set epochs=3
      """)

  @OptionGroup var choice: NotebookChoice

  @OptionGroup var output: JSONOptions

  func run() throws {
    let interrupts = Interrupts.install()
    Orphans.adopt()
    let report = try choice.build().why(on: Installation.current(), interrupts: interrupts)
    if output.json { try printJSON(report) } else { print(Self.text(report)) }
  }

  /// Lines of an answer: a screen.
  private static let limit = 40

  static func text(_ report: WhyReport) -> String {
    let name = "\(report.notebook) at scale \(report.scale)"
    if report.reasons.isEmpty { return "\(name): nothing would run, only the page would be made anew" }
    var lines = ["\(name) would run, because"]
    lines += shortened(collapsed(report.reasons.map { "  \($0)" }), to: 12, of: "reasons")
    var body: [String] = []
    for cell in report.cells where !cell.changes.isEmpty || !cell.work.isEmpty {
      body.append("cell \(cell.cell + 1), line \(cell.line)\(cell.label.map { ", " + $0 } ?? "")")
      let work = cell.work.map { work in
        "  would \(work.what): " + (work.seconds.map { "about \(seconds(.seconds($0)))" } ?? "?") + " (\(work.basis))"
      }
      body += shortened(collapsed(cell.changes.map { "  \($0)" } + work), to: 12, of: "of this cell")
    }
    lines += shortened(body, to: limit - lines.count - 2, of: "lines")
    if let stop = report.stop {
      lines.append("what comes after cannot be known without doing it: \(stop)")
    } else if report.cells.allSatisfy({ $0.changes.isEmpty }) {
      lines.append("no run, data or draw key has changed")
    }
    let total = report.seconds
    lines.append(total > 0 ? "in all about \(seconds(.seconds(total)))" : "no training and no computing")
    return lines.joined(separator: "\n")
  }

  /// Equal lines as one, with their number, where the first of them stands.
  private static func collapsed(_ lines: [String]) -> [String] {
    var counts: [String: Int] = [:]
    for line in lines { counts[line, default: 0] += 1 }
    var seen: Set<String> = []
    return lines.filter { seen.insert($0).inserted }.map { line in
      counts[line]! > 1 ? "\(line) (\(counts[line]!) times)" : line
    }
  }

  /// At most `limit` lines, the last of them the number of those left out.
  private static func shortened(_ lines: [String], to limit: Int, of what: String) -> [String] {
    if lines.count <= limit { return lines }
    return lines.prefix(limit - 1) + ["  … \(lines.count - limit + 1) more \(what); --json has all"]
  }
}
