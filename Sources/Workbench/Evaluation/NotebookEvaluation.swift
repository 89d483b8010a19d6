// AutoAttack from a notebook's cells: done once, and gone on with after a kill.

public import Attacks
internal import Basics
public import Datasets
internal import FileSystem
internal import Runs
internal import Tensors
public import Training

extension NotebookSession {
  /// Robust accuracy of a network under AutoAttack's standard list, or another one.
  public func evaluate(
    _ trained: TrainedModel, on images: LabeledImages, suite: AutoAttack = .standard(.linf8), seed: UInt64 = 0
  ) throws -> RobustnessReport {
    try evaluate([trained], on: images, suite: suite, seed: seed)
  }

  /// Robust accuracy of an ensemble, the mean of its members' logits, attacked end to end.
  ///
  /// Computed once for each networks, images, attacks and seed, as `computed`. While it lasts its state lies in
  /// `.workbench`: a program that was killed goes on. Prints what the evaluation warns of, also when it was stored.
  ///
  /// Throws `EvaluationRequestError` for a radius that is more than images in [0, 1] can change by.
  public func evaluate(
    _ networks: [TrainedModel], on images: LabeledImages, suite: AutoAttack = .standard(.linf8), seed: UInt64 = 0
  ) throws -> RobustnessReport {
    precondition(!networks.isEmpty && images.count > 0, "evaluate: \(networks.count) networks, \(images.count) images")
    try suite.threatModel.checkRadius(imageShape: [3, images.height, images.width])
    struct Inputs: Encodable {
      let runs: [String], images: String, attacks: [String], mode: String, seed: UInt64, numericsVersion: Int
    }
    let inputs = Inputs(
      runs: networks.map(\.identity), images: images.contentHash, attacks: suite.attacks.map { "\($0)" },
      mode: suite.mode.rawValue, seed: seed, numericsVersion: numericsVersion)
    let key = try MemoStore.key(kind: "robustness", key: inputs, version: 1)
    let report = try computed("robustness", from: inputs) {
      let subject = networks.map(\.identity).joined(separator: "+") + " " + images.contentHash
      return try evaluate(networks, images, suite, seed, subject: subject, state: String(key.prefix(16)))
    }
    for warning in report.warnings ?? [] { print("\(names(of: networks)): \(warning)") }
    return report
  }

  private func evaluate(
    _ networks: [TrainedModel], _ images: LabeledImages, _ suite: AutoAttack, _ seed: UInt64, subject: String,
    state name: String
  ) throws -> RobustnessReport {
    let title = names(of: networks)
    let folder = Files.folder(of: runStoreDirectory) + "/evaluations"
    try Files.makeFolder(folder)
    let path = "\(folder)/\(name).state"
    let state = try EvaluationState.saved(at: path) { print("\(title): \($0)") }
    if state != nil { print("\(title): going on with an interrupted evaluation") }
    let meter = progress("AutoAttack on \(title)", total: suite.attacks.count * images.count, unit: "image-attacks")
    defer { meter.finish() }
    let evaluation = try suite.evaluate(
      try classifier(networks), images: images.tensor, labels: images.labels, seed: seed, subject: subject,
      resuming: state, save: { try $0.write(to: path) }
    ) {
      let left = $0.secondsLeft.map { ", \(fixed($0, 0)) s left" } ?? ""
      meter.advance(
        to: $0.stage * images.count + images.count - $0.left,
        note: "\($0.attack), robust so far \(percent($0.robustAccuracy))\(left)")
    }
    let report = evaluation.report(
      weightsSHA256: try networks.map { Digest.sha256(try Files.read($0.weightsFile)) }.joined(separator: "+"),
      imagesSHA256: images.imagesSHA256)
    try Files.remove(path)
    return report
  }

  private func names(of networks: [TrainedModel]) -> String { networks.map(\.name).joined(separator: " & ") }
}
