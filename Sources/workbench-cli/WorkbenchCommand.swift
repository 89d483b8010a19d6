// The executable `workbench`: one file per subcommand, parsing and printing only.

internal import ArgumentParser
internal import Execution
internal import Workbench

@main
enum Main {
  static func main() {
    if let help = NotebookHelp(Array(CommandLine.arguments.dropFirst())) {
      print(help.text)
    } else {
      runCommand(Array(CommandLine.arguments.dropFirst()))
    }
  }
}

struct WorkbenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "workbench",
    abstract: "Runs notebooks and makes their pages.",
    discussion: """
      Example:
        workbench run notebooks/landscape.md --scale demo

      Exit codes:
      \(ExitStatus.allCases.map { "  \($0.rawValue)  \($0.explanation)" }.joined(separator: "\n"))
      """,
    version: libraryVersion,
    subcommands: [
      RunCommand.self, PreviewCommand.self, WhyCommand.self, NewCommand.self, LintCommand.self, ClaimsCommand.self,
      RecipesCommand.self, TrainCommand.self, RunsCommand.self, EvaluateCommand.self, MergeCommand.self,
      CertifyCommand.self, CompareCommand.self,
      BuildCommand.self, CheckCommand.self, BlessCommand.self, BenchCommand.self, DoctorCommand.self,
      InstallCommand.self, TestCommand.self,
    ])
}
