import Datasets
import Foundation
import Runs
import Testing
import Training

struct StoppingTests {
  @Test func `a training that is asked to stop saves a checkpoint and goes on from there to the same bits`() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/workbench-stop-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var recipe = try TrainerTests.recipe(TrainerTests.variants.last!, epochs: 3)
    recipe.averaging = nil
    let data = try DataSplits(recipe.data, directory: nil, threads: 1)
    func train(_ name: String, stoppingAfter last: Int = .max) throws -> TrainedModel {
      var asked = 0
      return try TrainingStore(root: folder + name).train(recipe, data: data, threads: 2, command: "test") { _ in
      } shouldStop: {
        asked += 1
        return asked >= last
      }
    }
    #expect { try train("/runs", stoppingAfter: 2) } throws: { error in
      (error as? TrainingStopped)?.step == 2 && "\(error)".contains("a checkpoint is saved")
    }
    #expect { try train("/runs", stoppingAfter: 1) } throws: { ($0 as? TrainingStopped)?.step == 3 }
    let rest = try train("/runs")
    let straight = try train("/straight")
    #expect(rest.key == straight.key && rest.metrics == straight.metrics)
    #expect(rest.model.tensors.map(\.tensor) == straight.model.tensors.map(\.tensor))
  }
}
