// Bounds of whole networks and what they certify.

import Analysis
import Attacks
import Datasets
import Networks
import Objectives
import Tensors
import Testing
import _TestSupport

struct LipschitzTests {
  private static func small(_ size: Int = 8, spectral: Bool = false) throws -> WideResNet {
    try WideResNet(
      depth: 10, widenFactor: 1, classCount: 3, imageShape: [3, size, size], spectralNormalization: spectral)
  }

  /// A network with batch normalisations that do something.
  private static func random(spectral: Bool = false, seed: UInt64 = 3) throws -> Model {
    var model = Model(try small(spectral: spectral), key: RandomKey(seed: seed))
    var stream = RandomKey(seed: seed).split(1).stream
    for entry in model.parameters.layout.entries where entry.shape.rank == 1 {
      for i in entry.range { model.parameters.values[i] += stream.uniform(-1.3, 0.3) }
    }
    for entry in model.statistics.layout.entries {
      let isMean = entry.name.hasSuffix("mean")
      for i in entry.range { model.statistics.values[i] = isMean ? stream.uniform(-0.5, 0.5) : stream.uniform(0.5, 2) }
    }
    return model
  }

  private static func images(_ count: Int, size: Int = 8, seed: UInt64 = 9) -> Tensor {
    var stream = RandomKey(seed: seed).stream
    return Tensor((0..<count * 3 * size * size).map { _ in stream.uniform() }, shape: [count, 3, size, size])
  }

  /// Largest ‖z(a) − z(b)‖/‖a − b‖ of pairs of images, and of the logits two by two.
  private func quotients(_ classifier: some Classifier, _ a: Tensor, _ b: Tensor) -> (logits: Double, pairs: [[Double]])
  {
    let (za, zb) = (classifier.logits(a), classifier.logits(b))
    let k = za.shape[1]
    var largest = 0.0
    var pairs = [[Double]](repeating: [Double](repeating: 0, count: k), count: k)
    for n in 0..<a.shape[0] {
      let d = a.stride0
      let distance = (0..<d).reduce(0.0) {
        let difference = Double(a.elements[n * d + $1]) - Double(b.elements[n * d + $1])
        return $0 + difference * difference
      }.squareRoot()
      let moved = (0..<k).map { Double(za[n, $0]) - Double(zb[n, $0]) }
      largest = max(largest, moved.reduce(0) { $0 + $1 * $1 }.squareRoot() / distance)
      for i in 0..<k {
        for j in 0..<k { pairs[i][j] = max(pairs[i][j], abs(moved[i] - moved[j]) / distance) }
      }
    }
    return (largest, pairs)
  }

  /// - Parameter tightness: the least estimate over bound; the border of zeros is much of a 2×2 image.
  private func expectBetween(_ bound: LipschitzBound, tightness: Double) {
    for layer in bound.layers {
      #expect(layer.estimate <= layer.bound && layer.bound <= layer.patchBound * 1.001, "\(layer)")
      #expect(layer.estimate >= tightness * layer.bound, "\(layer)")
      // A patch is a part of an image.
      #expect(layer.reshapedNorm <= layer.bound * 1.2, "\(layer)")
    }
    let k = bound.pairs.count
    for i in 0..<k {
      #expect(bound.pairs[i][i] == 0)
      for j in 0..<k {
        #expect(bound.pairs[i][j] == bound.pairs[j][i] && bound.pairs[i][j] <= 2.0.squareRoot() * bound.logits)
      }
    }
  }

  @Test(arguments: [false, true]) func noPairOfImagesAndNoJacobianExceedsTheBound(_ spectral: Bool) throws {
    let model = try Self.random(spectral: spectral)
    let bound = try LipschitzBound(of: model, threads: 2)
    expectBetween(bound, tightness: 0.6)
    let classifier = ModelClassifier(model, threads: 2)
    let images = Self.images(24)
    let lower = LipschitzLowerBound(of: classifier, images: images)
    #expect(lower.atImages.count == 24 && lower.norm >= lower.atImages.max()! && lower.norm > 0)
    #expect(lower.norm <= bound.logits && lower.pair <= bound.largestPair)
    var near = images
    for i in near.elements.indices { near.elements[i] = min(max(near.elements[i] + (i % 3 == 0 ? 0.02 : -0.01), 0), 1) }
    for other in [near, Self.images(24, seed: 10)] {
      let found = quotients(classifier, images, other)
      #expect(found.logits <= bound.logits && found.logits <= 3 * lower.norm)
      for i in 0..<3 { for j in 0..<3 { #expect(found.pairs[i][j] <= bound.pairs[i][j]) } }
    }
  }

  @Test func theJacobiansNormIsThatOfItsRows() throws {
    let classifier = LinearClassifier(
      weights: [[3, 0, 0, 0], [0, 4, 0, 0], [0, 0, 1, 1]], bias: [0.9, 0, 0], imageShape: [1, 2, 2])
    let images = Tensor([0.5, 0.2, 0.7, 0.1, 0, 0, 0, 0], shape: [2, 1, 2, 2])
    let lower = LipschitzLowerBound(of: classifier, images: images)
    // Orthogonal rows of length 3, 4 and √2; the longest difference is the second minus the first.
    expectClose(lower.atImages, [4, 4], rtol: 1e-6)
    expectClose([lower.norm, lower.pair], [4, 5], rtol: 1e-6)
  }

  @Test func `a search over pairs finds the constant of a linear map and keeps below it`() throws {
    // Rows of length 3, 4 and √2 at right angles: the constant is 4, along the second pixel.
    let classifier = LinearClassifier(
      weights: [[3, 0, 0, 0], [0, 4, 0, 0], [0, 0, 1, 1]], bias: [0.9, 0, 0], imageShape: [1, 2, 2])
    let images = Tensor([0.5, 0.2, 0.7, 0.1, 0, 0, 0, 0, 0.5, 0.5, 0.5, 0.5], shape: [3, 1, 2, 2])
    let search = LipschitzPairSearch(steps: 100, firstStep: 0.1, lastStep: 0.001, distance: 0.2)
    let found = search.run(on: classifier, from: images, key: RandomKey(seed: 0))
    // A pair in the corner of [0, 1] may get stuck; the best of three does not.
    expectClose(found.largest, 4, rtol: 1e-3)
    #expect(found.ratios.count == 3 && found.ratios.allSatisfy { $0 <= 4 * (1 + 1e-5) })  // float32 logits
    #expect(found.quantile(1) == found.largest && found.quantile(0) == found.ratios.min()!)
    #expect(search.run(on: classifier, from: images, key: RandomKey(seed: 0)) == found)
  }

  @Test(arguments: [false, true])
  func `a search over pairs beats the Jacobians at images and stays below what is proven`(
    spectral: Bool
  ) throws {
    let model = try Self.random(spectral: spectral)
    let bound = try LipschitzBound(of: model, threads: 2)
    let classifier = ModelClassifier(model, threads: 2)
    let images = Self.images(12)
    let lower = LipschitzLowerBound(of: classifier, images: images, steps: 0)
    var steps: [Int] = []
    let search = LipschitzPairSearch(steps: 60)
    let found = search.run(on: classifier, from: images, key: RandomKey(seed: 1)) { steps.append($0) }
    #expect(
      found.largest > lower.norm && found.largest <= bound.logits, "\(lower.norm) \(found.largest) \(bound.logits)")
    #expect(steps == Array(1...60))
    #expect(
      search.run(on: ModelClassifier(model, threads: 1), from: images, key: RandomKey(seed: 1)) == found,
      "threads change nothing")
  }

  @Test(.requiresReference) func aTrainedNetworksBoundIsTheOneOfNumPy() throws {
    let folder = try OutsideFiles.referenceDirectory()
    let model = try Model(WideResNet(named: "wrn-10-1"), contentsOf: folder + "/wrn-10-1-cifar10.safetensors")
    let bound = try LipschitzBound(of: model, threads: 2)
    expectBetween(bound, tightness: 0.95)
    // By NumPy: fft2 of the folded kernels on tori of 33, 33/34, 17/18 and 9 pixels, norm(·, 2) at each frequency. Gram
    // iteration is at most 64^(1/2¹²) above each of seven factors.
    expectClose(bound.logits, 2226.6540388094313, rtol: 3e-3)
    #expect(bound.logits >= 2226.654)
    expectClose(bound.layers[0].bound, 3.2957913846192866, rtol: 1e-3)
    expectClose(bound.largestPair / bound.logits, 0.44163638895376645 / 0.44273439579375223, rtol: 1e-3)
    expectClose(bound.layers[1].normScale!, 3.5019014959252783, rtol: 1e-6)
    #expect(bound.layers.map(\.name).prefix(3) == ["conv1", "block1.layer.0.conv1", "block1.layer.0.conv2"])
    #expect(bound.blocks.map(\.skip)[0] == 1 && bound.blocks.count == 3 && bound.pooling == 1.0 / 8)
    let few = try LipschitzBound(of: model, iterations: 2, threads: 1)
    #expect(few.logits >= bound.logits)
    #expect(try LipschitzBound(of: model, threads: 1) == bound, "threads change nothing")
  }

  @Test func normalisedInputsAndEffectiveWeightsCount() throws {
    let model = try Self.random(spectral: true)
    let bound = try LipschitzBound(of: model)
    #expect(try LipschitzBound(of: model.withEffectiveWeights) == bound)
    let stretched = try LipschitzBound(
      of: model, normalization: InputNormalization(mean: [0.5, 0.1, 0.2], deviation: [0.25, 0.25, 0.25]))
    expectClose(stretched.logits, 4 * bound.logits, rtol: 1e-9)
    let uneven = InputNormalization(mean: [0.5, 0.1, 0.2], deviation: [0.25, 0.5, 1])
    let certification = try Certification(
      of: model, images: Self.images(4), labels: [0, 1, 2, 0], normalization: uneven)
    #expect(certification.bound.logits < stretched.logits && certification.bound.logits > bound.logits)
    #expect(certification.lower.norm <= certification.bound.logits)
  }

  /// A network whose relus pass everything: linear, with parts that are all aligned, so that the bound is near the truth.
  private static func aligned() throws -> Model {
    var model = Model(try small(4), key: RandomKey(seed: 2))
    func fill(_ name: String, _ value: Float) {
      for i in model.parameters.layout[name]!.range { model.parameters.values[i] = value }
    }
    for entry in model.parameters.layout.entries {
      // bn1 passes x + 30; bn2 passes nothing, so that blocks are their skips.
      if entry.name.hasSuffix("bn1.bias") { fill(entry.name, 30) }
      if entry.name.hasSuffix("bn2.weight") { fill(entry.name, 0) }
      if entry.name.hasSuffix("convShortcut.weight") { fill(entry.name, 0.1) }
    }
    var stream = RandomKey(seed: 4).stream
    for i in model.parameters.layout["conv1.weight"]!.range {
      model.parameters.values[i] = i % 9 == 4 ? 0.1 + stream.uniform(0, 0.02) : 0
    }
    let linear = model.parameters.layout["linear.weight"]!.range
    for i in linear { model.parameters.values[i] = Float(1 - (i - linear.lowerBound) / 64) * 0.1 }
    // Centred, so that classes are decided by the images: the first pixel's sum against its mean.
    let middle = ModelClassifier(model).logits(Tensor(repeating: 0.5, shape: [1, 3, 4, 4]))
    let bias = model.parameters.layout["linear.bias"]!.range
    for (k, i) in bias.enumerated() { model.parameters.values[i] = -middle[0, k] }
    return model
  }

  @Test func noAttackSucceedsWithinTheRadiusAndOneDoesSoonBeyond() throws {
    let model = try Self.aligned()
    var images = Tensor(repeating: 0.5, shape: [6, 3, 4, 4])
    for n in 0..<6 { for c in 0..<3 { images[n, c, 0, 0] += (n % 2 == 0 ? 1 : -1) * Float(n + 3) / 100 } }
    let labels = ModelClassifier(model).classes(images)
    #expect(Set(labels) == [0, 2])
    let found = try Certification(of: model, images: images, labels: labels)
    let classifier = ModelClassifier(model)
    for (n, radius) in found.radii.enumerated() {
      let radius = try #require(radius)
      #expect(radius > 0.001)
      func isBroken(_ epsilon: Double) -> Bool {
        let attack = PGD(
          threatModel: ThreatModel(norm: .l2, epsilon: Float(epsilon)), stepSize: Float(epsilon / 4), steps: 20,
          randomStart: false)
        let at = attack.perturb(
          images[rows: n..<n + 1], labels: [labels[n]], of: classifier, key: RandomKey(seed: 0))
        return classifier.classes(at) != [labels[n]]
      }
      #expect(!isBroken(0.999 * radius), "image \(n) within \(radius)")
      #expect(isBroken(2.2 * radius), "the bound is loose by less than 2.2 here: image \(n), \(radius)")
    }
  }

  @Test(.requiresReference, .requiresData) func aTrainedNetworkIsNotBrokenWithinItsCertificates() throws {
    let folder = try OutsideFiles.referenceDirectory()
    let model = try Model(WideResNet(named: "wrn-10-1"), contentsOf: folder + "/wrn-10-1-cifar10.safetensors")
    let data = try CIFAR10.load(directory: OutsideFiles.dataDirectory(), split: .test).prefix(32)
    let images = data.tensor
    let found = try Certification(of: model, images: images, labels: data.labels, threads: 2)
    #expect(found.lower.norm <= found.bound.logits && found.lower.pair <= found.bound.largestPair)
    #expect(found.isOneLipschitz == .no && found.lower.norm > 1.5)
    let classifier = ModelClassifier(model, threads: 2)
    let right = zip(classifier.classes(images), data.labels).map { $0 == $1 }
    #expect(found.radii.map { $0 != nil } == right)
    #expect(found.certifiedCount(at: 0) == right.count { $0 })
    let radius = try #require(found.medianRadius)
    let attack = PGD(
      threatModel: ThreatModel(norm: .l2, epsilon: Float(radius)), stepSize: Float(radius / 5), steps: 20,
      randomStart: true)
    let attacked = classifier.classes(
      attack.perturb(images, labels: data.labels, of: classifier, key: RandomKey(seed: 1)))
    for (n, certified) in found.radii.enumerated() where certified ?? 0 >= radius {
      #expect(attacked[n] == data.labels[n], "image \(n)")
    }
    // Half of the correct images and more are certified there, and the next usual radius loses them all.
    #expect(2 * found.certifiedCount(at: radius) >= found.certifiedCount(at: 0))
    let interval = found.interval(at: radius)
    #expect(interval.low < found.certifiedAccuracy(at: radius) && found.certifiedAccuracy(at: radius) < interval.high)
  }

  @Test func radiiAreMarginsOverTheirPairsBounds() {
    let logits = Tensor([5, 1, 3, 2, 2, 0, 0, 4, 1, .nan, 1, 1], shape: [4, 3])
    let pairs: [[Double]] = [[0, 8, 1], [8, 0, 2], [1, 2, 0]]
    let radii = Certification.radii(logits: logits, labels: [0, 0, 2, 1], pairs: pairs)
    // min((5 − 1)/8, (5 − 3)/1); a tie is certified for nothing; the others are wrong or no numbers.
    #expect(radii == [0.5, 0, nil, nil])
  }

  @Test func brokenNetworksAndEmptySetsAreRefused() throws {
    var model = try Self.random()
    #expect(throws: LipschitzError.images(count: 0, labels: 0)) {
      try Certification(of: model, images: Tensor(shape: [0, 3, 8, 8]), labels: [])
    }
    #expect(throws: LipschitzError.images(count: 2, labels: 1)) {
      try Certification(of: model, images: Self.images(2), labels: [1])
    }
    let variance = model.statistics.layout["block2.layer.0.bn1.running_var"]!.range.lowerBound
    model.statistics.values[variance] = -1
    #expect(throws: LipschitzError.weight(name: "block2.layer.0.bn1.running_var", value: -1)) {
      try LipschitzBound(of: model)
    }
    model.statistics.values[variance] = 1
    model.parameters.values[model.parameters.layout["conv1.weight"]!.offset + 5] = .infinity
    #expect {
      try LipschitzBound(of: model)
    } throws: {
      "\($0)".contains("conv1.weight: inf among the numbers")
    }
  }
}
