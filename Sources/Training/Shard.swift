// One shard of a batch: its images, its attack, its forward and backward pass.

internal import Attacks
internal import Basics
internal import Datasets
internal import Networks
internal import Objectives
internal import Tensors

/// The memory of one shard, planned once. A thread works on a whole shard, with the help of others where there are more
/// threads than shards; shards share nothing that is written.
///
/// With two views the first half of the images trained on are first views and the second half second views of the same
/// images, and both go through the network together; natural images beside adversarial ones do so after all of them.
final class Shard: @unchecked Sendable {
  /// What a forward pass on the images trained on is for.
  enum Purpose {
    /// The objective and its gradient; the running statistics move.
    case training
    /// The objective without what compares views, and its gradient; the running statistics stay: a proxy's.
    case proxy
    /// The objective; the running statistics move.
    case statistics
  }

  /// Images, and images trained on: images times views. Natural rows beside them are not counted.
  let size: Int, attacked: Int
  /// The running statistics as this shard moves them.
  private(set) var running: [Float]
  /// Sum of the losses, and number of right answers, over the images trained on.
  private(set) var lossSum = 0.0
  private(set) var correct = 0

  private let network: any Network
  /// By the parameters; of the shard's part of the batch's mean loss.
  private let gradient: FloatBuffer
  private let pass: any NetworkPass
  /// Of the natural images, where they go through the network apart.
  private let naturalPass: (any NetworkPass)?
  private let classifier: ModelClassifier
  private var objective: ObjectiveEvaluation
  /// One a thread.
  private var augmenters: [Augmenter]
  /// Of all views together, or of one view each.
  private var groups: [AttackedRows]
  private var logits: Tensor
  private var dLogits: Tensor
  /// Of all rows trained on.
  private var labels: CrossEntropy
  /// Of all rows, and the gradient by them; empty if no term is in code.
  private var features: [Float], dFeatures: [Float]
  private let featureCount: Int
  /// Adversarial and natural images below each other; empty if they do not go through the network together.
  private var inputs: Tensor
  /// Forward passes in training mode whose plain mean the running statistics are; nil while they are a moving mean.
  private var forwards: Int?

  /// - Parameters:
  ///   - gradient: what the gradient by the parameters is added to.
  ///   - threads: that work on this shard at most; bits do not depend on them.
  init(_ weights: LoadedNetwork, gradient: FloatBuffer, recipe: Recipe, threads: Int) {
    network = weights.network
    let (image, classCount) = (network.imageShape.dimensions, network.classCount)
    size = recipe.batchSize / recipe.shards
    objective = ObjectiveEvaluation(
      recipe.objectiveInUse, images: size, views: recipe.views ?? 1, classCount: classCount)
    attacked = objective.attacked
    let rows = objective.rows
    self.gradient = gradient
    let isApart = objective.objective.usesNaturalPass
    pass = weights.engine.makePass(capacity: isApart ? attacked : rows, threads: threads, for: .training)
    naturalPass = isApart ? weights.engine.makePass(capacity: attacked, threads: threads, for: .training) : nil
    featureCount = weights.layout.featureCount
    let usesFeatures = !objective.objective.customTerms.isEmpty
    // One number at least, since empty says that no term is in code.
    features = [Float](repeating: 0, count: usesFeatures ? max(rows * featureCount, 1) : 0)
    dFeatures = features
    classifier = ModelClassifier(weights, threads: threads, microBatch: min(attacked, network.usualMicroBatch))
    augmenters = Array(
      repeating: Augmenter(recipe.augmentation, height: image[1], width: image[2]), count: threads)
    groups = Self.groups(of: recipe, size: size, attacked: attacked)
    logits = Tensor(shape: [rows, classCount])
    dLogits = logits
    labels = CrossEntropy(labels: [Int](repeating: 0, count: attacked))
    inputs = Tensor(shape: rows == attacked || isApart ? [0] : Shape([rows] + image))
    running = [Float](repeating: 0, count: weights.layout.statistics.count)
  }

  /// One group of rows for all views where they share an attack, and else one a view.
  private static func groups(of recipe: Recipe, size: Int, attacked: Int) -> [AttackedRows] {
    let (network, goal) = (recipe.model, recipe.objectiveInUse.attack)
    guard let attacks = recipe.viewAttacks else {
      return [AttackedRows(recipe.attack, firstView: 0, count: attacked, of: network, goal: goal)]
    }
    return attacks.enumerated().map { AttackedRows($1, firstView: $0, count: size, of: network, goal: goal) }
  }

  /// The views, and what the attacks made of them: `[attacked, C, H, W]`.
  private var clean: Tensor { groups.count == 1 ? groups[0].clean : Tensor(stacking: groups.map(\.clean)) }
  private var adversarial: Tensor {
    groups.count == 1 ? groups[0].state.images : Tensor(stacking: groups.map(\.state.images))
  }

  /// Makes the views and puts the attacks where they start.
  ///
  /// - Parameters:
  ///   - indices: `size` images of `data`.
  ///   - epochKey: the epoch's; views and random starts hang on it, the image's index and the view.
  ///   - start: the running statistics to start from.
  ///   - forwards: how many forward passes the statistics are the plain mean of; nil for a moving mean.
  func begin(
    on indices: ArraySlice<Int>, of data: LabeledImages, epochKey: RandomKey, running start: [Float], forwards: Int?
  ) {
    precondition(indices.count == size, "Shard: \(indices.count) images, planned for \(size)")
    self.forwards = forwards
    running.withUnsafeMutableBufferPointer { running in
      start.withUnsafeBufferPointer { running.baseAddress!.update(from: $0.baseAddress!, count: $0.count) }
    }
    for row in 0..<attacked { labels.labels[row] = data.labels[indices[indices.startIndex + row % size]] }
    for i in groups.indices {
      groups[i].begin(
        on: indices, of: data, epochKey: epochKey, augmenters: &augmenters, classifier: classifier)
    }
  }

  /// All of the attacks, after `begin`; `epochKey` is the same.
  func attack(epochKey: RandomKey) {
    for i in groups.indices {
      switch groups[i].attack?.statistics {
      case nil: break
      case .running: groups[i].run(epochKey: epochKey, of: classifier)
      case .batch: groups[i].run(epochKey: epochKey, of: TrainingModeClassifier(self))
      }
    }
  }

  /// One step of projected gradient descent on the network in training mode, of all views together.
  func attackStepInTrainingMode(_ pgd: PGD) { groups[0].step(pgd, of: TrainingModeClassifier(self)) }

  /// The pass on the adversarial images: losses, and for training and the proxy the gradient by the parameters, added
  /// to what is there.
  ///
  /// - Parameter batchSize: images of the whole batch, over which the loss is averaged.
  func differentiate(_ purpose: Purpose, batchSize: Int) {
    forwardAll(movesStatistics: purpose != .proxy)
    let sums = evaluate(withConsistency: purpose != .proxy, batchSize: batchSize)
    // As a sum over the images trained on: one of pairs of views counts once a view.
    lossSum = sums.images + Double(attacked / size) * sums.pairs
    correct = 0
    for (row, label) in labels.labels.enumerated() where logits.argmax(row: row) == label { correct += 1 }
    if purpose == .statistics { return }
    backwardAll(usesFeatures: purpose == .training)
    if purpose == .training { addTermsWithPasses(batchSize: batchSize) }
  }

  /// Logits of all rows; natural images that go apart go first.
  private func forwardAll(movesStatistics: Bool) {
    if let naturalPass {
      forward(clean, by: naturalPass, row: attacked, movesStatistics: movesStatistics)
      forward(adversarial, row: 0, movesStatistics: movesStatistics)
    } else if objective.rows == attacked {
      forward(adversarial, row: 0, movesStatistics: movesStatistics)
    } else {
      stack()
      forward(inputs, row: 0, movesStatistics: movesStatistics)
    }
  }

  private func evaluate(withConsistency: Bool, batchSize: Int) -> (images: Double, pairs: Double) {
    if features.isEmpty {
      return objective.evaluate(
        gradient: &dLogits, logits: logits, labels: labels, batchSize: batchSize, withConsistency: withConsistency)
    }
    let (own, count) = ((naturalPass == nil ? objective.rows : attacked) * featureCount, featureCount)
    return features.withUnsafeMutableBufferPointer { features in
      features.baseAddress!.update(from: pass.features, count: own)
      if let naturalPass { (features.baseAddress! + own).update(from: naturalPass.features, count: own) }
      return dFeatures.withUnsafeMutableBufferPointer { dFeatures in
        dFeatures.update(repeating: 0)
        return objective.evaluate(
          gradient: &dLogits, logits: logits, labels: labels, batchSize: batchSize, withConsistency: withConsistency,
          features: ObjectiveFeatures(
            values: features.baseAddress!, gradient: dFeatures.baseAddress!, count: count))
      }
    }
  }

  private func backwardAll(usesFeatures: Bool) {
    let (classes, features) = (network.classCount, featureCount)
    dLogits.elements.withUnsafeBufferPointer { dLogits in
      dFeatures.withUnsafeBufferPointer { all in
        let dFeatures = usesFeatures && !all.isEmpty ? all.baseAddress : nil
        pass.backward(
          dImages: nil, gradient: gradient.pointer, dLogits: dLogits.baseAddress!, dFeatures: dFeatures,
          inputScale: nil, n: naturalPass == nil ? objective.rows : attacked)
        naturalPass?.backward(
          dImages: nil, gradient: gradient.pointer, dLogits: dLogits.baseAddress! + attacked * classes,
          dFeatures: dFeatures.map { $0 + attacked * features }, inputScale: nil, n: attacked)
      }
    }
  }

  /// What terms in code add with passes of their own.
  private func addTermsWithPasses(batchSize: Int) {
    if features.isEmpty { return }
    let passes = ShardPasses(
      pass, gradient: gradient, images: adversarial, clean: clean, labels: labels.labels,
      classCount: network.classCount, share: objective.share(batchSize: batchSize))
    for term in objective.objective.customTerms {
      lossSum += Double(attacked) * term.differentiate(with: passes)
    }
  }

  /// From now on takes the time of each layer, in the attack too.
  func measure(_ profile: LayerProfile?) {
    pass.measure(profile)
    naturalPass?.measure(profile)
    classifier.measure(profile)
  }

  /// Puts the adversarial and the natural images below each other.
  private func stack() {
    var row = 0
    inputs.elements.withUnsafeMutableBufferPointer { inputs in
      func append(_ images: Tensor) {
        images.elements.withUnsafeBufferPointer {
          (inputs.baseAddress! + row).update(from: $0.baseAddress!, count: $0.count)
        }
        row += images.elements.count
      }
      for group in groups { append(group.state.images) }
      for group in groups { append(group.clean) }
    }
  }

  /// Training mode: batch statistics, of all of `images`. Writes their logits from `row` on.
  private func forward(
    _ images: Tensor, by own: (any NetworkPass)? = nil, row: Int, movesStatistics: Bool = true
  ) {
    let (pass, n, k) = (own ?? pass, images.shape[0], network.classCount)
    logits.elements.withUnsafeMutableBufferPointer { z in
      images.elements.withUnsafeBufferPointer {
        pass.forward(z.baseAddress! + row * k, images: $0.baseAddress!, n: n, statistics: .batch)
      }
    }
    if movesStatistics { moveStatistics(by: pass, n: n) }
  }

  private func moveStatistics(by pass: any NetworkPass, n: Int) {
    if let forwards {
      pass.updateRunning(&running, n: n, momentum: 1 / Float(forwards + 1))
      self.forwards = forwards + 1
    } else {
      pass.updateRunning(&running, n: n, momentum: 0.1)
    }
  }

  /// As an attack wants it: logits of its own.
  private func forward(_ images: Tensor, into logits: inout Tensor) {
    let n = images.shape[0]
    logits.elements.withUnsafeMutableBufferPointer { z in
      images.elements.withUnsafeBufferPointer {
        pass.forward(z.baseAddress!, images: $0.baseAddress!, n: n, statistics: .batch)
      }
    }
    moveStatistics(by: pass, n: n)
  }

  /// The network in training mode as an attack sees it: all images of the shard at once.
  private struct TrainingModeClassifier: Classifier {
    let shard: Shard
    var classCount: Int { shard.network.classCount }
    var imageShape: Shape { shard.network.imageShape }
    var threads: Int { shard.classifier.threads }

    init(_ shard: Shard) { self.shard = shard }

    func predict(_ logits: inout Tensor, images: Tensor) { shard.forward(images, into: &logits) }

    func differentiate(
      _ gradient: inout Tensor, losses: inout [Float], logits: inout Tensor, loss: any LogitLoss, images: Tensor
    ) {
      let n = images.shape[0]
      shard.forward(images, into: &logits)
      loss.evaluate(losses: &losses, gradient: &shard.dLogits, logits: logits, examples: 0..<n)
      gradient.elements.withUnsafeMutableBufferPointer { dx in
        shard.dLogits.elements.withUnsafeBufferPointer {
          shard.pass.backward(
            dImages: dx.baseAddress!, gradient: nil, dLogits: $0.baseAddress!, n: n)
        }
      }
    }
  }
}
