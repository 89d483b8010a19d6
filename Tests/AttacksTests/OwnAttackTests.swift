// An attack that is defined outside: it runs in an evaluation, by value and by name.

import Attacks
import Objectives
import Tensors
import Testing

/// Corners of an Linf ball, drawn one after the other: logits are all that it asks for.
private struct Corners: Attack {
  var threatModel: ThreatModel
  var tries: Int

  var name: String { "corners" }
  var isGradientFree: Bool { true }
  func cost(classCount: Int) -> Double { Double(tries) }

  func run(
    on images: Tensor, labels: [Int], of classifier: some Classifier, key: RandomKey, indices: [Int],
    onProgress: (AttackProgress) -> Void
  ) -> AttackResult {
    var result = AttackResult(clean: images)
    for attempt in 0..<tries {
      var candidates = images
      let d = images.count / max(labels.count, 1)
      for i in labels.indices {
        var stream = key.split(indices[i]).split(attempt).stream
        for j in i * d..<(i + 1) * d { candidates.elements[j] += stream.uniform() < 0.5 ? -1 : 1 }
      }
      candidates = threatModel.projected(candidates, around: images)
      for (i, label) in classifier.classes(candidates).enumerated() where label != labels[i] && !result.broken[i] {
        result.broken[i] = true
        result.images.elements.replaceSubrange(i * d..<(i + 1) * d, with: candidates.elements[i * d..<(i + 1) * d])
      }
      onProgress(
        AttackProgress(done: Double(attempt + 1) / Double(tries), left: result.broken.count { !$0 }))
    }
    return result
  }
}

struct OwnAttackTests {
  private static let threat = ThreatModel(norm: .linf, epsilon: 0.1)

  private func evaluate(_ suite: AutoAttack, from state: EvaluationState? = nil) throws -> (
    Evaluation, EvaluationState?
  ) {
    let classifier = AttackBitsTests.classifier
    let (images, labels) = classifier.problem(14)
    var saved: EvaluationState?
    let found = try suite.evaluate(
      classifier, images: images, labels: labels, seed: 1, resuming: state, save: { saved = saved ?? $0 })
    return (found, saved)
  }

  @Test func `it runs by value and by name, beside the others, and goes on after a kill`() throws {
    let corners = Corners(threatModel: Self.threat, tries: 40)
    let (byValue, first) = try evaluate(AutoAttack(threatModel: Self.threat, attacks: [corners], batchSize: 5))
    #expect(byValue.stages[0].attack == "corners" && byValue.stages[0].broken > 0)
    #expect(byValue.robust.contains(true))
    try AttackRegistry.register(NamedAttack("corners") { Corners(threatModel: $0, tries: 40) })
    let named = try AutoAttack(Self.threat, named: ["corners", "fgsm"])
    let (byName, _) = try evaluate(named)
    #expect(byName.stages.map(\.attack) == ["corners", "fgsm"])
    #expect(byName.stages[0].flags == byValue.stages[0].flags, "whatever the batch")
    let (resumed, _) = try evaluate(AutoAttack(threatModel: Self.threat, attacks: [corners]), from: first)
    #expect(resumed.stages[0].flags == byValue.stages[0].flags)
    #expect(AutoAttack.attackNames.contains("corners") && AttackRegistry.kinds.contains("corners"))
    let refusal = UnknownAttack(name: "x").description
    #expect(refusal.contains("square, ") && refusal.contains("corners, ") && refusal.contains(", and autoattack for"))
  }

  @Test func `what has no gradients and finds more is warned of by its name`() throws {
    // No steps at all: the attack with gradients finds nothing.
    let still = RestartedPGD(PGD(threatModel: Self.threat, stepSize: 0, steps: 1, randomStart: false))
    let corners = Corners(threatModel: Self.threat, tries: 40)
    for mode in AutoAttack.Mode.allCases {
      let (both, _) = try evaluate(AutoAttack(threatModel: Self.threat, attacks: [still, corners], mode: mode))
      let warning = try #require(both.warnings.first)
      #expect(both.warnings.count == 1 && warning.description.hasPrefix("warning: corners, which uses no gradients"))
      // Nothing to compare it with.
      let (alone, _) = try evaluate(AutoAttack(threatModel: Self.threat, attacks: [corners, corners], mode: mode))
      #expect(alone.warnings == [])
    }
  }

  @Test func `names and kinds of built-in attacks cannot be taken`() {
    /// A type whose name in lower case is a built-in attack's kind.
    struct FGSM: Attack {
      var threatModel: ThreatModel
      var name: String { "mine" }
      func cost(classCount: Int) -> Double { 1 }
      func run(
        on images: Tensor, labels: [Int], of classifier: some Classifier, key: RandomKey, indices: [Int],
        onProgress: (AttackProgress) -> Void
      ) -> AttackResult { AttackResult(clean: images) }
    }
    for name in ["autoattack", "square"] {
      let error = #expect(throws: AttackError.self) {
        try AttackRegistry.register(NamedAttack(name) { Corners(threatModel: $0, tries: 1) })
      }
      #expect(error?.field == "name")
    }
    let error = #expect(throws: AttackError.self) {
      try AttackRegistry.register(NamedAttack("mine") { FGSM(threatModel: $0) })
    }
    #expect(error?.field == "kind" && error?.value == "fgsm")
  }

  @Test func `the standard list is made by name too`() throws {
    let named = try AutoAttack(.linf8, named: ["autoattack"]).attacks
    #expect(named.map { "\($0)" } == AutoAttack.standard(.linf8).attacks.map { "\($0)" } && named.count == 4)
    #expect(AttackRegistry.kinds.starts(with: ["pgd", "fgsm", "restartedpgd", "apgd", "fab", "square"]))
  }
}
