// What an attack found.

internal import Basics
internal import Objectives
public import Tensors

/// What an attack found for each image of a batch.
public struct AttackResult: Hashable, Sendable {
  /// `[N, C, H, W]`: the adversarial image where there is one, else the clean image.
  public var images: Tensor
  /// True where the classifier gets `images` wrong. A NaN among the logits is wrong whatever the label.
  public var broken: [Bool]
  /// True where the gradient was zero in every pixel at the start of the attack.
  public var zeroGradient: [Bool]
  /// True where a logit was not a number, on the way or at the end.
  public var invalidLogits: [Bool]

  /// The clean images `[N, C, H, W]`, none of them broken.
  public init(clean images: Tensor) {
    self.images = images
    broken = [Bool](repeating: false, count: images.shape[0])
    zeroGradient = broken
    invalidLogits = broken
  }

  /// Takes row `row` of `candidates` as the adversarial image of image `index`.
  mutating func accept(_ index: Int, _ candidates: Tensor, row: Int) {
    broken[index] = true
    images.copyRow(index, from: candidates, row: row)
  }

  /// Marks the images that are wrong before any attack, and returns the others with all logits `[N, K]`.
  mutating func leaveOutMisclassified(labels: [Int], by classifier: some Classifier) -> (right: [Int], logits: Tensor) {
    let logits = classifier.logits(images)
    var right: [Int] = []
    for i in labels.indices {
      if logits.says(labels[i], row: i) {
        right.append(i)
      } else {
        broken[i] = true
        if logits.hasNaN(row: i) { invalidLogits[i] = true }
      }
    }
    return (right, logits)
  }

  /// Takes over what one start found on the images `indices`, and returns those that it did not break.
  ///
  /// - Parameter isFirst: whether it is the attack's first start, whose gradients count as those at the start.
  mutating func take(_ found: AttackResult, of indices: [Int], isFirst: Bool) -> [Int] {
    var left: [Int] = []
    for (row, i) in indices.enumerated() {
      if isFirst && found.zeroGradient[row] { zeroGradient[i] = true }
      if found.invalidLogits[row] { invalidLogits[i] = true }
      if found.broken[row] { accept(i, found.images, row: row) } else { left.append(i) }
    }
    return left
  }
}

extension Tensor {
  /// Overwrites entry `index` along the first dimension with entry `row` of `other`, which has entries of the same size.
  mutating func copyRow(_ index: Int, from other: Tensor, row: Int) {
    let d = stride0
    precondition(d == other.stride0, "copyRow: \(other.shape) into \(shape)")
    other.elements.withUnsafeBufferPointer { from in
      elements.withUnsafeMutableBufferPointer { to in
        (to.baseAddress! + index * d).update(from: from.baseAddress! + row * d, count: d)
      }
    }
  }

  /// True if all elements of entry `row` along the first dimension are 0.
  func isZero(row: Int) -> Bool {
    let d = stride0
    return elements.withUnsafeBufferPointer { x in
      for j in row * d..<(row + 1) * d where x[j] != 0 { return false }
      return true
    }
  }

  /// `body` with the address of the elements.
  mutating func withPointer<R>(_ body: (UnsafeMutablePointer<Float>) -> R) -> R {
    elements.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
  }

  /// `body` with the addresses of entry `row` of self, `a` and `b`, all of one shape.
  mutating func withRow(
    _ row: Int, _ a: Tensor, _ b: Tensor,
    _ body: (UnsafeMutablePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>) -> Void
  ) {
    let d = stride0
    precondition(a.shape == shape && b.shape == shape, "withRow: \(shape), \(a.shape), \(b.shape)")
    a.elements.withUnsafeBufferPointer { a in
      b.elements.withUnsafeBufferPointer { b in
        withPointer { body($0 + row * d, a.baseAddress! + row * d, b.baseAddress! + row * d) }
      }
    }
  }
}
