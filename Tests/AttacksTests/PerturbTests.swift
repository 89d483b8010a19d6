// The inner maximisation: what training goes on with.

import Attacks
import Objectives
import Tensors
import Testing

struct PerturbTests {
  private static let classifier = AttackBitsTests.classifier
  private static let threats = [ThreatModel(norm: .linf, epsilon: 0.05), ThreatModel(norm: .l2, epsilon: 0.4)]

  private func losses(_ images: Tensor, _ labels: [Int]) -> [Float] {
    CrossEntropy(labels: labels).evaluate(logits: Self.classifier.logits(images)).losses
  }

  @Test(arguments: threats)
  func `every attack stays in its ball, raises the loss and looks at no other image`(_ threat: ThreatModel) {
    let (images, labels) = Self.classifier.problem(10)
    let key = RandomKey(seed: 8)
    let before = losses(images, labels)
    let pgd: any Attack = PGD(threatModel: threat, stepSize: threat.epsilon / 3, steps: 5, randomStart: true)
    for attack in AttackBitsTests.attacks(threat) + [pgd] {
      let found = attack.perturb(images, labels: labels, of: Self.classifier, key: key)
      let mean = losses(found, labels).reduce(0, +) / 10
      #expect(mean > before.reduce(0, +) / 10 + 0.01, "\(attack.name)")
      for row in 0..<10 {
        #expect(threat.distance(found, row: row, clean: images, row: row) <= threat.epsilon * 1.0001 + 1e-6)
      }
      #expect(found.elements.allSatisfy { $0 >= 0 && $0 <= 1 })
      let part = attack.perturb(
        images[rows: 3..<7], labels: Array(labels[3..<7]), of: Self.classifier, key: key, indices: [3, 4, 5, 6])
      #expect(part == found[rows: 3..<7], "\(attack.name)")
    }
  }

  @Test(arguments: threats)
  func `attacks of any loss raise the one they are given, from where they are put`(_ threat: ThreatModel) {
    let (images, labels) = Self.classifier.problem(6)
    let other = labels.map { ($0 + 2) % 6 }
    let goal = CrossEntropy(labels: other)
    func value(_ images: Tensor) -> [Float] { goal.evaluate(logits: Self.classifier.logits(images)).losses }
    let start = threat.projected(Tensor(images.elements.map { $0 + 0.01 }, shape: images.shape), around: images)
    for attack in AttackBitsTests.attacks(threat) where attack.role == .raisesAnyLoss {
      let found = attack.perturb(
        images, labels: labels, raising: goal, from: start, of: Self.classifier, key: RandomKey(seed: 1),
        indices: Array(0..<6))
      #expect(zip(value(found), value(start)).allSatisfy { $0 > $1 }, "\(attack.name)")
    }
    let still = PGD(threatModel: threat, stepSize: 0, steps: 3, randomStart: true)
    #expect(
      still.perturb(
        images, labels: labels, raising: nil, from: start, of: Self.classifier, key: RandomKey(seed: 1),
        indices: Array(0..<6)) == start)
    let roles = AttackBitsTests.attacks(threat).map(\.role)
    #expect(roles.count { $0 == .raisesAnyLoss } == 3, "FGSM, restarted PGD, APGD-CE")
  }

  @Test func `more starts never end lower`() {
    let (images, labels) = Self.classifier.problem(8)
    let threat = Self.threats[0]
    let pgd = PGD(threatModel: threat, stepSize: threat.epsilon / 3, steps: 3, randomStart: true)
    func found(_ attack: some Attack) -> [Float] {
      losses(attack.perturb(images, labels: labels, of: Self.classifier, key: RandomKey(seed: 2)), labels)
    }
    let pairs: [(any Attack, any Attack)] = [
      (RestartedPGD(pgd, restarts: 2), RestartedPGD(pgd, restarts: 5)),
      (
        APGD(threatModel: threat, loss: .crossEntropy, iterations: 4),
        APGD(threatModel: threat, loss: .crossEntropy, iterations: 4, restarts: 4)
      ),
    ]
    for (few, many) in pairs { #expect(zip(found(few), found(many)).allSatisfy { $0 <= $1 }, "\(many.name)") }
  }

  /// One pixel, two classes: all norms, starts, numbers of steps and radii of a grid, against the closed form.
  @Test func `all small descents on one pixel`() {
    struct Sign: Classifier {
      var classCount: Int { 2 }
      var imageShape: Shape { [1, 1, 1] }
      func predict(_ logits: inout Tensor, images: Tensor) {
        for i in 0..<images.shape[0] { (logits[i, 0], logits[i, 1]) = (images.elements[i], 1 - images.elements[i]) }
      }
      func differentiate(
        _ gradient: inout Tensor, losses: inout [Float], logits: inout Tensor, loss: any LogitLoss, images: Tensor
      ) {
        predict(&logits, images: images)
        var dLogits = Tensor(shape: logits.shape)
        loss.evaluate(losses: &losses, gradient: &dLogits, logits: logits, examples: 0..<images.shape[0])
        for i in 0..<images.shape[0] { gradient.elements[i] = dLogits[i, 0] - dLogits[i, 1] }
      }
    }
    let grid: [Float] = [0, 0.25, 0.5, 1]
    for norm in Norm.allCases {
      for epsilon in grid {
        for stepSize in grid {
          for steps in 0..<5 {
            let pgd = PGD(
              threatModel: ThreatModel(norm: norm, epsilon: epsilon), stepSize: stepSize, steps: steps,
              randomStart: false)
            for clean in grid {
              for label in 0...1 {
                let image = Tensor([clean], shape: [1, 1, 1, 1])
                let found = pgd.perturb(image, labels: [label], of: Sign(), key: RandomKey(seed: 0))
                // Down for label 0, up for label 1, as far as steps, ball and pixel allow.
                let reach = min(Float(steps) * stepSize, epsilon)
                let expected = label == 0 ? max(clean - reach, 0) : min(clean + reach, 1)
                #expect(abs(found.elements[0] - expected) < 1e-6, "\(pgd), \(clean), \(label)")
              }
            }
          }
        }
      }
    }
  }
}
