// What `workbench evaluate` and `certify` take as networks: normalised inputs, raw weights of spectral normalisation,
// names of runs.

internal import Foundation
internal import Networks
internal import Tensors
import Testing
import _TestSupport

@Suite(.serialized) struct EvaluateInputTests {
  /// Flags of PGD-10 on the first test images.
  private func flags(_ sandbox: Sandbox, _ weights: String, _ more: String...) throws -> [String] {
    let out = "\(sandbox.root)/report.json"
    let result = try sandbox.run(
      [
        "evaluate", "--model", "wrn-10-1", "--weights", weights, "--data", try OutsideFiles.dataDirectory(), "--range",
        "0..<40", "--attack", "pgd-10", "--json", out,
      ] + more)
    try #require(result.code == 0, "\(result.stderr)")
    let json = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: out)))
    let stages = (json as? [String: Any])?["stages"] as? [[String: Any]] ?? []
    let clean = try #require((json as? [String: Any])?["clean"] as? Double)
    return ["\(clean)"] + stages.compactMap { $0["flags"] as? String }
  }

  private func reference() throws -> Model {
    try Model(
      WideResNet(named: "wrn-10-1"),
      contentsOf: OutsideFiles.referenceDirectory() + "/wrn-10-1-cifar10.safetensors")
  }

  @Test(.requiresReference, .requiresData) func `means and deviations are part of the network`() throws {
    let sandbox = try Sandbox()
    let original = try OutsideFiles.referenceDirectory() + "/wrn-10-1-cifar10.safetensors"
    let expected = try flags(sandbox, original)
    #expect(expected[1].contains("1") && expected[1].contains("0"))
    // (x − 0)/0.5 into a stem of half the weights: powers of two, so every bit is the same.
    var halved = try reference()
    for i in halved.parameters.layout["conv1.weight"]!.range { halved.parameters.values[i] /= 2 }
    let path = sandbox.root + "/halved.safetensors"
    try halved.write(to: path)
    #expect(try flags(sandbox, path, "--std", "0.5,0.5,0.5") == expected)
    #expect(try flags(sandbox, path) != expected)
    #expect(try flags(sandbox, original, "--mean", "0,0,0") == expected)
    #expect(try flags(sandbox, original, "--mean", "0.5,0.5,0.5") != expected)
    let bound = ["certify", "--model", "wrn-10-1", "--data", try OutsideFiles.dataDirectory(), "--range", "0..<2"]
    func proven(_ arguments: String...) throws -> Substring? {
      try sandbox.run(bound + arguments).stdout.split(separator: "\n").first { $0.hasPrefix("proven ") }
    }
    let whole = try proven("--weights", original)
    #expect(try whole != nil && proven("--weights", path, "--std", "0.5,0.5,0.5") == whole)
    for wrong in ["0.5,0.5", "0.5,0.5,x", "0.5,0.5,0", "0.5,0.5,0.5,y", "1,1,inf"] {
      let refused = try sandbox.run("evaluate", "--weights", original, "--std", wrong)
      #expect(refused.code == 64 && refused.stderr.contains("three numbers each"), "\(wrong): \(refused.stderr)")
    }
  }

  @Test(.requiresReference, .requiresData) func `raw weights of spectral normalisation are divided by sigma`() throws {
    let sandbox = try Sandbox()
    let trained = try reference()
    var architecture = trained.architecture
    architecture.spectralNormalization = true
    var raw = Model(architecture, key: RandomKey(seed: 0))
    raw.parameters.values = trained.parameters.values
    raw.statistics = trained.statistics
    raw.iteratePower(100)
    let (hooked, plain) = (sandbox.root + "/hooked.safetensors", sandbox.root + "/plain.safetensors")
    // The names of PyTorch's hook: conv1.weight_orig, conv1.weight_u, conv1.weight_v.
    let tensors = raw.tensors.map { name, tensor in
      (name: tensor.shape.rank > 1 ? name + "_orig" : name, tensor: tensor)
    }
    try Safetensors.write(tensors, metadata: [:], to: hooked)
    try raw.withEffectiveWeights.write(to: plain)
    let expected = try flags(sandbox, plain)
    #expect(try flags(sandbox, hooked, "--spectral-norm") == expected)
    #expect(try flags(sandbox, hooked) == expected, "such files are recognised")
    let data = try OutsideFiles.dataDirectory()
    let certified = try sandbox.run(
      "certify", "--model", "wrn-10-1", "--weights", hooked, "--spectral-norm", "--data", data, "--range", "0..<4")
    #expect(certified.code == 0, "\(certified.stderr)")
    // Every reshaped weight has norm 1 now.
    let rows = certified.stdout.split(separator: "\n").filter { $0.contains("conv") && !$0.contains("+") }
    #expect(
      rows.count == 9 && rows.allSatisfy { Double($0.split(separator: " ")[1]).map { abs($0 - 1) < 0.01 } ?? false },
      "\(certified.stdout)")
  }

  /// Trains the published recipe of that name on a few images, for two short epochs.
  private func train(_ name: String, in sandbox: Sandbox) throws {
    let text = try sandbox.run("recipes", "explain", name, "--scale", "draft", "--json").stdout
    var recipe = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    recipe["data"] = (recipe["data"] as? [String: Any])?.merging(["trainCount": 128, "heldOut": 32]) { $1 }
    recipe["batchSize"] = 32
    if recipe["selection"] != nil { recipe["selection"] = ["images": 32, "judges": "held-out"] as [String: Any] }
    let file = "\(sandbox.root)/\(name).json"
    try JSONSerialization.data(withJSONObject: recipe).write(to: URL(fileURLWithPath: file))
    let trained = try sandbox.run("train", file, "--threads", "2")
    try #require(trained.code == 0, "\(trained.stderr)")
  }

  @Test func `a run is found by its name, with its architecture and its images`() throws {
    let sandbox = try Sandbox()
    try train("sn", in: sandbox)
    let evaluated = try sandbox.run("evaluate", "--weights", "sn", "--range", "0..<16", "--attack", "fgsm")
    #expect(evaluated.code == 0 && evaluated.stdout.contains("of 16 images"), "\(evaluated.stderr)")
    let certified = try sandbox.run("certify", "--weights", "sn", "--range", "0..<16")
    #expect(certified.code == 0 && certified.stdout.contains("of 16 images"), "\(certified.stderr)")
    // A pair that one of the released code's instructions asks for: a network before averaging, and a whole one.
    try train("swa-sn", in: sandbox)
    let pair = try sandbox.run(
      "evaluate", "--weights", "swa-sn:raw", "--weights", "sn", "--range", "0..<16", "--attack", "fgsm")
    #expect(pair.code == 0 && pair.stdout.contains("of 16 images"), "\(pair.stderr)")
    let none = try sandbox.run("evaluate", "--weights", "sn:raw", "--range", "0..<16")
    #expect(none.code == 1 && none.stderr.contains("its recipe averages nothing; leave out :raw"), "\(none.stderr)")
    let data = try sandbox.run("evaluate", "--weights", "sn", "--data", ".", "--range", "0..<16")
    #expect(data.code == 1 && data.stderr.contains("leave --data out"), "\(data.stderr)")
    let show = try sandbox.run("runs", "show", "sn")
    #expect(show.stdout.contains("held-out images, 95 %: clean ["), "\(show.stdout)")
    let unknown = try sandbox.run("certify", "--weights", "con")
    #expect(unknown.code == 1 && unknown.stderr.contains("con: neither a weight file nor a run"))
  }
}
