import Attacks
import Datasets
import Networks
import Objectives
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

  /// Every ingredient alone and together, in the smallest run that has all its parts.
  struct Variant: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var change: @Sendable (inout Recipe) -> Void
  }

  private static func network(_ name: String) -> any Network {
    do { return try Architecture(named: name, imageShape: [3, 16, 16]).network } catch { fatalError("\(error)") }
  }

  static let variants = [
    Variant(testDescription: "attack in training mode") { $0.attack!.statistics = .batch },
    Variant(testDescription: "consistency") {
      $0.views = 2
      $0.consistency = ConsistencyLoss(.jensenShannon)
    },
    Variant(testDescription: "spectral normalisation") { $0.model.spectralNormalization = true },
    Variant(testDescription: "spectral normalisation, attack in training mode") {
      $0.model.spectralNormalization = true
      $0.attack!.statistics = .batch
    },
    Variant(testDescription: "SiLU") { $0[WideResNet.self]?.activation = .silu },
    Variant(testDescription: "PreAct ResNet, spectral normalisation") {
      $0.model = network("preact-resnet-10-w8")
      $0.model.spectralNormalization = true
    },
    Variant(testDescription: "multilayer perceptron") { $0.model = network("mlp-12") },
    Variant(testDescription: "multilayer perceptron, spectral normalisation, perturbation, averaging") {
      $0.model = network("mlp-12-silu")
      $0.model.spectralNormalization = true
      $0.perturbation = WeightPerturbation()
      $0.averaging = WeightAveraging(start: 1)
    },
    Variant(testDescription: "averaging") { $0.averaging = WeightAveraging(start: 1) },
    Variant(testDescription: "perturbation") { $0.perturbation = WeightPerturbation() },
    Variant(testDescription: "selection") { $0.selection = CheckpointSelection(images: 20) },
    Variant(testDescription: "TRADES") { $0.objective = .trades() },
    Variant(testDescription: "attacked with FGSM, in training mode") {
      $0.attack = TrainingAttack(FGSM(threatModel: .linf8), statistics: .batch)
    },
    Variant(testDescription: "attacked with APGD") {
      $0.attack = TrainingAttack(APGD(threatModel: .linf8, loss: .crossEntropy, iterations: 3, restarts: 2))
    },
    Variant(testDescription: "TRADES attacked with APGD, spectral normalisation") {
      $0.model.spectralNormalization = true
      $0.attack = TrainingAttack(APGD(threatModel: .linf8, loss: .crossEntropy, iterations: 3))
      $0.objective = .trades()
    },
    Variant(testDescription: "views as they are, attacked with PGD, with APGD; TRADES, spectral normalisation") {
      $0.model.spectralNormalization = true
      ($0.attack, $0.views) = (nil, 3)
      let apgd = APGD(threatModel: .linf8, loss: .crossEntropy, iterations: 3)
      $0.viewAttacks = [nil, TrainingAttack(short), TrainingAttack(apgd)]
      $0.objective = .trades()
    },
    Variant(testDescription: "attacked with an attack of one's own") {
      $0.attack = TrainingAttack(MomentumFGSM(threatModel: .linf8, steps: 2, decay: 0.5))
    },
    Variant(testDescription: "MART and consistency, spectral normalisation, perturbation, attack in training mode") {
      $0.model.spectralNormalization = true
      $0.attack!.statistics = .batch
      $0.views = 2
      $0.objective = .mart() + .consistency(ConsistencyLoss(.jensenShannon))
      $0.perturbation = WeightPerturbation()
    },
    Variant(testDescription: "everything, attack in training mode") {
      $0.model.spectralNormalization = true
      $0.attack!.statistics = .batch
      $0.views = 2
      $0.consistency = ConsistencyLoss(.hMinAsReleased)
      $0.averaging = WeightAveraging(start: 1)
      $0.perturbation = WeightPerturbation()
      $0.selection = CheckpointSelection(.testAsPublished, images: 20)
      $0.schedule = .cosine(epochs: 2)
    },
  ]

  static func recipe(_ variant: Variant, epochs: Int = 2) throws -> Recipe {
    var recipe = try recipe(epochs: epochs, attack: TrainingAttack(short))
    variant.change(&recipe)
    return recipe
  }

  private func train(_ recipe: Recipe, threads: Int, from state: TrainingState? = nil) throws -> TrainingState {
    let data = try DataSplits(recipe.data, directory: nil, threads: 1)
    let trainer = try Trainer(recipe, data: data, from: state, threads: threads)
    try trainer.run(probe: 20)
    return trainer.state
  }

  /// Fewer threads than shards, as many, one more, and more than a shard has panels of channels.
  @Test(arguments: variants)
  func anyNumberOfThreadsGivesTheSameBits(_ variant: Variant) throws {
    for (shards, counts) in [(2, [2, 3, 8]), (1, [2, 5])] {
      var recipe = try Self.recipe(variant)
      recipe.shards = shards
      // Everything that a checkpoint holds.
      let alone = Safetensors.encode(try train(recipe, threads: 1).arrays)
      for threads in counts {
        #expect(
          Safetensors.encode(try train(recipe, threads: threads).arrays) == alone, "\(shards) shards, \(threads) threads")
      }
    }
  }

  /// Wide enough that weight gradients are cut on both sides, and of more than one block of tiles; images that divide
  /// by no number of threads.
  @Test(arguments: ["wrn-10-4", "wrn-16-2-silu", "preact-resnet-10-w32", "mlp-64-32"])
  func anyNumberOfThreadsGivesTheSameBitsInWiderNetworks(_ name: String) throws {
    var recipe = try Self.recipe(epochs: 1, attack: TrainingAttack(Self.short, statistics: .batch))
    recipe.model = Self.network(name)
    (recipe.batchSize, recipe.shards) = (22, 1)
    recipe.data.trainCount = 44
    let alone = Safetensors.encode(try train(recipe, threads: 1).arrays)
    for threads in [2, 3, 4, 8] {
      #expect(Safetensors.encode(try train(recipe, threads: threads).arrays) == alone, "\(name), \(threads) threads")
    }
  }

  @Test(arguments: variants)
  func goingOnFromAnyStepGivesTheSameBits(_ variant: Variant) throws {
    let recipe = try Self.recipe(variant)
    let data = try DataSplits(recipe.data, directory: nil, threads: 1)
    let trainer = try Trainer(recipe, data: data, threads: 2)
    var states: [TrainingState] = []
    try trainer.run(probe: 0, afterStep: { states.append($0) })
    #expect(states.count == recipe.passes * 2)
    let straight = Safetensors.encode(trainer.state.arrays)
    for state in states.dropLast() {
      let bytes = Safetensors.encode(state.arrays)
      let back = try TrainingState(recipe.model, from: SafetensorsFile(bytes: bytes, name: "state"))
      let end = try train(recipe, threads: 1, from: back)
      #expect(Safetensors.encode(end.arrays) == straight, "from epoch \(state.epoch), step \(state.step)")
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
    #expect(field { $0[WideResNet.self]?.depth = 11 } == "model.depth")
    #expect(field { $0.data.imageSize = 32 } == "model.imageShape")
    #expect(field { $0.optimizer.learningRate = 0 } == "optimizer.learningRate")
    #expect(field { $0.optimizer.momentum = 1 } == "optimizer.momentum")
    #expect(field { $0.views = 9 } == "views")
    #expect(field { $0.consistency = ConsistencyLoss(.jensenShannon) } == "views")
    #expect(
      field {
        $0.views = 2
        $0.consistency = ConsistencyLoss(.jensenShannon, temperature: -0.5)
      } == "consistency.temperature")
    #expect(
      field {
        $0.views = 2
        $0.consistency = ConsistencyLoss(.jensenShannon, weight: -1)
      } == "consistency.weight")
    #expect(field { $0.averaging = WeightAveraging(start: 1) } == "averaging.start")
    #expect(field { $0.averaging = WeightAveraging(start: 0) } == "averaging.start")
    #expect(field { $0.perturbation = WeightPerturbation(size: -1) } == "perturbation.size")
    #expect(field { $0.selection = CheckpointSelection(images: 0) } == "selection.images")
    #expect(
      field {
        $0.data.heldOut = 0
        $0.selection = CheckpointSelection()
      } == "data.heldOut")
    #expect(field { $0.schedule = .cosine(epochs: 0) } == "schedule.cosine.epochs")
  }

  @Test func aDivergingRunStopsWithItsPlace() throws {
    var recipe = try Self.recipe(epochs: 3, attack: nil)
    recipe.optimizer.learningRate = 1e30
    let data = try DataSplits(recipe.data, directory: nil, threads: 1)
    let trainer = try Trainer(recipe, data: data, threads: 1)
    #expect(throws: TrainingError.self) { try trainer.run(probe: 0) }
  }
}
