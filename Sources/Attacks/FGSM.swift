// The fast gradient sign method. Goodfellow, Shlens & Szegedy, ICLR 2015, arXiv:1412.6572, §4.

public import Objectives
public import Tensors

/// One step of length ε up the cross-entropy: x + ε·sign g (Linf) or x + ε·g/‖g‖ (L2), clipped to [0, 1].
public struct FGSM: Attack {
  public var threatModel: ThreatModel

  public init(threatModel: ThreatModel) { self.threatModel = threatModel }

  public var name: String { "fgsm" }
  public func cost(classCount: Int) -> Double { 4 }

  public func run(
    on images: Tensor, labels: [Int], of classifier: some Classifier, key: RandomKey, indices: [Int],
    onProgress: (AttackProgress) -> Void
  ) -> AttackResult {
    let step = PGD(threatModel: threatModel, stepSize: threatModel.epsilon, steps: 1, randomStart: false)
    return RestartedPGD(step, restarts: 1, name: name).run(
      on: images, labels: labels, of: classifier, key: key, indices: indices, onProgress: onProgress)
  }
}
