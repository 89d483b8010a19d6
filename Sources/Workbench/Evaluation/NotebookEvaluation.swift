// AutoAttack from a notebook's cells: done once, kept with the run, and gone on with after a kill.

public import Attacks
public import Datasets
internal import FileSystem
internal import Runs
internal import Tensors
public import Training

/// All that the flags of an evaluation depend on.
private struct EvaluationInputs: Encodable {
  let runs: [String], images: String, attacks: [String], mode: AutoAttack.Mode, seed: UInt64, numericsVersion: Int
}

extension NotebookSession {
  /// Robust accuracy of a network under AutoAttack's standard list, or another one.
  public func evaluate(
    _ trained: TrainedModel, on images: LabeledImages, suite: AutoAttack = .standard(.linf8), seed: UInt64 = 0
  ) throws -> RobustnessReport {
    try evaluate([trained], on: images, suite: suite, seed: seed)
  }

  /// Robust accuracy of an ensemble, the mean of its members' logits, attacked end to end.
  ///
  /// The report is stored as an artifact of the first member's run, so that publishing the run publishes it; the next
  /// call finds it there. While the evaluation lasts its state lies in `.workbench`: a program that was killed goes on.
  /// Prints what the evaluation warns of.
  ///
  /// Throws `FileError`, or `RunError` if a stored report is damaged.
  public func evaluate(
    _ networks: [TrainedModel], on images: LabeledImages, suite: AutoAttack = .standard(.linf8), seed: UInt64 = 0
  ) throws -> RobustnessReport {
    precondition(!networks.isEmpty && images.count > 0, "evaluate: \(networks.count) networks, \(images.count) images")
    let subject = networks.map(\.key.hex).joined(separator: "+")
    let inputs = EvaluationInputs(
      runs: networks.map(\.key.hex), images: images.contentHash, attacks: suite.attacks.map { "\($0)" },
      mode: suite.mode, seed: seed, numericsVersion: numericsVersion)
    let kind = "robustness"
    let key = try MemoStore.key(kind: kind, key: inputs, version: 1)
    let name = "\(kind)-\(key.prefix(16))"
    // A program that plans goes on with networks that are nowhere yet.
    let run = networks[0].folder.isEmpty ? nil : try StoredRun(folder: networks[0].folder)
    if let stored = try run?.artifact(name + ".json", as: RobustnessReport.self) {
      try tell(kind, key, inputs, seconds: nil, state: .stored)
      return stored
    }
    func compute() throws -> RobustnessReport {
      try evaluate(networks, images, suite, seed, subject: "\(subject) \(images.contentHash)", state: name)
    }
    // Published runs are not written to.
    guard let run, networks[0].folder.hasPrefix(runStoreDirectory + "/"), !configuration.isPlanning else {
      return try computed(kind, from: inputs, compute)
    }
    let start = ContinuousClock.now
    let report = try compute()
    try run.save(report, artifact: name + ".json")
    try tell(kind, key, inputs, seconds: (ContinuousClock.now - start) / .seconds(1), state: .made)
    return report
  }

  private func evaluate(
    _ networks: [TrainedModel], _ images: LabeledImages, _ suite: AutoAttack, _ seed: UInt64, subject: String,
    state name: String
  ) throws -> RobustnessReport {
    let title = networks.map(\.recipe.name).joined(separator: " & ")
    let folder = Files.folder(of: runStoreDirectory) + "/evaluations"
    try Files.makeFolder(folder)
    let path = "\(folder)/\(name).state"
    let state = savedState(path, title)
    let meter = progress("AutoAttack on \(title)", total: suite.attacks.count * images.count, unit: "image-attacks")
    defer { meter.finish() }
    let evaluation = try suite.evaluate(
      classifier(networks), images: images.tensor, labels: images.labels, seed: seed, subject: subject,
      resuming: state, save: { try $0.write(to: path) }
    ) {
      let left = $0.secondsLeft.map { ", \(fixed($0, 0)) s left" } ?? ""
      meter.advance(
        to: $0.stage * images.count + images.count - $0.left,
        note: "\($0.attack), robust so far \(percent($0.robustAccuracy))\(left)")
    }
    for warning in evaluation.warnings { print("\(title): \(warning)") }
    let report = evaluation.report(
      weightsSHA256: try networks.map { Digest.sha256(try Files.read($0.folder + "/final.safetensors")) }
        .joined(separator: "+"))
    try Files.remove(path)
    return report
  }

  /// The state of an interrupted evaluation; one that cannot be read is begun anew, and said so.
  private func savedState(_ path: String, _ title: String) -> EvaluationState? {
    guard Files.exists(path) else { return nil }
    do {
      let state = try EvaluationState(contentsOf: path)
      print("\(title): going on with an interrupted evaluation")
      return state
    } catch {
      print("\(title): the interrupted evaluation cannot be read and is begun anew (\(error))")
      return nil
    }
  }
}
