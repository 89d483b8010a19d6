import Attacks
import Objectives
import Synchronization
import Tensors
import Testing
import _TestSupport

/// A classifier made from another one by a change of its logits; its gradients are those of `inner`, or zero.
private final class Changed: Classifier {
  let inner: LinearClassifier
  let hasGradient: Bool
  let change: @Sendable (inout Tensor) -> Void

  init(
    _ inner: LinearClassifier, hasGradient: Bool = true, _ change: @escaping @Sendable (inout Tensor) -> Void = { _ in }
  ) {
    (self.inner, self.hasGradient, self.change) = (inner, hasGradient, change)
  }

  var classCount: Int { inner.classCount }
  var imageShape: Shape { inner.imageShape }

  func predict(_ logits: inout Tensor, images: Tensor) {
    inner.predict(&logits, images: images)
    change(&logits)
  }

  func differentiate(
    _ gradient: inout Tensor, losses: inout [Float], logits: inout Tensor, loss: any LogitLoss, images: Tensor
  ) {
    inner.differentiate(&gradient, losses: &losses, logits: &logits, loss: loss, images: images)
    change(&logits)
    if !hasGradient { gradient = Tensor(shape: gradient.shape) }
  }
}

struct EvaluationWarningTests {
  private let problem = AutoAttackTests.problem(classes: 10, count: 12)

  private func evaluate(
    _ classifier: Changed, _ attacks: [any Attack] = AutoAttackTests.short, mode: AutoAttack.Mode = .cumulative
  ) throws -> Evaluation {
    try AutoAttack(threatModel: AutoAttackTests.threat, attacks: attacks, mode: mode)
      .evaluate(classifier, images: problem.1, labels: classifier.inner.classes(problem.1), seed: 0)
  }

  @Test func anHonestModelGivesNone() throws { #expect(try evaluate(Changed(problem.0)).warnings == []) }

  @Test func aRandomizedModelIsNoticed() throws {
    let calls = Mutex(0)
    let classifier = Changed(problem.0) { logits in
      let number = calls.withLock {
        $0 += 1
        return $0
      }
      for i in 0..<logits.shape[0] { logits[i, 0] += number % 2 == 0 ? 0.5 : 0 }
    }
    let warnings = try evaluate(classifier).warnings
    #expect(warnings.contains { if case .randomizedModel(let change) = $0 { abs(change - 0.5) < 1e-3 } else { false } })
  }

  @Test func outputsThatAreProbabilitiesAreNoticed() throws {
    let classifier = Changed(problem.0) { logits in
      let k = logits.shape[1]
      for i in 0..<logits.shape[0] {
        let e = (0..<k).map { Maths.exp(Double(logits[i, $0])) }
        let sum = e.reduce(0, +)
        for j in 0..<k { logits[i, j] = Float(e[j] / sum) }
      }
    }
    #expect(try evaluate(classifier).warnings.contains(.probabilityOutputs(images: 12)))
  }

  @Test func zeroGradientsAreNoticedAndSquareFindsWhatTheyHide() throws {
    let classifier = Changed(problem.0, hasGradient: false)
    let attacks: [any Attack] = [
      APGD(threatModel: AutoAttackTests.threat, loss: .crossEntropy), Square(threatModel: AutoAttackTests.threat),
    ]
    for mode in AutoAttack.Mode.allCases {
      let evaluation = try evaluate(classifier, attacks, mode: mode)
      let warnings = evaluation.warnings
      #expect(warnings.contains(.zeroGradients(attack: "apgd-ce", images: 12)))
      #expect(
        warnings.contains { if case .gradientFreeFoundMore("square", let points) = $0 { points > 0.2 } else { false } })
      for warning in warnings { #expect(!warning.meaning.isEmpty && warning.description.contains(warning.advice)) }
    }
  }

  @Test func aNaNIsWrongAndNoticed() throws {
    // NaN on the first image of a call where it is clean, and on every image that has been changed.
    let clean = problem.0.logits(problem.1)
    let classifier = Changed(problem.0) { logits in
      let k = logits.shape[1]
      for i in 0..<logits.shape[0] {
        let row = logits.elements[i * k..<(i + 1) * k]
        let isClean = (0..<clean.shape[0]).contains { clean.elements[$0 * k..<($0 + 1) * k].elementsEqual(row) }
        if !isClean { for j in 0..<k { logits[i, j] = .nan } }
      }
    }
    let threat = AutoAttackTests.threat
    let attacks: [any Attack] =
      AutoAttackTests.short + [
        FGSM(threatModel: threat), RestartedPGD(PGD(threatModel: threat, stepSize: 0.01, steps: 5, randomStart: true)),
        APGD(threatModel: threat, loss: .dlr, iterations: 10), FAB(threatModel: threat, targets: 0, iterations: 10),
      ]
    for attack in attacks {
      let evaluation = try evaluate(classifier, [attack])
      #expect(evaluation.cleanAccuracy == 1 && evaluation.robustAccuracy == 0, "\(attack.name)")
      #expect(evaluation.warnings.contains(.invalidLogits(images: 12)), "\(attack.name): \(evaluation.warnings)")
    }
    // An image counts once, however many attacks and targets meet it.
    let individual = try evaluate(classifier, attacks, mode: .individual)
    #expect(individual.stages.allSatisfy { $0.broken == 12 })
    #expect(individual.warnings.contains(.invalidLogits(images: 12)), "\(individual.warnings)")
    let always = Changed(problem.0) { logits in for i in 0..<logits.shape[0] { logits[i, 3] = .nan } }
    let evaluation = try evaluate(always)
    #expect(evaluation.cleanAccuracy == 0 && evaluation.warnings.contains(.invalidLogits(images: 12)))
  }
}
