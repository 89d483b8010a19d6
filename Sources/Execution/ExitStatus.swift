// How `workbench` ends, so that scripts can tell.

/// The exit codes of `workbench`.
package enum ExitStatus: Int32, CaseIterable, Sendable {
  /// Everything was done.
  case ok = 0
  /// Something else went wrong: a page that cannot be written, a program that cannot be started.
  case failure = 1
  /// The notebook's Markdown, front matter or cell options are wrong, or a YAML file beside it; nothing ran.
  case notebookSyntax = 2
  /// The notebook's Swift does not compile; nothing ran.
  case compileError = 3
  /// A cell threw an error that no one caught.
  case thrownError = 4
  /// A cell trapped: a precondition, an index out of range, an overflow, a bad pointer.
  case trap = 5
  /// A cell ended the program itself, or it was killed from outside.
  case endedEarly = 6
  /// The page was written, but a required claim of the text failed.
  case claimFailed = 7
  /// `check`: an output has the same numbers and another look.
  case restyled = 20
  /// `check`: an output has other numbers.
  case drifted = 21
  /// `check`: an output is missing, was not made, or has other series.
  case broken = 22
  /// `build report`: a chapter or the PDF is missing; the report says which.
  case incomplete = 23
  /// A cell used more time or memory than its budget, or the machine was about to run out of memory.
  case overBudget = 8
  /// A cell broke the program's connection to the workbench: closed it, wrote on it, or ended the run out of turn.
  case brokenConnection = 9
  /// The command line is wrong: an unknown option, an unknown parameter, a value that does not fit.
  case usage = 64
  /// There is no such notebook, or a file or folder that the command reads is not there.
  case noInput = 66
  /// The Swift compiler or the built library is missing.
  case unavailable = 69
  /// Stopped by SIGUSR1 after a checkpoint was saved; the same command goes on.
  case checkpointed = 75
  /// Hang-up: the terminal was closed.
  case hangUp = 129
  /// Interrupted with Ctrl-C.
  case interrupted = 130
  /// Asked to end with SIGTERM.
  case terminated = 143

  /// One line for the help text.
  package var explanation: String {
    switch self {
    case .ok: "done"
    case .failure: "something else failed, such as writing the page"
    case .notebookSyntax: "the notebook's Markdown, front matter or options are wrong, or a YAML file beside it"
    case .compileError: "the notebook's Swift does not compile"
    case .thrownError: "a cell threw an error"
    case .trap: "a cell trapped"
    case .endedEarly: "a cell ended the program, or it was killed"
    case .claimFailed: "a required claim failed; the page was written"
    case .restyled: "check: the same numbers, another look"
    case .drifted: "check: other numbers"
    case .broken: "check: an output is missing, was not made, or has other series"
    case .incomplete: "build report: a chapter or the PDF is missing; the report says which"
    case .overBudget: "a cell used more time or memory than it may"
    case .brokenConnection: "a cell broke the program's connection to the workbench"
    case .usage: "the command line is wrong"
    case .noInput: "the notebook, or a file or folder that the command reads, is missing"
    case .unavailable: "the Swift compiler or the built library is missing"
    case .checkpointed: "stopped by SIGUSR1 with a checkpoint; the same command goes on there"
    case .hangUp: "the terminal was closed"
    case .interrupted: "interrupted with Ctrl-C"
    case .terminated: "ended by SIGTERM"
    }
  }
}
