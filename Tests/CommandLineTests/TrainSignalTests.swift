// A training that is ended from outside: the exit code says by what, and what its epochs made is there.

internal import Foundation
internal import Glibc
import Testing

@Suite struct TrainSignalTests {
  /// A recipe of epochs of two steps, and more of them than any test waits for; it ends after a minute or two.
  private func writeRecipe(_ sandbox: Sandbox) throws {
    let text = try sandbox.run("recipes", "explain", "baseline", "--scale", "draft", "--json").stdout
    var recipe = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    recipe["epochs"] = 2000
    recipe["attack"] = nil
    recipe["batchSize"] = 8
    recipe["shards"] = 1
    recipe["schedule"] = ["constant": [String: Any]()]
    recipe["data"] = (recipe["data"] as? [String: Any])?
      .merging(["trainCount": 16, "heldOut": 0, "testCount": 8, "imageSize": 16]) { $1 }
    recipe["model"] = (recipe["model"] as? [String: Any])?.merging(["imageShape": [3, 16, 16]]) { $1 }
    recipe["augmentation"] = ["steps": [Any]()]
    recipe["selection"] = nil
    recipe["averaging"] = nil
    try JSONSerialization.data(withJSONObject: recipe)
      .write(to: URL(fileURLWithPath: sandbox.root + "/long.json"))
  }

  @Test func `every signal has its code, and no epoch that was told of is lost`() throws {
    let sandbox = try Sandbox()
    try writeRecipe(sandbox)
    var kept = 0
    for (signal, code) in [(SIGKILL, SIGKILL), (SIGTERM, 143), (SIGHUP, 129), (SIGINT, 130), (SIGKILL, SIGKILL)] {
      let (process, _, err) = try sandbox.start(["train", "long.json", "--threads", "1"])
      var told = ""
      // The line of an epoch of this session.
      while process.isRunning, !told.contains("\nepoch ") {
        usleep(10_000)
        told = try String(contentsOfFile: err, encoding: .utf8)
      }
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      told = try String(contentsOfFile: err, encoding: .utf8)
      #expect(process.terminationStatus == code, "\(told)")
      let began = told.split(separator: "\n")[0]
      let start = began == "training from the start" ? 0 : Int(began.split(separator: " ").last ?? "")
      #expect(start ?? -1 >= kept, "\(began): epochs of two steps to step \(kept) were told of before")
      let epochs = told.matches(of: /\nepoch (\d+)\//).compactMap { Int($0.output.1) }
      kept = 2 * (epochs.last ?? 0)
      #expect(kept > start ?? 0)
      #expect(told.contains("a checkpoint is saved") == (signal != SIGKILL), "\(told)")
    }
  }

  @Test func `a hang-up under nohup is none`() throws {
    let sandbox = try Sandbox()
    try writeRecipe(sandbox)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c", "trap '' HUP; exec \"$0\" train long.json --threads 1 2>told", Sandbox.products + "/workbench",
    ]
    process.currentDirectoryURL = URL(fileURLWithPath: sandbox.root)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    func epochs() -> Int { sandbox.read("told")?.matches(of: /\nepoch \d+\//).count ?? 0 }
    while process.isRunning, epochs() == 0 { usleep(10_000) }
    kill(process.processIdentifier, SIGHUP)
    let before = epochs()
    while process.isRunning, epochs() < before + 3 { usleep(10_000) }
    #expect(process.isRunning)
    kill(process.processIdentifier, SIGTERM)
    process.waitUntilExit()
    #expect(process.terminationStatus == 143)
  }
}
