// The same exit code for the same trouble in every command, and one style of message.

internal import Foundation
import Testing

@Suite struct ExitCodeTests {
  @Test(arguments: [
    ["run", "notebooks/x.md"], ["why", "notebooks/x.md"], ["check", "notebooks/x.md"], ["build", "report", "--no-pdf"],
    ["preview", "notebooks/x.md"], ["install"],
  ])
  func `without a compiler a command says so and ends with 69`(_ arguments: [String]) throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", "# X\n\n```swift\nprint(1)\n```\n")
    let result = try sandbox.run(arguments, environment: ["PATH": sandbox.root])
    #expect(result.code == 69, "\(result.stderr)")
    #expect(result.stderr.hasPrefix("error: no swiftc on PATH"))
  }

  @Test(arguments: [
    ["run", "notebooks/y.md"], ["why", "notebooks/y.md"], ["check", "notebooks/y.md"], ["lint", "notebooks/y.md"],
    ["preview", "notebooks/y.md"], ["compare", "a.json", "b.json"], ["train", "mine.json"],
    ["recipes", "explain", "mine.json"], ["train", "con", "--scale", "cifar", "--data", "."],
  ])
  func `what is not there is named, and the command ends with 66`(_ arguments: [String]) throws {
    let sandbox = try Sandbox()
    let result = try sandbox.run(arguments)
    #expect(result.code == 66, "\(result.code): \(result.stderr)")
    #expect(result.stderr.hasPrefix("error: ") && !result.stdout.contains("error"), "\(result.stderr)")
  }

  @Test(arguments: [
    ["check"], ["build", "report"], ["bless", "fig-a", "--reason", "r"],
  ])
  func `outside of a project a command says so and ends with 66`(_ arguments: [String]) throws {
    let sandbox = try Sandbox()
    try FileManager.default.removeItem(atPath: sandbox.root + "/notebooks")
    let result = try sandbox.run(arguments)
    #expect(result.code == 66 && result.stderr.hasPrefix("error: no folder notebooks/ in "), "\(result.stderr)")
  }

  @Test(arguments: [
    ["run"], ["run", "notebooks/x.md", "--sclae", "demo"], ["nothing"], ["evaluate"], ["compare", "a.json"],
    ["check", "--replot", "--retrain"], ["lint", "--strct"], ["runs", "show"],
  ])
  func `a wrong command line is told in the same style, and the command ends with 64`(_ arguments: [String]) throws {
    let result = try Sandbox().run(arguments)
    #expect(result.code == 64 && result.stdout == "")
    #expect(result.stderr.hasPrefix("error: ") && result.stderr.contains("\nUsage: workbench"), "\(result.stderr)")
  }

  @Test func `a mistake in a file stands behind its place`() throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", "```swift\n//| lable: a\n```\n")
    for command in ["run", "why"] {
      let result = try sandbox.run(command, "notebooks/x.md")
      #expect(
        result.code == 2 && result.stderr.hasPrefix("notebooks/x.md:2:5: error: no cell option"), "\(result.stderr)")
    }
  }
}
