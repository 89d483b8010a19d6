internal import Foundation
import Testing

struct TrainCommandTests {
  @Test func `recipes are listed, explained and encoded`() throws {
    let sandbox = try Sandbox()
    let list = try sandbox.run("recipes")
    #expect(list.code == 0, "\(list.stderr)")
    #expect(list.stdout.contains("h-js-swa-sn-90   Table 1") && list.stdout.contains("awp "))
    let rows = try JSONSerialization.jsonObject(with: Data(sandbox.run("recipes", "list", "--json").stdout.utf8))
    #expect((rows as? [[String: Any]])?.count == list.stdout.split(separator: "\n").count)

    let paper = try sandbox.run("recipes", "explain", "h-js-swa-sn", "--scale", "paper").stdout
    #expect(paper.contains("wrn-34-10, 46160474 parameters") && paper.contains("at the start of epochs 80, 100"))
    #expect(paper.contains("from 96 on") && paper.contains("h-js, temperature 0.5, weight 1.0"))
    func recipe(_ arguments: String...) throws -> [String: Any] {
      let (process, out, _) = try sandbox.start(["recipes", "explain", "--json"] + arguments)
      process.waitUntilExit()
      let text = try String(contentsOfFile: out, encoding: .utf8)
      return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }
    #expect(try recipe("sn")["consistency"] != nil)
    #expect(try recipe("sn", "--mapping", "as-labelled")["consistency"] == nil)
    #expect(try recipe("con", "--mapping", "as-labelled")["consistency"] != nil)
    #expect(try recipe("baseline")["consistency"] == nil)
    #expect(try recipe("con")["initialization"] as? String == "he-fan-out")
    #expect(try recipe("con", "--initialization", "xavier")["initialization"] as? String == "xavier")
    #expect((try recipe("con", "--activation", "silu")["model"] as? [String: Any])?["activation"] as? String == "silu")

    let unknown = try sandbox.run("recipes", "explain", "h-jss")
    #expect(unknown.code == 64 && unknown.stderr.contains("no recipe \"h-jss\"; there are h-js, "))
  }

  @Test func `a dry run prints numbers and a time and trains nothing`() throws {
    let sandbox = try Sandbox()
    let dry = try sandbox.run("train", "awp", "--scale", "draft", "--dry-run")
    #expect(dry.code == 0, "\(dry.stderr)")
    #expect(dry.stdout.contains("48 on 1536 images") && dry.stdout.contains("predicted time"))
    let left = try FileManager.default.contentsOfDirectory(atPath: sandbox.root + "/.workbench")
    #expect(left == ["programs"])  // the link of every sandbox
    let json = try sandbox.run("recipes", "explain", "con", "--scale", "draft", "--json").stdout
    try json.replacingOccurrences(of: "\"weight\" : 1", with: "\"weight\" : 3")
      .write(toFile: sandbox.root + "/mine.json", atomically: true, encoding: .utf8)
    let mine = try sandbox.run("recipes", "explain", "mine.json")
    #expect(mine.stdout.contains("h-js, temperature 0.5, weight 3.0"), "\(mine.stderr)")
    let wrong = json.replacingOccurrences(of: "\"views\" : 2", with: "\"views\" : 1")
    try wrong.write(toFile: sandbox.root + "/mine.json", atomically: true, encoding: .utf8)
    let refused = try sandbox.run("train", "mine.json")
    #expect(refused.code == 1 && refused.stderr.contains("views is 1; allowed: 2"), "\(refused.stderr)")
    let few = json.replacingOccurrences(of: "\"classCount\" : 10", with: "\"classCount\" : 3")
    try few.write(toFile: sandbox.root + "/mine.json", atomically: true, encoding: .utf8)
    let fewer = try sandbox.run("train", "mine.json", "--dry-run")
    #expect(fewer.code == 1 && fewer.stderr.contains("model.classCount is 3; allowed: 10 or more"), "\(fewer.stderr)")
    let long = try sandbox.run("train", "con", "--epochs", "999999999999999999", "--dry-run")
    #expect(
      long.code == 1 && long.stderr.contains("recipe con: epochs is 999999999999999999; allowed: 0 … 1000000"),
      "\(long.stderr)")
    let missing = try sandbox.run("train", "awp", "--scale", "cifar", "--data", sandbox.root)
    #expect(missing.code == 66 && missing.stderr.hasPrefix("error: "), "\(missing.stderr)")
  }

  @Test func `several recipes are trained seed by seed, and what another process trains is passed over`() throws {
    let sandbox = try Sandbox()
    let several = ["train", "baseline", "con", "--scale", "draft", "--epochs", "1", "--threads", "2"]
    let first = try sandbox.run(several + ["--seeds", "0..<2"])
    #expect(first.code == 0, "\(first.stderr)")
    let lines = first.stdout.split(separator: "\n").map { String($0.prefix { $0 != ":" }) }
    #expect(lines == ["baseline", "con", "baseline", "con"])
    let again = try sandbox.run(several + ["--seed", "1"])
    #expect(again.stdout.components(separatedBy: "loaded, trained before").count == 3, "\(again.stdout)")
    // One that is not finished, and whose lock another process has.
    let runs = sandbox.root + "/.workbench/runs"
    let run = try #require(try FileManager.default.contentsOfDirectory(atPath: runs).sorted().first)
    try FileManager.default.removeItem(atPath: runs + "/" + run + "/record.json")
    let lock = open(runs + "/" + run + "/lock", O_RDWR | O_CREAT, 0o666)
    try #require(lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0)
    defer { close(lock) }
    let shared = try sandbox.run(several + ["--seeds", "0..<2"])
    #expect(shared.code == 0 && shared.stderr.contains("passed over"), "\(shared.stderr)")
    #expect(shared.stderr.contains("1 of 4 trainings were passed over"), "\(shared.stderr)")
    #expect(shared.stdout.split(separator: "\n").count == 3)
    for (option, value) in [("--seeds", "2..<2"), ("--seeds", "0...3"), ("--average-from", "0")] {
      let refused = try sandbox.run("train", "con", option, value)
      #expect(refused.code == 64 && refused.stderr.contains(option), "\(refused.stderr)")
    }
    let rows = try sandbox.run(
      "recipes", "explain", "swa", "--scale", "cifar", "--augmentation", "none", "--average-from", "7")
    #expect(rows.stdout.contains("from 7 on") && rows.stdout.contains("2 an image: as it is"), "\(rows.stdout)")
  }

  @Test func `a training is stored, found again, shown, published and pruned`() throws {
    let sandbox = try Sandbox()
    try sandbox.addTinyScale()
    let arguments = ["train", "baseline", "--scale", "tiny", "--threads", "2"]
    let (process, _, err) = try sandbox.start(arguments)
    process.waitUntilExit()
    let messages = try String(contentsOfFile: err, encoding: .utf8)
    #expect(process.terminationStatus == 0, "\(messages)")
    let again = try sandbox.run("train", "baseline", "--scale", "tiny")
    #expect(again.stdout.contains("loaded, trained before"), "\(again.stderr)")
    let list = try sandbox.run("runs")
    #expect(list.stdout.contains("baseline") && list.stdout.contains("finished"))
    #expect(list.stdout.contains("wrn-10-1, synthetic, 1 epoch\n"), "what tells runs of one name apart")
    let show = try sandbox.run("runs", "show", "baseline")
    #expect(show.stdout.contains("epoch 1") && show.stdout.contains("workbench train baseline"))
    let published = try sandbox.run("runs", "publish", "baseline", "--as", "base")
    #expect(published.code == 0, "\(published.stderr)")
    let files = try FileManager.default.contentsOfDirectory(atPath: sandbox.root + "/report/records/base").sorted()
    #expect(files.contains("final.safetensors") && files.contains("recipe.json") && files.contains("metrics.jsonl"))
    let records = try sandbox.run("runs", "list", "--store", "report/records")
    #expect(records.stdout.contains("baseline"))
    let light = try sandbox.run("runs", "publish", "baseline", "--as", "light", "--without-weights")
    #expect(light.code == 0 && light.stdout.contains("without weights"), "\(light.stderr)")
    let few = try FileManager.default.contentsOfDirectory(atPath: sandbox.root + "/report/records/light").sorted()
    #expect(few == ["metrics.jsonl", "recipe.json", "record.json"])
    let weightless = try sandbox.run("evaluate", "--weights", "light", "--range", "0..<4", "--attack", "fgsm")
    #expect(weightless.code == 1 && weightless.stderr.contains("were not published, only its record"))
    let pruned = try sandbox.run("runs", "prune")
    #expect(pruned.stderr.contains("nothing to remove"))
    let unknown = try sandbox.run("runs", "show", "sn")
    #expect(unknown.code == 1 && unknown.stderr.contains("no run named \"sn\""))
  }
}
