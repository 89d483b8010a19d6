internal import Foundation
import Testing

/// The help of every command, and output for machines and for terminals without colour.
@Suite(.serialized) struct HelpTests {
  /// A command as `--experimental-dump-help` tells it.
  private struct Command: Decodable {
    var commandName: String
    var discussion: String?
    var subcommands: [Command]?
    var arguments: [Argument]?

    struct Argument: Decodable {
      struct Name: Decodable { var name: String }
      var names: [Name]?
    }

    /// "runs list" with the command for each command below.
    func all(_ path: [String] = []) -> [(path: String, command: Command)] {
      (subcommands ?? []).filter { $0.commandName != "help" }.flatMap { command in
        let own = path + [command.commandName]
        return [(own.joined(separator: " "), command)] + command.all(own)
      }
    }
  }

  private func commands() throws -> [(path: String, command: Command)] {
    struct Dump: Decodable { var command: Command }
    let dump = try Sandbox().run("--experimental-dump-help")
    return try JSONDecoder().decode(Dump.self, from: Data(dump.stdout.utf8)).command.all()
  }

  @Test func `every command has an example in its help`() throws {
    let commands = try commands()
    #expect(commands.count >= 24)
    for (path, command) in commands {
      let text = command.discussion ?? ""
      let hasExample = text.contains("Example") && text.contains("workbench \(path.split(separator: " ")[0])")
      #expect(hasExample, "workbench \(path) --help shows no example")
    }
  }

  @Test(arguments: [["--help"], ["run", "--help"], ["help", "run"], ["runs", "list", "-h"], ["build"]])
  func `help is asked for, goes to stdout and is a good end`(arguments: [String]) throws {
    let help = try Sandbox().run(arguments)
    #expect(help.code == 0 && help.stdout.contains("USAGE: workbench") && help.stderr == "", "\(help.stderr)")
  }

  @Test func `wherever a table is printed there is JSON`() throws {
    let without = ["build", "new", "preview", "install", "test", "runs", "recipes", "runs publish"]
    for (path, command) in try commands() where !without.contains(path) {
      let names = (command.arguments ?? []).flatMap { $0.names ?? [] }.map(\.name)
      #expect(names.contains("json"), "workbench \(path) has no --json")
    }
  }

  @Test func `the outcome of a run is JSON on stdout, and what cells print is on stderr`() throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", "```swift\nlet a = 2\nprint(\"from a cell\")\n```\n\nSo `{claim} a > 1` and `{swift} a`.\n")
    let result = try sandbox.run("run", "notebooks/x.md", "--json")
    #expect(result.code == 0 && result.stderr.contains("from a cell\n"), "\(result.stderr)")
    struct Outcome: Decodable {
      struct Claim: Decodable { var claim: String, verdict: String, numbers: String, place: String }
      struct Cell: Decodable { var cell: Int, line: Int, seconds: Double }
      var claims: [Claim], cells: [Cell], files: [String], isReused: Bool
    }
    let outcome = try JSONDecoder().decode(Outcome.self, from: Data(result.stdout.utf8))
    #expect(outcome.claims.map(\.verdict) == ["held"] && outcome.claims[0].numbers == "2 > 1")
    #expect(outcome.claims[0].place == "notebooks/x.md:6:13", "\(outcome.claims[0].place)")
    #expect(outcome.cells.map(\.line) == [2] && !outcome.isReused)
    #expect(outcome.files.map { ($0 as NSString).lastPathComponent } == ["x-text.csv", "x.html"])
    #expect(try sandbox.run("run", "notebooks/x.md", "--json", "--emit-swift", "x.swift").code == 64)
  }

  @Test func `verdicts, numbers without a value and a report's claims are JSON too`() throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", "About 3 of them, and `{claim} 2 > 1`.\n\n```swift\nlet a = 2\n```\n")
    let lint = try sandbox.run("lint", "notebooks/x.md", "--json")
    #expect(lint.code == 0 && lint.stdout.contains("\"number\" : \"3\""), "\(lint.stdout)")
    let report = try sandbox.run("build", "report", "--no-pdf", "--json")
    #expect(report.code == 0 && report.stdout.contains("\"claim\" : \"2 > 1\""), "\(report.stdout)\(report.stderr)")
    #expect((try? JSONSerialization.jsonObject(with: Data(report.stdout.utf8))) != nil)
    let check = try sandbox.run("check", "--json")
    #expect(check.code == 0 && check.stdout.contains("\"output\" : \"x-text\""), "\(check.stdout)\(check.stderr)")
    #expect((try? JSONSerialization.jsonObject(with: Data(check.stdout.utf8))) != nil)
  }

  @Test(arguments: [nil, "1"]) func `a terminal has colours unless NO_COLOR is set`(_ setting: String?) throws {
    let sandbox = try Sandbox()
    let process = Process()
    // `script` gives the command a terminal of its own.
    process.executableURL = URL(fileURLWithPath: "/usr/bin/script")
    process.arguments = [
      "--quiet", "--command", "\(Sandbox.products)/workbench run notebooks/none.md", sandbox.root + "/typescript",
    ]
    var environment = ProcessInfo.processInfo.environment.merging(["TERM": "xterm"]) { $1 }
    environment["NO_COLOR"] = setting
    process.environment = environment
    process.currentDirectoryURL = URL(fileURLWithPath: sandbox.root)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let shown = try #require(sandbox.read("typescript"))
    #expect(shown.contains("no such notebook"), "\(shown)")
    #expect(shown.contains("\u{1B}[31m") == (setting == nil), "\(shown)")
  }
}
