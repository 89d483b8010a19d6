import Networks
import Objectives
import Tensors

/// A network in training mode as an attack sees it, all images at once, by itself: it notes every forward pass.
final class TrainingModeClassifier: Classifier, @unchecked Sendable {
  /// What went through the network, and mean and unbiased variance of each batch, laid out as the running ones.
  private(set) var images: [Tensor] = []
  private(set) var statistics: [[Float]] = []

  private let model: Model
  private let pass: any NetworkPass

  /// - Parameter rows: images of a call at most.
  init(_ model: Model, rows: Int) {
    self.model = model
    let loaded = LoadedNetwork(model.architecture)
    loaded.load(model, threads: 1)
    pass = loaded.engine.makePass(capacity: rows, for: .training)
  }

  var classCount: Int { model.architecture.classCount }
  var imageShape: Shape { model.architecture.imageShape }

  func predict(_ logits: inout Tensor, images: Tensor) {
    let n = images.shape[0]
    var z = [Float](repeating: 0, count: n * classCount)
    pass.forward(&z, images: images.elements, n: n, statistics: .batch)
    logits = Tensor(z, shape: [n, classCount])
    var alone = [Float](repeating: 0, count: model.statistics.values.count)
    pass.updateRunning(&alone, n: n, momentum: 1)
    self.images.append(images)
    statistics.append(alone)
  }

  func differentiate(
    _ gradient: inout Tensor, losses: inout [Float], logits: inout Tensor, loss: any LogitLoss, images: Tensor
  ) {
    let n = images.shape[0]
    predict(&logits, images: images)
    var dLogits = logits
    loss.evaluate(losses: &losses, gradient: &dLogits, logits: logits, examples: 0..<n)
    gradient.elements.withUnsafeMutableBufferPointer { dx in
      dLogits.elements.withUnsafeBufferPointer {
        pass.backward(dImages: dx.baseAddress!, gradient: nil, dLogits: $0.baseAddress!, n: n)
      }
    }
  }
}
