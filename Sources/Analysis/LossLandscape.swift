// The loss along one direction in weight space. As in the paper's Figures 1 and 2 the network is in evaluation mode on a
// fixed batch of training images, and each perturbed network is attacked anew.

public import Attacks
internal import Basics
public import Networks
public import Objectives
public import Tensors

/// Losses of a network whose trainable parameters move along a direction; the running statistics stay.
public struct LossLandscape: Hashable, Sendable, Codable {
  /// Where the parameters go at γ.
  public enum Direction: Hashable, Sendable, Codable {
    /// (1 + γ)·w, as published. A spectrally normalised layer divides by the norm of its raw weight and so computes the
    /// same at every γ > −1; only scales, shifts and the linear layer's bias move the network.
    case scaling
    /// (1 + γ)·w of the weights that the network computes with. The same as `scaling` without spectral normalisation.
    case effectiveScaling
    /// w + γ·d with a random d, as long as w filter by filter, from the weights that the network computes with; see
    /// `FilterDirection`.
    case filterNormalized(seed: UInt64)
  }

  /// The values of γ.
  public var gammas: [Double]
  /// Where the parameters go.
  public var direction: Direction
  /// Makes the images on which the loss is taken, anew for each γ, by raising the cross-entropy; nil takes them clean.
  public var attack: PGD?
  /// Added to the cross-entropy, for batches of two views; nil takes the cross-entropy alone.
  public var consistency: ConsistencyLoss?

  /// A landscape of these values of γ along one direction.
  public init(
    gammas: [Double] = LossLandscape.publishedGammas, direction: Direction = .scaling, attack: PGD? = .pgd10,
    consistency: ConsistencyLoss? = nil
  ) {
    self.gammas = gammas
    self.direction = direction
    self.attack = attack
    self.consistency = consistency
  }

  /// −0.20 … 0.20 in steps of 0.02.
  public static let publishedGammas = (-10...10).map { Double($0) / 50 }

  /// The network at `gamma`.
  public func network(_ model: Model, at gamma: Double) -> Model {
    move(origin(of: model), gamma, filterDirection(at: origin(of: model)))
  }

  /// The objective for each γ: mean cross-entropy over the rows, and the mean of λ·D over the pairs of views.
  ///
  /// - Parameters:
  ///   - batch: of two views if there is a consistency term.
  ///   - key: the attack's random starts; the same for each γ.
  ///   - threads: at least 1; results do not depend on it.
  ///   - onStep: called after each γ with its index.
  public func losses(
    of model: Model, on batch: LandscapeBatch, key: RandomKey, threads: Int = 1, onStep: (Int) -> Void = { _ in }
  ) -> [Double] {
    precondition(
      !batch.labels.isEmpty && (consistency == nil || batch.views == 2),
      "LossLandscape: \(batch.labels.count) rows of \(batch.views) views, consistency: \(consistency != nil)")
    let objective = Objective.standard(consistency)
    let origin = origin(of: model)
    let filters = filterDirection(at: origin)
    return gammas.enumerated().map { i, gamma in
      let classifier = ModelClassifier(move(origin, gamma, filters), threads: threads)
      let images =
        attack?.perturb(batch.images, labels: batch.labels, of: classifier, key: key) ?? batch.images
      let loss = objective.meanLoss(logits: classifier.logits(images), labels: batch.labels, views: batch.views)
      onStep(i)
      return loss
    }
  }

  private func origin(of model: Model) -> Model {
    direction != .scaling && model.architecture.spectralNormalization ? model.withEffectiveWeights : model
  }

  private func filterDirection(at origin: Model) -> [Float]? {
    guard case .filterNormalized(let seed) = direction else { return nil }
    return FilterDirection.random(for: origin.parameters, key: RandomKey(seed: seed)).values
  }

  private func move(_ origin: Model, _ gamma: Double, _ direction: [Float]?) -> Model {
    var moved = origin
    moved.parameters.values.withUnsafeMutableBufferPointer { w in
      if let direction {
        for j in w.indices { w[j] += Float(gamma) * direction[j] }
      } else {
        let factor = Float(1 + gamma)
        for j in w.indices { w[j] *= factor }
      }
    }
    return moved
  }
}
