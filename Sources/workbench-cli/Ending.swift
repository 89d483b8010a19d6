// How a command ends when something goes wrong: one message on stderr, one exit code, the same in every command.

internal import ArgumentParser
internal import Builds
internal import Execution

/// The exit code that an error stands for.
func exitCode(of error: any Error) -> ExitStatus {
  switch error {
  case let refusal as NotebookBuild.Refusal: refusal.exitCode
  case is Installation.NotFound: .unavailable
  default: .failure
  }
}

/// Runs `body`; an error becomes its message on stderr and its exit code. What the command line's parser reports passes.
func reporting<Result>(_ body: () throws -> Result) throws -> Result {
  do {
    return try body()
  } catch let ending as ArgumentParser.ExitCode {
    throw ending
  } catch let error as ValidationError {
    throw error
  } catch {
    // A refusal begins with its place in the notebook.
    Terminal().error(error is NotebookBuild.Refusal ? "\(error)" : "error: \(error)")
    throw ArgumentParser.ExitCode(exitCode(of: error).rawValue)
  }
}
