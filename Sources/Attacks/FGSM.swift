// The fast gradient sign method. Goodfellow, Shlens & Szegedy, ICLR 2015, arXiv:1412.6572, §4.

public import Objectives
public import Tensors

/// One step of length ε up the cross-entropy: x + ε·sign g (Linf) or x + ε·g/‖g‖ (L2), clipped to [0, 1].
public struct FGSM: Attack {
  /// Its ε is the length of the step.
  public var threatModel: ThreatModel

  /// The attack with a step of the threat model's ε.
  public init(threatModel: ThreatModel) { self.threatModel = threatModel }

  /// `fgsm`.
  public var name: String { "fgsm" }
  /// Any loss, from any start.
  public var role: AttackRole { .raisesAnyLoss }
  /// One step of length ε from the clean image.
  public var asPGD: PGD? {
    PGD(threatModel: threatModel, stepSize: threatModel.epsilon, steps: 1, randomStart: false)
  }
  /// Passes for the clean image, the gradient and the result.
  public func cost(classCount: Int) -> Double { 4 }

  /// Takes the step; an image is broken if it is misclassified before or after.
  public func run(
    on images: Tensor, labels: [Int], of classifier: some Classifier, key: RandomKey, indices: [Int],
    onProgress: (AttackProgress) -> Void
  ) -> AttackResult {
    RestartedPGD(asPGD!, restarts: 1, name: name).run(
      on: images, labels: labels, of: classifier, key: key, indices: indices, onProgress: onProgress)
  }
}
