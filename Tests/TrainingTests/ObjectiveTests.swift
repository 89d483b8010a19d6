// Objectives as values: their gradient in a step, their keys, and what is refused.

import Attacks
import Basics
import Datasets
import Foundation
import Networks
import Objectives
import Runs
import Tensors
import Testing
import Training
import _TestSupport

struct ObjectiveTests {
  private static let pairing = Objective.formula("pairing") { adversarial, natural, y in
    -logSoftmax(adversarial)[y] + mean(square(adversarial - 0.5 * natural))
  }

  /// One batch of 4 images, gradient descent with rate 1; an attack of no steps leaves the images as they are.
  private func recipe(_ objective: Objective, attacks: Bool) throws -> Recipe {
    var recipe = Recipe(
      name: "step", model: try WideResNet(depth: 10, widenFactor: 1, classCount: 10, imageShape: [3, 16, 16]),
      data: DataRecipe(source: .synthetic, imageSize: 16, trainCount: 8, heldOut: 4, testCount: 4),
      augmentation: .none, epochs: 1, batchSize: 4, shards: 1,
      optimizer: SGD(learningRate: 1, momentum: 0, weightDecay: 0), schedule: .constant,
      attack: attacks
        ? TrainingAttack(PGD(threatModel: .linf8, stepSize: 2 / 255, steps: 0, randomStart: false)) : nil)
    recipe.objective = objective
    return recipe
  }

  private func noise(_ count: Int, _ seed: UInt64) -> LabeledImages {
    var stream = RandomKey(seed: seed).stream
    return LabeledImages(
      pixels: (0..<count * 768).map { _ in UInt8(stream.int(below: 256)) }, labels: (0..<count).map { $0 % 10 },
      height: 16, width: 16, classNames: (0..<10).map { "\($0)" }, provenance: .init(name: "noise", details: ""))
  }

  private func logProbabilities(_ z: [Double]) -> [Double] {
    let shift = Maths.log(z.reduce(0) { $0 + Maths.exp($1 - z.max()!) }) + z.max()!
    return z.map { $0 - shift }
  }

  /// In Double, written by hand: ½·natural beside adversarial rows, or targets 0.9 at the label and 0.01 everywhere.
  private func loss(
    _ network: PlainNetwork, _ images: Volume, _ labels: [Int], isPair: Bool, isApart: Bool = false
  ) -> Double {
    let count = labels.count
    let rows =
      isApart
      ? network.logits(images.prefix(count), training: true) + network.logits(images.prefix(count), training: true)
      : network.logits(images, training: true)
    var total = 0.0
    for (i, y) in labels.enumerated() {
      let logP = logProbabilities(rows[i])
      if isPair {
        total -= logP[y]
        for (u, v) in zip(rows[i], rows[count + i]) { total += (u - v / 2) * (u - v / 2) / 10 }
      } else {
        total -= 0.9 * logP[y] + 0.1 * logP.reduce(0, +) / 10
      }
    }
    return total / Double(count)
  }

  @Test(arguments: [(true, false), (true, true), (false, false)])
  func `a step goes down the gradient of a formula of one's own`(_ isPair: Bool, _ isApart: Bool) throws {
    var recipe = try recipe(isPair ? Self.pairing : .labelSmoothing(0.1), attacks: isPair)
    if isApart { recipe.objective?.naturalImages = .apart }
    let data = DataSplits(train: noise(4, 1), heldOut: noise(4, 2), test: noise(4, 3))
    let trainer = try Trainer(recipe, data: data, threads: 1)
    let before = trainer.state.model
    let oracle = PlainNetwork(
      depth: 10, widenFactor: 1, classCount: 10, parameters: before.parameters.tensors,
      statistics: before.statistics.tensors)
    let order = Batches(
      count: 4, batchSize: 4, key: RandomKey(seed: 0).split(1).split(0), wholeOnly: true)[0]
    let labels = order.map { data.train.labels[$0] }
    let one = order.flatMap { data.train.tensor($0..<$0 + 1).elements }
    let pixels = isPair ? one + one : one
    let images = Volume(Tensor(pixels, shape: [pixels.count / 768, 3, 16, 16]))
    var metrics: EpochMetrics?
    try trainer.run(probe: 0, report: { metrics = $0.finished ?? metrics })
    expectClose(try #require(metrics).loss, loss(oracle, images, labels, isPair: isPair, isApart: isApart), rtol: 1e-4)
    for (t, entry) in before.parameters.layout.entries.enumerated() where entry.shape.rank > 1 || t % 5 == 0 {
      var stream = RandomKey(seed: 9).split(t).stream
      let direction = entry.range.map { _ in Double(stream.normal()) }
      let moved = entry.range.map {
        Double(before.parameters.values[$0]) - Double(trainer.state.model.parameters.values[$0])
      }
      let value = { (step: Double) in
        var other = oracle
        for i in direction.indices { other.parameters[entry.name]![i] += step * direction[i] }
        return loss(other, images, labels, isPair: isPair, isApart: isApart)
      }
      let length = zip(moved, direction).reduce(0) { $0 + abs($1.0 * $1.1) }
      // Float32 sums, and a subtraction of nearly equal parameters.
      expectClose(
        zip(moved, direction).reduce(0) { $0 + $1.0 * $1.1 }, (value(1e-6) - value(-1e-6)) / 2e-6, rtol: 2e-3,
        atol: 5e-4 * length + 1e-5, entry.name)
    }
  }

  @Test func `the attack of TRADES climbs the divergence from the natural prediction`() throws {
    let model = Model(try WideResNet(depth: 10, widenFactor: 1, imageShape: [3, 16, 16]), key: RandomKey(seed: 3))
    let classifier = ModelClassifier(model)
    let clean = noise(6, 5).tensor(0..<6)
    let goal = AttackGoal.trades
    let loss = try #require(goal.climbed(count: 6, classCount: 10))
    loss.natural = classifier.logits(clean)
    func divergence(_ images: Tensor) -> [Float] { loss.evaluate(logits: classifier.logits(images)).losses }
    #expect(divergence(clean).allSatisfy { $0.magnitude < 1e-6 })
    let pgd = PGD.pgd10
    var state = PGDState(clean.shape, classCount: 10)
    state.begin(clean)
    pgd.start(&state, for: goal, clean: clean, key: RandomKey(seed: 1), indices: Array(0..<6)[...])
    let start = divergence(state.images)
    #expect(zip(state.images.elements, clean.elements).allSatisfy { abs($0 - $1) < 0.006 })  // six deviations
    for _ in 0..<pgd.steps {
      pgd.step(&state, PGDTarget(clean: clean, loss: loss), of: classifier)
    }
    #expect(zip(divergence(state.images), start).allSatisfy { $0 > 2 * $1 })
  }

  @Test func `an objective has a key of its own, and today's objective the key it had`() throws {
    var plain = try TrainerTests.recipe(epochs: 1, attack: TrainingAttack(TrainerTests.short))
    func key(_ objective: Objective?) throws -> RunKey {
      plain.objective = objective
      return try RunIdentity(recipe: plain, data: "data", numericsVersion: 1).key
    }
    let objectives: [Objective?] = [
      nil, .trades(), .trades(beta: 3), .mart(), .labelSmoothing(0.1), Self.pairing,
      Objective("attacked otherwise", Objective.mart().terms, attack: .trades),
    ]
    #expect(try Set(objectives.map(key)).count == objectives.count)
    // Names and variables leave no trace.
    let same = Objective.formula("other") { u, v, label in
      let half = 0.5 * v
      return -logSoftmax(u)[label] + mean(square(u - half))
    }
    #expect(try key(same) == key(Self.pairing))
    let text = String(decoding: try JSONEncoder().encode(plain), as: UTF8.self)
    plain.objective = nil
    #expect(!String(decoding: try JSONEncoder().encode(plain), as: UTF8.self).contains("objective"))
    #expect(text.contains("objective"))
    for objective in objectives.compactMap({ $0 }) {
      plain.objective = objective
      #expect(try JSONDecoder().decode(Recipe.self, from: JSONEncoder().encode(plain)) == plain)
    }
  }

  @Test func `a recipe file keeps an objective with its name`() throws {
    try withTemporaryFolder { folder in
      var recipe = try TrainerTests.recipe(epochs: 1, attack: TrainingAttack(TrainerTests.short))
      recipe.objective = Self.pairing
      let encoder = JSONEncoder()
      encoder.userInfo[Divergence.encodesNames] = true
      try encoder.encode(recipe).write(to: URL(fileURLWithPath: folder + "/mine.json"))
      let read = try Recipe(contentsOf: folder + "/mine.json")
      #expect(read == recipe && read.objective?.name == "pairing")
    }
  }

  @Test func `what cannot be trained is refused by its field`() throws {
    func field(_ change: (inout Recipe) -> Void) throws -> String? {
      var recipe = try TrainerTests.recipe(epochs: 1, attack: TrainingAttack(TrainerTests.short))
      change(&recipe)
      do { try recipe.validate() } catch let error as RecipeError { return error.field }
      return nil
    }
    #expect(try field { $0.objective = .trades() } == nil)
    #expect(
      try field {
        $0.objective = .trades()
        $0.attack = nil
      } == "attack")
    #expect(
      try field {
        $0.objective = .trades()
        $0.views = 2
        $0.consistency = ConsistencyLoss(.jensenShannon)
      } == "consistency")
    #expect(try field { $0.objective = .trades() + .consistency(ConsistencyLoss(.hMin)) } == "views")
    #expect(try field { $0.objective = .formula("deep") { z, _ in largest(z, rank: 11) } } == "objective.terms[0]")
    #expect(
      try field { $0.objective = Objective("loud", [.crossEntropy], attack: AttackGoal(noise: 2)) }
        == "objective.attack.noise")
    #expect(try field { $0.objective = Objective("empty", []) } == "objective.terms")
  }

  @Test(arguments: ["{\"crossEntropy\": false}", "{\"focal\": true}", "{}", "{\"crossEntropy\": true, \"loss\": {}}"])
  func `a term that is none is refused in a recipe file, by its place`(_ term: String) throws {
    try withTemporaryFolder { folder in
      var recipe = try TrainerTests.recipe(epochs: 1, attack: TrainingAttack(TrainerTests.short))
      recipe.objective = .standard()
      let text = String(decoding: try JSONEncoder().encode(recipe), as: UTF8.self)
      let wrong = text.replacingOccurrences(of: "{\"crossEntropy\":true}", with: term)
      #expect(wrong != text)
      try wrong.write(toFile: folder + "/r.json", atomically: true, encoding: .utf8)
      let error = #expect(throws: RecipeError.self) { _ = try Recipe(contentsOf: folder + "/r.json") }
      #expect(error?.field.hasPrefix("objective.terms[0]") == true, "\(String(describing: error))")
    }
  }

  @Test func `noise beyond the ball starts within it`() throws {
    let clean = noise(2, 7).tensor(0..<2)
    let pgd = PGD(threatModel: ThreatModel(norm: .linf, epsilon: 0.001), stepSize: 0, steps: 0, randomStart: false)
    var state = PGDState(clean.shape, classCount: 10)
    state.begin(clean)
    pgd.start(&state, for: AttackGoal(noise: 0.5), clean: clean, key: RandomKey(seed: 1), indices: [0, 1])
    #expect(state.images.elements != clean.elements)
    for (x, x0) in zip(state.images.elements, clean.elements) { #expect(abs(x - x0) <= 0.001001 && x >= 0 && x <= 1) }
  }
}
