// The gradients by the parameters of a batch's shards, and their sum.

package import Tensors

/// One buffer a shard, all zeros between steps: a shard adds its gradient, and whoever takes the sum leaves zeros. Sum,
/// optimiser and zeros go once through memory together, part by part; for wide networks that is what a step costs
/// beside its passes.
package struct ShardGradients: Sendable {
  /// One a shard.
  package let buffers: [FloatBuffer]

  package init(shards: Int, count: Int) { buffers = (0..<shards).map { _ in FloatBuffer(count: count) } }

  /// Number of parameters.
  package var count: Int { buffers[0].count }
  /// Where the sum is once it is taken.
  var total: UnsafeMutablePointer<Float> { buffers[0].pointer }

  /// total ← Σ over shards in their order; all but the total become zeros.
  func sum(_ range: Range<Int>) {
    let total = total
    for buffer in buffers.dropFirst() {
      let part = buffer.pointer
      for i in range {
        total[i] += part[i]
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
