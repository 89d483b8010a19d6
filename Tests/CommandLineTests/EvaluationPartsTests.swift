// An evaluation in parts of its images, on this machine or over ranks: the report of the whole.

internal import FileSystem
internal import Foundation
internal import Networks
internal import Tensors
import Testing
import _TestSupport

@Suite(.serialized) struct EvaluationPartsTests {
  /// Attacks with draws, with and without gradients.
  private static let attacks = ["--attack", "apgd-ce,square"]

  /// The report in `file` without the time that it took, as text.
  private func report(_ sandbox: Sandbox, _ file: String) throws -> String {
    let text = try #require(sandbox.read(file), "\(file) was not written")
    return text.replacing(#/"seconds" : [^,\n}]+/#, with: "\"seconds\" : 0")
  }

  private func parts(_ network: SmallNetwork, _ ranges: [String], _ more: [String] = []) throws -> [String] {
    try ranges.map { range in
      let file = range.replacing("..<", with: "-") + ".json"
      let result = try network.evaluate("--range", range, "--json", file, attack: Self.attacks + more)
      #expect(result.code == 0, "\(result.stderr)")
      return file
    }
  }

  /// A network one of whose logits is never a number.
  private func troubled(_ sandbox: Sandbox) throws -> SmallNetwork {
    var network = try SmallNetwork(sandbox)
    network.model.parameters.values[network.model.parameterCount - 1] = .nan
    return network
  }

  @Test func `parts make the report of the whole, in any order and however they are cut`() throws {
    let sandbox = try Sandbox()
    for network in [try SmallNetwork(sandbox), try troubled(sandbox)] {
      let whole = try network.evaluate("--json", "whole.json", attack: Self.attacks)
      #expect(whole.code == 0, "\(whole.stderr)")
      for cut in [["0..<1", "1..<3", "3..<4"], ["2..<4", "0..<2"], ["0..<4"]] {
        let files = try parts(network, cut)
        let merged = try sandbox.run(["merge", "--json", "merged.json"] + files)
        #expect(merged.code == 0, "\(merged.stderr)")
        #expect(try report(sandbox, "merged.json") == report(sandbox, "whole.json"))
        func accuracies(_ text: String) -> String { text.replacing(#/ in [0-9].*/#, with: "") }
        #expect(accuracies(merged.stdout) == accuracies(whole.stdout))
        #expect(try sandbox.run(["merge", "--json", "-"] + files).stdout == sandbox.read("merged.json"))
      }
    }
    // The second network's warnings hang on all images: they are there, and not once a part.
    let warnings = try report(sandbox, "merged.json").matches(of: /not numbers on 4 images/).count
    #expect(warnings == 1)
  }

  @Test func `parts that do not fit together are refused by name`() throws {
    let sandbox = try Sandbox()
    let network = try SmallNetwork(sandbox)
    let first = try parts(network, ["0..<2"])[0]
    /// What merging the first part with another says.
    func refusal(_ range: String = "2..<4", _ more: [String] = [], of other: SmallNetwork? = nil) throws -> String {
      let file = try parts(other ?? network, [range], more)[0]
      let result = try sandbox.run(["merge", first, file, "--json", "merged.json"])
      #expect(result.code == 1 && result.stdout.isEmpty && sandbox.read("merged.json") == nil)
      return result.stderr
    }
    #expect(
      try refusal("3..<4") == "error: images 2..<3 are missing between 0-2.json and 3-4.json; evaluate them with "
        + "--range '2..<3'\n")
    #expect(try refusal("1..<4").contains("images 1..<2 are in both 0-2.json and 1-4.json; leave one out"))
    #expect(try refusal("0..<2").contains("images 0..<2 are in both"))
    #expect(try refusal("2..<4", ["--seed", "3"]).contains("2-4.json: other seed than 0-2.json: 3, not 0"))
    #expect(try refusal("2..<4", ["--eps", "4/255"]).contains("other eps than 0-2.json: 0.0156"))
    #expect(try refusal("2..<4", ["--norm", "l2", "--eps", "0.5"]).contains("other norm than 0-2.json: l2"))
    #expect(try refusal("2..<4", ["--attack", "fgsm"]).contains("other stages than 0-2.json: "))
    #expect(try refusal("2..<4", ["--mode", "individual"]).contains("other mode than 0-2.json: individual"))
    #expect(try refusal("2..<4", ["--mean", "0.5,0.5,0.5"]).contains("other normalization than 0-2.json: "))
    var other = network
    other.model.parameters.values[0] += 1
    #expect(try refusal(of: other).contains("other weights_sha256 than 0-2.json: "))
    // A report of before, which does not say enough.
    let old = try #require(sandbox.read(first)).replacing(#/ *"attacks" : .*\n/#, with: "")
    try old.write(toFile: sandbox.root + "/old.json", atomically: true, encoding: .utf8)
    let incomplete = try sandbox.run("merge", "old.json")
    #expect(incomplete.code == 1 && incomplete.stderr.contains("old.json: it has no attacks, without which"))
    let none = try sandbox.run("merge")
    #expect(none.code == 64)
  }

  @Test(.requiresMPI, arguments: Launcher.all)
  func `ranks share the images, and write the report of one process`(_ launcher: Launcher) throws {
    let sandbox = try Sandbox()
    let network = try SmallNetwork(sandbox)
    #expect(try network.evaluate("--json", "whole.json", "--images", "whole.images", attack: Self.attacks).code == 0)
    // More ranks than images too.
    for ranks in [2, 4, 5] {
      let shared = try launcher.run(
        ranks,
        [
          "evaluate", "--model", "mlp-4", "--weights", "w.safetensors", "--data", "pictures", "--threads", "1",
          "--json", "shared.json", "--images", "shared.images",
        ] + Self.attacks, in: sandbox)
      #expect(shared.code == 0, "\(shared.stderr)")
      #expect(shared.stdout.matches(of: #/robust /#).count == 1 && shared.stderr.contains("\(ranks) ranks of "))
      #expect(try report(sandbox, "shared.json") == report(sandbox, "whole.json"))
      #expect(
        FileManager.default.contentsEqual(
          atPath: sandbox.root + "/shared.images", andPath: sandbox.root + "/whole.images"))
      let left = try FileManager.default.contentsOfDirectory(atPath: sandbox.root).filter { $0.contains(".state") }
      #expect(left.isEmpty, "\(left)")
    }
    let missing = try launcher.run(
      2, ["evaluate", "--model", "mlp-4", "--weights", "none.safetensors", "--data", "pictures"], in: sandbox)
    #expect(missing.code != 0 && missing.stderr.matches(of: #/error: /#).count == 1, "\(missing.stderr)")
  }
}
