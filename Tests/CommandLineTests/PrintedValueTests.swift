// What a cell prints of the library's values is a line or two, never their numbers by the thousand.

internal import Foundation
import Testing

struct PrintedValueTests {
  /// One cell that makes values, and one that prints each on a line of its own.
  private static let making = """
    let recipe = try PaperRecipe(named: "baseline")!.recipe(.draft)
    let data = try notebook.images(recipe.data)
    let trained = try notebook.train(recipe, on: data)
    let images = data.test.prefix(4)
    let classifier = ModelClassifier(trained.model, threads: 1)
    let suite = AutoAttack(threatModel: .linf8, attacks: [FGSM(threatModel: .linf8)])
    let evaluation = try suite.evaluate(classifier, images: images.tensor, labels: images.labels, seed: 0)
    let line = Line(x: (0..<1000).map(Double.init), y: (0..<1000).map { Double($0 * $0) }, label: "SN")
    let figure = Figure(x: .linear("x"), y: .linear("y")) { line }
    """

  private static let values = [
    "trained", "[trained]", "trained.model", "trained.recipe", "trained.metrics[0]", "trained.model.parameters",
    "trained.model.statistics", "data", "data.test", "data.test.tensor", "recipe", "recipe.data", "recipe.model",
    "recipe.objectiveInUse", "recipe.attack!.attack", "classifier", "suite", "evaluation", "evaluation.stages[0]",
    "evaluation.report(weightsSHA256: \"0\")",
    "FGSM(threatModel: .linf8).run(on: images.tensor, labels: images.labels, of: classifier, key: RandomKey(seed: 0))",
    "figure", "figure.panels[0]", "figure.panels[0].marks[0]", "line", "line.x",
    "PNGImage(width: 64, height: 64, rgba: [UInt8](repeating: 0, count: 16384))",
    "Divergence.jensenShannon", "Objective.trades()", "LossLandscape()", "LandscapeBatch(images)",
    "Measured(successes: 59, trials: 100)", "McNemarTest([true, false], [false, false])", "trained.key", "notebook",
    "ModelSummary(trained.model)", "Accuracies(images: 10, cleanCount: 8, robustCount: 5, robustLoss: 1.5)",
    "Batches(count: 512, batchSize: 64, key: RandomKey(seed: 0))", "PaperRecipe(named: \"baseline\")!",
    "TracedLoss.crossEntropy",
    "trained.model.architecture.layout", "CrossEntropy(labels: [Int](repeating: 0, count: 10_000))",
  ]

  @Test func `every value of the library is printed in a line or two`() throws {
    let sandbox = try Sandbox()
    let printing = Self.values.map { "print(\"> \", \($0), separator: \"\")" }.joined(separator: "\n")
    try sandbox.write(
      "x",
      "```swift\n\(Self.making)\n```\n\n```swift\n\(printing)\nprint(Table(header: [\"a\"], rows: [[\"1\"]]))\n```\n")
    let result = try sandbox.run("run", "notebooks/x.md", "--scale", "draft")
    #expect(result.code == 0, "\(result.stderr)")
    let printed = result.stdout.components(separatedBy: "> ").dropFirst()
    #expect(printed.count == Self.values.count)
    for (value, text) in zip(Self.values, printed) {
      #expect(text.utf8.count < 400 && text.split(separator: "\n").count <= 4, "\(value): \(text.prefix(1000))")
      #expect(!text.contains("Workbench."), "\(value): \(text.prefix(1000))")
    }
    #expect(result.stdout.contains("> baseline: wrn-") && result.stdout.contains(" parameters, "))
    #expect(result.stdout.hasSuffix("a\n-\n1\n"), "\(result.stdout.suffix(200))")
  }
}
