// The same exit code for the same trouble in every command.

internal import Foundation
import Testing

@Suite struct ExitCodeTests {
  @Test(arguments: [
    ["run", "notebooks/x.md"], ["why", "notebooks/x.md"], ["check", "notebooks/x.md"], ["build", "report", "--no-pdf"],
    ["preview", "notebooks/x.md"], ["install"],
  ])
  func withoutACompilerACommandSaysSoAndEndsWith69(_ arguments: [String]) throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", "# X\n\n```swift\nprint(1)\n```\n")
    let result = try sandbox.run(arguments, environment: ["PATH": sandbox.root])
    #expect(result.code == 69, "\(result.stderr)")
    #expect(result.stderr.contains("no swiftc on PATH"))
  }
}
