internal import Foundation
internal import Glibc
internal import Networks
internal import Tensors
import Testing
import _TestSupport

@Suite(.serialized, .requiresReference, .requiresData) struct EvaluateCommandTests {
  private func arguments(_ sandbox: Sandbox, _ name: String, _ more: [String]) throws -> [String] {
    [
      "evaluate", "--model", "wrn-10-1", "--weights",
      try OutsideFiles.referenceDirectory() + "/wrn-10-1-cifar10.safetensors",
      "--data", try OutsideFiles.dataDirectory(), "--norm", "linf", "--eps", "8/255", "--seed", "0",
      "--json", "\(sandbox.root)/\(name).json",
    ] + more
  }

  private func run(_ sandbox: Sandbox, _ arguments: [String]) throws -> (out: String, err: String, code: Int32) {
    let (process, out, err) = try sandbox.start(arguments)
    process.waitUntilExit()
    return (
      try String(contentsOfFile: out, encoding: .utf8), try String(contentsOfFile: err, encoding: .utf8),
      process.terminationStatus
    )
  }

  private func json(_ sandbox: Sandbox, _ name: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(sandbox.root)/\(name).json"))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  private func flags(_ json: [String: Any]) -> [String] {
    (json["stages"] as? [[String: Any]] ?? []).compactMap { $0["flags"] as? String }
  }

  @Test func `the report has the documented members, and pictures come on request`() throws {
    let sandbox = try Sandbox()
    let result = try run(
      sandbox,
      arguments(
        sandbox, "a",
        [
          "--range", "0..<12", "--attack", "fgsm,apgd-ce", "--images", "\(sandbox.root)/a.safetensors",
          "--sheet", "\(sandbox.root)/a.png", "--batch", "5",
        ]))
    #expect(result.code == 0, "\(result.err)")
    // Every accuracy has its interval.
    let lines = result.out.split(separator: "\n")
    #expect(lines.count == 4 && lines.allSatisfy { $0.contains("  95 % [") }, "\(result.out)")
    #expect(zip(lines, ["clean ", "fgsm ", "apgd-ce ", "robust "]).allSatisfy { $0.hasPrefix($1) })
    let report = try json(sandbox, "a")
    #expect(
      Set(report.keys) == [
        "clean", "clean_interval95", "stages", "robust", "interval95", "norm", "eps", "seed", "mode", "split", "range",
        "images_sha256", "model", "weights_sha256", "warnings", "version", "attacks", "numerics", "kernels",
        "invalid_logits",
      ])
    #expect(report["split"] as? String == "test" && report["mode"] as? String == "cumulative")
    #expect((report["images_sha256"] as? String)?.count == 8 * 12 && (report["warnings"] as? [String]) == [])
    let stages = try #require(report["stages"] as? [[String: Any]])
    #expect(
      stages.allSatisfy {
        Set($0.keys) == ["attack", "robust", "interval95", "broken", "seconds", "flags", "zero_gradients"]
      })
    #expect(stages.map { $0["attack"] as? String } == ["fgsm", "apgd-ce"])
    #expect(flags(report).allSatisfy { $0.count == 12 })
    #expect((report["weights_sha256"] as? String)?.count == 64)
    #expect(!FileManager.default.fileExists(atPath: "\(sandbox.root)/a.json.state"))

    // The images are those of the report: within the radius, wrong where broken, as they were where robust.
    let file = try SafetensorsFile(contentsOf: "\(sandbox.root)/a.safetensors")
    let (clean, adversarial) = (try file.tensor("clean"), try file.tensor("adversarial"))
    let labels = try file.int64s("labels").map(Int.init)
    let robust = try file.bytes("robust").map { $0 == 1 }
    #expect(clean.shape == [12, 3, 32, 32] && adversarial.shape == clean.shape && labels.count == 12)
    #expect(robust == flags(report)[1].map { $0 == "1" } && robust.contains(true) && robust.contains(false))
    let model = try Model(
      WideResNet(named: "wrn-10-1"),
      contentsOf: OutsideFiles.referenceDirectory() + "/wrn-10-1-cifar10.safetensors")
    let right = [clean, adversarial].map { images in
      zip(ModelClassifier(model).classes(images), labels).map { $0 == $1 }
    }
    #expect(right[1] == robust)
    for i in 0..<12 {
      let (before, after) = (clean[rows: i..<i + 1], adversarial[rows: i..<i + 1])
      if robust[i] || !right[0][i] { #expect(before == after, "image \(i)") }
      let change = zip(before.elements, after.elements).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
      #expect(change <= 8 / 255 + 1e-6, "image \(i)")
    }

    // The sheet has three pictures for each broken image: as PNG, two pixels a point.
    let png = Array(try Data(contentsOf: URL(fileURLWithPath: "\(sandbox.root)/a.png")))
    let height = png[20..<24].reduce(0) { $0 << 8 | Int($1) }
    let broken = right[0].count { $0 } - robust.count { $0 }
    #expect(broken > 0 && height >= broken * 48 * 2, "\(broken) rows of 32 pixels, one and a half points each")
  }

  @Test func `a sheet shows clean, adversarial and difference, and may be added on going on`() throws {
    let sandbox = try Sandbox()
    let work = ["--range", "0..<24", "--attack", "apgd-ce", "--batch", "2"]
    let (process, _, _) = try sandbox.start(arguments(sandbox, "b", work))
    try killOnceSaved(process, "\(sandbox.root)/b.json.state", changes: 3)
    let result = try run(
      sandbox,
      arguments(
        sandbox, "b",
        work + ["--sheet", "\(sandbox.root)/b.svg", "--images", "\(sandbox.root)/b.safetensors"]))
    #expect(result.code == 0 && result.err.contains("going on from"), "\(result.err)")
    let robust = try SafetensorsFile(contentsOf: "\(sandbox.root)/b.safetensors").bytes("robust")
    let clean = try #require(json(sandbox, "b")["clean"] as? Double)
    let broken = Int((24 * clean).rounded()) - robust.count { $0 == 1 }
    let svg = try String(contentsOfFile: "\(sandbox.root)/b.svg", encoding: .utf8)
    #expect(broken > 0 && svg.contains("\(broken) of \(broken) broken images"))
    let pictures = svg.components(separatedBy: "data:image/png;base64,").dropFirst().map { $0.prefix { $0 != "\"" } }
    #expect(pictures.count == 3 * broken)
    // A row is three pictures, and no two of them are the same.
    #expect(Set(pictures).count == 3 * broken)
    let whole = try run(sandbox, arguments(sandbox, "c", work + ["--images", "\(sandbox.root)/c.safetensors"]))
    #expect(whole.code == 0)
    let images = try ["b", "c"].map {
      try SafetensorsFile(contentsOf: "\(sandbox.root)/\($0).safetensors").tensor("adversarial")
    }
    #expect(images[0] == images[1], "what was broken before the kill is there too")
  }

  /// Kills `process` when the state that it saves has changed `changes` times.
  private func killOnceSaved(_ process: Process, _ path: String, changes: Int = 1) throws {
    let url = URL(fileURLWithPath: path)
    var (last, seen) = (try? Data(contentsOf: url), 0)
    while process.isRunning && seen < changes {
      Thread.sleep(forTimeInterval: 0.005)
      let now = try? Data(contentsOf: url)
      if now != nil && now != last { (last, seen) = (now, seen + 1) }
    }
    try #require(process.isRunning, "it was done before it could be killed")
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  @Test func `killed at any moment, it goes on to the same flags`() throws {
    let sandbox = try Sandbox()
    let work = ["--range", "0..<24", "--attack", "apgd-ce,square", "--batch", "3"]
    #expect(try run(sandbox, arguments(sandbox, "whole", work)).code == 0)
    let path = "\(sandbox.root)/killed.json.state"
    var done = 0
    // Once when only the clean images have been looked at, and then after one and after two batches more.
    for changes in [1, 1, 2] {
      let (process, _, err) = try sandbox.start(arguments(sandbox, "killed", work))
      let began = FileManager.default.fileExists(atPath: path)
      try killOnceSaved(process, path, changes: changes)
      #expect(try String(contentsOfFile: err, encoding: .utf8).contains("going on from") == began)
      let attacked = try SafetensorsFile(contentsOf: path).bytes("outcomes").count { $0 != 0 }
      #expect(!began || attacked > done, "nothing that was done is done again")
      done = attacked
    }
    #expect(done > 0)
    let last = try run(sandbox, arguments(sandbox, "killed", work + ["--threads", "1"]))
    #expect(last.code == 0 && last.err.contains("going on from \(path)"), "\(last.err)")
    #expect(try flags(json(sandbox, "killed")) == flags(json(sandbox, "whole")))
  }

  @Test func `a damaged state is set aside, and one of another evaluation refused`() throws {
    let sandbox = try Sandbox()
    let work = ["--range", "0..<4", "--attack", "fgsm"]
    let path = "\(sandbox.root)/d.json.state"
    try "not what was saved".write(toFile: path, atomically: true, encoding: .utf8)
    let result = try run(sandbox, arguments(sandbox, "d", work))
    #expect(
      result.code == 0 && result.err.contains("set aside as d.json.state.corrupt-1, and the evaluation begins anew"),
      "\(result.err)")
    #expect(try String(contentsOfFile: path + ".corrupt-1", encoding: .utf8) == "not what was saved")
    let (process, _, _) = try sandbox.start(
      arguments(sandbox, "d", ["--range", "0..<24", "--attack", "square", "--batch", "2"]))
    try killOnceSaved(process, path)
    let other = try run(sandbox, arguments(sandbox, "d", work))
    #expect(other.code == 1 && other.err.contains("the saved evaluation has other attacks"), "\(other.err)")
  }

  @Test func `an ensemble is evaluated, and compared with its member`() throws {
    let sandbox = try Sandbox()
    let weights = try OutsideFiles.referenceDirectory() + "/wrn-10-1-cifar10.safetensors"
    let work = ["--range", "0..<10", "--attack", "pgd-10"]
    #expect(try run(sandbox, arguments(sandbox, "one", work)).code == 0)
    #expect(try run(sandbox, arguments(sandbox, "two", work + ["--weights", weights])).code == 0)
    let result = try run(sandbox, ["compare", "\(sandbox.root)/one.json", "\(sandbox.root)/two.json"])
    #expect(result.code == 0, "\(result.err)")
    #expect(result.out.contains("10 images, 0..<10") && result.out.contains("McNemar p = 1.0000"))
    #expect(result.out.contains("undecided") && !result.out.contains("note:"))
    #expect(try run(sandbox, arguments(sandbox, "train", work + ["--split", "train"])).code == 0)
    let splits = try run(sandbox, ["compare", "\(sandbox.root)/one.json", "\(sandbox.root)/train.json"])
    #expect(splits.code == 1 && splits.err.contains("of the test and of the train split"), "\(splits.err)")
  }

  @Test func `what is wrong is said, with what to do`() throws {
    let sandbox = try Sandbox()
    let arguments = try self.arguments(sandbox, "x", [])
    let misspelt = try run(sandbox, arguments + ["--attack", "apdg"])
    #expect(misspelt.code == 64 && misspelt.err.contains("apgd-ce, apgd-dlr"))
    let range = try run(sandbox, arguments + ["--range", "0..<100000"])
    #expect(range.code == 1 && range.err.contains("the split has images 0..<"))
    var deeper = arguments
    deeper[arguments.firstIndex(of: "--model")! + 1] = "wrn-16-1"
    let other = try run(sandbox, deeper)
    #expect(other.code == 1 && other.err.contains("expected but not found"))
    let two = try run(sandbox, arguments + ["--model", "wrn-16-1"])
    #expect(two.code == 64 && two.err.contains("one for all, or one for each"), "\(two.err)")
    // Before the attacks, not after them.
    let sheet = try run(sandbox, arguments + ["--sheet", "q.gif"])
    #expect(sheet.code == 64 && sheet.err.contains("--sheet q.gif: a figure's file name ends in .png, .pdf or .svg"))
    let folder = try run(sandbox, arguments + ["--images", "nowhere/a.safetensors"])
    #expect(folder.code == 64 && folder.err.contains("there is no folder nowhere; make it first"), "\(folder.err)")
    let plain = try run(sandbox, arguments + ["--spectral-norm"])
    #expect(plain.code == 1 && plain.err.contains("leave out --spectral-norm"))
    let missing = try run(sandbox, ["evaluate", "--weights", "nowhere", "--data", "."])
    #expect(missing.code == 1 && missing.err.contains("neither a weight file nor a run"))
  }
}
