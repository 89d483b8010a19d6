// The executable `workbench`: one file per subcommand, parsing and printing only.

internal import ArgumentParser
internal import Notebooks

@main
struct WorkbenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "workbench",
    abstract: "Runs notebooks and makes their pages.",
    discussion: """
      Example:
        workbench run notebooks/landscape.md --scale demo

      Exit codes:
      \(Notebooks.ExitCode.allCases.map { "  \($0.rawValue)  \($0.explanation)" }.joined(separator: "\n"))
      """,
    version: "0.1.0",
    subcommands: [RunCommand.self, InstallCommand.self, TestCommand.self])
}
