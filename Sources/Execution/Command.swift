// Runs a tool to its end and keeps what it printed.

internal import Foundation
internal import Glibc

/// A tool that is run to its end.
package struct Command {
  var executable: String
  var arguments: [String]
  var interrupts: Interrupts?
  /// The file that is its stdin.
  var input = "/dev/null"
  /// Whether stderr goes into the output, or nowhere.
  var keepsErrors = true

  package init(
    executable: String, arguments: [String], interrupts: Interrupts? = nil, input: String = "/dev/null",
    keepsErrors: Bool = true
  ) {
    self.executable = executable
    self.arguments = arguments
    self.interrupts = interrupts
    self.input = input
    self.keepsErrors = keepsErrors
  }

  package struct Result {
    package var output: String
    package var ending: ChildProcess.Ending
  }

  /// Runs the tool with its stdout, and stderr if it is kept, in one pipe.
  package func run() throws(ChildProcess.SpawnError) -> Result {
    let pipe = try OutputPipe()
    let input = open(self.input, O_RDONLY | O_CLOEXEC)
    let nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC)
    let process: ChildProcess
    do throws(ChildProcess.SpawnError) {
      defer {
        close(pipe.write)
        close(input)
        close(nowhere)
      }
      process = try ChildProcess.spawn(
        executable, arguments: arguments, environment: ProcessInfo.processInfo.environment,
        descriptors: [input, pipe.write, keepsErrors ? pipe.write : nowhere])
    } catch {
      close(pipe.read)
      throw error
    }
    var bytes: [UInt8] = []
    let read = {
      let (more, ended) = drain(pipe.read)
      bytes += more
      return !ended
    }
    var loop = ProcessLoop(process: process, interrupts: interrupts, sources: [(pipe.read, read)])
    let ending = loop.run()
    close(pipe.read)
    return Result(output: String(decoding: bytes, as: UTF8.self), ending: ending)
  }
}
