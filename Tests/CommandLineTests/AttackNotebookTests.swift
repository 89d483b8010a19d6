// An attack that a cell defines, compiled as a reader would: it makes the images of a training and stands in the list of
// an evaluation.

internal import Foundation
import Testing

@Suite struct AttackNotebookTests {
  @Test func `an attack of one's own trains and evaluates from a cell`() throws {
    let sandbox = try Sandbox()
    try sandbox.write(
      "attacks",
      """
      # Attacks

      ```swift
      struct Flat: Attack {
        var threatModel: ThreatModel
        var name: String { "flat" }
        func cost(classCount: Int) -> Double { 1 }
        func run(
          on images: Tensor, labels: [Int], of classifier: some Classifier, key: RandomKey, indices: [Int],
          onProgress: (AttackProgress) -> Void
        ) -> AttackResult {
          var result = AttackResult(clean: images)
          let brighter = Tensor(images.elements.map { $0 + threatModel.epsilon }, shape: images.shape)
          result.images = threatModel.projected(brighter, around: images)
          result.broken = zip(classifier.classes(result.images), labels).map { $0 != $1 }
          return result
        }
      }
      var recipe = Recipe(
        name: "tiny", model: try WideResNet(depth: 10, widenFactor: 1, imageShape: [3, 16, 16]),
        data: DataRecipe(source: .synthetic, imageSize: 16, trainCount: 48, heldOut: 0, testCount: 8),
        augmentation: .none, epochs: 1, batchSize: 16, schedule: .constant, attack: TrainingAttack())
      let data = try notebook.images(recipe.data)
      var keys: [String] = []
      func train(_ attack: TrainingAttack) throws -> TrainedModel {
        recipe.attack = attack
        let trained = try notebook.train(recipe, on: data)
        keys.append(trained.key.hex)
        print(attack.attack.name, trained.metrics.count, trained.metrics[0].loss.isFinite)
        return trained
      }
      let flat = Flat(threatModel: .linf8)
      _ = try train(TrainingAttack())
      _ = try train(TrainingAttack(APGD(threatModel: .linf8, loss: .crossEntropy, iterations: 2)))
      let network = try train(TrainingAttack(flat))
      print("different keys:", Set(keys).count)
      let suite = AutoAttack(threatModel: .linf8, attacks: [flat, FGSM(threatModel: .linf8)])
      let report = try notebook.evaluate(network, on: data.test, suite: suite)
      print("stages:", report.stages.map(\\.attack).joined(separator: " "))
      try AttackRegistry.register(NamedAttack("flat") { Flat(threatModel: $0) })
      print("by name:", try AutoAttack(.linf8, named: ["flat", "autoattack"]).attacks.count)
      ```
      """)
    let result = try sandbox.run("run", "notebooks/attacks.md")
    #expect(result.code == 0, "\(result.stderr)")
    let page = try #require(sandbox.read("report/attacks.html"))
    for line in [
      "pgd-10 1 true", "apgd-ce 1 true", "flat 1 true", "different keys: 3", "stages: flat fgsm", "by name: 5",
    ] {
      #expect(page.contains(line), "\(line)")
    }
  }
}
