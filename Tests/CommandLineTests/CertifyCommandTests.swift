internal import Foundation
import Testing
import _TestSupport

@Suite(.requiresReference, .requiresData) struct CertifyCommandTests {
  private func arguments(range: String = "0..<24", _ more: String...) throws -> [String] {
    [
      "certify", "--model", "wrn-10-1", "--weights",
      try OutsideFiles.referenceDirectory() + "/wrn-10-1-cifar10.safetensors", "--data",
      try OutsideFiles.dataDirectory(), "--range", range,
    ] + more
  }

  @Test func `bounds and certificates are printed, and written as JSON`() throws {
    let sandbox = try Sandbox()
    let result = try sandbox.run(arguments("--json", "\(sandbox.root)/out.json"))
    #expect(result.code == 0, "\(result.stderr)")
    #expect(result.stdout.contains("block3.layer.0.convShortcut") && result.stdout.contains("1-Lipschitz: no"))
    #expect(result.stdout.contains("certified at 36/255  ") && result.stdout.contains("certified at 255/255  "))
    let data = try Data(contentsOf: URL(fileURLWithPath: sandbox.root + "/out.json"))
    let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(
      Set(json.keys) == ["model", "certification", "clean", "shares", "range", "weights_sha256", "version"])
    let certification = try #require(json["certification"] as? [String: Any])
    let bound = try #require(certification["bound"] as? [String: Any])
    let lower = try #require(certification["lower"] as? [String: Any])
    #expect((certification["radii"] as? [Any])?.count == 24 && (bound["layers"] as? [Any])?.count == 10)
    let (low, high) = (try #require(lower["norm"] as? Double), try #require(bound["logits"] as? Double))
    #expect(low > 1 && low < high)
    let shares = try #require(json["shares"] as? [[String: Any]])
    #expect(shares.count == 4 && shares.allSatisfy { ($0["interval95"] as? [Double])?.count == 2 })
    let again = try sandbox.run(arguments("--threads", "1"))
    #expect(again.stdout == result.stdout, "threads change nothing")
  }

  @Test func `what is wrong is said, with what to do`() throws {
    let sandbox = try Sandbox()
    let two = try sandbox.run(arguments("--weights", "other"))
    #expect(two.code == 64 && two.stderr.contains("give one file or run"))
    let range = try sandbox.run(arguments(range: "0..<100000"))
    #expect(range.code == 1 && range.stderr.contains("the split has images 0..<"))
    let none = try sandbox.run("certify")
    #expect(none.code == 64 && none.stderr.contains("--weights"))
  }
}
