// What a report was made with. The report itself says what holds for every machine, so that a clone's build leaves git
// clean; what is of one machine stands in a file that is not committed.

internal import Basics
internal import Channel
internal import FileSystem

/// What the chapter on the environment says, and what is kept beside it.
package struct ReportEnvironment: Sendable {
  package var version: String
  package var numericsVersion: Int
  /// Names and values of the machine that builds, such as its processor.
  package var machine: [(name: String, value: String)]

  package init(version: String, numericsVersion: Int, machine: [(name: String, value: String)] = []) {
    self.version = version
    self.numericsVersion = numericsVersion
    self.machine = machine
  }

  /// Where what is of the machine lies, from the root.
  static func machineFile(_ scale: Scale) -> String { ProjectLayout.made + "/report/machine-\(scale.name).txt" }

  /// Writes what is of the machine, a line each. Throws `FileError`.
  func writeMachine(root: String, scale: Scale) throws {
    let path = Files.join(root, Self.machineFile(scale))
    try Files.makeFolder(Files.folder(of: path))
    try AtomicFile.write(machine.map { "\($0.name): \($0.value)\n" }.joined(), to: path)
  }
}
