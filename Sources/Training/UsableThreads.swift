// How many threads find work in a recipe's step.

extension Recipe {
  /// Threads that a step can keep busy in each of `ranks` processes: one an image trained on. All shards are worked on at
  /// once, and a shard's images are shared among the threads that it has.
  public func usableThreads(ranks: Int = 1) -> Int { max(batchSize * (views ?? 1) / ranks, 1) }
}
