// The loss along one direction in weight space, as in the paper's Figures 1 and 2: every trainable parameter times
// (1 + γ). The published figures use the network in evaluation mode on a fixed batch, and attack each perturbed
// network anew.

public import Attacks
public import Networks
internal import Objectives
public import Tensors

/// Losses of a network whose trainable parameters are all multiplied by (1 + γ).
///
/// Convolutions, scales, shifts, the linear weight and its bias move; the running statistics stay.
public struct LossLandscape: Hashable, Sendable, Codable {
  /// The values of γ.
  public var gammas: [Double]
  /// Makes the images on which the loss is taken, anew for each γ; nil takes them clean.
  public var attack: PGD?

  public init(gammas: [Double] = LossLandscape.publishedGammas, attack: PGD? = .pgd10) {
    self.gammas = gammas
    self.attack = attack
  }

  /// −0.20 … 0.20 in steps of 0.02.
  public static let publishedGammas = (-10...10).map { Double($0) / 50 }

  /// Mean cross-entropy for each γ.
  ///
  /// - Parameters:
  ///   - images: `[N, C, H, W]` in [0, 1].
  ///   - key: the attack's random starts; the same for each γ.
  ///   - threads: at least 1; results do not depend on it.
  ///   - onStep: called after each γ with its index.
  public func losses(
    of model: Model, images: Tensor, labels: [Int], key: RandomKey, threads: Int = 1, onStep: (Int) -> Void = { _ in }
  ) -> [Double] {
    precondition(images.shape[0] == labels.count && !labels.isEmpty, "LossLandscape: \(labels.count) labels")
    return gammas.enumerated().map { i, gamma in
      var moved = model
      let factor = Float(1 + gamma)
      moved.parameters.values.withUnsafeMutableBufferPointer { for j in $0.indices { $0[j] *= factor } }
      let classifier = ModelClassifier(moved, threads: threads)
      let at = attack?.perturb(images, labels: labels, of: classifier, key: key) ?? images
      let losses = CrossEntropy(labels: labels).evaluate(logits: classifier.logits(at)).losses
      onStep(i)
      return losses.reduce(0) { $0 + Double($1) } / Double(losses.count)
    }
  }
}
