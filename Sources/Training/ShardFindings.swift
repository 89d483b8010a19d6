// What the shards of a batch find in a step beside their gradients, and what all ranks make of it.

internal import Ranks
internal import Tensors

/// Running statistics, losses and counts of all shards of a batch, those of other ranks too.
final class ShardFindings {
  /// Of one shard.
  struct Numbers: BitwiseCopyable {
    var loss = 0.0
    var correct = 0, images = 0
  }

  private let ranks: any Communicator
  private let shards: Int, statisticsCount: Int
  /// Running statistics, shard after shard: of this rank's and of all.
  private let own: FloatBuffer, all: FloatBuffer
  private var ownNumbers: [Numbers], allNumbers: [Numbers]

  /// - Parameter statistics: how many a shard has.
  init(_ ranks: any Communicator, shards: Int, statistics: Int) {
    (self.ranks, self.shards, statisticsCount) = (ranks, shards, statistics)
    own = FloatBuffer(count: shards / ranks.size * statistics)
    all = FloatBuffer(count: shards * statistics)
    ownNumbers = [Numbers](repeating: Numbers(), count: shards / ranks.size)
    allNumbers = [Numbers](repeating: Numbers(), count: shards)
  }

  /// Sums of the losses over the shards in their order; running statistics are the shards' mean.
  func take(_ shards: [Shard], into state: inout TrainingState) {
    for (s, shard) in shards.enumerated() {
      shard.running.withUnsafeBufferPointer {
        (own.pointer + s * statisticsCount).update(from: $0.baseAddress!, count: statisticsCount)
      }
      ownNumbers[s] = Numbers(loss: shard.lossSum, correct: shard.correct, images: shard.attacked)
    }
    exchange()
    let share = 1 / Float(self.shards)
    state.model.statistics.values.withUnsafeMutableBufferPointer { running in
      for i in running.indices {
        var sum: Float = 0
        for s in 0..<self.shards { sum += all.pointer[s * statisticsCount + i] }
        running[i] = sum * share
      }
    }
    for numbers in allNumbers {
      state.sums.loss += numbers.loss
      state.sums.correct += numbers.correct
      state.sums.images += numbers.images
    }
  }

  private func exchange() {
    let floats = MemoryLayout<Float>.stride
    ranks.gather(
      UnsafeRawBufferPointer(start: own.pointer, count: shards / ranks.size * statisticsCount * floats),
      into: UnsafeMutableRawBufferPointer(start: all.pointer, count: shards * statisticsCount * floats))
    ownNumbers.withUnsafeBytes { own in allNumbers.withUnsafeMutableBytes { ranks.gather(own, into: $0) } }
  }
}
