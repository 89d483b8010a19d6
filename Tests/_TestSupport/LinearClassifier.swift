// A classifier whose best attacks are known in closed form.

public import Objectives
public import Tensors

/// Logits W·x + b.
public struct LinearClassifier: Classifier {
  public let weights: [[Float]]
  public let bias: [Float]
  public let imageShape: Shape
  public var classCount: Int { weights.count }

  public init(weights: [[Float]], bias: [Float]? = nil, imageShape: Shape) {
    precondition(weights.allSatisfy { $0.count == imageShape.count }, "LinearClassifier: weights do not fit images")
    self.weights = weights
    self.bias = bias ?? weights.map { _ in 0 }
    self.imageShape = imageShape
  }

  public func predict(_ logits: inout Tensor, images: Tensor) {
    let d = images.stride0
    for n in 0..<images.shape[0] {
      for k in 0..<classCount {
        var sum = bias[k]
        for j in 0..<d { sum += weights[k][j] * images.elements[n * d + j] }
        logits[n, k] = sum
      }
    }
  }

  public func differentiate(
    _ gradient: inout Tensor, losses: inout [Float], logits: inout Tensor, loss: any LogitLoss, images: Tensor
  ) {
    predict(&logits, images: images)
    let (values, dLogits) = loss.evaluate(logits: logits)
    losses = values
    let d = images.stride0
    for n in 0..<images.shape[0] {
      for j in 0..<d {
        gradient.elements[n * d + j] = (0..<classCount).reduce(0) { $0 + dLogits[n, $1] * weights[$1][j] }
      }
    }
  }
}
