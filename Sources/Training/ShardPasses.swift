// Passes of a shard for terms of an objective that are written in code.

internal import Basics
internal import Networks
internal import Objectives
internal import Tensors

/// The shard's network and images; the gradient goes where the shard's own goes.
final class ShardPasses: ObjectivePasses {
  let images: Tensor, clean: Tensor
  let labels: [Int]
  let share: Float
  private let pass: any NetworkPass
  private let gradient: FloatBuffer
  private let classCount: Int

  init(
    _ pass: any NetworkPass, gradient: FloatBuffer, images: Tensor, clean: Tensor, labels: [Int], classCount: Int,
    share: Float
  ) {
    (self.pass, self.gradient, self.images, self.clean) = (pass, gradient, images, clean)
    (self.labels, self.classCount, self.share) = (labels, classCount, share)
  }

  func forward(_ images: Tensor, inTrainingMode: Bool) -> Tensor {
    precondition(images.shape == self.images.shape, "ObjectivePasses: images \(images.shape), not \(self.images.shape)")
    let n = images.shape[0]
    var logits = Tensor(shape: [n, classCount])
    logits.elements.withUnsafeMutableBufferPointer { z in
      images.elements.withUnsafeBufferPointer {
        pass.forward(
          z.baseAddress!, images: $0.baseAddress!, n: n, statistics: inTrainingMode ? .batch : .running)
      }
    }
    return logits
  }

  func imageGradient(_ dLogits: Tensor) -> Tensor {
    var dImages = Tensor(shape: images.shape)
    dImages.elements.withUnsafeMutableBufferPointer { dx in
      dLogits.elements.withUnsafeBufferPointer {
        pass.backward(dImages: dx.baseAddress!, gradient: nil, dLogits: $0.baseAddress!, n: images.shape[0])
      }
    }
    return dImages
  }

  func addParameterGradient(_ dLogits: Tensor) {
    dLogits.elements.withUnsafeBufferPointer {
      pass.backward(
        dImages: nil, gradient: gradient.pointer, dLogits: $0.baseAddress!, n: images.shape[0])
    }
  }
}
