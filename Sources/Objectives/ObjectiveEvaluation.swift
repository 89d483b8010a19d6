// The losses and the gradient of an objective on the rows of a shard.

internal import Basics
package import Tensors

/// An objective on the logits of some images' rows, with its scratch memory.
///
/// Rows are laid out view by view, and the natural ones, if there are such, after all adversarial ones:
///
///     adversarial view 0 of images 0 …, adversarial view 1 …;  natural view 0 …, natural view 1 …
package struct ObjectiveEvaluation: Sendable {
  package let objective: Objective
  /// Images, and adversarial rows: images times views.
  package let images: Int, attacked: Int
  /// Rows in all.
  package var rows: Int { objective.usesNaturalRows ? 2 * attacked : attacked }

  private var losses: [Float]
  private var pairLosses: [Double]
  private var scratch: Tensor
  private var workspace = LossWorkspace()

  package init(_ objective: Objective, images: Int, views: Int, classCount: Int) {
    self.objective = objective
    self.images = images
    attacked = images * views
    losses = [Float](repeating: 0, count: attacked)
    pairLosses = [Double](repeating: 0, count: images)
    scratch = Tensor(shape: [attacked, classCount])
  }

  /// Overwrites `gradient` `[≥ rows, K]` with the gradient of the mean loss of a batch, and returns the sums
  /// of the losses over the images trained on, and of those between views over the pairs.
  ///
  /// - Parameters:
  ///   - logits: `[≥ rows, K]`.
  ///   - labels: one a row; the first `attacked` count.
  ///   - batchSize: images of the whole batch, over which the loss is averaged.
  ///   - withConsistency: false leaves the terms between views and those in code out.
  ///   - features: where the features of the rows are, for terms in code; nil leaves those out.
  package mutating func evaluate(
    gradient: inout Tensor, logits: Tensor, labels: CrossEntropy, batchSize: Int, withConsistency: Bool = true,
    features: ObjectiveFeatures? = nil
  ) -> (images: Double, pairs: Double) {
    let views = attacked / images
    gradient.elements.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
    var sums = (images: 0.0, pairs: 0.0)
    for term in objective.terms {
      switch term {
      case .crossEntropy:
        labels.evaluate(losses: &losses, gradient: &scratch, logits: logits, examples: 0..<attacked)
        let scale = 1 / Float(batchSize * views)
        for i in scratch.elements.indices { gradient.elements[i] += scratch.elements[i] * scale }
        sums.images += losses.reduce(0) { $0 + Double($1) }
      case .loss(let loss):
        sums.images += add(loss.tape, to: &gradient, logits, labels.labels, scale: 1 / Double(batchSize * views))
      case .pair(let loss):
        sums.images += add(loss.tape, to: &gradient, logits, labels.labels, scale: 1 / Double(batchSize * views))
      case .consistency(let loss):
        if !withConsistency { continue }
        loss.add(
          losses: &pairLosses, gradient: &gradient, logits: logits, pairs: images, scale: 1 / Double(batchSize),
          workspace: &workspace)
        sums.pairs += pairLosses.reduce(0, +)
      case .custom(let custom):
        guard let features, withConsistency else { continue }
        // Its value is a mean over the shard, the sums are over images.
        sums.images +=
          Double(attacked)
          * add(custom.term, to: &gradient, logits, labels.labels, features, batchSize: batchSize)
      }
    }
    return sums
  }

  /// The shard's share of a batch of so many images.
  package func share(batchSize: Int) -> Float { Float(images) / Float(batchSize) }

  private func add(
    _ term: any ObjectiveTerm, to gradient: inout Tensor, _ logits: Tensor, _ labels: [Int],
    _ features: ObjectiveFeatures, batchSize: Int
  ) -> Double {
    logits.elements.withUnsafeBufferPointer { z in
      gradient.elements.withUnsafeMutableBufferPointer { dz in
        term.differentiate(
          ObjectiveRows(
            count: rows, attacked: attacked, views: attacked / images, labels: labels, logits: z.baseAddress!,
            classCount: logits.shape[1], features: features.values, featureCount: features.count,
            share: share(batchSize: batchSize), dLogits: dz.baseAddress!, dFeatures: features.gradient))
      }
    }
  }

  /// Adds `scale` times the gradient of a formula of each row under attack, its natural row and its label; returns the
  /// sum of the losses.
  private mutating func add(
    _ tape: Tape, to gradient: inout Tensor, _ logits: Tensor, _ labels: [Int], scale: Double
  ) -> Double {
    let k = logits.shape[1]
    workspace.prepare(tape, classCount: k)
    let usesNatural = tape.usesSecondRow
    var sum = 0.0
    for row in 0..<attacked {
      let label = labels[row]
      precondition(label >= 0 && label < k, "Objective: label \(label) with \(k) classes")
      workspace.setLogits(0, logits, row: row, temperature: 1)
      if usesNatural { workspace.setLogits(1, logits, row: attacked + row, temperature: 1) }
      workspace.setLabel(label)
      sum += workspace.forward(tape)
      workspace.backward(tape)
      workspace.addLogits(0, temperature: 1, times: scale, to: &gradient.elements, row: row)
      if usesNatural {
        workspace.addLogits(1, temperature: 1, times: scale, to: &gradient.elements, row: attacked + row)
      }
    }
    return sum
  }
}

/// Where the features of a shard's rows are, and where the gradient by them goes, which is 0 at first.
package struct ObjectiveFeatures {
  let values: UnsafePointer<Float>
  let gradient: UnsafeMutablePointer<Float>
  let count: Int

  /// - Parameter count: features of a row.
  package init(values: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>, count: Int) {
    (self.values, self.gradient, self.count) = (values, gradient, count)
  }
}

extension Objective {
  /// The mean loss: over the images trained on, and over the pairs of views where terms compare those.
  ///
  /// - Parameters:
  ///   - logits: `[rows, K]`, laid out as in `ObjectiveEvaluation`.
  ///   - labels: one a row.
  ///   - views: of an image, 1 or 2.
  package func meanLoss(logits: Tensor, labels: [Int], views: Int) -> Double {
    let attacked = usesNaturalRows ? logits.shape[0] / 2 : logits.shape[0]
    var evaluation = ObjectiveEvaluation(self, images: attacked / views, views: views, classCount: logits.shape[1])
    var gradient = Tensor(shape: logits.shape)
    let sums = evaluation.evaluate(
      gradient: &gradient, logits: logits, labels: CrossEntropy(labels: labels), batchSize: attacked / views)
    return sums.images / Double(attacked) + sums.pairs / Double(evaluation.images)
  }
}
