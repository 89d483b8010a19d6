// Objectives of a cell, compiled and trained as a reader would: one line each.

internal import Foundation
import Testing

@Suite struct ObjectiveNotebookTests {
  @Test func `TRADES, label smoothing and a formula of one's own are one line each in a cell`() throws {
    let sandbox = try Sandbox()
    try sandbox.write(
      "objectives",
      """
      # Objectives

      ```swift
      var recipe = Recipe(
        name: "tiny", model: try WideResNet(depth: 10, widenFactor: 1, imageShape: [3, 16, 16]),
        data: DataRecipe(source: .synthetic, imageSize: 16, trainCount: 48, heldOut: 0, testCount: 8),
        augmentation: .none, epochs: 1, batchSize: 16, schedule: .constant, attack: TrainingAttack())
      let data = try notebook.images(recipe.data)
      var keys: [String] = []
      func train(_ objective: Objective?) throws {
        recipe.objective = objective
        let trained = try notebook.train(recipe, on: data)
        keys.append(trained.key.hex)
        print(objective?.name ?? "usual", trained.metrics.count, trained.metrics[0].loss.isFinite)
      }
      try train(nil)
      try train(.trades(beta: 6))
      try train(.labelSmoothing(0.1))
      try train(.formula("margin") { z, y in log(1 + exp(largest(z, except: y) - z[y])) })
      print("different keys:", Set(keys).count)
      ```
      """)
    let result = try sandbox.run("run", "notebooks/objectives.md")
    #expect(result.code == 0, "\(result.stderr)")
    let page = try #require(sandbox.read("report/objectives.html"))
    for line in ["usual 1 true", "trades 1 true", "label smoothing 1 true", "margin 1 true", "different keys: 4"] {
      #expect(page.contains(line), "\(line)")
    }
  }
}
