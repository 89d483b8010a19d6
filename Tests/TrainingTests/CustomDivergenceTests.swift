// A divergence of one's own: a formula in one line that a recipe trains with. `StepTests` has its gradient.

import Datasets
import Foundation
import Objectives
import Runs
import Testing
import Training
import _TestSupport

struct CustomDivergenceTests {
  static let brier = Divergence("brier") { p, q in sum(square(p - q)) }

  private func recipe(_ consistency: ConsistencyLoss?) throws -> Recipe {
    var recipe = try TrainerTests.recipe(epochs: 1, attack: TrainingAttack(TrainerTests.short))
    recipe.views = 2
    recipe.consistency = consistency
    return recipe
  }

  @Test func `a divergence in one line trains, and has a run key of its own`() throws {
    try withTemporaryFolder { folder in
      let store = TrainingStore(root: folder + "/runs")
      func train(_ consistency: ConsistencyLoss?) throws -> TrainedModel {
        let recipe = try recipe(consistency)
        return try store.train(
          recipe, data: DataSplits(recipe.data, directory: nil, threads: 1), threads: 2, command: "test")
      }
      let trained = try train(ConsistencyLoss(Self.brier))
      #expect(!trained.wasStored && trained.metrics.count == 1 && trained.metrics[0].loss.isFinite)
      for other in [nil, ConsistencyLoss(.jensenShannon)] {
        let network = try train(other)
        #expect(network.key != trained.key && network.model.parameters != trained.model.parameters)
      }
      // The same formula under another name and with other variables is the same run.
      let same = Divergence("squares") { a, b in
        let difference = a - b
        return sum(square(difference))
      }
      let again = try train(ConsistencyLoss(same))
      #expect(again.wasStored && again.key == trained.key)

      // The key has no name; the record keeps it.
      let stored = try #require(try store.runs.run(trained.key))
      #expect(try stored.recipe(as: Recipe.self).consistency?.divergence.name == "custom")
      for run in [stored, try store.runs.publish(stored, into: folder + "/records")] {
        let named = try run.namedRecipe()
        #expect(try named == recipe(ConsistencyLoss(Self.brier)))
        #expect(named.consistency?.divergence.name == "brier" && named.name == "test")
      }
      let plain = try #require(try store.runs.all().first { $0.key != trained.key })
      #expect(plain.record.partNames == nil)
    }
  }

  @Test func `a recipe for people names a divergence, a recipe for keys does not`() throws {
    func text(_ consistency: ConsistencyLoss, naming: Bool) throws -> String {
      let encoder = JSONEncoder()
      encoder.userInfo[Divergence.encodesNames] = naming
      return String(decoding: try encoder.encode(recipe(consistency)), as: UTF8.self)
    }
    let mine = ConsistencyLoss(Self.brier)
    #expect(try text(mine, naming: true).contains("\"brier\"") && !text(mine, naming: false).contains("brier"))
    // The name of a built-in one is known from its formula.
    #expect(try !text(ConsistencyLoss(.jensenShannon), naming: true).contains("h-js"))
    try withTemporaryFolder { folder in
      try text(mine, naming: true).write(toFile: folder + "/mine.json", atomically: true, encoding: .utf8)
      let read = try Recipe(contentsOf: folder + "/mine.json")
      #expect(read.consistency?.divergence.name == "brier")
      #expect(try read == recipe(mine))
    }
  }
}
