// The seam between builds and whatever compiles and runs notebooks' programs. Builds decide what must run again; a host
// knows how. A test hands in a host that follows a script, and starts no compiler.

package import Channel
package import NotebookText

/// Compiles the programs of notebooks and runs them.
package protocol ProgramHost: Sendable {
  /// A text that is another one when the library or the compiler is: results of another fingerprint are not used again.
  var fingerprint: String { get }

  /// Compiles `program`, or finds it in `cache`, a folder of programs compiled before.
  func compile(
    _ program: Program, cache: String, interrupts: Interrupts?
  ) throws(CompileFailure) -> CompiledProgram

  /// Runs a program to its end and tells `transcript` what it prints and says, then how it ended.
  ///
  /// Returns why the notebook stopped, nil if it came to its end. Throws if the program cannot be started.
  /// - Parameter timeLimit: how long the whole program may run; nil for as long as it takes.
  func run(
    _ program: CompiledProgram, _ configuration: SessionConfiguration, transcript: ExecutionTranscript,
    timeLimit: Duration?, interrupts: Interrupts?
  ) throws -> CellFailure?

  /// The places of the notebook among return addresses of `program`, innermost first.
  func places(of addresses: [UInt], in program: CompiledProgram, notebook: String) -> [SourceLocation]
}

/// A program that is ready to run.
package struct CompiledProgram: Sendable {
  /// The path of what a host runs.
  package var executable: String
  /// Warnings of the compiler; none for a program that was compiled before.
  package var diagnostics: [Diagnostic]
  package var isFromCache: Bool
  /// What it calls outside the library; nil where that is not known.
  package var outsideCalls: OutsideCalls?

  package init(
    executable: String, diagnostics: [Diagnostic] = [], isFromCache: Bool = false, outsideCalls: OutsideCalls? = nil
  ) {
    self.outsideCalls = outsideCalls
    self.executable = executable
    self.diagnostics = diagnostics
    self.isFromCache = isFromCache
  }
}

extension Installation: ProgramHost {
  package func compile(
    _ program: Program, cache: String, interrupts: Interrupts?
  ) throws(CompileFailure) -> CompiledProgram {
    try ProgramCompiler(installation: self, cache: cache).compile(program, interrupts: interrupts)
  }

  package func run(
    _ program: CompiledProgram, _ configuration: SessionConfiguration, transcript: ExecutionTranscript,
    timeLimit: Duration?, interrupts: Interrupts?
  ) throws -> CellFailure? {
    let process = ProgramProcess(executable: program.executable, transcript: transcript, timeLimit: timeLimit)
    return try process.run(configuration, interrupts: interrupts)
  }

  package func places(of addresses: [UInt], in program: CompiledProgram, notebook: String) -> [SourceLocation] {
    Symbolizer(tool: symbolizer, executable: program.executable, notebook: notebook).places(addresses)
  }
}
