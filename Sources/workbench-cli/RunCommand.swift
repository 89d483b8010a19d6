// workbench run notebooks/x.md

public import ArgumentParser
public import Channel
internal import Foundation
internal import Notebooks

extension Scale: ExpressibleByArgument {}

/// `name=value` of the option `--set`.
struct Setting: ExpressibleByArgument {
  var name: String
  var value: String

  init?(argument: String) {
    guard let mark = argument.firstIndex(of: "="), mark != argument.startIndex else { return nil }
    name = String(argument[..<mark])
    value = String(argument[argument.index(after: mark)...])
  }
}

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs a notebook from the top and writes its page.",
    discussion: """
      Figures go to figures/<scale>/, the page to report/<name>.html, both in the project of the notebook.

      Example:
        workbench run notebooks/landscape.md --scale demo --set epochs=3
      """)

  @Argument(help: "The notebook, a Markdown file.", completion: .file(extensions: ["md"]))
  var notebook: String

  @Option(help: "How much work to do: draft, demo, cifar or paper.")
  var scale: Scale = .demo

  @Option(help: ArgumentHelp("Threads for heavy work.", discussion: "All cores by default.", valueName: "n"))
  var threads: Int = ProcessInfo.processInfo.activeProcessorCount

  @Option(
    name: .customLong("set"), help: ArgumentHelp("Sets a parameter of the notebook.", valueName: "name=value"))
  var settings: [Setting] = []

  @Option(help: ArgumentHelp("The folder with data sets; else WORKBENCH_DATA.", valueName: "dir"))
  var data: String?

  @Option(help: ArgumentHelp("Where figures/ and report/ go instead of the project's root.", valueName: "dir"))
  var output: String?

  func validate() throws {
    guard (1...1024).contains(threads) else { throw ValidationError("--threads takes a number from 1 to 1024.") }
    if let data {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: data, isDirectory: &isFolder), isFolder.boolValue else {
        throw ValidationError("--data \(data): no such folder.")
      }
    }
  }

  func run() throws {
    let terminal = Terminal()
    let interrupts = Interrupts.install()
    let build = NotebookBuild(
      file: notebook, scale: scale, threads: threads, settings: settings.map { ($0.name, $0.value) },
      dataDirectory: data ?? ProcessInfo.processInfo.environment["WORKBENCH_DATA"], outputDirectory: output)
    let outcome: NotebookBuild.Outcome
    do {
      let report = RunReport(terminal: terminal)
      outcome = try build.run(installation: try .current(), interrupts: interrupts, observer: report)
      report.finish()
    } catch let refusal as NotebookBuild.Refusal {
      terminal.error(refusal.description)
      throw ArgumentParser.ExitCode(refusal.exitCode.rawValue)
    } catch let error as Installation.NotFound {
      terminal.error(error.description)
      throw ArgumentParser.ExitCode(Notebooks.ExitCode.unavailable.rawValue)
    }
    if let failure = outcome.failure { terminal.error(failure.description) }
    terminal.note(summary(outcome))
    if !outcome.claims.isEmpty { terminal.note(claims(outcome.claims)) }
    if let failure = outcome.failure {
      let code = failure.kind == .interrupted ? interrupts.exitCode ?? .interrupted : failure.exitCode
      throw ArgumentParser.ExitCode(code.rawValue)
    }
    if outcome.claims.contains(where: \.failsBuild) {
      throw ArgumentParser.ExitCode(Notebooks.ExitCode.claimFailed.rawValue)
    }
  }

  /// A line for each claim of the text.
  private func claims(_ claims: [ClaimResult]) -> String {
    let width = claims.map(\.verdict.count).max() ?? 0
    let lines = claims.map { claim in
      let verdict = claim.verdict + String(repeating: " ", count: width - claim.verdict.count)
      let numbers = claim.finding.map { " (\($0.numbers))" } ?? ""
      return "\(verdict)  \(claim.location): \(claim.isRequired ? "required: " : "")\(claim.code)\(numbers)"
    }
    return ([""] + lines).joined(separator: "\n")
  }

  private func summary(_ outcome: NotebookBuild.Outcome) -> String {
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
    let here = FileManager.default.currentDirectoryPath + "/"
    for file in outcome.files {
      lines.append("wrote " + (file.hasPrefix(here) ? String(file.dropFirst(here.count)) : file))
    }
    return lines.joined(separator: "\n")
  }
}

/// "0.42 s", "83 s", "12 min 5 s", "3.2 h", "170 days".
func seconds(_ duration: Duration) -> String {
  let value = duration / .seconds(1)
  if value < 10 { return String(format: "%.2f s", value) }
  if value < 100 { return String(format: "%.1f s", value) }
  if value >= 48 * 3600 { return String(format: "%.0f days", value / 86400) }
  if value >= 2 * 3600 { return String(format: "%.1f h", value / 3600) }
  return "\(Int(value) / 60) min \(Int(value) % 60) s"
}
