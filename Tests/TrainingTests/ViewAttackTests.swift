// Views that are attacked each in its own way. That threads and interruptions leave no trace is among the variants of
// `TrainerTests`.

import Attacks
import Foundation
import Networks
import Objectives
import Runs
import Tensors
import Testing
import Training
import _TestSupport

struct ViewAttackTests {
  private static let pgd = TrainingAttack(TrainerTests.short)
  private static let apgd = TrainingAttack(APGD(threatModel: .linf8, loss: .crossEntropy, iterations: 3))

  private func recipe(_ attacks: [TrainingAttack?]?, attack: TrainingAttack? = nil) throws -> Recipe {
    var recipe = try TrainerTests.recipe(epochs: 1, attack: attack)
    recipe.viewAttacks = attacks
    recipe.views = attacks?.count
    return recipe
  }

  private func trained(_ recipe: Recipe) throws -> [Float] {
    let trainer = try Trainer(recipe, data: DataSplits(recipe.data, directory: nil, threads: 1), threads: 2)
    try trainer.run(probe: 0)
    return trainer.state.model.parameters.values
  }

  @Test func `views that are attacked alike are trained on as ever`() throws {
    var alike = try recipe(nil, attack: Self.pgd)
    alike.views = 2
    #expect(try trained(recipe([Self.pgd, Self.pgd])) == trained(alike))
    #expect(try trained(recipe([Self.pgd])) == trained(recipe(nil, attack: Self.pgd)))
    var natural = try recipe(nil)
    natural.views = 2
    #expect(try trained(recipe([nil, nil])) == trained(natural))
  }

  @Test func `half natural, half adversarial is the mean of both losses`() throws {
    var mixed = try recipe([Self.pgd, nil])
    // One step: a second one is attacked at weights that differ by rounding.
    (mixed.augmentation, mixed.batchSize) = (.none, 80)
    var pair = try recipe(nil, attack: Self.pgd)
    (pair.augmentation, pair.batchSize) = (.none, 80)
    pair.objective = .formula("both") { a, n, y in -0.5 * (logSoftmax(a)[y] + logSoftmax(n)[y]) }
    expectClose(try trained(mixed), try trained(pair), rtol: 1e-4, atol: 1e-6, "parameters after a step")
  }

  @Test func `each choice of attacks trains another network`() throws {
    let choices: [[TrainingAttack?]] = [
      [nil, nil], [Self.pgd, nil], [nil, Self.pgd], [Self.pgd, Self.apgd], [Self.pgd, Self.apgd, nil],
    ]
    let recipes = try choices.map { try recipe($0) }
    #expect(try Set(recipes.map(trained)).count == choices.count)
    let keys = try recipes.map { try RunIdentity(recipe: $0, data: "data", numericsVersion: 1).key }
    #expect(Set(keys).count == choices.count)
    for recipe in recipes {
      #expect(try JSONDecoder().decode(Recipe.self, from: JSONEncoder().encode(recipe)) == recipe)
    }
  }

  @Test func `a recipe file has them`() throws {
    try withTemporaryFolder { folder in
      let recipe = try recipe([nil, Self.apgd])
      let text = String(decoding: try JSONEncoder().encode(recipe), as: UTF8.self)
      #expect(text.contains(#""viewAttacks":[null,{"#))
      func read(_ text: String) throws -> Recipe {
        try text.write(toFile: folder + "/r.json", atomically: true, encoding: .utf8)
        return try Recipe(contentsOf: folder + "/r.json")
      }
      #expect(try read(text) == recipe)
      let unknown = try #require(throws: RecipeError.self) {
        try read(text.replacing("\"apgd\"", with: "\"apdg\""))
      }
      #expect(unknown.field == "viewAttacks[1]")
    }
  }

  @Test func `what does not fit is refused by its field`() throws {
    func field(_ attacks: [TrainingAttack?], _ change: (inout Recipe) -> Void = { _ in }) throws -> String? {
      var recipe = try recipe(attacks)
      change(&recipe)
      do { try recipe.validate() } catch let error as RecipeError { return error.field }
      return nil
    }
    #expect(try field([Self.pgd, nil]) == nil)
    #expect(try field([Self.pgd, nil]) { $0.attack = Self.pgd } == "attack")
    #expect(try field([Self.pgd, nil]) { $0.views = 3 } == "viewAttacks")
    #expect(try field([]) == "views")
    let training = TrainingAttack(TrainerTests.short, statistics: .batch)
    #expect(try field([nil, training]) == "viewAttacks[1].statistics")
    var fab = FAB(threatModel: .linf8)
    fab.halvings = -1
    #expect(try field([TrainingAttack(fab), nil]) == "viewAttacks[0].fab.halvings")
    #expect(try field([nil, nil]) { $0.objective = .trades() } == "attack")
    #expect(try field([nil, Self.pgd]) { $0.objective = .trades() } == nil)
    let consistency = Objective.standard() + .consistency(ConsistencyLoss(.hMin))
    #expect(try field([nil, Self.pgd]) { $0.objective = consistency } == nil)
    #expect(try field([nil, Self.pgd, nil]) { $0.objective = consistency } == "views")
  }
}
