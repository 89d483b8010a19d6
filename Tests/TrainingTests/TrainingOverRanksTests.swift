// Training spread over ranks has the bits of one process: every ingredient of the paper's recipes alone and together, on
// ranks that are threads. CommandLineTests do the same with processes that mpirun starts.

import Foundation
import Ranks
import Runs
import Tensors
import Testing
import Training
import _TestSupport

struct TrainingOverRanksTests {
  /// In four shards, so that up to four ranks can share it.
  private static func recipe(_ variant: TrainerTests.Variant) throws -> Recipe {
    var recipe = try TrainerTests.recipe(variant)
    recipe.shards = 4
    return recipe
  }

  /// Everything that a checkpoint holds, and all metrics, on each rank.
  private func train(_ recipe: Recipe, ranks: Int, threads: Int, from state: TrainingState? = nil) throws -> [[UInt8]] {
    let data = try DataSplits(recipe.data, directory: nil, threads: 1)
    return try ThreadRank.run(ranks) { ranks in
      let trainer = try Trainer(recipe, data: data, from: state, threads: threads, ranks: ranks)
      var metrics: [EpochMetrics] = []
      // 13 images do not divide evenly; with selection 20 are judged.
      try trainer.run(probe: 13, report: { if let finished = $0.finished { metrics.append(finished) } })
      return Safetensors.encode(trainer.state.arrays) + Array("\(metrics)".utf8)
    }
  }

  @Test(arguments: TrainerTests.variants)
  func anyNumberOfRanksGivesTheBitsOfOne(_ variant: TrainerTests.Variant) throws {
    let recipe = try Self.recipe(variant)
    let alone = try train(recipe, ranks: 1, threads: 1)[0]
    for (ranks, threads) in [(1, 2), (2, 1), (2, 2), (4, 1), (4, 2)] {
      for (rank, bytes) in try train(recipe, ranks: ranks, threads: threads).enumerated() {
        #expect(bytes == alone, "rank \(rank) of \(ranks), \(threads) threads")
      }
    }
  }

  /// Six shards on two ranks: the blocks are no branches of the tree, and two sums a rank travel.
  @Test func blocksThatAreNoBranchesOfTheTreeGiveTheSameBits() throws {
    var recipe = try TrainerTests.recipe(TrainerTests.variants.last!)
    recipe.batchSize = 36
    recipe.shards = 6
    let alone = try train(recipe, ranks: 1, threads: 2)[0]
    for ranks in [2, 3, 6] {
      #expect(try train(recipe, ranks: ranks, threads: 1).allSatisfy { $0 == alone }, "\(ranks) ranks")
    }
  }

  @Test func ranksThatCannotShareTheShardsAreRefused() throws {
    let recipe = try Self.recipe(TrainerTests.variants[0])
    for outcome in ThreadRank.outcomes(
      3,
      { ranks in
        _ = try Trainer(
          recipe, data: DataSplits(recipe.data, directory: nil, threads: 1), threads: 1, ranks: ranks)
      })
    {
      guard case .failure(let error) = outcome else {
        Issue.record("a rank went on")
        continue
      }
      #expect(error as? TrainingError == .ranks(recipe: "test", shards: 4, ranks: 3))
      #expect("\(error)".contains("its 4 shards cannot be shared among 3 ranks; start 1, 2, 4 of them"))
    }
  }

  // MARK: - Through the store

  /// The bytes of a run's weights and metrics.
  private func result(_ folder: String) throws -> [[UInt8]] {
    try ["/final.safetensors", "/metrics.jsonl"].map {
      Array(try Data(contentsOf: URL(fileURLWithPath: folder + $0)))
    }
  }

  /// Trains through the store in `root` on `ranks` ranks, and asks to stop on the last one after `stop` steps.
  private func train(
    _ recipe: Recipe, in root: String, ranks: Int, stop: Int? = nil
  ) throws -> [Result<TrainedModel?, any Error>] {
    let data = try DataSplits(recipe.data, directory: nil, threads: 1)
    return ThreadRank.outcomes(ranks) { ranks in
      var steps = 0
      return try TrainingStore(root: root).train(
        recipe, data: data, threads: 1, command: "test", ranks: ranks, checkpointEvery: 1e9,
        shouldStop: {
          steps += 1
          return ranks.rank == ranks.size - 1 && steps == stop
        })
    }
  }

  @Test(arguments: [(4, 2), (2, 4), (4, 1), (1, 4)])
  func aStopOfOneRankIsACheckpointOfAllAndAnyNumberGoesOn(_ before: Int, _ after: Int) throws {
    let recipe = try Self.recipe(TrainerTests.variants.last!)
    try withTemporaryFolder { root in
      let whole = try #require(try train(recipe, in: root + "/straight", ranks: 1)[0].get())
      let store = root + "/stopped"
      for outcome in try train(recipe, in: store, ranks: before, stop: 3) {
        guard case .failure(let error) = outcome else {
          Issue.record("a rank went on")
          continue
        }
        #expect(error as? TrainingStopped == TrainingStopped(step: 3, steps: 6))
      }
      let outcomes = try train(recipe, in: store, ranks: after).map { try $0.get() }
      #expect(outcomes.dropFirst().allSatisfy { $0 == nil })
      let trained = try #require(outcomes[0])
      #expect(try result(trained.folder) == result(whole.folder))
      let sessions = try RunStore(root: store).find("test").record.sessions
      #expect(sessions.map(\.fromStep) == [0, 3])
      #expect(sessions.map(\.ranks) == [before, after].map { $0 == 1 ? nil : $0 })
      #expect(sessions[0].processors == (before == 1 ? "1 threads" : "\(before) ranks × 1 threads"))
      // Found again, by however many.
      #expect(try train(recipe, in: store, ranks: 2)[0].get()?.wasStored == true)
    }
  }

  @Test func whatRankZeroCannotDoEndsAll() throws {
    let recipe = try Self.recipe(TrainerTests.variants[0])
    let outcomes = try train(recipe, in: "/proc/none", ranks: 2)
    let messages = outcomes.map { outcome in if case .failure(let error) = outcome { "\(error)" } else { "none" } }
    #expect(messages[0].contains("/proc/none") && messages[1] == "rank 0: " + messages[0], "\(messages)")
  }

  @Test func ranksWithOtherRecipesOrImagesAreRefused() throws {
    func message(_ change: @escaping @Sendable (inout Recipe) -> Void) throws -> String {
      let outcomes = ThreadRank.outcomes(2) { ranks in
        var recipe = try Self.recipe(TrainerTests.variants[0])
        if ranks.rank == 1 { change(&recipe) }
        _ = try TrainingStore(root: "/proc/none").train(
          recipe, data: DataSplits(recipe.data, directory: nil, threads: 1), threads: 1, command: "test", ranks: ranks)
      }
      return outcomes.map { outcome in if case .failure(let error) = outcome { "\(error)" } else { "none" } }
        .joined(separator: "\n")
    }
    let seeds = try message { $0.seed = 5 }
    #expect(seeds.split(separator: "\n").count == 2 && seeds.contains("the ranks differ in recipe: "))
    #expect(seeds.contains(" on rank 0, ") && seeds.contains(" on rank 1; give all of them the same program"))
    #expect(try message { $0.data.seed = 5 }.contains("the ranks differ in images: "))
    #expect(try message { $0.epochs = -1 }.contains("rank 1: "))
  }
}
