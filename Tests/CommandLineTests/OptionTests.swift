// Options that several commands have: one help, one check, one exit code, and the scales that a project adds.

internal import Foundation
import Testing

@Suite(.serialized) struct OptionTests {
  private struct Argument: Decodable {
    struct Name: Decodable { var name: String }
    var names: [Name]?
    var abstract: String?
    var discussion: String?
    var valueName: String?
  }

  private struct Command: Decodable {
    var commandName: String
    var subcommands: [Command]?
    var arguments: [Argument]?

    /// The option of this name in every command below, with the command's name.
    func all(_ option: String) -> [(command: String, argument: Argument)] {
      (arguments ?? []).filter { ($0.names ?? []).contains { $0.name == option } }.map { (commandName, $0) }
        + (subcommands ?? []).flatMap { $0.all(option) }
    }
  }

  private func commandLine() throws -> Command {
    struct Dump: Decodable { var command: Command }
    let dump = try Sandbox().run("--experimental-dump-help")
    return try JSONDecoder().decode(Dump.self, from: Data(dump.stdout.utf8)).command
  }

  @Test(arguments: [("threads", 10), ("data", 10), ("scale", 8), ("store", 5)])
  func `an option that several commands have means the same in each`(option: String, atLeast count: Int) throws {
    let found = try commandLine().all(option)
    #expect(found.count >= count, "\(found.map(\.command))")
    let meanings = Set(
      found.map { "\($0.argument.abstract ?? "") \($0.argument.discussion ?? "") \($0.argument.valueName ?? "")" })
    #expect(meanings.count == 1, "\(meanings)")
  }

  private static let commands: [[String]] = [
    ["run", "notebooks/x.md"], ["why", "notebooks/x.md"], ["preview", "notebooks/x.md"], ["check", "notebooks/x.md"],
    ["build", "report", "--no-pdf"], ["bless", "fig-a", "--reason", "r"],
  ]

  @Test(
    arguments: commands + [
      ["train", "con"], ["bench"], ["evaluate", "--weights", "w"], ["certify", "--weights", "w"],
    ])
  func `a number of threads that cannot be is refused in the same words`(command: [String]) throws {
    let result = try Sandbox().run(command + ["--threads", "0"])
    #expect(result.code == 64)
    #expect(result.stderr.hasPrefix("error: --threads takes a number from 1 to 1024.\n"), "\(result.stderr)")
  }

  @Test func `more threads than there are processors are said once, with the number that can be used`() throws {
    let result = try Sandbox().run(["evaluate", "--weights", "w", "--threads", "1024"])
    let processors = ProcessInfo.processInfo.activeProcessorCount
    let lines = result.stderr.split(separator: "\n").filter { $0.contains("1024") }
    #expect(
      lines == ["warning: --threads 1024: \(processors) can be used, one a processor of this machine; more take turns"],
      "\(result.stderr)")
  }

  @Test(
    arguments: commands + [
      ["train", "con"], ["doctor"], ["evaluate", "--weights", "w"], ["certify", "--weights", "w"],
    ])
  func `a folder of data that is not there is refused in the same words`(command: [String]) throws {
    let result = try Sandbox().run(command + ["--data", "nowhere"])
    #expect(result.code == 64)
    #expect(result.stderr.hasPrefix("error: --data nowhere: no such folder.\n"), "\(result.stderr)")
  }

  @Test(arguments: commands + [["train", "con"], ["recipes", "explain", "con"]])
  func `a scale that there is not is refused with the names of those that there are`(command: [String]) throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", "text\n")
    try "overnight: { like: cifar }\n".write(
      toFile: sandbox.root + "/notebooks/scales.yml", atomically: true, encoding: .utf8)
    let result = try sandbox.run(command + ["--scale", "huge"])
    #expect(result.code == 64)
    #expect(
      result.stderr.hasPrefix("error: no scale \"huge\"; there are draft, demo, cifar, paper, overnight; "),
      "\(result.stderr)")
  }

  @Test func `a scale of the project's own is one line, and notebooks and recipes have its numbers`() throws {
    let sandbox = try Sandbox()
    let file = sandbox.root + "/notebooks/scales.yml"
    try "brief: { like: draft, epochs: 3, trainCount: 192, help: \"a few steps\" }\n".write(
      toFile: file, atomically: true, encoding: .utf8)
    try sandbox.write(
      "x",
      """
      ```swift
      //| label: fig-a
      let recipe = try Recipe.standard(notebook.scale, name: "r", attack: nil)
      print(notebook.scale, notebook.scaled(draft: 1, demo: 2, cifar: 3, paper: 4), recipe.epochs, recipe.data.trainCount,
        recipe.batchSize)
      try show(Figure(x: .linear("x"), y: .linear("y")) { Line(x: [1, 2], y: [1, 2]) })
      ```
      """)
    let result = try sandbox.run("run", "notebooks/x.md", "--scale", "brief")
    #expect(result.code == 0 && result.stdout == "brief 1 3 192 64\n", "\(result.stderr)")
    #expect(sandbox.read("figures/brief/fig-a.csv") != nil)
    #expect(try sandbox.run("run", "notebooks/x.md", "--scale", "brief").stderr.contains("nothing ran"))
    let recipe = try sandbox.run("recipes", "explain", "con", "--scale", "brief", "--json").stdout
    #expect(recipe.contains("\"epochs\" : 3") && recipe.contains("\"trainCount\" : 192"), "\(recipe)")

    // Another number is another program.
    try "brief: { like: draft, epochs: 4, trainCount: 192 }\n".write(toFile: file, atomically: true, encoding: .utf8)
    #expect(try sandbox.run("run", "notebooks/x.md", "--scale", "brief").stdout == "brief 1 4 192 64\n")
    try "brief: { like: draft, epoch: 3 }\n".write(toFile: file, atomically: true, encoding: .utf8)
    let typo = try sandbox.run("run", "notebooks/x.md", "--scale", "brief")
    #expect(typo.code == 2)
    #expect(
      typo.stderr.hasPrefix("notebooks/scales.yml:1:23: error: no part of a scale \"epoch\"; did you mean \"epochs\"?"),
      "\(typo.stderr)")
  }
}
