// What the documentation says can be added from a cell, as it stands there: compiled, trained, and its key its own.

internal import Foundation
import Testing

@Suite struct DocumentedAdditionsTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// The first cell below a heading of Documentation/notebooks.md.
  private func cell(_ heading: String) throws -> String {
    let text = try String(contentsOfFile: Self.root + "/Documentation/notebooks.md", encoding: .utf8)
    let section = try #require(text.components(separatedBy: "## \(heading)\n").dropFirst().first)
    return try #require(
      section.components(separatedBy: "```swift").dropFirst().first?.components(separatedBy: "```").first)
  }

  @Test func `the seeds of the documentation are trained and compared`() throws {
    let sandbox = try Sandbox()
    let text = try cell("Several seeds").replacing("seed: UInt64(seed))", with: "epochs: 1, seed: UInt64(seed))")
    try sandbox.write("x", "```swift\(text)```\n")
    let result = try sandbox.run("run", "notebooks/x.md", "--scale", "draft")
    #expect(result.code == 0, "\(result.stderr)")
    for line in ["mean and 95 % over seeds", "95 % over images", "with Holm p", "seen with 80 %"] {
      #expect(result.stdout.contains(line), "\(result.stdout)")
    }
    #expect(result.stdout.components(separatedBy: ": trained run").count == 7)
  }

  @Test func `the term of the documentation trains`() throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", "```swift\(try cell("A term of your own"))print(network.metrics[0].loss.isFinite)\n```\n")
    let result = try sandbox.run("run", "notebooks/x.md", "--scale", "draft")
    #expect(result.code == 0 && result.stdout.contains("short features: trained run"), "\(result.stderr)")
    let shown = try sandbox.run("runs", "show", "short features")
    #expect(shown.code == 0 || shown.stderr.contains("featureLength"), "\(shown.stderr)")
  }

  @Test func `the network of the documentation trains, is summed up and attacked`() throws {
    let sandbox = try Sandbox()
    try sandbox.write(
      "x",
      """
      ```swift\(try cell("A network of your own"))
      print(ModelSummary(trained.model).rows.map(\\.layer).joined(separator: " "))
      let images = try notebook.images(recipe.data).test
      let suite = AutoAttack(threatModel: .linf8, attacks: [FGSM(threatModel: .linf8)])
      print("attacked", try notebook.evaluate(trained, on: images, suite: suite).stages.count)
      Architecture.register(SmallNetwork.self)
      print(try Architecture(named: "small-8").network.name)
      ```
      """)
    let result = try sandbox.run("run", "notebooks/x.md", "--scale", "draft")
    #expect(result.code == 0 && result.stdout.contains("small: trained run"), "\(result.stderr)")
    let page = try #require(sandbox.read("report/draft/x.html"))
    for line in ["first second linear", "attacked 1", "small-8"] { #expect(page.contains(line), "\(line)") }
  }

  @Test func `the page about one layer runs, and its derivatives agree`() throws {
    let sandbox = try Sandbox()
    try sandbox.write("layer", String(contentsOfFile: Self.root + "/Documentation/one-layer.md", encoding: .utf8))
    let result = try sandbox.run("run", "notebooks/layer.md")
    #expect(result.code == 0, "\(result.stderr)")
    #expect(try #require(sandbox.read("report/layer.html")).contains("derivatives agree within 1e-8: true"))
  }
}
