// The order of an epoch.

internal import Basics
public import Tensors

/// Index lists of one epoch's batches: a permutation by key, cut into equal pieces.
public struct Batches: Hashable, Sendable, RandomAccessCollection {
  /// All indices in the epoch's order.
  public let order: [Int]
  /// Images of a batch.
  public let batchSize: Int
  private let wholeOnly: Bool

  /// Batches of `0..<count` in the order that `key`, the epoch's, draws. The last, smaller batch is left out if
  /// `wholeOnly`.
  ///
  /// The order uses the key's own draws, and `Augmenter.fill` its children: one key serves both.
  public init(count: Int, batchSize: Int, key: RandomKey, wholeOnly: Bool = false) {
    self.init(order: key.permutation(count), batchSize: batchSize, wholeOnly: wholeOnly)
  }

  /// Batches of `0..<count` in rising order, as an evaluation takes them.
  public init(inOrder count: Int, batchSize: Int) {
    self.init(order: Array(0..<count), batchSize: batchSize, wholeOnly: false)
  }

  private init(order: [Int], batchSize: Int, wholeOnly: Bool) {
    precondition(batchSize > 0, "Batches: batch size \(batchSize)")
    self.order = order
    self.batchSize = batchSize
    self.wholeOnly = wholeOnly
  }

  /// The first batch: 0.
  public var startIndex: Int { 0 }
  /// The number of batches.
  public var endIndex: Int { (wholeOnly ? order.count : order.count + batchSize - 1) / batchSize }

  /// The indices of the images of batch `batch`, in `0..<count`: `batchSize` of them, fewer in a last batch that is not
  /// left out.
  public subscript(batch: Int) -> ArraySlice<Int> {
    precondition(batch >= 0 && batch < endIndex, "Batches: batch \(batch) is not in 0..<\(endIndex)")
    return order[batch * batchSize..<Swift.min(order.count, (batch + 1) * batchSize)]
  }
}
