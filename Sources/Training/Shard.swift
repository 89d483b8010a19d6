// One shard of a batch: its images, its attack, its forward and backward pass, on one thread.

internal import Attacks
internal import Datasets
internal import Networks
internal import Objectives
internal import Tensors

/// The memory of one shard, planned once. A thread works on a whole shard; shards share nothing that is written.
final class Shard: @unchecked Sendable {
  let size: Int
  /// Gradient by the parameters, of the shard's part of the batch's mean loss; the first shard's then takes the sum.
  var gradient: [Float]
  /// The running statistics as this shard moves them.
  private(set) var running: [Float]
  /// Sum of the losses, and number of right answers, on the images trained on.
  private(set) var lossSum = 0.0
  private(set) var correct = 0

  private let weights: PackedWeights
  private let pass: TrainingPass
  private let classifier: ModelClassifier
  private var augmenter: Augmenter
  private var clean: Tensor
  private var attack: PGDState
  private var logits: Tensor
  private var losses: [Float]
  private var dLogits: Tensor
  private var loss: CrossEntropy

  init(_ weights: PackedWeights, size: Int, augmentation: Augmentation) {
    let architecture = weights.layers.architecture
    let image = architecture.imageShape.dimensions
    self.size = size
    self.weights = weights
    pass = TrainingPass(weights.layers, capacity: size)
    classifier = ModelClassifier(
      weights, threads: 1, microBatch: min(size, ModelClassifier.usualMicroBatch))
    augmenter = Augmenter(augmentation, height: image[1], width: image[2])
    clean = Tensor(shape: Shape([size] + image))
    attack = PGDState(clean.shape, classCount: architecture.classCount)
    logits = Tensor(shape: [size, architecture.classCount])
    losses = [Float](repeating: 0, count: size)
    dLogits = logits
    loss = CrossEntropy(labels: [Int](repeating: 0, count: size))
    gradient = [Float](repeating: 0, count: weights.layers.parameters.count)
    running = [Float](repeating: 0, count: weights.layers.statistics.count)
  }

  /// The shard's part of one step: views, adversarial images, loss, gradient.
  ///
  /// - Parameters:
  ///   - indices: `size` images of `data`.
  ///   - epochKey: the epoch's; views and random starts hang on it and the image's index.
  ///   - batchSize: images of the whole batch, over which the loss is averaged.
  func work(
    on indices: ArraySlice<Int>, of data: LabeledImages, attack recipe: TrainingAttack?, epochKey: RandomKey,
    running start: [Float], batchSize: Int
  ) {
    precondition(indices.count == size, "Shard: \(indices.count) images, planned for \(size)")
    clean.elements.withUnsafeMutableBufferPointer {
      var span = $0.mutableSpan
      augmenter.fill(&span, with: indices, of: data, key: epochKey.split(0))
    }
    running.withUnsafeMutableBufferPointer { running in
      start.withUnsafeBufferPointer { running.baseAddress!.update(from: $0.baseAddress!, count: $0.count) }
    }
    for (i, index) in indices.enumerated() { loss.labels[i] = data.labels[index] }
    attack.begin(clean)
    if let recipe {
      let key = epochKey.split(1)
      switch recipe.statistics {
      case .running:
        recipe.pgd.run(&attack, clean: clean, loss: loss, of: classifier, key: key, indices: indices)
      case .batch:
        recipe.pgd.run(
          &attack, clean: clean, loss: loss, of: TrainingModeClassifier(self), key: key, indices: indices)
      }
    }
    forward(attack.images)
    loss.evaluate(losses: &losses, gradient: &dLogits, logits: logits, examples: 0..<size)
    lossSum = losses.reduce(0) { $0 + Double($1) }
    correct = 0
    for (row, label) in loss.labels.enumerated() where logits.argmax(row: row) == label { correct += 1 }
    // Mean over the batch, of which this is one shard.
    let scale = 1 / Float(batchSize)
    dLogits.elements.withUnsafeMutableBufferPointer { for i in $0.indices { $0[i] *= scale } }
    gradient.withUnsafeMutableBufferPointer { gradient in
      gradient.update(repeating: 0)
      dLogits.elements.withUnsafeBufferPointer {
        pass.backward(
          dImages: nil, gradient: gradient.baseAddress!, dLogits: $0.baseAddress!, n: size, weights)
      }
    }
  }

  /// From now on takes the time of each layer, in the attack too.
  func measure(_ profile: LayerProfile?) {
    pass.profile = profile
    classifier.measure(profile)
  }

  /// Training mode: batch statistics, and the running ones move.
  private func forward(_ images: Tensor) {
    logits.elements.withUnsafeMutableBufferPointer { z in
      images.elements.withUnsafeBufferPointer {
        pass.forward(z.baseAddress!, images: $0.baseAddress!, n: size, statistics: .batch, weights)
      }
    }
    pass.updateRunning(&running, n: size)
  }

  /// The network in training mode as an attack sees it: all images of the shard at once.
  private struct TrainingModeClassifier: Classifier {
    let shard: Shard
    var classCount: Int { shard.weights.layers.architecture.classCount }
    var imageShape: Shape { shard.weights.layers.architecture.imageShape }

    init(_ shard: Shard) { self.shard = shard }

    func predict(_ logits: inout Tensor, images: Tensor) {
      shard.forward(images)
      logits = shard.logits
    }

    func differentiate(
      _ gradient: inout Tensor, losses: inout [Float], logits: inout Tensor, loss: any LogitLoss, images: Tensor
    ) {
      let n = images.shape[0]
      shard.forward(images)
      loss.evaluate(losses: &losses, gradient: &shard.dLogits, logits: shard.logits, examples: 0..<n)
      gradient.elements.withUnsafeMutableBufferPointer { dx in
        shard.dLogits.elements.withUnsafeBufferPointer {
          shard.pass.backward(
            dImages: dx.baseAddress!, gradient: nil, dLogits: $0.baseAddress!, n: n, shard.weights)
        }
      }
    }
  }
}
