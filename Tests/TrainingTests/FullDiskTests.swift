// No room where a training ends: what was trained is not lost.

import Datasets
import Foundation
import Runs
import Tensors
import Testing
import Training
import _TestSupport

struct FullDiskTests {
  /// What a training told, beside progress.
  private struct Told {
    var start: Int?
    var notices: [String] = []
  }

  private static func train(_ recipe: Recipe, _ folder: String, _ told: inout Told) throws -> TrainedModel {
    let data = try DataSplits(recipe.data, directory: nil, threads: 1)
    return try TrainingStore(root: folder).train(recipe, data: data, threads: 2, command: "test") { event in
      switch event {
      case .began(let step): told.start = step
      case .notice(let text): told.notices.append(text)
      case .progress: break
      }
    }
  }

  @Test func `results that cannot be written leave the end of the training, from which they are written`() throws {
    try withTemporaryFolder { folder in
      // Everything, averaged weights and those before averaging too.
      let recipe = try TrainerTests.recipe(TrainerTests.variants.last!)
      let data = try DataSplits(recipe.data, directory: nil, threads: 1)
      let key = try TrainingStore.identity(of: recipe, data: data).key
      // Nothing can be moved onto a folder, by root neither.
      let place = "\(folder)/runs/\(key.hex)/final.safetensors"
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      var told = Told()
      #expect {
        try Self.train(recipe, folder + "/runs", &told)
      } throws: { "\($0)".hasPrefix("cannot write \(place)") }
      #expect(told.start == 0)
      #expect(told.notices == ["the training is done and kept in a checkpoint; the same command writes its results"])

      try FileManager.default.removeItem(atPath: place)
      told = Told()
      let rest = try Self.train(recipe, folder + "/runs", &told)
      #expect(told.start == 2 * recipe.passes && told.notices.isEmpty && !rest.wasStored)
      let straight = try Self.train(recipe, folder + "/straight", &told)
      #expect(rest.key == straight.key && rest.metrics == straight.metrics)
      #expect(rest.model.tensors.map(\.tensor) == straight.model.tensors.map(\.tensor))
      #expect(rest.raw?.tensors.map(\.tensor) == straight.raw?.tensors.map(\.tensor) && straight.raw != nil)
      let files = try FileManager.default.contentsOfDirectory(atPath: rest.folder)
      #expect(!files.contains { $0.hasPrefix("checkpoint") })
    }
  }

  @Test func `results that fit where the last checkpoint does not are written`() async throws {
    await #expect(processExitsWith: .success) {
      try withTemporaryFolder { folder in
        // 0.31 MB of weights; a checkpoint has the momentum too.
        limitFileSize(500_000)
        var told = Told()
        let recipe = try TrainerTests.recipe(epochs: 1, attack: nil)
        let trained = try FullDiskTests.train(recipe, folder, &told)
        #expect(told.notices.count == 1 && told.notices[0].contains("its results are written without this checkpoint"))
        #expect(try RunStore(root: folder).run(trained.key)?.isFinished == true)
      }
    }
  }
}
