// The study of another paper, as its author would write it: nothing but what Workbench gives to every notebook.

import Testing
import Workbench

/// "On label smoothing and robustness", which nobody has written: its methods, its table, its scale.
private enum SmoothingStudy {
  enum Method: String, CaseIterable, ParameterValue {
    case plain, smoothed

    /// The method at `scale`, on images of 16×16 pixels.
    func recipe(_ scale: Scale) throws -> Recipe {
      var recipe = Recipe(
        name: rawValue, model: try WideResNet(depth: 10, widenFactor: 1, imageShape: [3, 16, 16]),
        data: DataRecipe(
          source: .synthetic, imageSize: 16, trainCount: scale[.trainCount] ?? 4096, heldOut: 0,
          testCount: scale[.testCount] ?? 512),
        augmentation: .none, epochs: scale[.epochs] ?? scale.pick(draft: 1, demo: 10, cifar: 30, paper: 100),
        batchSize: 16, schedule: .constant, attack: nil)
      if self == .smoothed { recipe.objective = .labelSmoothing(0.1) }
      return recipe
    }
  }

  static let table = [
    PublishedRow("Plain", ["plain"], [90, 10, 9, 9, 9, 9], images: 100),
    PublishedRow("Smoothed", ["smoothed"], [89, 20, 19, 19, 19, 19], images: 100, gap: 3),
  ]

  static func scale() throws -> Scale {
    try Scale(name: "tiny", like: .draft, values: [.trainCount: 32, .testCount: 4], explanation: "a few steps")
  }
}

struct SiblingStudyTests {
  @Test func `a study beside the paper's trains its methods at its scale and stands in a table of its own`() throws {
    let scale = try SmoothingStudy.scale()
    let recipes = try SmoothingStudy.Method.allCases.map { try $0.recipe(scale) }
    let data = try DataSplits(recipes[0].data, directory: nil, threads: 1)
    let keys = try recipes.map { try TrainingStore.identity(of: $0, data: data).key.hex }
    #expect(Set(keys).count == 2)
    #expect(SmoothingStudy.Method(parameterText: "smoothed") == .smoothed)
    let rows = try SmoothingStudy.table.map { published in
      RobustnessTable.Row(
        published, report: try report(), training: Accuracies(images: 4, cleanCount: 3, robustCount: 2, robustLoss: 1),
        test: Accuracies(images: 4, cleanCount: 3, robustCount: 1, robustLoss: 1))
    }
    let table = RobustnessTable(rows)
    #expect(
      table.accuracies.rows.map { $0[0] } == ["Plain", "Plain", "Plain", "Plain"]
        + [String](repeating: "Smoothed", count: 4))
    #expect(
      table.accuracies.rows[6] == ["Smoothed", "paper", "89.00", "20.00", "19.00", "19.00", "19.00", "19.00", "3.0"])
  }

  /// Four images, of which one stands all four attacks, under a classifier that always says the first class.
  private func report() throws -> RobustnessReport {
    let images = try DataSplits(
      SmoothingStudy.Method.plain.recipe(SmoothingStudy.scale()).data, directory: nil, threads: 1
    ).test
    let model = Model(try WideResNet(depth: 10, widenFactor: 1, imageShape: [3, 16, 16]), key: RandomKey(seed: 0))
    let evaluation = try AutoAttack.standard(.linf8).evaluate(
      ModelClassifier(model), images: images.tensor, labels: images.labels, seed: 0)
    return evaluation.report(weightsSHA256: "", imagesSHA256: "")
  }
}
