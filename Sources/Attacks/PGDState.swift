// The memory of projected gradient descent on one batch.

internal import Basics
package import Objectives
package import Tensors

/// What PGD moves and computes on one batch, planned once.
package struct PGDState: Sendable {
  /// `[N, C, H, W]`: where the descent is.
  package var images: Tensor
  /// As `images`.
  package var gradient: Tensor
  /// `[N]` and `[N, K]`, at the images before the last step.
  package var losses: [Float]
  package var logits: Tensor

  /// - Parameter imagesShape: `[N, C, H, W]`.
  package init(_ imagesShape: Shape, classCount: Int) {
    images = Tensor(shape: imagesShape)
    gradient = Tensor(shape: imagesShape)
    losses = [Float](repeating: 0, count: imagesShape[0])
    logits = Tensor(shape: [imagesShape[0], classCount])
  }

  /// Drops the rows that are not selected.
  mutating func keep(_ selection: RowSelection) {
    selection(&images)
    selection(&gradient)
    selection(&losses)
    selection(&logits)
  }

  /// Sets the images without a new allocation.
  package mutating func begin(_ clean: Tensor) {
    precondition(clean.shape == images.shape, "PGDState: \(clean.shape), planned for \(images.shape)")
    clean.elements.withUnsafeBufferPointer { from in
      images.elements.withUnsafeMutableBufferPointer {
        if let to = $0.baseAddress { to.update(from: from.baseAddress!, count: from.count) }
      }
    }
  }
}

/// What PGD raises, and the images that it stays near.
package struct PGDTarget {
  /// `[N, C, H, W]`.
  package var clean: Tensor
  /// Example i is image i.
  package var loss: any LogitLoss

  package init(clean: Tensor, loss: any LogitLoss) {
    self.clean = clean
    self.loss = loss
  }
}
