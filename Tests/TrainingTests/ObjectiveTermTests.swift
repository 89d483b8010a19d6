// Terms in code: of features, of gradients by the images, of the parameters; and one that only the test knows.

import Attacks
import Datasets
import Foundation
import Networks
import Objectives
import Tensors
import Testing
import Training
import _TestSupport

/// Half the squared length of the parameters, and how often it was asked.
private struct WeightLength: ObjectiveTerm {
  static let kind = "weightLength"
  var weight: Double
  var summary: String { "length of the weights, weight \(weight)" }
  var usesParameters: Bool { true }

  func differentiate(parameters: NamedVector, into gradient: UnsafeMutablePointer<Float>) -> Double {
    for i in parameters.values.indices { gradient[i] += Float(weight) * parameters.values[i] }
    return weight / 2 * parameters.values.reduce(0) { $0 + Double($1) * Double($1) }
  }
}

struct ObjectiveTermTests {
  private func recipe(_ objective: Objective?, model: String = "wrn-10-1", batch: Int = 4) throws -> Recipe {
    var recipe = Recipe(
      name: "step", model: try Architecture(named: model, imageShape: [3, 16, 16]).network,
      data: DataRecipe(source: .synthetic, imageSize: 16, trainCount: 2 * batch + 4, heldOut: 4, testCount: 4),
      augmentation: .none, epochs: 1, batchSize: batch, shards: 2,
      optimizer: SGD(learningRate: 0.1, momentum: 0, weightDecay: 0), schedule: .constant,
      attack: TrainingAttack(TrainerTests.short))
    recipe.objective = objective
    return recipe
  }

  private func trained(_ recipe: Recipe, threads: Int = 1) throws -> (model: Model, loss: Double) {
    let data = try DataSplits(recipe.data, directory: nil, threads: 1)
    let trainer = try Trainer(recipe, data: data, threads: threads)
    var loss = 0.0
    try trainer.run(probe: 0, report: { loss = $0.finished?.loss ?? loss })
    return (trainer.result, loss)
  }

  static let objectives: [Objective] = [
    .standard() + .term(FeatureCovariance(weight: 0.5)),
    .standard() + .term(GradientPenalty(weight: 0.1, target: 0.5)),
    .standard() + .term(GradientPenalty(weight: 0.1, target: 0.01, isOneSided: true, inTrainingMode: true)),
    .standard() + .term(WeightClipping(bound: 0.05)),
    .trades() + .term(FeatureCovariance()) + .term(WeightLength(weight: 0.1)),
  ]

  @Test(arguments: objectives) func `a term changes what is learned, whatever the threads`(
    _ objective: Objective
  ) throws {
    for model in ["wrn-10-1", "mlp-8"] {
      let plain = try trained(recipe(objective.terms.count > 2 ? .trades() : nil, model: model))
      let one = try trained(recipe(objective, model: model))
      let two = try trained(recipe(objective, model: model), threads: 2)
      #expect(one.model.parameters == two.model.parameters && one.loss == two.loss)
      #expect(one.model.parameters != plain.model.parameters)
      #expect(one.model.parameters.values.allSatisfy { $0.isFinite })
    }
  }

  @Test(arguments: objectives) func `a recipe with a term is read back, and is another run`(
    _ objective: Objective
  ) throws {
    CustomTerm.register(WeightLength.self)
    CustomTerm.register(GradientPenalty.self)
    let recipe = try recipe(objective)
    let back = try JSONDecoder().decode(Recipe.self, from: JSONEncoder().encode(recipe))
    #expect(back == recipe)
    let plain = try self.recipe(.standard())
    #expect(recipe != plain)
    try recipe.validate()
  }

  @Test func `weights stay within the bound, scales and biases are free`() throws {
    let model = try trained(recipe(.standard() + .term(WeightClipping(bound: 0.05)))).model
    for (name, tensor) in model.parameters.tensors {
      let largest = tensor.elements.reduce(0) { max($0, abs($1)) }
      #expect(tensor.shape.rank > 1 ? largest <= 0.05 : largest >= 0, "\(name)")
    }
    #expect(model.parameters["bn1.weight"].elements.contains { $0 > 0.5 })
  }

  @Test func `the length of the parameters is weight decay`() throws {
    var decayed = try recipe(.standard())
    decayed.optimizer.weightDecay = 0.01
    let expected = try trained(decayed).model.parameters.values
    let found = try trained(recipe(.standard() + .term(WeightLength(weight: 0.01)))).model.parameters.values
    expectClose(found, expected.map(Double.init), atol: 1e-6)  // the sum is rounded in another order
  }

  @Test func `numbers out of range are refused by field`() throws {
    func field(_ objective: Objective) throws -> String? {
      do { try recipe(objective).validate() } catch { return (error as? RecipeError)?.field }
      return nil
    }
    let wrong: [(Objective, String)] = [
      (.term(FeatureCovariance(weight: -1)), "featureCovariance.weight"),
      (.term(GradientPenalty(target: -.infinity)), "gradientPenalty.target"),
      (.term(WeightClipping(bound: 0)), "weightClipping.bound"),
    ]
    for (term, name) in wrong {
      let found = try field(.standard() + term)
      #expect(found == "objective.terms[1].\(name)")
    }
  }

  @Test func `an unknown kind of term is refused with those that are known`() throws {
    let text = #"{"terms": [{"crossEntropy": true}, {"entropyBonus": {"weight": 1}}]}"#
    #expect {
      try JSONDecoder().decode(Objective.self, from: Data(text.utf8))
    } throws: {
      "\($0)".contains("featureCovariance, weightClipping")
    }
  }
}

/// Outside numbers, by PyTorch's double backward in float64.
@Suite(.requiresReference) struct PenaltyReferenceTests {
  @Test func `the covariance of features and its gradient`() throws {
    let file = try SafetensorsFile(contentsOf: OutsideFiles.referenceDirectory() + "/penalties.safetensors")
    let features = try file.float64s("vicreg.features").map { Float($0) }
    let (n, d) = (16, 12)
    var (logits, dFeatures) = ([Float](repeating: 0, count: n), [Float](repeating: 0, count: n * d))
    let value = features.withUnsafeBufferPointer { features in
      logits.withUnsafeMutableBufferPointer { logits in
        dFeatures.withUnsafeMutableBufferPointer { dFeatures in
          FeatureCovariance(weight: 2).differentiate(
            ObjectiveRows(
              attacked: n, labels: [Int](repeating: 0, count: n), logits: logits.baseAddress!, classCount: 1,
              features: features.baseAddress!, featureCount: d, share: 0.5, dLogits: logits.baseAddress!,
              dFeatures: dFeatures.baseAddress!))
        }
      }
    }
    expectClose(value, try 2 * file.float64s("vicreg.covariance")[0], rtol: 1e-6)
    expectClose(dFeatures, try file.float64s("vicreg.d"), rtol: 1e-5, atol: 1e-7)
  }

  @Test(arguments: [false, true]) func `gradient penalties have PyTorch's value`(_ isOneSided: Bool) throws {
    let folder = try OutsideFiles.referenceDirectory()
    let file = try SafetensorsFile(contentsOf: folder + "/penalties.safetensors")
    let inputs = try SafetensorsFile(contentsOf: folder + "/wrn_step.safetensors")
    let model = try Model(WideResNet(depth: 10, widenFactor: 1), contentsOf: folder + "/wrn-10-1-cifar10.safetensors")
    let images = try inputs.tensor("images")[rows: 0..<8]
    let labels = try inputs.int64s("labels")[..<8].map(Int.init)
    let penalty = GradientPenalty(weight: 1, target: isOneSided ? 0.25 : 1, isOneSided: isOneSided)
    let value = penalty.differentiate(with: ModelPasses(model, images: images, labels: labels))
    expectClose(value, try file.float64s((isOneSided ? "one_sided" : "two_sided") + ".value")[0], rtol: 1e-4)
  }
}

struct GradientPenaltyTests {
  @Test func `the gradient by the parameters of a smooth network is a central difference of the penalty`() throws {
    let network = try MultilayerPerceptron(hidden: [6], classCount: 3, imageShape: [1, 2, 3], activation: .silu)
    let model = Model(network, initialization: .xavier, key: RandomKey(seed: 3))
    let images = Tensor((0..<12).map { Float($0 % 5) / 5 }, shape: [2, 1, 2, 3])
    let labels = [1, 2]
    let penalty = GradientPenalty(weight: 1, target: 0.2)
    let passes = ModelPasses(model, images: images, labels: labels)
    _ = penalty.differentiate(with: passes)
    for entry in model.parameters.layout.entries {
      for i in entry.range {
        func value(_ step: Float) -> Double {
          var moved = model
          moved.parameters.values[i] += step
          return penalty.differentiate(with: ModelPasses(moved, images: images, labels: labels))
        }
        // Float32 passes: the penalty's own rounding, divided by the step.
        expectClose(Double(passes.gradient.values[i]), (value(1e-2) - value(-1e-2)) / 2e-2, rtol: 0.02, atol: 2e-3)
      }
    }
  }
}

/// A network's passes for a term, by itself.
private final class ModelPasses: ObjectivePasses {
  let images: Tensor
  let labels: [Int]
  let share: Float = 1
  var clean: Tensor { images }
  private(set) var gradient: NamedVector
  private let pass: any NetworkPass
  private let classCount: Int

  init(_ model: Model, images: Tensor, labels: [Int]) {
    (self.images, self.labels, classCount) = (images, labels, model.architecture.classCount)
    gradient = NamedVector(model.parameters.layout)
    let loaded = LoadedNetwork(model.architecture)
    loaded.load(model, threads: 1)
    pass = loaded.engine.makePass(capacity: labels.count, for: .training)
  }

  func forward(_ images: Tensor, inTrainingMode: Bool) -> Tensor {
    var logits = Tensor(shape: [labels.count, classCount])
    pass.forward(
      &logits.elements, images: images.elements, n: labels.count, statistics: inTrainingMode ? .batch : .running)
    return logits
  }

  func imageGradient(_ dLogits: Tensor) -> Tensor {
    var dImages = Tensor(shape: images.shape)
    pass.backward(dImages: &dImages.elements, gradient: nil, dLogits: dLogits.elements, n: labels.count)
    return dImages
  }

  func addParameterGradient(_ dLogits: Tensor) {
    pass.backward(dImages: nil, gradient: &gradient.values, dLogits: dLogits.elements, n: labels.count)
  }
}
