import Attacks
import Networks
import Objectives
import Tensors
import Testing
import _TestSupport

/// `attacks_deterministic` of the outside numbers: WRN-10-1, 48 images, no random start, made with PyTorch.
@Suite(.requiresReference) struct TrajectoryTests {
  let file: SafetensorsFile
  let classifier: ModelClassifier
  let images: Tensor
  let labels: [Int]

  init() throws {
    let folder = try OutsideFiles.referenceDirectory()
    file = try SafetensorsFile(contentsOf: folder + "/attacks_deterministic.safetensors")
    let model = try Model(WideResNet(depth: 10, widenFactor: 1), contentsOf: folder + "/wrn-10-1-cifar10.safetensors")
    classifier = ModelClassifier(model, threads: 2)
    images = try file.tensor("images")
    labels = try file.int64s("labels").map(Int.init)
  }

  private func compare(_ prefix: String, _ attack: APGD, targets: [Int] = []) throws {
    let found = attack.trajectory(from: images, clean: images, labels: labels, targets: targets, of: classifier)
    let losses = try file.tensor(prefix + ".loss_best").elements
    // Sign-gradient trajectories amplify rounding; nearly all images agree within 1 %.
    let near = zip(found.bestLosses, losses).count { abs($0 - $1) <= 0.01 * abs($1) + 1e-5 }
    #expect(near >= 46, "\(prefix): best losses agree within 1 % on \(near) of 48 images")
    let correct = try file.flags(prefix + ".still_correct")
    let difference = abs(found.broken.count { !$0 } - correct.count { $0 })
    #expect(
      difference <= 1, "\(prefix): \(found.broken.count { !$0 }) still correct, reference \(correct.count { $0 })")
  }

  @Test(arguments: [Norm.linf, .l2], [APGD.Loss.crossEntropy, .dlr])
  func apgdFollowsTheReference(_ norm: Norm, _ loss: APGD.Loss) throws {
    let threat = ThreatModel(norm: norm, epsilon: norm == .linf ? 8 / 255 : 0.5)
    try compare(
      "apgd_\(loss.rawValue)_\(norm == .linf ? "Linf" : "L2")",
      APGD(threatModel: threat, loss: loss, iterations: 50))
  }

  @Test func targetedAPGDFollowsTheReference() throws {
    let targets = try file.int64s("apgd_t_second_class.targets").map(Int.init)
    try compare(
      "apgd_t_second_class", APGD(threatModel: .linf8, loss: .targetedDLR, iterations: 50), targets: targets)
  }

  @Test func targetedFABFindsTheReferencesNorms() throws {
    let rows = try file.int64s("fab_t_second_class.images_index").map(Int.init)
    let norms = try file.tensor("fab_t_second_class.linf_norms").elements
    let chosen = images.gathering(rows)
    let chosenLabels = rows.map { labels[$0] }
    let logits = classifier.logits(chosen)
    let targets = rows.indices.map { logits.target(0, label: chosenLabels[$0], row: $0) }
    // The reference does not search the segment from the clean image at the end.
    let found = FAB(threatModel: .linf8, halvings: 0).minimalPerturbations(
      of: chosen, labels: chosenLabels, towards: targets, by: classifier)
    let near = zip(found, norms).count { abs($0 - $1) <= 0.01 * $1 }
    #expect(near >= rows.count - 2, "norms agree within 1 % on \(near) of \(rows.count) images")
  }
}

extension SafetensorsFile {
  /// A BOOL array.
  func flags(_ name: String) throws -> [Bool] { try bytes(name).map { $0 != 0 } }
}
