// Another engine below the same training and attacks: plain loops in Double.

import Attacks
import Datasets
import Networks
import Objectives
import Tensors
import Testing
import Training
import _TestSupport

/// Computes a linear classifier in Double.
private final class DoubleEngine: NetworkEngine, @unchecked Sendable {
  let layout: NetworkLayout
  let classes: Int, pixels: Int
  var weight: [Double] = [], bias: [Double] = []
  var loads = 0

  init(_ network: MultilayerPerceptron) {
    precondition(network.hidden.isEmpty)
    layout = network.layout
    (classes, pixels) = (network.classCount, network.imageShape.count)
  }

  func load(parameters: [Float], statistics: [Float], scales: [Float], threads: Int) {
    let scale = scales.first.map(Double.init) ?? 1
    weight = parameters[layout.parameters["linear.weight"]!.range].map { Double($0) * scale }
    bias = parameters[layout.parameters["linear.bias"]!.range].map(Double.init)
    loads += 1
  }

  func makePass(capacity: Int, for use: PassUse) -> any NetworkPass { DoublePass(self, capacity: capacity) }
}

private final class DoublePass: NetworkPass {
  let engine: DoubleEngine
  private let images: UnsafeMutablePointer<Float>
  var features: UnsafePointer<Float> { UnsafePointer(images) }

  init(_ engine: DoubleEngine, capacity: Int) {
    self.engine = engine
    images = .allocate(capacity: capacity * engine.pixels)
  }

  deinit { images.deallocate() }

  func forward(
    _ logits: UnsafeMutablePointer<Float>, images x: UnsafePointer<Float>, inputScale: UnsafePointer<Float>?,
    inputShift: UnsafePointer<Float>?, n: Int, statistics: NormStatistics
  ) {
    images.update(from: x, count: n * engine.pixels)
    for i in 0..<n {
      for k in 0..<engine.classes {
        logits[i * engine.classes + k] = Float(
          engine.bias[k]
            + (0..<engine.pixels).reduce(0) {
              $0 + engine.weight[k * engine.pixels + $1] * Double(x[i * engine.pixels + $1])
            })
      }
    }
  }

  func backward(
    dImages: UnsafeMutablePointer<Float>?, gradient: UnsafeMutablePointer<Float>?, dLogits: UnsafePointer<Float>,
    dFeatures: UnsafePointer<Float>?, inputScale: UnsafePointer<Float>?, n: Int
  ) {
    let (classes, pixels) = (engine.classes, engine.pixels)
    for i in 0..<n {
      for j in 0..<pixels {
        dImages?[i * pixels + j] = Float(
          (0..<classes).reduce(0) { $0 + engine.weight[$1 * pixels + j] * Double(dLogits[i * classes + $1]) })
      }
      for k in 0..<classes {
        for j in 0..<pixels { gradient?[k * pixels + j] += dLogits[i * classes + k] * images[i * pixels + j] }
        gradient?[classes * pixels + k] += dLogits[i * classes + k]
      }
    }
  }
}

struct EngineTests {
  @Test(arguments: [false, true]) func `training on another engine agrees with training on ours`(
    _ normalized: Bool
  ) throws {
    var network = try MultilayerPerceptron(hidden: [], imageShape: [3, 16, 16])
    network.spectralNormalization = normalized
    // Sign steps would turn differences in the last bits into differences of pixels; steps of the L2 norm do not.
    let pgd = PGD(threatModel: ThreatModel(norm: .l2, epsilon: 0.5), stepSize: 0.2, steps: 3, randomStart: true)
    var recipe = try TrainerTests.recipe(epochs: 2, attack: TrainingAttack(pgd))
    recipe.model = network
    let data = try DataSplits(recipe.data, directory: nil, threads: 1)
    let ours = try Trainer(recipe, data: data, threads: 2)
    try ours.run()
    let engine = DoubleEngine(network)
    let other = try Trainer(recipe, data: data, threads: 1, engine: engine)
    try other.run()
    #expect(engine.loads > 4)
    #expect(ours.state.epoch == 2 && other.state.epoch == 2)
    // Float32 sums of 768 terms against Double ones, over four steps.
    expectClose(ours.result.parameters.values, other.result.parameters.values.map(Double.init), atol: 2e-4)
    let images = data.test.tensor(0..<8)
    let attacked = pgd.perturb(
      images, labels: Array(data.test.labels[..<8]), of: ModelClassifier(other.result, engine: DoubleEngine(network)),
      key: RandomKey(seed: 1))
    let expected = pgd.perturb(
      images, labels: Array(data.test.labels[..<8]), of: ModelClassifier(other.result), key: RandomKey(seed: 1))
    expectClose(attacked.elements, expected.elements.map(Double.init), atol: 1e-4)
  }
}
