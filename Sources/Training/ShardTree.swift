// In which order the gradients of a batch's shards are added: a balanced binary tree, so that whoever holds neighbouring
// shards can add them before anybody else's are known, and the sum has the same bits however the shards are spread.

internal import Basics

/// The additions of the tree over the shards 0 ..< `count`: neighbours first, then pairs of neighbours, and so on.
///
///     ((0 + 1) + (2 + 3)) + (4 + 5)     for six shards
package struct ShardTree: Hashable, Sendable {
  /// One addition: shard `into` takes over the sum that stands at shard `from`.
  package struct Addition: Hashable, Sendable {
    package let into: Int, from: Int
    /// All shards that are in the sum afterwards.
    package let span: Range<Int>
  }

  /// Number of shards.
  package let count: Int
  /// All additions, in an order in which they can be done.
  package let additions: [Addition]

  package init(_ count: Int) {
    precondition(count >= 1, "ShardTree: \(count) shards")
    self.count = count
    var additions: [Addition] = []
    var width = 1
    while width < count {
      for left in stride(from: 0, to: count - width, by: 2 * width) {
        additions.append(Addition(into: left, from: left + width, span: left..<min(left + 2 * width, count)))
      }
      width *= 2
    }
    self.additions = additions
  }

  /// The additions that concern no shard outside of `block`.
  package func additions(within block: Range<Int>) -> [Addition] {
    additions.filter { block.lowerBound <= $0.span.lowerBound && $0.span.upperBound <= block.upperBound }
  }

  /// The shards at which sums stand once the additions within `block` are done, in their order.
  package func roots(of block: Range<Int>) -> [Int] {
    let taken = Set(additions(within: block).map(\.from))
    return block.filter { !taken.contains($0) }
  }

  /// The additions that are left when each of `blocks`, which together are all shards, has done its own.
  package func additions(across blocks: [Range<Int>]) -> [Addition] {
    let done = Set(blocks.flatMap { additions(within: $0) })
    return additions.filter { !done.contains($0) }
  }
}
