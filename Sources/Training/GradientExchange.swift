// The sum of a batch's gradients where its shards are spread over ranks.

internal import Ranks
internal import Tensors

/// Adds what each rank has added of its own shards. Each rank adds one slice of the parameters for all: it gets that slice
/// of every rank's sums, does the additions of the tree that are left, and gives the result to all. Twice the gradient's
/// bytes come and go, however many ranks there are.
final class GradientExchange {
  private let ranks: any Communicator
  /// For every rank the shards at which its sums stand, as places in its block.
  private let roots: [[Int]]
  /// The additions across ranks, as places among the sums that come in.
  private let additions: [(into: Int, from: Int)]
  /// Sums that each rank sends: as many as the one has that has most.
  private let sums: Int
  /// Parameters that a rank adds at a time.
  private let slice: Int
  private let outgoing: FloatBuffer, incoming: FloatBuffer

  /// Floats of a slice at most, 1 MB: small beside the gradient, and large beside what a message costs.
  static let largestSlice = 1 << 18

  /// - Parameters:
  ///   - shards: of the whole batch; the ranks divide them.
  ///   - count: parameters.
  init(_ ranks: any Communicator, shards: Int, count: Int) {
    self.ranks = ranks
    let tree = ShardTree(shards)
    let blocks = (0..<ranks.size).map { ranks.part(of: shards, rank: $0) }
    let standing = blocks.map { tree.roots(of: $0) }
    let sums = standing.map(\.count).max()!
    roots = zip(standing, blocks).map { roots, block in roots.map { $0 - block.lowerBound } }
    var places: [Int: Int] = [:]
    for (rank, roots) in standing.enumerated() {
      for (k, root) in roots.enumerated() { places[root] = rank * sums + k }
    }
    additions = tree.additions(across: blocks).map { (places[$0.into]!, places[$0.from]!) }
    self.sums = sums
    slice = min(Self.largestSlice, max((count + ranks.size - 1) / ranks.size, 1))
    outgoing = FloatBuffer(count: ranks.size * sums * slice)
    incoming = FloatBuffer(count: ranks.size * sums * slice)
  }

  /// The total of `gradients`, whose own sum is taken, becomes that of all ranks; all else there becomes zeros.
  func run(_ gradients: ShardGradients) {
    for start in stride(from: 0, to: gradients.count, by: ranks.size * slice) { run(gradients, from: start) }
    for root in roots[ranks.rank].dropFirst() {
      gradients.buffers[root].pointer.update(repeating: 0, count: gradients.count)
    }
  }

  /// The parameters from `start` on that the ranks add together at a time.
  private func run(_ gradients: ShardGradients, from start: Int) {
    /// Calls `body` with each rank and the parameters of its slice that there are.
    func forEachSlice(_ body: (Int, Range<Int>) -> Void) {
      for rank in 0..<ranks.size {
        let first = min(start + rank * slice, gradients.count)
        body(rank, first..<min(first + slice, gradients.count))
      }
    }
    forEachSlice { rank, range in
      for (k, root) in roots[ranks.rank].enumerated() {
        (outgoing.pointer + (rank * sums + k) * slice).update(
          from: gradients.buffers[root].pointer + range.lowerBound, count: range.count)
      }
    }
    ranks.exchange(bytes(outgoing, outgoing.count), into: mutableBytes(incoming, incoming.count))
    for (into, from) in additions {
      let (sum, part) = (incoming.pointer + into * slice, incoming.pointer + from * slice)
      for i in 0..<slice { sum[i] += part[i] }
    }
    // Shard 0 is the first of rank 0's, so that the sum of all stands first.
    ranks.gather(bytes(incoming, slice), into: mutableBytes(outgoing, ranks.size * slice))
    forEachSlice { rank, range in
      (gradients.total + range.lowerBound).update(from: outgoing.pointer + rank * slice, count: range.count)
    }
  }

  private func bytes(_ buffer: FloatBuffer, _ count: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: buffer.pointer, count: count * MemoryLayout<Float>.stride)
  }

  private func mutableBytes(_ buffer: FloatBuffer, _ count: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: buffer.pointer, count: count * MemoryLayout<Float>.stride)
  }
}
