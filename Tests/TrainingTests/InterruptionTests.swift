// A process that trains is killed, again and again, and the run ends with the bits of one that was left alone.

import Datasets
import Foundation
import Networks
import Runs
import Tensors
import Testing
import Training
import _TestSupport

struct InterruptionTests {
  private static func recipe() throws -> Recipe {
    var recipe = try TrainerTests.recipe(TrainerTests.variants.last!, epochs: 6)
    recipe.averaging = WeightAveraging(start: 4)
    return recipe
  }

  /// Trains through the store in `folder`, with a checkpoint after every step.
  private static func train(_ folder: String) throws -> TrainedModel {
    let recipe = try recipe()
    return try TrainingStore(root: folder).train(
      recipe, data: DataSplits(recipe.data, directory: nil, threads: 1), threads: 2, command: "test",
      checkpointEvery: 0)
  }

  @Test func aTrainingKilledAtSeveralMomentsEndsWithTheSameBits() async throws {
    let folder = FileManager.default.temporaryDirectory.path + "/workbench-kill-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for milliseconds in [0, 30, 100, 250] {
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [folder = folder as String, milliseconds = milliseconds as Int] in
        // So long after the first checkpoint of the run, whichever process wrote it.
        Thread.detachNewThread {
          func isSaved() -> Bool {
            let found = try? FileManager.default.subpathsOfDirectory(atPath: folder + "/runs")
            return found?.contains { $0.hasSuffix("/checkpoint.safetensors") } ?? false
          }
          while !isSaved() { usleep(1000) }
          usleep(UInt32(milliseconds) * 1000)
          kill(getpid(), SIGKILL)
        }
        _ = try InterruptionTests.train(folder + "/runs")
        while true { sleep(1) }  // finished before the kill
      }
    }
    let interrupted = try Self.train(folder + "/runs")
    let straight = try Self.train(folder + "/straight")
    #expect(interrupted.key == straight.key)
    #expect(interrupted.model.tensors.map(\.tensor) == straight.model.tensors.map(\.tensor))
    #expect(interrupted.raw?.tensors.map(\.tensor) == straight.raw?.tensors.map(\.tensor))
    #expect(interrupted.last?.tensors.map(\.tensor) == straight.last?.tensors.map(\.tensor) && straight.last != nil)
    #expect(interrupted.metrics == straight.metrics && straight.metrics.count == 7)
    let record = try #require(try RunStore(root: folder + "/runs").run(interrupted.key)).record
    #expect(record.sessions.contains { $0.fromStep > 0 }, "\(record.sessions)")
    let again = try Self.train(folder + "/runs")
    #expect(again.wasStored && again.raw != nil)
  }
}
