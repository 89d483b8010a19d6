// The gradients by the parameters of a batch's shards, and their sum.

package import Tensors

/// One buffer a shard of this process, all zeros between steps: a shard adds its gradient, and whoever takes the sum
/// leaves zeros. Sum, optimiser and zeros go once through memory together, part by part; for wide networks that is what a
/// step costs beside its passes.
package struct ShardGradients: Sendable {
  /// One a shard of `block`.
  package let buffers: [FloatBuffer]
  /// The shards that are here, of all those of `tree`.
  let block: Range<Int>
  /// The order of the additions.
  let tree: ShardTree
  /// Buffers of the additions that concern none but shards that are here.
  private let additions: [(into: Int, from: Int)]

  /// - Parameter block: the shards that are here; nil is all of them.
  package init(shards: Int, block: Range<Int>? = nil, count: Int) {
    let block = block ?? 0..<shards
    self.block = block
    tree = ShardTree(shards)
    additions = tree.additions(within: block).map { ($0.into - block.lowerBound, $0.from - block.lowerBound) }
    buffers = block.map { _ in FloatBuffer(count: count) }
  }

  /// Number of parameters.
  package var count: Int { buffers[0].count }
  /// Where the sum is once it is taken.
  var total: UnsafeMutablePointer<Float> { buffers[0].pointer }

  /// total ← Σ over the shards that are here in the order of the tree; what was added to another becomes zeros.
  func sum(_ range: Range<Int>) {
    for (into, from) in additions {
      let (sum, part) = (buffers[into].pointer, buffers[from].pointer)
      for i in range {
        sum[i] += part[i]
        part[i] = 0
      }
    }
  }

  /// As above, all of it.
  func sum(threads: Int) { forEachPart(threads: threads) { sum($0) } }

  /// The total becomes zeros again.
  func clear(_ range: Range<Int>) { (total + range.lowerBound).update(repeating: 0, count: range.count) }

  /// Calls `body` for parts of all parameters that fit a core's cache.
  func forEachPart(threads: Int, _ body: @Sendable (Range<Int>) -> Void) {
    let (count, size) = (count, 1 << 14)
    parallelFor((count + size - 1) / size, threads: threads) { task, _ in
      body(task * size..<min((task + 1) * size, count))
    }
  }
}
