import Attacks
import Datasets
import Foundation
import Networks
import Objectives
import Tensors
import Testing
import _TestSupport

/// `autoattack-wrn-10-1.json` of the outside numbers: the reference AutoAttack on the first 256 test images.
@Suite(.requiresReference, .requiresData) struct ReferenceEvaluationTests {
  struct Reference: Decodable {
    struct Stage: Decodable {
      let robust: Double
      let flags: String
      let seconds: Double
    }

    let clean: Double
    let clean_flags: String
    let stages: [String: Stage]
  }

  let reference: Reference
  let model: Model
  let images: Tensor
  let labels: [Int]

  init() throws {
    let folder = try OutsideFiles.referenceDirectory()
    let json = try Data(contentsOf: URL(fileURLWithPath: folder + "/autoattack-wrn-10-1.json"))
    reference = try JSONDecoder().decode(Reference.self, from: json)
    model = try Model(WideResNet(depth: 10, widenFactor: 1), contentsOf: folder + "/wrn-10-1-cifar10.safetensors")
    let data = try CIFAR10.load(directory: OutsideFiles.dataDirectory(), split: .test).prefix(256)
    images = data.tensor
    labels = data.labels
  }

  /// All of the standard list, with fewer targets and queries, on 64 images: it takes seconds.
  @Test func aShortVersionAgreesImageByImage() throws {
    let threat = ThreatModel.linf8
    let suite = AutoAttack(
      threatModel: threat,
      attacks: [
        APGD(threatModel: threat, loss: .crossEntropy), APGD(threatModel: threat, loss: .targetedDLR, targets: 3),
        FAB(threatModel: threat, targets: 2, iterations: 20), Square(threatModel: threat, queries: 200),
      ])
    let before = model.tensors.map(\.tensor)
    let classifier = ModelClassifier(model, threads: 2)
    let few = images[rows: 0..<64]
    let evaluation = try suite.evaluate(classifier, images: few, labels: Array(labels[0..<64]), seed: 0)
    let flags = { (text: String) in text.prefix(64).map { $0 == "1" } }
    #expect(evaluation.clean == flags(reference.clean_flags))
    // Random starts differ: an image or two may.
    for stage in evaluation.stages {
      let expected = flags(reference.stages[stage.attack]!.flags)
      let different = zip(stage.flags, expected).count { $0 != $1 }
      #expect(different <= 1, "\(stage.attack): \(different) of 64 flags differ")
    }
    #expect(model.tensors.map(\.tensor) == before)
  }

  @Test func flagsAreTheSameForOneAndTwoThreadsAndAnyBatch() throws {
    let threat = ThreatModel.linf8
    let suite = AutoAttack(
      threatModel: threat,
      attacks: [
        APGD(threatModel: threat, loss: .dlr, iterations: 10), FAB(threatModel: threat, targets: 1, iterations: 5),
        Square(threatModel: threat, queries: 50),
      ], keepsImages: true)
    let few = images[rows: 0..<48]
    let fewLabels = Array(labels[0..<48])
    let one = try suite.evaluate(ModelClassifier(model, threads: 1), images: few, labels: fewLabels, seed: 0)
    var other = suite
    other.batchSize = 11
    let classifier = ModelClassifier(model, threads: 2, microBatch: 3)
    let two = try other.evaluate(classifier, images: few, labels: fewLabels, seed: 0)
    #expect(two.stages.map(\.flags) == one.stages.map(\.flags))
    #expect(two.images == one.images)
  }

  @Test func anEnsembleOfAModelWithItselfIsThatModel() throws {
    let threat = ThreatModel.linf8
    let suite = try AutoAttack(threat, named: ["fgsm", "pgd-10"])
    let few = images[rows: 0..<32]
    let fewLabels = Array(labels[0..<32])
    let classifier = ModelClassifier(model, threads: 2)
    let alone = try suite.evaluate(classifier, images: few, labels: fewLabels, seed: 0)
    let ensemble = try suite.evaluate(
      EnsembleClassifier([classifier, classifier]), images: few, labels: fewLabels, seed: 0)
    #expect(ensemble.stages.map(\.flags) == alone.stages.map(\.flags))
  }

  /// The whole comparison, for `WORKBENCH_SLOW=1`: five seeds, all 256 images.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["WORKBENCH_SLOW"] == "1", "WORKBENCH_SLOW is not 1"))
  func theStandardListAgreesWithTheReferenceForFiveSeeds() throws {
    let classifier = ModelClassifier(model, threads: 2)
    var finals: [Double] = []
    for seed in 0..<5 as Range<UInt64> {
      let evaluation = try AutoAttack.standard(.linf8).evaluate(classifier, images: images, labels: labels, seed: seed)
      #expect(evaluation.cleanAccuracy == reference.clean)
      for stage in evaluation.stages {
        let expected = reference.stages[stage.attack]!
        let robust = Double(stage.flags.count { $0 }) / 256
        let different = zip(stage.flags, expected.flags).count { $0 != ($1 == "1") }
        print(
          "seed \(seed) \(stage.attack): \(100 * robust) %, reference \(100 * expected.robust) %, "
            + "\(different) flags differ, \(stage.seconds) s, reference \(expected.seconds) s")
        #expect(abs(robust - expected.robust) <= 0.012, "seed \(seed), \(stage.attack)")
      }
      finals.append(evaluation.robustAccuracy)
    }
    let mean = finals.reduce(0, +) / 5
    print("final: \(finals), mean \(100 * mean) %")
    #expect(abs(mean - reference.stages["square"]!.robust) <= 0.008)
  }
}
