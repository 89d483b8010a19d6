// Options of `workbench evaluate` that were taken as they should not, and weights that nobody looked at.

internal import Foundation
internal import Tensors
import Testing

@Suite struct EvaluateOptionTests {
  @Test func `several --attack are all run, in their order`() throws {
    let network = try SmallNetwork(Sandbox())
    let result = try network.evaluate("--json", "-", attack: ["--attack", "fgsm,apgd-ce", "--attack", "pgd-10"])
    struct Report: Decodable {
      struct Stage: Decodable { var attack: String }
      var stages: [Stage]
    }
    let report = try JSONDecoder().decode(Report.self, from: Data(result.stdout.utf8))
    #expect(report.stages.map(\.attack) == ["fgsm", "apgd-ce", "pgd-10"])
    let wrong = try network.evaluate(attack: ["--attack", "fgsm", "--attack", "apdg"])
    #expect(wrong.code == 64 && wrong.stderr.contains("no attack named \"apdg\""), "\(wrong.stderr)")
  }

  @Test(arguments: [
    (["evaluate", "--weights", "w", "--eps", "8/255", "--eps", "4/255"], "--eps", "8/255 and 4/255"),
    (["evaluate", "--weights", "w", "--norm=l2", "--norm", "linf"], "--norm", "l2 and linf"),
    (["train", "con", "--epochs", "1", "--epochs=2"], "--epochs", "1 and 2"),
    (["runs", "--store", "a", "--store", "b"], "--store", "a and b"),
    (["runs", "publish", "x", "--as", "a", "--as", "b"], "--as", "a and b"),
  ])
  func `an option that takes one value is refused where it has two`(
    arguments: [String], option: String, values: String
  ) throws {
    let result = try Sandbox().run(arguments)
    #expect(result.code == 64)
    #expect(
      result.stderr.hasPrefix("error: \(option) takes one value and is given 2, \(values); only the last"),
      "\(result.stderr)")
  }

  @Test func `a radius in grey levels is refused before and after the images are known`() throws {
    let network = try SmallNetwork(Sandbox())
    let linf = try network.evaluate("--eps", "8")
    #expect(linf.code == 64 && linf.stderr.hasPrefix("error: --eps 8: pixels are 0 to 1"), "\(linf.stderr)")
    #expect(linf.stderr.contains("did you mean 8/255?"))
    // √(3·8·8): the longest change of a picture.
    let l2 = try network.evaluate("--norm", "l2", "--eps", "128")
    #expect(l2.code == 1 && l2.stderr.contains("changes by at most 13.86 in l2; did you mean 128/255?"), "\(l2.stderr)")
    #expect(try network.evaluate("--norm", "l2", "--eps", "13.8").code == 0)
  }

  @Test func `doubtful weights are told on stderr and in the report`() throws {
    var network = try SmallNetwork(Sandbox())
    let sound = try network.evaluate("--json", "-")
    #expect(sound.code == 0 && sound.stdout.contains("\"warnings\" : [\n\n  ]"), "\(sound.stdout)")
    network.model.parameters["linear.bias"].elements[1] = .infinity
    let result = try network.evaluate("--json", "-")
    let warning = "warning: w.safetensors: linear.bias 1 of 2 values is infinite or not a number"
    #expect(result.code == 0 && result.stderr.contains(warning), "\(result.stderr)")
    #expect(result.stdout.contains(warning), "\(result.stdout)")
  }
}
