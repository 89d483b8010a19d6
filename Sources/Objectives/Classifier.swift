// What an attack sees of a model.

public import Tensors

/// Anything that turns images into logits and knows the gradient of a loss by its images.
///
/// Images are `[N, C, H, W]` in [0, 1]. An image's result never depends on the others in the call, and a call changes
/// neither the model's mode nor its statistics.
public protocol Classifier: Sendable {
  /// Number of classes K.
  var classCount: Int { get }
  /// `[C, H, W]`.
  var imageShape: Shape { get }
  /// Threads that a call may use; what an attack does between calls may use as many. Results do not depend on it.
  var threads: Int { get }

  /// Overwrites `logits` `[N, K]` with those of `images`.
  func predict(_ logits: inout Tensor, images: Tensor)

  /// Overwrites `gradient` (as `images`) with the gradient of each example's loss by its image, `losses` `[N]` with the
  /// losses and `logits` `[N, K]`; example i of `loss` is image i.
  func differentiate(
    _ gradient: inout Tensor, losses: inout [Float], logits: inout Tensor, loss: any LogitLoss, images: Tensor)
}

extension Classifier {
  /// One.
  public var threads: Int { 1 }

  /// Logits `[N, K]` of images `[N, C, H, W]`.
  public func logits(_ images: Tensor) -> Tensor {
    var logits = Tensor(shape: [images.shape[0], classCount])
    predict(&logits, images: images)
    return logits
  }

  /// Class with the largest logit, for each image.
  public func classes(_ images: Tensor) -> [Int] { logits(images).argmaxRows() }

  /// Losses, logits and the gradient by the images of a loss.
  public func gradient(of loss: any LogitLoss, at images: Tensor) -> (losses: [Float], logits: Tensor, gradient: Tensor)
  {
    let n = images.shape[0]
    var losses = [Float](repeating: 0, count: n)
    var logits = Tensor(shape: [n, classCount])
    var gradient = Tensor(shape: images.shape)
    differentiate(&gradient, losses: &losses, logits: &logits, loss: loss, images: images)
    return (losses, logits, gradient)
  }
}

/// Share of `labels` that `classifier` gets right on `images`, in 0…1; 0 for no images.
public func accuracy(of classifier: some Classifier, images: Tensor, labels: [Int]) -> Double {
  let right = zip(classifier.classes(images), labels).count { $0 == $1 }
  return labels.isEmpty ? 0 : Double(right) / Double(labels.count)
}
