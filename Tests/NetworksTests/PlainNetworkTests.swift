// Both passes against a network of plain loops in Double, at sizes that divide by nothing.

import Networks
import Objectives
import Tensors
import Testing
import _TestSupport

struct PlainNetworkTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let depth: Int, widen: Int, classes: Int, height: Int, width: Int, images: Int
    var spectral = false
    var activation = ActivationFunction.relu
    var testDescription: String {
      "wrn-\(depth)-\(widen), \(classes) classes, \(images) of \(height)×\(width)" + (spectral ? ", normalised" : "")
        + (activation == .silu ? ", SiLU" : "")
    }
  }

  static let cases = [
    Case(depth: 10, widen: 1, classes: 3, height: 7, width: 5, images: 3),
    Case(depth: 10, widen: 2, classes: 7, height: 4, width: 9, images: 2),
    Case(depth: 16, widen: 1, classes: 2, height: 6, width: 6, images: 2),
    Case(depth: 10, widen: 2, classes: 5, height: 5, width: 6, images: 3, spectral: true),
    Case(depth: 10, widen: 1, classes: 3, height: 7, width: 5, images: 3, activation: .silu),
    Case(depth: 10, widen: 2, classes: 4, height: 6, width: 9, images: 2, spectral: true, activation: .silu),
  ]

  let key = RandomKey(seed: 7)

  private func make(_ c: Case, _ algorithm: ConvolutionAlgorithm) throws -> (Model, Tensor, [Int], PlainNetwork) {
    let architecture = try WideResNet(
      depth: c.depth, widenFactor: c.widen, classCount: c.classes, imageShape: [3, c.height, c.width],
      convolutions: algorithm, spectralNormalization: c.spectral, activation: c.activation)
    var model = Model(architecture, key: key)
    var stream = key.split(100).stream
    for entry in model.parameters.layout.entries where entry.shape.rank == 1 {
      for i in entry.range { model.parameters.values[i] += stream.uniform(-0.3, 0.3) }
    }
    for entry in model.statistics.layout.entries {
      let isMean = entry.name.hasSuffix("mean")
      for i in entry.range { model.statistics.values[i] = isMean ? stream.uniform(-0.5, 0.5) : stream.uniform(0.5, 2) }
    }
    let images = Tensor(
      (0..<c.images * 3 * c.height * c.width).map { _ in stream.uniform() }, shape: [c.images, 3, c.height, c.width])
    let labels = (0..<c.images).map { $0 % c.classes }
    var oracle = PlainNetwork(
      depth: c.depth, widenFactor: c.widen, classCount: c.classes, parameters: model.parameters.tensors,
      statistics: model.statistics.tensors)
    oracle.isSmooth = c.activation == .silu
    for (name, tensor) in model.power.tensors { oracle.power[name] = tensor.elements.map(Double.init) }
    return (model, images, labels, oracle)
  }

  @Test(arguments: cases, ConvolutionAlgorithm.allCases)
  func evaluationPassAgrees(_ c: Case, _ algorithm: ConvolutionAlgorithm) throws {
    let (model, images, labels, oracle) = try make(c, algorithm)
    let classifier = ModelClassifier(model, microBatch: 2)
    let result = classifier.gradient(of: CrossEntropy(labels: labels), at: images)
    let volume = Volume(images)
    expectClose(result.logits.elements, oracle.logits(volume, training: false).flatMap { $0 }, atol: 1e-4)
    try checkImageGradient(result.gradient.elements, volume, labels, oracle, training: false, scale: Double(c.images))
  }

  @Test(arguments: cases, NormStatistics.allCases)
  func trainingPassAgrees(_ c: Case, _ statistics: NormStatistics) throws {
    for algorithm in [ConvolutionAlgorithm.plain, .best] { try checkTraining(c, statistics, algorithm) }
  }

  private func checkTraining(_ c: Case, _ statistics: NormStatistics, _ algorithm: ConvolutionAlgorithm) throws {
    let (model, images, labels, oracle) = try make(c, algorithm)
    let loaded = LoadedNetwork(model.architecture)
    loaded.load(model, threads: 2)
    let pass = loaded.engine.makePass(capacity: c.images + 1, for: .training)
    var logits = Tensor(shape: [c.images, c.classes])
    logits.elements.withUnsafeMutableBufferPointer { z in
      images.elements.withUnsafeBufferPointer {
        pass.forward(z.baseAddress!, images: $0.baseAddress!, n: c.images, statistics: statistics)
      }
    }
    let training = statistics == .batch
    let volume = Volume(images)
    expectClose(logits.elements, oracle.logits(volume, training: training).flatMap { $0 }, atol: 2e-4)

    let dLogits = CrossEntropy(labels: labels).evaluate(logits: logits).gradient
    var gradient = NamedVector(model.parameters.layout)
    var dImages = Tensor(shape: images.shape)
    gradient.values.withUnsafeMutableBufferPointer { g in
      dImages.elements.withUnsafeMutableBufferPointer { dx in
        dLogits.elements.withUnsafeBufferPointer {
          pass.backward(
            dImages: dx.baseAddress!, gradient: g.baseAddress!, dLogits: $0.baseAddress!, n: c.images)
        }
      }
    }
    loaded.backwardNorms(
      &gradient.values, parameters: model.parameters.values, power: model.power.values, threads: 2)
    try checkImageGradient(
      dImages.elements, volume, labels, oracle, training: training, scale: Double(c.images))
    // One random direction in each tensor: ⟨gradient, direction⟩ against a central difference.
    for (t, entry) in gradient.layout.entries.enumerated() {
      var stream = key.split(200 + t).stream
      let direction = entry.range.map { _ in Double(stream.normal()) }
      let mine = zip(entry.range, direction).reduce(0) { $0 + Double(gradient.values[$1.0]) * $1.1 }
      let h = 1e-6
      let value = { (step: Double) in
        var moved = oracle
        for i in direction.indices { moved.parameters[entry.name]![i] += step * direction[i] }
        return moved.crossEntropy(volume, labels: labels, training: training) * Double(c.images)
      }
      let length = zip(entry.range, direction).reduce(0) { $0 + abs(Double(gradient.values[$1.0]) * $1.1) }
      expectClose(mine, (value(h) - value(-h)) / (2 * h), rtol: 1e-3, atol: 2e-4 * length + 1e-5, entry.name)
    }
  }

  private func checkImageGradient(
    _ gradient: [Float], _ images: Volume, _ labels: [Int], _ oracle: PlainNetwork, training: Bool, scale: Double
  ) throws {
    for d in 0..<4 {
      var stream = key.split(300 + d).stream
      let direction = images.v.indices.map { _ in Double(stream.normal()) }
      let mine = zip(gradient, direction).reduce(0) { $0 + Double($1.0) * $1.1 }
      let h = 1e-6
      let value = { (step: Double) in
        var moved = images
        for i in direction.indices { moved.v[i] += step * direction[i] }
        return oracle.crossEntropy(moved, labels: labels, training: training) * scale
      }
      let length = zip(gradient, direction).reduce(0) { $0 + abs(Double($1.0) * $1.1) }
      expectClose(mine, (value(h) - value(-h)) / (2 * h), rtol: 1e-3, atol: 2e-4 * length, "image direction \(d)")
    }
  }

  @Test(arguments: ActivationFunction.allCases)
  func aShardTooLargeForTheCacheGivesEachImageTheBitsOfItAlone(_ activation: ActivationFunction) throws {
    // 4 images of 16 channels on 32×32 are a part, so 9 are three.
    let large = Case(depth: 10, widen: 1, classes: 3, height: 32, width: 32, images: 9, activation: activation)
    let (model, images, _, _) = try make(large, .best)
    let loaded = LoadedNetwork(model.architecture)
    loaded.load(model, threads: 1)
    let dLogits = Tensor((0..<27).map { Float($0 % 5) - 2 }, shape: [9, 3])
    let pass = loaded.engine.makePass(capacity: 9, for: .training)
    func run(_ rows: Range<Int>) -> (logits: Tensor, dImages: Tensor, gradient: [Float]) {
      let (x, dz) = (images[rows: rows], dLogits[rows: rows])
      var (z, dx, g) = (dz, x, [Float](repeating: 0, count: model.parameterCount))
      pass.forward(&z.elements, images: x.elements, n: rows.count, statistics: .running)
      pass.backward(dImages: &dx.elements, gradient: &g, dLogits: dz.elements, n: rows.count)
      return (z, dx, g)
    }
    let together = run(0..<9)
    var sum = [Double](repeating: 0, count: model.parameterCount)
    for i in 0..<9 {
      let alone = run(i..<i + 1)
      #expect(together.logits[rows: i..<i + 1] == alone.logits)
      #expect(together.dImages[rows: i..<i + 1] == alone.dImages)
      for (j, g) in alone.gradient.enumerated() { sum[j] += Double(g) }
    }
    let largest = sum.reduce(0) { max($0, abs($1)) }
    // The weight gradients' bound is 5e-6 of the largest result, for 9216 terms in another order.
    expectClose(together.gradient, sum, atol: 2e-5 * largest)
  }

  @Test(arguments: [0, 4]) func resultsDoNotDependOnThreadsOrBatch(_ index: Int) throws {
    let (model, images, labels, _) = try make(Self.cases[index], .best)
    let loss = CrossEntropy(labels: labels)
    let one = ModelClassifier(model, threads: 1, microBatch: 3).gradient(of: loss, at: images)
    let two = ModelClassifier(model, threads: 2, microBatch: 1).gradient(of: loss, at: images)
    #expect(one.logits == two.logits)
    #expect(one.losses == two.losses)
    #expect(one.gradient == two.gradient)
    let alone = ModelClassifier(model).logits(images[rows: 1..<2])
    #expect(alone == one.logits[rows: 1..<2])
  }
}
