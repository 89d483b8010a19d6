internal import Foundation
internal import Glibc
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
          "--sheet", "\(sandbox.root)/a.png",
        ]))
    #expect(result.code == 0, "\(result.err)")
    #expect(result.out.contains("robust    ") && result.out.contains("apgd-ce"))
    let report = try json(sandbox, "a")
    #expect(
      Set(report.keys) == [
        "clean", "stages", "robust", "interval95", "norm", "eps", "seed", "range", "weights_sha256", "version",
      ])
    let stages = try #require(report["stages"] as? [[String: Any]])
    #expect(stages.allSatisfy { Set($0.keys) == ["attack", "robust", "broken", "seconds", "flags"] })
    #expect(stages.map { $0["attack"] as? String } == ["fgsm", "apgd-ce"])
    #expect(flags(report).allSatisfy { $0.count == 12 })
    #expect((report["weights_sha256"] as? String)?.count == 64)
    for name in ["a.safetensors", "a.png"] {
      #expect(FileManager.default.fileExists(atPath: "\(sandbox.root)/\(name)"))
    }
    #expect(!FileManager.default.fileExists(atPath: "\(sandbox.root)/a.json.state"))
  }

  @Test func `killed at any moment, it goes on to the same flags`() throws {
    let sandbox = try Sandbox()
    let work = ["--range", "0..<24", "--attack", "apgd-ce,square", "--batch", "3"]
    #expect(try run(sandbox, arguments(sandbox, "whole", work)).code == 0)
    var kills = 0
    for delay in [0.3, 0.9, 1.5] {
      let (process, _, _) = try sandbox.start(arguments(sandbox, "killed", work))
      Thread.sleep(forTimeInterval: delay)
      if process.isRunning {
        kill(process.processIdentifier, SIGKILL)
        kills += 1
      }
      process.waitUntilExit()
    }
    #expect(kills > 0)
    let last = try run(sandbox, arguments(sandbox, "killed", work + ["--threads", "1"]))
    #expect(last.code == 0, "\(last.err)")
    #expect(try flags(json(sandbox, "killed")) == flags(json(sandbox, "whole")))
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
    #expect(result.out.contains("undecided"))
  }

  @Test func `what is wrong is said, with what to do`() throws {
    let sandbox = try Sandbox()
    let misspelt = try run(sandbox, arguments(sandbox, "x", ["--attack", "apdg"]))
    #expect(misspelt.code == 64 && misspelt.err.contains("apgd-ce, apgd-dlr"))
    let range = try run(sandbox, arguments(sandbox, "x", ["--range", "0..<100000"]))
    #expect(range.code == 1 && range.err.contains("the split has images 0..<"))
    let other = try run(sandbox, arguments(sandbox, "x", ["--model", "wrn-16-1"]))
    #expect(other.code == 1 && other.err.contains("expected but not found"))
    let plain = try run(sandbox, arguments(sandbox, "x", ["--spectral-norm"]))
    #expect(plain.code == 1 && plain.err.contains("leave out --spectral-norm"))
    let missing = try run(sandbox, ["evaluate", "--weights", "nowhere", "--data", "."])
    #expect(missing.code == 1 && missing.err.contains("neither a weight file nor a run"))
  }
}
