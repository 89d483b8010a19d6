import Attacks
import Datasets
import Networks
import Tensors
import Testing
import Training
import _TestSupport

struct TrainerTests {
  static func recipe(epochs: Int, attack: TrainingAttack?) throws -> Recipe {
    Recipe(
      name: "test", model: try WideResNet(depth: 10, widenFactor: 1, imageShape: [3, 16, 16]),
      data: DataRecipe(source: .synthetic, imageSize: 16, trainCount: 100, heldOut: 20, testCount: 20),
      augmentation: .cropAndFlip(size: 16), epochs: epochs, batchSize: 40, shards: 2,
      schedule: .multiStep(milestones: [1]), attack: attack)
  }

  static let short = PGD(threatModel: .linf8, stepSize: 4 / 255, steps: 2, randomStart: true)

  private func train(_ recipe: Recipe, threads: Int, from state: TrainingState? = nil) throws -> TrainingState {
    let data = try DataSplits(recipe.data, directory: nil, threads: 1)
    let trainer = try Trainer(recipe, data: data, from: state, threads: threads)
    try trainer.run(probe: 20)
    return trainer.state
  }

  @Test(arguments: NormStatistics.allCases)
  func oneAndTwoThreadsGiveTheSameBits(_ statistics: NormStatistics) throws {
    let recipe = try Self.recipe(epochs: 2, attack: TrainingAttack(Self.short, statistics: statistics))
    let one = try train(recipe, threads: 1)
    let two = try train(recipe, threads: 2)
    #expect(one.model.parameters == two.model.parameters)
    #expect(one.model.statistics == two.model.statistics)
    #expect(one.velocity == two.velocity)
  }

  @Test func goingOnFromAnyStepGivesTheSameBits() throws {
    let recipe = try Self.recipe(epochs: 2, attack: TrainingAttack(Self.short))
    let data = try DataSplits(recipe.data, directory: nil, threads: 1)
    let trainer = try Trainer(recipe, data: data, threads: 2)
    var states: [TrainingState] = []
    try trainer.run(probe: 0, afterStep: { states.append($0) })
    #expect(states.count == 4)
    for state in states.dropLast() {
      let bytes = Safetensors.encode(state.arrays)
      let back = try TrainingState(recipe.model, from: SafetensorsFile(bytes: bytes, name: "state"))
      let end = try train(recipe, threads: 1, from: back)
      #expect(end.model.parameters == trainer.state.model.parameters, "from epoch \(state.epoch), step \(state.step)")
      #expect(end.model.statistics == trainer.state.model.statistics)
    }
  }

  @Test func attackStatisticsMakeADifference() throws {
    let running = try train(try Self.recipe(epochs: 1, attack: TrainingAttack(Self.short)), threads: 2)
    let batch = try train(
      try Self.recipe(epochs: 1, attack: TrainingAttack(Self.short, statistics: .batch)), threads: 2)
    #expect(running.model.statistics != batch.model.statistics)
  }

  @Test func lossFallsOnAFewImages() throws {
    var recipe = try Self.recipe(epochs: 12, attack: nil)
    recipe.augmentation = .none
    recipe.schedule = .constant
    let data = try DataSplits(recipe.data, directory: nil, threads: 1)
    let trainer = try Trainer(recipe, data: data, threads: 2)
    var losses: [Double] = []
    try trainer.run(probe: 0, report: { if let m = $0.finished { losses.append(m.loss) } })
    #expect(losses.count == 12)
    #expect(losses.last! < 0.6 * losses.first!, "\(losses)")
  }

  @Test func wrongRecipesAreRefusedByField() throws {
    let good = try Self.recipe(epochs: 1, attack: nil)
    func field(_ change: (inout Recipe) -> Void) -> String? {
      var recipe = good
      change(&recipe)
      do {
        try recipe.validate()
        return nil
      } catch { return (error as? RecipeError)?.field }
    }
    #expect(field { _ in } == nil)
    #expect(field { $0.batchSize = 41 } == "batchSize")
    #expect(field { $0.shards = 0 } == "shards")
    #expect(field { $0.epochs = -1 } == "epochs")
    #expect(field { $0.data.trainCount = 30 } == "data.trainCount")
    #expect(field { $0.model.depth = 11 } == "model.depth")
    #expect(field { $0.data.imageSize = 32 } == "model.imageShape")
    #expect(field { $0.optimizer.learningRate = 0 } == "optimizer.learningRate")
    #expect(field { $0.optimizer.momentum = 1 } == "optimizer.momentum")
  }

  @Test func aDivergingRunStopsWithItsPlace() throws {
    var recipe = try Self.recipe(epochs: 3, attack: nil)
    recipe.optimizer.learningRate = 1e30
    let data = try DataSplits(recipe.data, directory: nil, threads: 1)
    let trainer = try Trainer(recipe, data: data, threads: 1)
    #expect(throws: TrainingError.self) { try trainer.run(probe: 0) }
  }
}
