import Attacks
import Objectives
import Tensors
import Testing
import _TestSupport

/// On a linear classifier the smallest perturbation is known: |z_y − z_t| divided by the dual norm of w_y − w_t, least
/// over t, as long as no pixel meets 0 or 1.
struct LinearAttackTests {
  static let shape: Shape = [3, 5, 5]
  static let images = Tensor(repeating: 0.5, shape: [3, 3, 5, 5])
  static let labels = [0, 1, 3]

  /// Five classes of random weights, each the largest at one image's label by a small margin.
  static let classifier: LinearClassifier = {
    var stream = RandomKey(seed: 11).stream
    return LinearClassifier(
      weights: (0..<5).map { _ in (0..<75).map { _ in stream.normal() } }, imageShape: shape)
  }()

  /// The classifier with such biases that image 0.5 has logits `z`.
  static func classifier(logits z: [Float], weights: [[Float]] = classifier.weights, shape: Shape = shape)
    -> LinearClassifier
  {
    let bias = zip(z, weights).map { z, w in Float(Double(z) - 0.5 * w.reduce(0) { $0 + Double($1) }) }
    return LinearClassifier(weights: weights, bias: bias, imageShape: shape)
  }

  static func minimal(_ classifier: LinearClassifier, logits z: [Float], label: Int, norm: Norm) -> Double {
    z.indices.filter { $0 != label }.map { t in
      let difference = zip(classifier.weights[label], classifier.weights[t]).map { Double($0) - Double($1) }
      let dual =
        norm == .linf
        ? difference.reduce(0) { $0 + abs($1) } : difference.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return Double(z[label] - z[t]) / dual
    }.min()!
  }

  static let logits: [Float] = [2, 1.2, 0.3, 1.5, -0.5]

  /// True if `attack` breaks the image of logits `z` of `classifier`.
  private func breaks(_ attack: some Attack, _ classifier: LinearClassifier, seed: UInt64) -> Bool {
    let image = Tensor(repeating: 0.5, shape: Shape([1] + classifier.imageShape.dimensions))
    return attack.run(on: image, labels: [0], of: classifier, key: RandomKey(seed: seed)).broken[0]
  }

  @Test(arguments: [Norm.linf, .l2]) func fabFindsTheSmallestPerturbation(_ norm: Norm) {
    let classifier = Self.classifier(logits: Self.logits)
    let image = Tensor(repeating: 0.5, shape: [1, 3, 5, 5])
    let minimal = Self.minimal(classifier, logits: Self.logits, label: 0, norm: norm)
    for targets in [0, 9] {
      let fab = FAB(threatModel: ThreatModel(norm: norm, epsilon: 1), targets: targets)
      let found = fab.minimalPerturbations(of: image, labels: [0], by: classifier, key: RandomKey(seed: 0))
      expectClose(Double(found.lengths[0]), minimal, rtol: 1e-3, "\(fab.name), \(norm)")
      #expect(classifier.classes(found.images) != [0])
    }
  }

  @Test(arguments: [Norm.linf, .l2]) func fabBreaksWithinTheRadiusOnly(_ norm: Norm) {
    let classifier = Self.classifier(logits: Self.logits)
    let minimal = Self.minimal(classifier, logits: Self.logits, label: 0, norm: norm)
    for (factor, expected) in [(1.001, true), (0.999, false)] {
      let threat = ThreatModel(norm: norm, epsilon: Float(minimal * factor))
      #expect(breaks(FAB(threatModel: threat), classifier, seed: 0) == expected, "\(norm), factor \(factor)")
    }
  }

  @Test(arguments: [Norm.linf, .l2]) func apgdBreaksFromTheSmallestPerturbationOn(_ norm: Norm) {
    let classifier = Self.classifier(logits: Self.logits)
    let minimal = Self.minimal(classifier, logits: Self.logits, label: 0, norm: norm)
    for (factor, expected) in [(1.001, true), (0.999, false)] {
      let threat = ThreatModel(norm: norm, epsilon: Float(minimal * factor))
      let targeted = APGD(threatModel: threat, loss: .targetedDLR)
      #expect(breaks(targeted, classifier, seed: 1) == expected, "\(norm), factor \(factor)")
      // The untargeted losses climb towards several classes at once; with two classes there is one way only.
      let two = Self.classifier(logits: Array(Self.logits[0..<2]), weights: Array(classifier.weights[0..<2]))
      let minimal = Self.minimal(two, logits: Array(Self.logits[0..<2]), label: 0, norm: norm)
      let threatOfTwo = ThreatModel(norm: norm, epsilon: Float(minimal * factor))
      for loss in [APGD.Loss.crossEntropy, .dlr] {
        #expect(
          breaks(APGD(threatModel: threatOfTwo, loss: loss), two, seed: 1) == expected,
          "\(loss), \(norm), factor \(factor)")
      }
      let pgd = PGD(threatModel: threatOfTwo, stepSize: threatOfTwo.epsilon / 4, steps: 20, randomStart: true)
      #expect(breaks(RestartedPGD(pgd, restarts: 2), two, seed: 2) == expected, "pgd, \(norm), factor \(factor)")
      #expect(breaks(FGSM(threatModel: threatOfTwo), two, seed: 2) == expected, "fgsm, \(norm), factor \(factor)")
    }
  }

  /// One class of five is near, so that the untargeted losses have one way to go; the others must not lead them off it.
  @Test(arguments: [Norm.linf, .l2], [APGD.Loss.crossEntropy, .dlr])
  func untargetedAPGDFindsTheNearestOfFiveClasses(_ norm: Norm, _ loss: APGD.Loss) {
    let logits: [Float] = [2, 1.2, -20, -25, -30]
    let classifier = Self.classifier(logits: logits)
    let minimal = Self.minimal(classifier, logits: logits, label: 0, norm: norm)
    for (factor, expected) in [(1.001, true), (0.999, false)] {
      let threat = ThreatModel(norm: norm, epsilon: Float(minimal * factor))
      #expect(
        breaks(APGD(threatModel: threat, loss: loss), classifier, seed: 1) == expected,
        "\(loss), \(norm), factor \(factor)")
    }
    // With several near, nothing is found below the smallest perturbation either.
    let near = Self.classifier(logits: Self.logits)
    let least = Self.minimal(near, logits: Self.logits, label: 0, norm: norm)
    let threat = ThreatModel(norm: norm, epsilon: Float(least * 0.999))
    #expect(!breaks(APGD(threatModel: threat, loss: loss), near, seed: 1), "\(loss), \(norm)")
  }

  /// Windows never touch the last row and column alone, so the weights there are 0.
  @Test func squareBreaksFromTheSmallestLinfPerturbationOn() {
    var stream = RandomKey(seed: 3).stream
    let weights = (0..<2).map { _ in
      (0..<108).map { j -> Float in
        let (row, column) = (j / 6 % 6, j % 6)
        return row == 5 || column == 5 ? 0 : stream.normal()
      }
    }
    let classifier = Self.classifier(logits: [1, 0.2], weights: weights, shape: [3, 6, 6])
    let minimal = Self.minimal(classifier, logits: [1, 0.2], label: 0, norm: .linf)
    for (factor, expected) in [(1.001, true), (0.999, false)] {
      let threat = ThreatModel(norm: .linf, epsilon: Float(minimal * factor))
      for seed in 0..<3 as Range<UInt64> {
        #expect(
          breaks(Square(threatModel: threat), classifier, seed: seed) == expected, "factor \(factor), seed \(seed)")
      }
    }
  }

  /// The best direction is the pattern that Square draws, here on all of a 3×3 image, the smallest square.
  @Test func squareBreaksFromTheSmallestL2PerturbationOn() {
    let pattern = Square.pattern(side: 3)
    let weights = [pattern.map { -$0 }, pattern]
    let classifier = Self.classifier(logits: [0.4, 0.1], weights: weights, shape: [1, 3, 3])
    let minimal = Self.minimal(classifier, logits: [0.4, 0.1], label: 0, norm: .l2)
    for (factor, expected) in [(1.001, true), (0.999, false)] {
      let threat = ThreatModel(norm: .l2, epsilon: Float(minimal * factor))
      #expect(breaks(Square(threatModel: threat), classifier, seed: 4) == expected, "factor \(factor)")
    }
  }

  /// The best direction is one pattern somewhere in a larger image: the search must bring the whole length there, from
  /// tiles of ±ε/10 everywhere. In 40,000 queries windows of side 3 hit the place about 600 times.
  @Test func squareBringsAnL2PerturbationTogether() {
    let pattern = Square.pattern(side: 3)
    var direction = [Float](repeating: 0, count: 11 * 11)
    for a in 0..<3 { for b in 0..<3 { direction[(4 + a) * 11 + 3 + b] = pattern[3 * a + b] } }
    let classifier = Self.classifier(
      logits: [0.4, 0.1], weights: [direction.map { -$0 }, direction], shape: [1, 11, 11])
    let minimal = Self.minimal(classifier, logits: [0.4, 0.1], label: 0, norm: .l2)
    for (factor, expected) in [(1.001, true), (0.999, false)] {
      let threat = ThreatModel(norm: .l2, epsilon: Float(minimal * factor))
      let square = Square(threatModel: threat, queries: 40_000, initialShare: 0.05)
      for seed in 4..<6 as Range<UInt64> {
        #expect(breaks(square, classifier, seed: seed) == expected, "factor \(factor), seed \(seed)")
      }
    }
  }

  @Test(arguments: [Norm.linf, .l2]) func foundImagesAreWithinTheThreatModelAndWrong(_ norm: Norm) {
    let classifier = Self.classifier(logits: Self.logits)
    let threat = ThreatModel(norm: norm, epsilon: norm == .linf ? 0.05 : 0.3)
    var stream = RandomKey(seed: 8).stream
    let images = Tensor((0..<20 * 75).map { _ in stream.uniform() }, shape: [20, 3, 5, 5])
    let labels = classifier.classes(images)
    let attacks: [any Attack] = [
      FGSM(threatModel: threat), RestartedPGD(PGD(threatModel: threat, stepSize: 0.02, steps: 5, randomStart: true)),
      APGD(threatModel: threat, loss: .crossEntropy, iterations: 20),
      APGD(threatModel: threat, loss: .dlr, iterations: 20),
      APGD(threatModel: threat, loss: .targetedDLR, iterations: 20), FAB(threatModel: threat, iterations: 20),
      FAB(threatModel: threat, targets: 0, iterations: 20, restarts: 2), Square(threatModel: threat, queries: 200),
    ]
    for attack in attacks {
      let result = attack.run(on: images, labels: labels, of: classifier, key: RandomKey(seed: 1))
      let classes = classifier.classes(result.images)
      for i in 0..<20 {
        #expect((classes[i] != labels[i]) == result.broken[i], "\(attack.name), image \(i)")
        let length = threat.distance(result.images, row: i, clean: images, row: i)
        #expect(length <= threat.epsilon + 1e-6, "\(attack.name), image \(i): \(length)")
      }
      #expect(result.images.elements.allSatisfy { $0 >= 0 && $0 <= 1 }, "\(attack.name)")
      #expect(result.broken.contains(true), "\(attack.name) breaks nothing")
    }
  }
}
