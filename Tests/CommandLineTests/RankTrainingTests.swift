// Trainings that mpirun starts: the bits of one process, whatever happens on the way.

internal import Foundation
internal import Glibc
import Testing
import _TestSupport

@Suite(.serialized, .requiresMPI) struct RankTrainingTests {
  @Test func `where nothing may be skipped both launchers are installed`() {
    #expect(!OutsideFiles.isCI || Launcher.all.count == 2, "\(Launcher.all.map(\.name))")
  }

  /// A recipe of the paper in four shards on 32 images, as `NAME.json`: two steps an epoch.
  private func writeRecipe(
    _ name: String, _ sandbox: Sandbox, epochs: Int = 2, _ change: (inout [String: Any]) -> Void = { _ in }
  ) throws {
    let text = try sandbox.run("recipes", "explain", name, "--scale", "draft", "--statistics", "batch", "--json").stdout
    var recipe = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    recipe["epochs"] = epochs
    recipe["batchSize"] = 16
    recipe["shards"] = 4
    recipe["schedule"] = ["constant": [String: Any]()]
    recipe["data"] = (recipe["data"] as? [String: Any])?
      .merging(["trainCount": 48, "heldOut": 16, "testCount": 16]) { $1 }
    if recipe["averaging"] != nil { recipe["averaging"] = ["start": 1] }
    if recipe["selection"] != nil { recipe["selection"] = ["judges": "test-as-published", "images": 16] }
    change(&recipe)
    try JSONSerialization.data(withJSONObject: recipe)
      .write(to: URL(fileURLWithPath: "\(sandbox.root)/\(name).json"))
  }

  /// Every ingredient at once.
  private func addEverything(_ recipe: inout [String: Any]) {
    recipe["selection"] = ["judges": "test-as-published", "images": 16]
    recipe["perturbation"] = ["size": 0.01, "proxyLearningRate": 0.01, "start": 0]
  }

  /// The bytes of what the one run in the folder `store` has ended with, by file, and its record.
  private func result(_ sandbox: Sandbox, _ store: String) throws -> (files: [String: Data], record: [String: Any]) {
    let folder = "\(sandbox.root)/\(store)"
    let key = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first { $0.count == 64 })
    var files: [String: Data] = [:]
    for name in ["recipe.json", "metrics.jsonl", "final.safetensors", "artifacts/raw.safetensors"] {
      files[name] = FileManager.default.contents(atPath: "\(folder)/\(key)/\(name)")
    }
    let record = try #require(FileManager.default.contents(atPath: "\(folder)/\(key)/record.json"))
    return (files, try #require(JSONSerialization.jsonObject(with: record) as? [String: Any]))
  }

  @Test(arguments: Launcher.all)
  func `any number of ranks writes the bytes of one process`(_ launcher: Launcher) throws {
    let sandbox = try Sandbox()
    for name in ["awp", "h-min-swa-sn"] {
      try writeRecipe(name, sandbox) { if name == "h-min-swa-sn" { addEverything(&$0) } }
      let alone = try sandbox.run("train", "\(name).json", "--threads", "2", "--store", "\(name)-1")
      #expect(alone.code == 0, "\(alone.stderr)")
      let wanted = try result(sandbox, "\(name)-1").files
      #expect(wanted.count == (name == "awp" ? 3 : 4))
      for (ranks, threads) in [(2, 2), (4, 1)] {
        let store = "\(name)-\(ranks)"
        let shared = try launcher.run(
          ranks, ["train", "\(name).json", "--threads", "\(threads)", "--store", store], in: sandbox)
        #expect(shared.code == 0, "\(shared.stderr)")
        // Rank 0 alone speaks.
        #expect(shared.stdout.split(separator: "\n").count == 1, "\(shared.stdout)")
        #expect(shared.stderr.contains("\(ranks) ranks of ") && shared.stderr.contains(launcher.name))
        #expect(shared.stderr.matches(of: /training from the start/).count == 1, "\(shared.stderr)")
        let found = try result(sandbox, store)
        #expect(found.files == wanted, "\(ranks) ranks")
        let sessions = try #require(found.record["sessions"] as? [[String: Any]])
        #expect(sessions.map { $0["ranks"] as? Int } == [ranks] && sessions[0]["threads"] as? Int == threads)
        let shown = try sandbox.run("runs", "show", name, "--store", store)
        #expect(shown.stdout.contains("\(ranks) ranks × \(threads) threads, "), "\(shown.stdout)\(shown.stderr)")
        let again = try launcher.run(2, ["train", "\(name).json", "--store", store], in: sandbox)
        #expect(again.code == 0 && again.stdout.contains("loaded, trained before"), "\(again.stderr)")
      }
    }
  }

  /// Waits until `err` tells of an epoch, and returns what it tells.
  private func waitForEpoch(_ process: Process, _ err: String) throws -> String {
    var told = ""
    while process.isRunning, !told.contains("\nepoch ") {
      usleep(2000)
      told = try String(contentsOfFile: err, encoding: .utf8)
    }
    try #require(process.isRunning, "it was done before it could be stopped: \(told)")
    return told
  }

  @Test(arguments: Launcher.all)
  func `SIGUSR1 is a checkpoint and a stop, and another number of ranks goes on`(_ launcher: Launcher) throws {
    let sandbox = try Sandbox()
    try writeRecipe("swa-sn", sandbox, epochs: 60)
    let arguments = ["train", "swa-sn.json", "--threads", "1"]
    #expect(try sandbox.run(arguments + ["--store", "alone"]).code == 0)
    let (process, _, err) = try launcher.start(2, arguments + ["--store", "shared"], in: sandbox)
    _ = try waitForEpoch(process, err)
    kill(process.processIdentifier, SIGUSR1)
    process.waitUntilExit()
    let told = try String(contentsOfFile: err, encoding: .utf8)
    // MPICH's launcher loses the code of processes that end just after MPI does, now and then.
    let isKept = process.terminationStatus == 75
    #expect(isKept || (launcher.name == "MPICH" && process.terminationStatus == 0), "\(told)")
    #expect(told.matches(of: /a checkpoint is saved/).count == 1, "\(told)")
    let more = try launcher.run(4, arguments + ["--store", "shared"], in: sandbox)
    #expect(more.code == 0 && more.stderr.contains("going on after step "), "\(more.stderr)")
    let found = try result(sandbox, "shared")
    #expect(try found.files == result(sandbox, "alone").files)
    #expect((found.record["sessions"] as? [[String: Any]])?.map { $0["ranks"] as? Int } == [2, 4])
  }

  /// The ranks below a launcher, by what they were started with.
  private func ranks(of store: String) throws -> [pid_t] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }.filter { process in
      let link = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/exe")) ?? ""
      guard link.hasSuffix("/workbench") else { return false }
      let words = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
      return String(decoding: words, as: UTF8.self).split(separator: "\0").contains { $0 == store }
    }
  }

  @Test(arguments: Launcher.all)
  func `a rank that is killed ends all of them, and the run goes on later`(_ launcher: Launcher) throws {
    let sandbox = try Sandbox()
    try writeRecipe("sn", sandbox, epochs: 12)
    let (alone, store) = ("\(sandbox.root)/alone", "\(sandbox.root)/shared")
    let arguments = ["train", "sn.json", "--threads", "1"]
    #expect(try sandbox.run(arguments + ["--store", alone]).code == 0)
    let (process, _, err) = try launcher.start(2, arguments + ["--store", store], in: sandbox)
    _ = try waitForEpoch(process, err)
    let workers = try ranks(of: store).sorted()
    #expect(workers.count == 2)
    kill(try #require(workers.last), SIGKILL)
    process.waitUntilExit()
    let told = try String(contentsOfFile: err, encoding: .utf8)
    // The launcher says it, each in its words, on one of both streams.
    #expect(process.terminationStatus != 0, "\(told)")
    // The kernel takes a moment for the last of them.
    for _ in 0..<1000 where try !ranks(of: store).isEmpty { usleep(10_000) }
    #expect(try ranks(of: store).isEmpty)
    let more = try sandbox.run(arguments + ["--store", store])
    #expect(more.code == 0 && more.stderr.contains("going on after step "), "\(more.stderr)")
    #expect(try result(sandbox, "shared").files == result(sandbox, "alone").files)
  }

  @Test(arguments: Launcher.all)
  func `what ranks cannot do together is refused, once`(_ launcher: Launcher) throws {
    let sandbox = try Sandbox()
    try writeRecipe("sn", sandbox)
    let three = try launcher.run(3, ["train", "sn.json", "--threads", "1"], in: sandbox)
    #expect(three.code == 1)
    #expect(
      three.stderr.matches(of: /error: recipe sn: its 4 shards cannot be shared among 3 ranks/).count == 1,
      "\(three.stderr)")
    let one = try launcher.run(2, ["runs"], in: sandbox)
    #expect(
      one.code == 64 && one.stderr.matches(of: /2 processes were started, and this command is for one/).count == 1)
    let unknown = try launcher.run(2, ["train", "h-jss"], in: sandbox)
    #expect(unknown.code == 64 && unknown.stderr.matches(of: /no recipe "h-jss"/).count == 1, "\(unknown.stderr)")
    let missing = try launcher.run(2, ["train", "sn.json", "--store", "/proc/none"], in: sandbox)
    #expect(missing.code != 0 && missing.stderr.matches(of: /error: .*\/proc\/none/).count == 1, "\(missing.stderr)")
  }

  @Test(arguments: Launcher.all)
  func `ranks with other kernels or recipes are refused with both values`(_ launcher: Launcher) throws {
    let sandbox = try Sandbox()
    try writeRecipe("sn", sandbox)
    try writeRecipe("con", sandbox)
    // The second rank has another environment, or another recipe.
    func second(_ change: String) throws -> Sandbox.Result {
      let script =
        "case $OMPI_COMM_WORLD_RANK$PMI_RANK in 1) \(change);; esac; exec \"$0\" train $name.json --threads 1"
      return try launcher.run(
        2, [], in: sandbox, program: ["/bin/sh", "-c", "name=sn; " + script, Sandbox.products + "/workbench"])
    }
    let recipes = try second("name=con")
    #expect(recipes.code == 1)
    #expect(
      recipes.stderr.matches(
        of: #/error: the ranks differ in recipe: [0-9a-f]{64} on rank 0, [0-9a-f]{64} on rank 1; /#
      )
      .count == 1, "\(recipes.stderr)")
    // Elsewhere all levels are the portable one.
    if try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8).contains(" avx2 ") {
      let kernels = try second("export WORKBENCH_KERNELS=portable")
      #expect(kernels.code == 1)
      #expect(
        kernels.stderr.matches(of: /the ranks differ in kernel level: avx\w+ on rank 0, portable on rank 1/).count == 1,
        "\(kernels.stderr)")
    }
  }

  @Test func `a library that is not the launcher's is found out`() throws {
    guard let mpich = Launcher.mpich, let openMPI = Launcher.openMPI else {
      // CI has both: the first test of this suite.
      return
    }
    let sandbox = try Sandbox()
    try writeRecipe("sn", sandbox)
    for (launcher, other) in [(mpich, openMPI), (openMPI, mpich)] {
      let result = try launcher.run(
        2, ["train", "sn.json", "--threads", "1"], in: sandbox, environment: ["WORKBENCH_MPI": other.library])
      #expect(result.code != 0)
      #expect(
        result.stderr.contains(" says 2 processes, and \(other.name)") && result.stderr.contains(" says 1; use the"),
        "\(launcher.name): \(result.stderr)")
      #expect(!FileManager.default.fileExists(atPath: sandbox.root + "/.workbench/runs"))
    }
  }
}
