// How a command ends when something goes wrong: one message on stderr, one exit code, the same in every command. Commands
// throw; the program's main function ends here.

internal import ArgumentParser
internal import Builds
internal import Execution
internal import Foundation
internal import NotebookText
internal import Ranks
internal import Workbench

/// The exit code that an error stands for.
func exitCode(of error: any Error) -> ExitStatus {
  switch error {
  case let refusal as BuildRefusal: refusal.exitCode
  case is NotebookError: .notebookSyntax
  case is ScaleError: .usage
  case is Installation.NotFound: .unavailable
  case is ProjectFolder.NotFound: .noInput
  case DatasetError.missingFile, DatasetError.unreadableFolder: .noInput
  case let error as FileError where error.isMissing: .noInput
  default: .failure
  }
}

extension ExitStatus {
  /// Thrown by a command whose messages are written already.
  var ending: ArgumentParser.ExitCode { ArgumentParser.ExitCode(rawValue) }
}

/// Parses the command line, runs the command, and ends the program if something goes wrong.
func runCommand(_ arguments: [String]) {
  var command: any ParsableCommand
  do {
    command = try WorkbenchCommand.parseAsRoot(arguments)
    try RepeatedOption.refuse(in: arguments)
    try Job.refuseMany(command)
  } catch { endOfParsing(error) }
  do {
    try command.run()
  } catch {
    // Help that was asked for is a command too, which throws what the parser knows as a good end.
    let isOfTheParser = error is ArgumentParser.ExitCode || error is ValidationError
    if isOfTheParser || WorkbenchCommand.exitCode(for: error).isSuccess { endOfParsing(error) }
    // Without MPI no other process knows of the error.
    if Job.isSilent, !(error is MPIError) { exit(Job.silentEnd(exitCode(of: error).rawValue)) }
    Terminal().error("\(error)")
    exit(exitCode(of: error).rawValue)
  }
}

/// Ends with what the parser of the command line has to say: help on stdout, or an error in the style of all others.
private func endOfParsing(_ error: any Error) -> Never {
  let code = WorkbenchCommand.exitCode(for: error)
  if Job.isSilent { exit(Job.silentEnd(code.rawValue)) }
  if code.isSuccess || error is ArgumentParser.ExitCode { WorkbenchCommand.exit(withError: error) }
  Terminal().error(WorkbenchCommand.fullMessage(for: error).replacing(#/^Error: /#, with: ""))
  exit(code.rawValue)
}

/// `message` as every command writes errors: `error: …`, or with its place first where it begins with one, as compilers
/// have it: `notebooks/x.md:14:5: error: …`.
func errorText(_ message: String) -> String {
  let isPlaced = message.prefixMatch(of: #/[^\n]+?\.(md|yml|bib):\d+(:\d+)?: /#) != nil
  return isPlaced || message.hasPrefix("error: ") ? message : "error: " + message
}
