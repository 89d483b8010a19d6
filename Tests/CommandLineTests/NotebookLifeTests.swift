internal import Foundation
internal import Glibc
import Testing

@Suite(.serialized) struct NotebookLifeTests {
  @Test func `a new notebook works`() throws {
    let sandbox = try Sandbox()
    let new = try sandbox.run("new", "notebooks/loss-curve.md")
    #expect(new.code == 0, "\(new.stderr)")
    #expect(sandbox.read("notebooks/loss-curve.md")?.contains("title: \"Loss curve\"") == true)
    let result = try sandbox.run("run", "notebooks/loss-curve.md", "--scale", "draft")
    #expect(result.code == 0, "\(result.stderr)")
    #expect(sandbox.read("figures/draft/fig-classes.csv")?.contains("bars") == true)
    let again = try sandbox.run("new", "notebooks/loss-curve.md")
    #expect(again.code == 1 && again.stderr.contains("is there already"))
    #expect(try sandbox.run("new", "notebooks/x.txt").stderr.contains("a notebook's name ends in .md"))
  }

  @Test func `a notebook written as Swift compiles and runs by itself`() throws {
    let sandbox = try Sandbox()
    try sandbox.write(
      "x",
      """
      ---
      parameters:
        count: { type: integer, default: 3 }
      ---

      # Counting

      ```swift
      let count: Int = notebook.parameter("count")
      ```

      ```swift
      //| eval: false
      thisIsNotRun()
      ```

      ```swift
      //| label: fig-a
      print("count is", count)
      try show(Figure(x: .linear("x"), y: .linear("y")) { Line(x: [1, 2], y: [1, 2]) })
      ```

      The end.
      """)
    let emitted = try sandbox.run("run", "notebooks/x.md", "--emit-swift", "out.swift")
    #expect(emitted.code == 0, "\(emitted.stderr)")
    let source = try #require(sandbox.read("out.swift"))
    #expect(source.contains("// # Counting") && source.contains("// thisIsNotRun()") && source.contains("// The end."))
    #expect(!source.contains("#sourceLocation"))
    let command = try #require(source.split(separator: "\n").first { $0.contains("swiftc") }).dropFirst(5)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "cd '\(sandbox.root)' && \(command) && ./out"]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(output.contains("count is 3"))
    #expect(sandbox.read("figures/draft/fig-a.csv") != nil)
  }

  @Test func `help lists the notebook's parameters`() throws {
    let sandbox = try Sandbox()
    try sandbox.write(
      "x",
      "---\nparameters:\n  epochs: { type: integer, default: 5, range: [1, 9], help: passes }\n---\n\n"
        + "```swift\nlet a = notebook.parameter(\"rate\", default: 0.5)\n```\n")
    let help = try sandbox.run("run", "notebooks/x.md", "--help")
    #expect(help.code == 0 && help.stdout.contains("USAGE: workbench run"))
    #expect(help.stdout.contains("epochs           integer, default 5, 1 … 9: passes"))
    #expect(help.stdout.contains("rate             named by a cell"))
    #expect(try sandbox.run("why", "-h", "notebooks/x.md").stdout.contains("PARAMETERS OF notebooks/x.md"))
    #expect(try sandbox.run("run", "--help").stdout.contains("PARAMETERS") == false)
  }

  @Test func `a notebook whose data are not there says so before it is compiled, and its help lists them`() throws {
    let sandbox = try Sandbox()
    let need = "Words: { scales: [cifar, paper], files: [words.txt], help: \"from the shelf\" }"
    try sandbox.write("x", "---\ndata:\n  \(need)\n---\n\n```swift\nprint(1)\n```\n")
    func run(_ arguments: String...) throws -> Sandbox.Result {
      try sandbox.run(["run", "notebooks/x.md"] + arguments)
    }
    #expect(try run().stdout == "1\n")
    let lacking = try run("--scale", "cifar", "--data", sandbox.root)
    #expect(
      lacking.code == 66 && lacking.stderr.contains("notebooks/x.md:3:3: error: scale cifar reads Words, and /")
        && lacking.stderr.contains(" has no words.txt (from the shelf)"), "\(lacking.stderr)")
    try "words".write(toFile: sandbox.root + "/words.txt", atomically: true, encoding: .utf8)
    #expect(try run("--scale", "cifar", "--data", sandbox.root).stdout == "1\n")
    let help = try run("--help")
    #expect(help.stdout.contains("  Words            at scale cifar, paper: from the shelf"), "\(help.stdout)")
    try sandbox.write("x", "---\ndata:\n  Words: { scales: [cifr] }\n---\n")
    let typo = try run()
    #expect(typo.code == 2 && typo.stderr.contains("notebooks/x.md:3:21: error: no scale \"cifr\"; did you mean"))
  }

  @Test func `the doctor finds what is there and says what to do about the rest`() throws {
    let sandbox = try Sandbox()
    let well = try sandbox.run("doctor")
    #expect(well.code == 0, "\(well.stdout)")
    for name in ["compiler", "linker", "cairo", "formulas", "fonts", "cores", "kernels", "memory", "disk", "data"] {
      #expect(well.stdout.contains(" \(name) "), "\(name)")
    }
    let ill = try sandbox.run("doctor", "--data", sandbox.root, "--json")
    #expect(ill.code == 1)
    let checks = try #require(try JSONSerialization.jsonObject(with: Data(ill.stdout.utf8)) as? [[String: Any]])
    let data = try #require(checks.first { $0["name"] as? String == "data" })
    #expect(data["state"] as? String == "problem" && (data["advice"] as? String)?.contains("binary version") == true)
  }

  @Test func `completions are installed for three shells`() throws {
    let sandbox = try Sandbox()
    let result = try sandbox.run("install")
    #expect(result.code == 0, "\(result.stderr)")
    let bash = try #require(sandbox.read(".local/share/bash-completion/completions/workbench"))
    #expect(bash.contains("preview"))
    #expect(sandbox.read(".local/share/zsh/site-functions/_workbench")?.hasPrefix("#compdef workbench") == true)
    #expect(sandbox.read(".config/fish/completions/workbench.fish")?.contains("doctor") == true)
    let without = try Sandbox()
    _ = try without.run("install", "--no-completions")
    #expect(!FileManager.default.fileExists(atPath: without.root + "/.config"))
  }

  @Test func `an interrupted training saves a checkpoint and goes on to the same bits`() throws {
    let text = """
      ```swift
      var recipe = try Recipe.standard(.draft, name: "small", attack: nil, epochs: 16)
      recipe.data.trainCount = 448
      recipe.data.testCount = 64
      let data = try notebook.images(recipe.data)
      print("begun")
      let network = try notebook.train(recipe, on: data)
      print(network.metrics.last!.loss)
      ```
      """
    let straight = try Sandbox()
    try straight.write("x", text)
    let whole = try straight.run("run", "notebooks/x.md")
    #expect(whole.code == 0, "\(whole.stderr)")

    let sandbox = try Sandbox()
    try sandbox.write("x", text)
    let (process, _, err) = try sandbox.start(["run", "notebooks/x.md"])
    var messages = ""
    for _ in 0..<1200 where !messages.contains("epoch 1/16") {
      usleep(50_000)
      messages = (try? String(contentsOfFile: err, encoding: .utf8)) ?? ""
    }
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    messages = try String(contentsOfFile: err, encoding: .utf8)
    #expect(process.terminationStatus == 130)
    #expect(messages.contains("finishing the step and saving a checkpoint"), "\(messages)")
    #expect(messages.contains("interrupted: training of small stopped after step "), "\(messages)")
    let rest = try sandbox.run("run", "notebooks/x.md")
    #expect(rest.stdout.contains("small: going on after step "), "\(rest.stdout)")
    #expect(rest.stdout.split(separator: "\n").last == whole.stdout.split(separator: "\n").last)
  }
}
