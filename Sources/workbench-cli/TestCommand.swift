// workbench test: the script does it; here it is only for the help.

internal import ArgumentParser

struct TestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Builds and runs the tests.",
    discussion: """
      What follows is passed on to `swift test`.

      Example:
        ./workbench test --filter BuildsTests
      """)

  @Argument(parsing: .captureForPassthrough)
  var arguments: [String] = []

  func run() throws {
    throw ValidationError("run the tests with the script: ./workbench test")
  }
}
