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

  /// A random direction of images or of a tensor of parameters, and the loss's slope along it by a central difference.
  private struct Slope {
    let direction: [Double]
    let value: Double

    init(_ stream: RandomStream, count: Int, loss: (_ move: (inout [Double]) -> Void) -> Double) {
      var stream = stream
      let direction = (0..<count).map { _ in Double(stream.normal()) }
      let h = 1e-6
      func moved(_ step: Double) -> Double { loss { v in for i in v.indices { v[i] += step * direction[i] } } }
      self.direction = direction
      value = (moved(h) - moved(-h)) / (2 * h)
    }

    /// The slope that a gradient gives, and the largest that it could.
    func slope(of gradient: some Sequence<Float>) -> (value: Double, length: Double) {
      zip(gradient, direction).reduce(into: (0, 0)) {
        $0.0 += Double($1.0) * $1.1
        $0.1 += abs(Double($1.0) * $1.1)
      }
    }
  }

  /// Slopes along four directions of the images.
  private func imageSlopes(_ images: Volume, _ labels: [Int], _ oracle: PlainNetwork, training: Bool) -> [Slope] {
    (0..<4).map { d in
      Slope(key.split(300 + d).stream, count: images.v.count) { move in
        var moved = images
        move(&moved.v)
        return oracle.crossEntropy(moved, labels: labels, training: training) * Double(images.n)
      }
    }
  }

  private func expect(_ gradient: [Float], _ slopes: [Slope]) {
    for (d, slope) in slopes.enumerated() {
      let mine = slope.slope(of: gradient)
      expectClose(mine.value, slope.value, rtol: 1e-3, atol: 2e-4 * mine.length, "image direction \(d)")
    }
  }

  @Test(arguments: cases) func evaluationPassAgrees(_ c: Case) throws {
    // The oracle knows no algorithms: it is asked once.
    let (_, images, labels, oracle) = try make(c, .plain)
    let volume = Volume(images)
    let logits = oracle.logits(volume, training: false).flatMap { $0 }
    let slopes = imageSlopes(volume, labels, oracle, training: false)
    for algorithm in ConvolutionAlgorithm.allCases {
      let classifier = ModelClassifier(try make(c, algorithm).0, microBatch: 2)
      let result = classifier.gradient(of: CrossEntropy(labels: labels), at: images)
      expectClose(result.logits.elements, logits, atol: 1e-4)
      expect(result.gradient.elements, slopes)
    }
  }

  @Test(arguments: cases, NormStatistics.allCases)
  func trainingPassAgrees(_ c: Case, _ statistics: NormStatistics) throws {
    let (model, images, labels, oracle) = try make(c, .plain)
    let volume = Volume(images)
    let training = statistics == .batch
    let logits = oracle.logits(volume, training: training).flatMap { $0 }
    let imageSlopes = imageSlopes(volume, labels, oracle, training: training)
    // One random direction in each tensor.
    let entries = model.parameters.layout.entries
    let slopes = entries.enumerated().map { t, entry in
      Slope(key.split(200 + t).stream, count: entry.range.count) { move in
        var moved = oracle
        move(&moved.parameters[entry.name]!)
        return moved.crossEntropy(volume, labels: labels, training: training) * Double(c.images)
      }
    }
    for algorithm in [ConvolutionAlgorithm.plain, .best] {
      let found = try train(c, statistics, algorithm)
      expectClose(found.logits, logits, atol: 2e-4)
      expect(found.dImages, imageSlopes)
      for (entry, slope) in zip(entries, slopes) {
        let mine = slope.slope(of: found.gradient[entry.range])
        expectClose(mine.value, slope.value, rtol: 1e-3, atol: 2e-4 * mine.length + 1e-5, entry.name)
      }
    }
  }

  /// What one forward and backward pass of training give.
  private func train(
    _ c: Case, _ statistics: NormStatistics, _ algorithm: ConvolutionAlgorithm
  ) throws -> (logits: [Float], dImages: [Float], gradient: [Float]) {
    let (model, images, labels, _) = try make(c, algorithm)
    let loaded = LoadedNetwork(model.architecture)
    loaded.load(model, threads: 2)
    let pass = loaded.engine.makePass(capacity: c.images + 1, for: .training)
    var logits = Tensor(shape: [c.images, c.classes])
    pass.forward(&logits.elements, images: images.elements, n: c.images, statistics: statistics)
    let dLogits = CrossEntropy(labels: labels).evaluate(logits: logits).gradient
    var gradient = NamedVector(model.parameters.layout)
    var dImages = Tensor(shape: images.shape)
    pass.backward(dImages: &dImages.elements, gradient: &gradient.values, dLogits: dLogits.elements, n: c.images)
    loaded.backwardNorms(
      &gradient.values, parameters: model.parameters.values, power: model.power.values, threads: 2)
    return (logits.elements, dImages.elements, gradient.values)
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
