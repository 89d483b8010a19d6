// The loss along one direction in weight space. As in the paper's Figures 1 and 2 the network is in evaluation mode on a
// fixed batch of training images, and each perturbed network is attacked anew.

public import Attacks
internal import Basics
public import Networks
public import Objectives
public import Tensors

/// Losses of a network whose trainable parameters move along a direction; the running statistics stay.
public struct LossLandscape: Sendable {
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
  /// Makes the images on which the loss is taken, anew for each γ, by raising what the objective's attack raises; nil
  /// takes them clean.
  public var attack: (any Attack)?
  /// Added to the cross-entropy, for batches of two views; nil takes the cross-entropy alone.
  public var consistency: ConsistencyLoss?
  /// The loss that is drawn, in place of the cross-entropy with `consistency`, of formulas only; nil takes those.
  public var objective: Objective?

  /// A landscape of these values of γ along one direction.
  public init(
    gammas: [Double] = LossLandscape.publishedGammas, direction: Direction = .scaling,
    attack: (any Attack)? = PGD.pgd10, consistency: ConsistencyLoss? = nil, objective: Objective? = nil
  ) {
    self.gammas = gammas
    self.direction = direction
    self.attack = attack
    self.consistency = consistency
    self.objective = objective
  }

  /// −0.20 … 0.20 in steps of 0.02.
  public static let publishedGammas = (-10...10).map { Double($0) / 50 }

  /// The network at `gamma`.
  public func network(_ model: Model, at gamma: Double) -> Model {
    move(origin(of: model), gamma, filterDirection(at: origin(of: model)))
  }

  /// The objective for each γ: the mean of its terms over the rows, and of those between views over the pairs.
  ///
  /// - Parameters:
  ///   - batch: of two views if a term compares views.
  ///   - key: the attack's random starts; the same for each γ.
  ///   - threads: at least 1; results do not depend on it.
  ///   - onStep: called after each γ with its index.
  public func losses(
    of model: Model, on batch: LandscapeBatch, key: RandomKey, threads: Int = 1, onStep: (Int) -> Void = { _ in }
  ) -> [Double] {
    let objective = objective ?? .standard(consistency)
    check(objective, on: batch)
    let origin = origin(of: model)
    let filters = filterDirection(at: origin)
    return gammas.enumerated().map { i, gamma in
      let classifier = ModelClassifier(move(origin, gamma, filters), threads: threads)
      let images = images(raising: objective.attack, batch, of: classifier, key: key)
      var logits = classifier.logits(images)
      if objective.usesNaturalRows {
        logits = Tensor(stacking: [logits, classifier.logits(batch.images)])
      }
      let loss = objective.meanLoss(logits: logits, labels: batch.labels, views: batch.views)
      onStep(i)
      return loss
    }
  }

  private func check(_ objective: Objective, on batch: LandscapeBatch) {
    precondition(
      !batch.labels.isEmpty && batch.views >= objective.fewestViews,
      "LossLandscape: \(batch.labels.count) rows of \(batch.views) view(s), where the loss compares \(objective.fewestViews)"
    )
    precondition(
      objective.customTerms.isEmpty,
      "LossLandscape: \(objective.summary) has a term in code, of which there is no loss on logits alone")
  }

  /// Where the attack's goal leads for the network at one γ.
  private func images(
    raising goal: AttackGoal, _ batch: LandscapeBatch, of classifier: ModelClassifier, key: RandomKey
  ) -> Tensor {
    guard let attack else { return batch.images }
    let (images, labels) = (batch.images, batch.labels)
    let climbed = goal.climbed(count: labels.count, classCount: classifier.classCount)
    climbed?.labels = labels
    if goal.usesNaturalLogits { climbed?.natural = classifier.logits(images) }
    let indices = Array(0..<labels.count)
    var start: Tensor?
    if let deviation = goal.noise {
      var noisy = images
      attack.threatModel.addNoise(to: &noisy, deviation: deviation, clean: images, key: key, indices: indices[...])
      start = noisy
    }
    return attack.perturb(
      images, labels: labels, raising: climbed, from: start, of: classifier, key: key, indices: indices)
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
