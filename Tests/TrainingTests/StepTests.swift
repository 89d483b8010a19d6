// One step with every ingredient against a network of plain loops in Double.

import Attacks
import Datasets
import Networks
import Objectives
import Tensors
import Testing
import Training
import _TestSupport

struct StepTests {
  private let key = RandomKey(seed: 0).split(1).split(0)

  /// One batch of 4 images in one shard, plain gradient descent with rate 1: the parameters move by the gradient.
  private func recipe(_ change: (inout Recipe) -> Void = { _ in }) throws -> Recipe {
    var recipe = Recipe(
      name: "step", model: try WideResNet(depth: 10, widenFactor: 1, classCount: 10, imageShape: [3, 16, 16]),
      data: DataRecipe(source: .synthetic, imageSize: 16, trainCount: 12, heldOut: 4, testCount: 4),
      augmentation: Augmentation([.flip]), epochs: 2, batchSize: 4, shards: 1,
      optimizer: SGD(learningRate: 1, momentum: 0, weightDecay: 0), schedule: .constant, attack: nil)
    change(&recipe)
    return recipe
  }

  /// Noise: images with flat regions would have hundreds of equal activations that cross ReLU's kink together.
  private func noise(_ recipe: Recipe) -> DataSplits {
    func images(_ count: Int, _ seed: UInt64) -> LabeledImages {
      var stream = RandomKey(seed: seed).stream
      return LabeledImages(
        pixels: (0..<count * 768).map { _ in UInt8(stream.int(below: 256)) }, labels: (0..<count).map { $0 % 10 },
        height: 16, width: 16, classNames: (0..<10).map { "\($0)" }, provenance: .init(name: "noise", details: ""))
    }
    return DataSplits(train: images(8, 1), heldOut: images(4, 2), test: images(4, 3))
  }

  /// Images of the first step.
  private func indices(_ recipe: Recipe, _ data: DataSplits) -> ArraySlice<Int> {
    Batches(count: data.train.count, batchSize: recipe.batchSize, key: key, wholeOnly: true)[0]
  }

  /// The batch that `Trainer` makes of the first step: both views below each other.
  private func batch(_ recipe: Recipe, _ data: DataSplits) -> (images: Volume, labels: [Int]) {
    let indices = indices(recipe, data)
    var augmenter = Augmenter(recipe.augmentation, height: 16, width: 16)
    var pixels: [Float] = []
    for view in 0..<(recipe.views ?? 1) {
      pixels += augmenter.tensor(indices, of: data.train, key: key.split(0), view: view).elements
    }
    let rows = recipe.rowsPerStep
    let labels = (0..<rows).map { data.train.labels[indices[indices.startIndex + $0 % recipe.batchSize]] }
    return (Volume(Tensor(pixels, shape: [rows, 3, 16, 16])), labels)
  }

  private func oracle(_ model: Model) -> PlainNetwork {
    var oracle = PlainNetwork(
      depth: 10, widenFactor: 1, classCount: 10, parameters: model.parameters.tensors,
      statistics: model.statistics.tensors)
    for (name, tensor) in model.power.tensors { oracle.power[name] = tensor.elements.map(Double.init) }
    return oracle
  }

  /// The running statistics of `model` after the batches went through `network` in training mode, in Double.
  private func moved(_ model: Model, _ network: PlainNetwork, by batches: [Volume]) -> [String: [Double]] {
    var running: [String: [Double]] = model.statistics.tensors.reduce(into: [:]) {
      $0[$1.name] = $1.tensor.elements.map(Double.init)
    }
    var network = network
    network.observe = { name, mean, variance in
      for (kind, new) in [("mean", mean), ("var", variance)] {
        let name = "\(name).running_\(kind)"
        running[name] = zip(running[name]!, new).map { 0.9 * $0 + 0.1 * $1 }
      }
    }
    for images in batches { _ = network.logits(images, training: true) }
    return running
  }

  /// Mean cross-entropy + λ·mean divergence at temperature τ, in Double: H-JS, or Σ (p − q)² named `brier`.
  private func loss(_ network: PlainNetwork, _ images: Volume, _ labels: [Int], _ consistency: ConsistencyLoss?)
    -> Double
  {
    let rows = network.logits(images, training: true)
    func softmax(_ z: [Double]) -> [Double] {
      let e = z.map { Maths.exp($0 - z.max()!) }
      return e.map { $0 / e.reduce(0, +) }
    }
    var total = 0.0
    for (z, y) in zip(rows, labels) { total -= Maths.log(softmax(z)[y]) / Double(rows.count) }
    guard let consistency else { return total }
    let pairs = rows.count / 2
    let isBrier = consistency.divergence.name == "brier"
    for i in 0..<pairs {
      let (p, q) = (
        softmax(rows[i].map { $0 / consistency.temperature }),
        softmax(rows[pairs + i].map { $0 / consistency.temperature })
      )
      // ½KL(p‖m) + ½KL(q‖m)
      var divergence = 0.0
      for (p, q) in zip(p, q) {
        let m = (p + q) / 2
        divergence += isBrier ? (p - q) * (p - q) : (p * Maths.log(p / m) + q * Maths.log(q / m)) / 2
      }
      total += consistency.weight * divergence / Double(pairs)
    }
    return total
  }

  /// The state before and after the first step.
  private func step(_ recipe: Recipe, _ data: DataSplits) throws -> (before: TrainingState, after: TrainingState) {
    let trainer = try Trainer(recipe, data: data, threads: 1)
    let before = trainer.state
    var after: TrainingState?
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try trainer.run(
        probe: 0,
        afterStep: {
          after = $0
          throw Stop()
        })
    }
    return (before, try #require(after))
  }

  @Test(arguments: [false, true], [nil, "h-js", "brier"])
  func aStepGoesDownTheGradientOfTheObjective(_ spectral: Bool, _ divergence: String?) throws {
    let recipe = try recipe {
      $0.model.spectralNormalization = spectral
      if let divergence {
        $0.views = 2
        $0.consistency = ConsistencyLoss(
          Divergence(named: divergence) ?? CustomDivergenceTests.brier, temperature: 0.5, weight: 20)
      }
    }
    let data = noise(recipe)
    let (before, after) = try step(recipe, data)
    let (images, labels) = batch(recipe, data)
    var network = before.model
    network.iteratePower(1)  // a forward pass in training mode
    #expect(network.power == after.model.power)
    let oracle = oracle(network)
    expectClose(
      after.sums.loss / Double(after.sums.images), loss(oracle, images, labels, recipe.consistency), rtol: 1e-4)
    for (t, entry) in before.model.parameters.layout.entries.enumerated() where t % 3 == 0 || entry.shape.rank > 1 {
      var stream = key.split(500 + t).stream
      let direction = entry.range.map { _ in Double(stream.normal()) }
      let moved = entry.range.map {
        Double(before.model.parameters.values[$0]) - Double(after.model.parameters.values[$0])
      }
      let mine = zip(moved, direction).reduce(0) { $0 + $1.0 * $1.1 }
      let length = zip(moved, direction).reduce(0) { $0 + abs($1.0 * $1.1) }
      let h = 1e-6
      let value = { (step: Double) in
        var other = oracle
        for i in direction.indices { other.parameters[entry.name]![i] += step * direction[i] }
        return loss(other, images, labels, recipe.consistency)
      }
      // Float32 sums, and a subtraction of nearly equal parameters.
      expectClose(mine, (value(h) - value(-h)) / (2 * h), rtol: 2e-3, atol: 5e-4 * length + 1e-5, entry.name)
    }
  }

  @Test(arguments: [false, true])
  func perturbedWeightsAreOnePercentAwayAndTheGradientIsTakenThere(_ spectral: Bool) throws {
    let plain = try recipe { $0.model.spectralNormalization = spectral }
    let data = noise(plain)
    let (before, proxy) = try step(plain, data)
    // Δw is the gradient up to a factor; δ = γ‖w‖/‖Δw‖·Δw for tensors of more than one dimension.
    var there = before.model
    for entry in there.parameters.layout.entries where entry.shape.rank > 1 {
      func norm(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 }.squareRoot() }
      let w = entry.range.map { Double(before.model.parameters.values[$0]) }
      let g = entry.range.map { Double(before.model.parameters.values[$0]) - Double(proxy.model.parameters.values[$0]) }
      let factor = 0.01 * norm(w) / norm(g)
      for (i, g) in zip(entry.range, g) { there.parameters.values[i] += Float(factor * g) }
    }
    let perturbed = try recipe {
      $0.model.spectralNormalization = spectral
      $0.perturbation = WeightPerturbation()
    }
    let (_, after) = try step(perturbed, data)
    let (images, labels) = batch(plain, data)
    // With spectral normalisation the raw weights are perturbed, and u and v, which the proxy's pass left as they were,
    // advance once to fit the perturbed ones.
    var oracle = oracle(there)
    oracle.iteratePower()
    #expect(after.model.power.tensors.isEmpty != spectral)
    for (name, tensor) in after.model.power.tensors {
      expectClose(tensor.elements, oracle.power[name]!, atol: 1e-5, name)
    }
    expectClose(after.sums.loss / Double(after.sums.images), loss(oracle, images, labels, nil), rtol: 1e-4)
    #expect(after.sums.loss > proxy.sums.loss, "the weights moved up the loss")
    for name in ["conv1.weight", "block2.layer.0.conv1.weight", "linear.weight", "bn1.weight"] {
      let entry = before.model.parameters.layout[name]!
      var stream = key.split(900).stream
      let direction = entry.range.map { _ in Double(stream.normal()) }
      let moved = entry.range.map {
        Double(before.model.parameters.values[$0]) - Double(after.model.parameters.values[$0])
      }
      let mine = zip(moved, direction).reduce(0) { $0 + $1.0 * $1.1 }
      let length = zip(moved, direction).reduce(0) { $0 + abs($1.0 * $1.1) }
      let value = { (step: Double) in
        var other = oracle
        for i in direction.indices { other.parameters[name]![i] += step * direction[i] }
        return loss(other, images, labels, nil)
      }
      expectClose(mine, (value(1e-6) - value(-1e-6)) / 2e-6, rtol: 5e-3, atol: 2e-3 * length + 1e-5, name)
    }
    // Running statistics move once, in the pass at the perturbed weights.
    let expected = moved(before.model, oracle, by: [images])
    for (name, tensor) in after.model.statistics.tensors {
      expectClose(tensor.elements, expected[name]!, rtol: 1e-3, atol: 1e-5, name)
    }
  }

  @Test func runningStatisticsMoveElevenTimesAStepWhenPGD10AttacksInTrainingMode() throws {
    let recipe = try recipe { $0.attack = TrainingAttack(.pgd10, statistics: .batch) }
    let data = noise(recipe)
    let (before, after) = try step(recipe, data)
    // The same attack by itself, and then what it made.
    let indices = indices(recipe, data)
    let network = TrainingModeClassifier(before.model, rows: recipe.batchSize)
    var augmenter = Augmenter(recipe.augmentation, height: 16, width: 16)
    let adversarial = PGD.pgd10.perturb(
      augmenter.tensor(indices, of: data.train, key: key.split(0)), labels: indices.map { data.train.labels[$0] },
      of: network, key: key.split(1), indices: Array(indices))
    _ = network.logits(adversarial)
    #expect(network.images.count == 11)
    let expected = moved(before.model, oracle(before.model), by: network.images.map { Volume($0) })
    for (name, tensor) in after.model.statistics.tensors {
      // Float32 through ten layers; a pass more or less would be ten percent.
      expectClose(tensor.elements, expected[name]!, rtol: 1e-3, atol: 1e-5, name)
    }
  }

  @Test func uAndVAdvanceOnceAForwardPassInTrainingMode() throws {
    for (statistics, passes) in [(NormStatistics.running, 1), (.batch, 4)] {
      let recipe = try recipe {
        $0.model.spectralNormalization = true
        $0.attack = TrainingAttack(
          PGD(threatModel: .linf8, stepSize: 2 / 255, steps: 3, randomStart: true), statistics: statistics)
      }
      let (before, after) = try step(recipe, noise(recipe))
      var network = before.model
      network.iteratePower(passes)
      #expect(network.power == after.model.power, "\(statistics)")
    }
  }
}
