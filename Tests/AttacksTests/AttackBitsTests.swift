// The bits of what attacks find. They were taken before attacks shared their loops, and evaluations that are published
// hang on them.

import Attacks
import Basics
import Objectives
import Tensors
import Testing

/// Logits Σ W·x + V·x²: gradients that turn on the way, in plain loops, so that bits hang on no kernel level.
struct QuadraticClassifier: Classifier {
  let linear: [[Float]], square: [[Float]]
  let imageShape: Shape
  var classCount: Int { linear.count }

  init(classes: Int, imageShape: Shape, key: RandomKey) {
    var stream = key.stream
    func weights() -> [[Float]] { (0..<classes).map { _ in (0..<imageShape.count).map { _ in stream.normal() } } }
    (linear, square) = (weights(), weights())
    self.imageShape = imageShape
  }

  func predict(_ logits: inout Tensor, images: Tensor) {
    let d = images.stride0
    for n in 0..<images.shape[0] {
      for k in 0..<classCount {
        var sum: Float = 0
        for j in 0..<d {
          let x = images.elements[n * d + j]
          sum += linear[k][j] * x + square[k][j] * x * x
        }
        logits[n, k] = sum
      }
    }
  }

  func differentiate(
    _ gradient: inout Tensor, losses: inout [Float], logits: inout Tensor, loss: any LogitLoss, images: Tensor
  ) {
    predict(&logits, images: images)
    var dLogits = Tensor(shape: logits.shape)
    loss.evaluate(losses: &losses, gradient: &dLogits, logits: logits, examples: 0..<images.shape[0])
    let d = images.stride0
    for n in 0..<images.shape[0] {
      for j in 0..<d {
        let x = images.elements[n * d + j]
        var sum: Float = 0
        for k in 0..<classCount { sum += dLogits[n, k] * (linear[k][j] + 2 * square[k][j] * x) }
        gradient.elements[n * d + j] = sum
      }
    }
  }

  /// Images in [0, 1], and the classes that they are given but for every seventh.
  func problem(_ count: Int) -> (images: Tensor, labels: [Int]) {
    var stream = RandomKey(seed: 77).stream
    let shape = Shape([count] + imageShape.dimensions)
    let images = Tensor((0..<shape.count).map { _ in stream.uniform() }, shape: shape)
    let labels = classes(images).enumerated().map { $0 % 7 == 3 ? ($1 + 1) % classCount : $1 }
    return (images, labels)
  }
}

struct AttackBitsTests {
  static let classifier = QuadraticClassifier(classes: 6, imageShape: [3, 6, 6], key: RandomKey(seed: 5))

  static func attacks(_ threat: ThreatModel) -> [any Attack] {
    let pgd = PGD(threatModel: threat, stepSize: threat.epsilon / 4, steps: 7, randomStart: true)
    return [
      FGSM(threatModel: threat), RestartedPGD(pgd, restarts: 3),
      APGD(threatModel: threat, loss: .crossEntropy, iterations: 25, restarts: 2),
      APGD(threatModel: threat, loss: .dlr, iterations: 25),
      APGD(threatModel: threat, loss: .targetedDLR, iterations: 20),
      FAB(threatModel: threat, targets: 0, iterations: 12, restarts: 2), FAB(threatModel: threat, iterations: 12),
      Square(threatModel: threat, queries: 150),
    ]
  }

  private func hash(_ images: Tensor, _ flags: [[Bool]] = [], _ lengths: [Float] = []) -> String {
    var hash = FNV1a()
    for x in images.elements + lengths { hash.add(UInt64(x.bitPattern)) }
    for flag in flags.joined() { hash.add(UInt64(flag ? 1 : 0)) }
    return String(hash.value, radix: 16)
  }

  /// FNV-1a of what each of `attacks` found; of PGD's last iterates, minimal perturbations and an unstopped APGD.
  static let golden: [String: [String]] = [
    "linf 0.02": [
      "4a8ecdaeab90efc4", "8ab8efb28893ef2f", "746d137daaa03b72", "1f537463b6e5d98c", "3d81136165d879cc",
      "a7e9e37c848c4815", "a7e9e37c848c4815", "ba8c7e732c9f1078", "c72f5140ba7e350f", "ad4b9ec0b27270cd",
      "fedbb56846f61aa7",
    ],
    "linf 0.06": [
      "c48868f2f6c4f942", "5dad114418d0fa0b", "c72c765ea194fdbf", "3dd3d9e2091fad1e", "4a5db9f37ae49716",
      "95aaaaf993b3af3e", "95aaaaf993b3af3e", "5ab3fe1f864fc01a", "297de37c3b94fdc8", "ad4b9ec0b27270cd",
      "ab62369accfb4ecf",
    ],
    "l2 0.12": [
      "c4f1e6047f4c5fa3", "faf63bafcf5ce118", "cdddaaac304f1d49", "546451a42f41894b", "b4a961648fc0727d",
      "a89b45603ab50ebd", "a89b45603ab50ebd", "e5503c6d31bb83a1", "f3265190d1563259", "6c7b1b27005f230d",
      "7572f93356fda44a",
    ],
    "l2 0.5": [
      "3e144867191f114f", "634bdc27c7169238", "7199960d996ed3", "2726285dc4ff6278", "dfa36d85e2d5a251",
      "109c8dff29c7408b", "109c8dff29c7408b", "abfd116d02363062", "72fe6518c98ab7c6", "902b81fc9ea37c36",
      "eeb6bcb2665a4c80",
    ],
  ]

  /// Small radii, which most images resist, and larger ones.
  @Test(arguments: [
    ThreatModel(norm: .linf, epsilon: 0.02), ThreatModel(norm: .linf, epsilon: 0.06),
    ThreatModel(norm: .l2, epsilon: 0.12), ThreatModel(norm: .l2, epsilon: 0.5),
  ])
  func `every attack finds the images that it found before`(_ threat: ThreatModel) {
    let classifier = Self.classifier
    let key = RandomKey(seed: 3)
    let (images, labels) = classifier.problem(24)
    let results = Self.attacks(threat).map {
      $0.run(on: images, labels: labels, of: classifier, key: key, indices: Array(100..<124)) { _ in }
    }
    var found = results.map { hash($0.images, [$0.broken, $0.zeroGradient, $0.invalidLogits]) }
    let pgd = PGD(threatModel: threat, stepSize: threat.epsilon / 3, steps: 6, randomStart: true)
    found.append(hash(pgd.perturb(images, labels: labels, of: classifier, key: key, indices: Array(100..<124))))
    let near = FAB(threatModel: threat, iterations: 8, restarts: 2)
      .minimalPerturbations(of: images, labels: labels, by: classifier, key: key)
    found.append(hash(near.images, [], near.lengths))
    let climb = APGD(threatModel: threat, loss: .crossEntropy, iterations: 30)
      .trajectory(from: images, clean: images, labels: labels, of: classifier)
    found.append(hash(climb.best, [climb.broken], climb.bestLosses))
    #expect(found == Self.golden["\(threat.norm.rawValue) \(threat.epsilon)"])
    // Rows leave on the way, of all attacks.
    if threat.epsilon > 0.05, threat.norm == .linf || threat.epsilon > 0.3 {
      for (attack, result) in zip(Self.attacks(threat), results) {
        #expect(result.broken.count { $0 } > 6, "\(attack.name): \(result.broken.count { $0 })")
      }
    }
  }
}
