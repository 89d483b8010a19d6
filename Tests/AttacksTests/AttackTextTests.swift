// The text of an attack in an evaluation's identity: Swift's printing of its stored properties. Saved states and records
// are found by it, so that it may never change.

import Attacks
import Testing

struct AttackTextTests {
  private static let threat = "threatModel: Attacks.ThreatModel(norm: Attacks.Norm.linf, epsilon: 0.03137255)"
  static let texts = [
    "fgsm": "FGSM(\(threat))",
    "pgd-10":
      "RestartedPGD(pgd: Attacks.PGD(\(threat), stepSize: 0.007843138, steps: 10, randomStart: true), restarts: 1, name: \"pgd-10\")",
    "apgd-ce": "APGD(\(threat), loss: Attacks.APGD.Loss.crossEntropy, iterations: 100, restarts: 1, targets: 9)",
    "apgd-dlr": "APGD(\(threat), loss: Attacks.APGD.Loss.dlr, iterations: 100, restarts: 1, targets: 9)",
    "apgd-t": "APGD(\(threat), loss: Attacks.APGD.Loss.targetedDLR, iterations: 100, restarts: 1, targets: 9)",
    "fab": "FAB(\(threat), targets: 0, iterations: 100, restarts: 1, halvings: 10)",
    "fab-t": "FAB(\(threat), targets: 9, iterations: 100, restarts: 1, halvings: 10)",
    "square": "Square(\(threat), queries: 5000, initialShare: 0.8)",
  ]

  @Test func `the texts of all named attacks are those of saved evaluations`() throws {
    for (name, text) in Self.texts {
      #expect(try AutoAttack(.linf8, named: [name]).attacks.map { "\($0)" } == [text])
    }
    #expect(Set(AutoAttack.attackNames).isSuperset(of: Self.texts.keys))
  }
}
