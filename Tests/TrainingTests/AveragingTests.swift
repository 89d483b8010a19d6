// Averaged weights, and which network a run keeps.

import Attacks
import Datasets
import Networks
import Objectives
import Tensors
import Testing
import Training
import _TestSupport

struct AveragingTests {
  private func train(_ change: (inout Recipe) -> Void) throws -> (Trainer, [TrainingState], [EpochMetrics]) {
    var recipe = try TrainerTests.recipe(epochs: 4, attack: nil)
    recipe.schedule = .multiStep(milestones: [1, 3])
    change(&recipe)
    let data = try DataSplits(recipe.data, directory: nil, threads: 1)
    let trainer = try Trainer(recipe, data: data, threads: 2)
    var states: [TrainingState] = []
    var metrics: [EpochMetrics] = []
    try trainer.run(
      probe: 20, report: { if let finished = $0.finished { metrics.append(finished) } },
      afterStep: { states.append($0) })
    return (trainer, states, metrics)
  }

  @Test func theMeanIsOfTheWeightsAtTheStartOfEachEpoch() throws {
    let (trainer, states, metrics) = try train { $0.averaging = WeightAveraging(start: 2) }
    // Two steps an epoch; states[3] is the start of epoch 2, states[5] that of epoch 3.
    let (a, b) = (states[3].model.parameters.values, states[5].model.parameters.values)
    expectClose(trainer.result.parameters.values, zip(a, b).map { ($0 + $1) / 2 }, rtol: 1e-6, atol: 1e-7)
    #expect(trainer.raw?.parameters == trainer.state.raw?.parameters && trainer.raw != nil)
    // The decay at 3 never happens, since the rate is held from 2 on.
    expectClose(metrics.map(\.learningRate), [0.1, 0.01, 0.01, 0.01, 0], rtol: 1e-6)
    #expect(metrics.map { $0.isAverage ?? false } == [false, false, false, false, true])
    #expect(trainer.recipe.passes == 5)
  }

  @Test(arguments: [false, true])
  func statisticsOfTheMeanAreAPlainMeanOverAllForwardPasses(attacked: Bool) throws {
    let (trainer, _, _) = try train {
      $0.averaging = WeightAveraging(start: 2)
      $0.shards = 1
      if attacked { $0.attack = TrainingAttack(TrainerTests.short, statistics: .batch) }
    }
    // The same batches through the averaged network by itself, those of the attack's two steps too.
    let recipe = trainer.recipe
    let data = try DataSplits(recipe.data, directory: nil, threads: 1)
    let network = TrainingModeClassifier(trainer.result, rows: 40)
    let key = RandomKey(seed: recipe.seed).split(1).split(recipe.epochs)
    let batches = Batches(count: data.train.count, batchSize: 40, key: key, wholeOnly: true)
    var augmenter = Augmenter(recipe.augmentation, height: 16, width: 16)
    for batch in batches {
      var images = augmenter.tensor(batch, of: data.train, key: key.split(0))
      if let attack = recipe.attack {
        images = attack.attack.perturb(
          images, labels: batch.map { data.train.labels[$0] }, of: network, key: key.split(1), indices: Array(batch))
      }
      _ = network.logits(images)
    }
    #expect(network.statistics.count == batches.count * (attacked ? 3 : 1))
    let found = trainer.result.statistics.values
    let mean = found.indices.map { i in
      network.statistics.reduce(0) { $0 + Double($1[i]) } / Double(network.statistics.count)
    }
    expectClose(found, mean, rtol: 1e-5, atol: 1e-6)
  }

  @Test func theNetworkWithTheLowestJudgedLossIsKept() throws {
    for judges in CheckpointSelection.Judges.allCases {
      let (trainer, states, metrics) = try train {
        $0.selection = CheckpointSelection(judges, images: 20)
        $0.optimizer.learningRate = 0.5
        $0.schedule = .constant
      }
      let losses = metrics.map { $0.judgedLoss! }
      let lowest = losses.indices.min { losses[$0] < losses[$1] }!
      #expect(trainer.state.best?.epoch == lowest + 1)
      #expect(trainer.state.best?.loss == losses[lowest])
      #expect(trainer.result.parameters == states[2 * lowest + 1].model.parameters)
    }
  }

  @Test func uAndVFitTheAveragedWeights() throws {
    let (trainer, _, _) = try train {
      $0.averaging = WeightAveraging(start: 2)
      $0.model.spectralNormalization = true
    }
    var converged = trainer.result
    converged.iteratePower(300)
    for (found, exact) in zip(trainer.result.spectralNorms, converged.spectralNorms) {
      expectClose(found.sigma, exact.sigma, rtol: 0.05, found.name)  // 15 + 2 iterations on a random matrix
    }
  }
}
