// What all attacks have in common.

public import Objectives
public import Tensors

/// A search for images that a classifier gets wrong, within a threat model.
public protocol Attack: Sendable, Hashable, Codable {
  /// Short name as in reports: `apgd-ce`, `square`.
  var name: String { get }
  var threatModel: ThreatModel { get }
  /// Work on one image that resists to the end, in forward passes; a gradient counts as two. For time estimates.
  func cost(classCount: Int) -> Double
  /// What this attack does differently for so few classes.
  func remarks(classCount: Int) -> [EvaluationWarning]

  /// Attacks `images` `[N, C, H, W]` in [0, 1].
  ///
  /// An image leaves the batch as soon as it is broken. What is drawn for image i comes from `key.split(indices[i])`, so
  /// its result depends neither on the other images nor on the number of threads.
  ///
  /// - Parameters:
  ///   - labels: one class an image, in 0..<K.
  ///   - indices: the place of each image in its data set, one an image.
  ///   - onProgress: called now and then with what is left.
  func run(
    on images: Tensor, labels: [Int], of classifier: some Classifier, key: RandomKey, indices: [Int],
    onProgress: (AttackProgress) -> Void
  ) -> AttackResult
}

extension Attack {
  public func remarks(classCount: Int) -> [EvaluationWarning] { [] }

  /// Attacks `images`, image i of them being number i of its data set.
  public func run(on images: Tensor, labels: [Int], of classifier: some Classifier, key: RandomKey) -> AttackResult {
    run(on: images, labels: labels, of: classifier, key: key, indices: Array(0..<images.shape[0])) { _ in }
  }

  func check(_ images: Tensor, _ labels: [Int], _ indices: [Int], _ classifier: some Classifier) {
    let n = images.shape[0]
    precondition(
      labels.count == n && indices.count == n, "\(name): \(n) images, \(labels.count) labels, \(indices.count) indices")
    let k = classifier.classCount
    precondition(k >= 2 && labels.allSatisfy { $0 >= 0 && $0 < k }, "\(name): labels \(labels) with \(k) classes")
  }
}

/// How far an attack on one batch is.
public struct AttackProgress: Hashable, Sendable {
  /// Share of the iterations or queries that are done, 0…1.
  public var done: Double
  /// Images that are not broken yet.
  public var left: Int

  public init(done: Double, left: Int) {
    self.done = done
    self.left = left
  }
}

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

  /// The clean images, none of them broken.
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
}

extension Array {
  /// The elements at `indices`, in that order.
  func gathering(_ indices: [Int]) -> [Element] { indices.map { self[$0] } }
}
