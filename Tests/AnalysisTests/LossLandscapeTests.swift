import Analysis
import Attacks
import Datasets
import Foundation
import Networks
import Objectives
import Tensors
import Testing
import _TestSupport

/// `landscape` of the outside numbers: a WRN-10-1 on the first 64 images, 21 values of γ.
@Suite(.requiresReference, .requiresData) struct ReferenceLandscapeTests {
  @Test func agreesWithTheReference() throws {
    let folder = try OutsideFiles.referenceDirectory()
    let reference = try SafetensorsFile(contentsOf: folder + "/landscape.safetensors")
    let model = try Model(WideResNet(depth: 10, widenFactor: 1), contentsOf: folder + "/wrn-10-1-cifar10.safetensors")
    let batch = LandscapeBatch(try CIFAR10.load(directory: OutsideFiles.dataDirectory(), split: .test).prefix(64))
    let gammas = try reference.float64s("gamma")
    let clean = LossLandscape(gammas: gammas, attack: nil)
      .losses(of: model, on: batch, key: RandomKey(seed: 0), threads: 2)
    expectClose(clean, try reference.float64s("clean_ce"), rtol: 1e-4, atol: 1e-5, "clean")
    var pgd = PGD.pgd10
    pgd.randomStart = false
    let attacked = LossLandscape(gammas: gammas, attack: pgd)
      .losses(of: model, on: batch, key: RandomKey(seed: 0), threads: 2)
    // Sign gradients amplify rounding: single pixels leave the reference path.
    expectClose(attacked, try reference.float64s("pgd10_ce"), rtol: 3e-3, "PGD-10")
  }
}

struct LossLandscapeTests {
  private static let images = SyntheticShapes(seed: 0, size: 16).images(.train, count: 6, threads: 1)

  /// A network with scales and shifts that are not 1 and 0.
  private func model(isNormalized: Bool) throws -> Model {
    let architecture = try WideResNet(
      depth: 10, widenFactor: 1, imageShape: [3, 16, 16], spectralNormalization: isNormalized)
    var model = Model(architecture, key: RandomKey(seed: 3))
    var stream = RandomKey(seed: 4).stream
    for entry in model.parameters.layout.entries where entry.shape.rank == 1 {
      for j in entry.range { model.parameters.values[j] += stream.uniform(-0.3, 0.3) }
    }
    return model
  }

  private func views(_ augmentation: Augmentation = .cropAndFlip(size: 16)) -> LandscapeBatch {
    LandscapeBatch(viewsOf: Self.images, augmentation: augmentation, key: RandomKey(seed: 5))
  }

  @Test func `any attack makes the images, and any objective of formulas is drawn`() throws {
    let (model, batch) = (try model(isNormalized: false), LandscapeBatch(Self.images))
    let classifier = ModelClassifier(model)
    func loss(_ landscape: LossLandscape) -> Double {
      landscape.losses(of: model, on: batch, key: RandomKey(seed: 1))[0]
    }
    let fgsm = FGSM(threatModel: .linf8)
    let images = fgsm.perturb(batch.images, labels: batch.labels, of: classifier, key: RandomKey(seed: 1))
    let (natural, attacked) = (classifier.logits(batch.images), classifier.logits(images))
    #expect(
      loss(LossLandscape(gammas: [0], attack: fgsm))
        == Objective.standard().meanLoss(logits: attacked, labels: batch.labels, views: 1))
    let difference = Objective.formula("pull") { a, n, _ in mean(square(a - n)) }
    let expected = zip(natural.elements, attacked.elements).reduce(0) { sum, pair in
      sum + pow(Double(pair.0) - Double(pair.1), 2)
    }
    expectClose(
      [loss(LossLandscape(gammas: [0], attack: fgsm, objective: difference))], [expected / Double(natural.count)],
      rtol: 1e-5, "the mean square of what the attack changes")
    // The inner maximisation is the objective's: TRADES climbs the divergence from the natural prediction.
    let pgd = PGD(threatModel: .linf8, stepSize: 2 / 255, steps: 5, randomStart: false)
    let kl = Objective("kl", [.pair(.trades(beta: 1))], attack: .trades)
    let other = Objective("kl", kl.terms)
    #expect(
      loss(LossLandscape(gammas: [0], attack: pgd, objective: kl))
        != loss(LossLandscape(gammas: [0], attack: pgd, objective: other)))
  }

  @Test func `keys are those of before where nothing new is in them`() throws {
    func json(_ landscape: LossLandscape) throws -> String {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      return String(decoding: try encoder.encode(landscape), as: UTF8.self)
    }
    #expect(
      try json(LossLandscape(gammas: [0], consistency: nil))
        == #"{"attack":{"randomStart":true,"stepSize":0.007843138,"steps":10,"threatModel":{"epsilon":0.03137255,"norm":"linf"}},"direction":{"scaling":{}},"gammas":[0]}"#
    )
    let landscapes = [
      LossLandscape(gammas: [0]), LossLandscape(gammas: [0], attack: nil),
      LossLandscape(gammas: [0], attack: FGSM(threatModel: .linf8)),
      LossLandscape(gammas: [0], consistency: ConsistencyLoss(.hMin)),
      LossLandscape(gammas: [0], objective: .trades()),
    ]
    #expect(try Set(landscapes.map(json)).count == landscapes.count && Set(landscapes).count == landscapes.count)
    for landscape in landscapes {
      #expect(try JSONDecoder().decode(LossLandscape.self, from: JSONEncoder().encode(landscape)) == landscape)
    }
  }

  @Test func scalingRawWeightsLeavesNormalizedLayersAsTheyAre() throws {
    let model = try model(isNormalized: true)
    let images = Self.images.tensor
    func logits(_ model: Model) -> [Float] { ModelClassifier(model).logits(images).elements }
    // The weights alone: what is left of the published perturbation is scales, shifts and the bias.
    func scaled(_ model: Model) -> Model {
      var moved = model
      for entry in model.parameters.layout.entries where entry.shape.rank >= 2 {
        for j in entry.range { moved.parameters.values[j] *= 1.2 }
      }
      return moved
    }
    expectClose(logits(scaled(model)), logits(model), rtol: 1e-4, atol: 1e-5)  // one rounding of each weight and of σ
    let effective = model.withEffectiveWeights
    let change = zip(logits(scaled(effective)), logits(effective)).map { abs($0 - $1) }.max()!
    #expect(change > 0.01)

    let raw = LossLandscape().network(model, at: 0.2)
    let free = LossLandscape(direction: .effectiveScaling).network(model, at: 0.2)
    #expect(!free.architecture.spectralNormalization)
    for entry in model.parameters.layout.entries {
      let before = Array(model.effectiveParameters.values[entry.range])
      let isWeight = entry.shape.rank >= 2
      expectClose(
        Array(raw.effectiveParameters.values[entry.range]), before.map { isWeight ? $0 : $0 * 1.2 }, rtol: 1e-5,
        entry.name)
      expectClose(Array(free.parameters.values[entry.range]), before.map { $0 * 1.2 }, rtol: 1e-6, entry.name)
    }
  }

  @Test(arguments: [LossLandscape.Direction.scaling, .effectiveScaling, .filterNormalized(seed: 1)], [true, false])
  func atZeroItIsThePlainObjective(_ direction: LossLandscape.Direction, _ isNormalized: Bool) throws {
    let model = try model(isNormalized: isNormalized)
    let batch = views()
    let consistency = ConsistencyLoss(.jensenShannon, weight: 2)
    let landscape = LossLandscape(gammas: [0], direction: direction, attack: nil, consistency: consistency)
    let found = landscape.losses(of: model, on: batch, key: RandomKey(seed: 0))

    let logits = ModelClassifier(model).logits(batch.images)
    let n = Self.images.count
    func probabilities(_ row: Int, temperature: Double) -> [Double] {
      let z = (0..<10).map { Double(logits[row, $0]) / temperature }
      let top = z.max()!
      let sum = z.reduce(0) { $0 + Maths.exp($1 - top) }
      return z.map { Maths.exp($0 - top) / sum }
    }
    func entropy(_ p: [Double]) -> Double { -p.reduce(0) { $0 + $1 * Maths.log($1) } }
    var expected = 0.0
    for row in 0..<2 * n {
      expected -= Maths.log(probabilities(row, temperature: 1)[Self.images.labels[row % n]]) / Double(2 * n)
    }
    for i in 0..<n {
      let (p, q) = (probabilities(i, temperature: 0.5), probabilities(n + i, temperature: 0.5))
      let m = zip(p, q).map { ($0 + $1) / 2 }
      expected += 2 * (entropy(m) - (entropy(p) + entropy(q)) / 2) / Double(n)
    }
    expectClose(found, [expected], rtol: 1e-5)  // Float32 logits; effective weights are rounded once more
  }

  @Test func theConsistencyTermIsNothingForEqualViewsAndMoreForOthers() throws {
    let model = try model(isNormalized: false)
    func loss(_ batch: LandscapeBatch, _ consistency: ConsistencyLoss?) -> Double {
      LossLandscape(gammas: [0.1], attack: nil, consistency: consistency)
        .losses(of: model, on: batch, key: RandomKey(seed: 0))[0]
    }
    let jensenShannon = ConsistencyLoss(.jensenShannon)
    expectClose(loss(views(.none), jensenShannon), loss(views(.none), nil), rtol: 1e-12)
    #expect(loss(views(), jensenShannon) > loss(views(), nil))
  }

  @Test func eachPerturbedNetworkIsAttackedAnew() throws {
    let model = try model(isNormalized: true)
    let batch = views()
    let key = RandomKey(seed: 7)
    let landscape = LossLandscape(gammas: [-0.1, 0.2], direction: .filterNormalized(seed: 2))
    let found = landscape.losses(of: model, on: batch, key: key, threads: 2)
    for (gamma, loss) in zip(landscape.gammas, found) {
      let classifier = ModelClassifier(landscape.network(model, at: gamma))
      let images = PGD.pgd10.perturb(batch.images, labels: batch.labels, of: classifier, key: key)
      let losses = CrossEntropy(labels: batch.labels).evaluate(logits: classifier.logits(images)).losses
      #expect(loss == losses.reduce(0) { $0 + Double($1) } / Double(losses.count))
      let clean = CrossEntropy(labels: batch.labels).evaluate(logits: classifier.logits(batch.images)).losses
      #expect(loss > clean.reduce(0) { $0 + Double($1) } / Double(clean.count))
    }
  }

  @Test func directionsAreAsLongAsTheFiltersTheyMove() throws {
    let parameters = try model(isNormalized: false).parameters
    let direction = FilterDirection.random(for: parameters, key: RandomKey(seed: 1))
    func norm(_ values: ArraySlice<Float>) -> Double { values.reduce(0) { $0 + Double($1 * $1) }.squareRoot() }
    var inner = 0.0
    for entry in parameters.layout.entries {
      if entry.shape.rank == 1 {
        #expect(direction.values[entry.range].allSatisfy { $0 == 0 }, "\(entry.name)")
        continue
      }
      let size = entry.shape.count / entry.shape[0]
      for filter in 0..<entry.shape[0] {
        let range = entry.offset + filter * size..<entry.offset + (filter + 1) * size
        expectClose(norm(direction.values[range]), norm(parameters.values[range]), rtol: 1e-5, entry.name)
      }
      for j in entry.range { inner += Double(direction.values[j]) * Double(parameters.values[j]) }
    }
    // Nearly at right angles to the weights: it is no scaling.
    let square = parameters.values.reduce(0) { $0 + Double($1) * Double($1) }
    #expect(abs(inner) < 0.1 * square)
    let other = FilterDirection.random(for: parameters, key: RandomKey(seed: 2))
    #expect(direction == FilterDirection.random(for: parameters, key: RandomKey(seed: 1)))
    #expect(direction != other)
  }

  @Test func aSpreadIsTakenPlaceByPlace() {
    let spread = CurveSpread([[1, 5], [3, 4], [2, 9]])
    #expect(spread.mean == [2, 6] && spread.least == [1, 4] && spread.greatest == [3, 9])
  }
}
