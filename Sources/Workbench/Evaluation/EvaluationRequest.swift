// A robustness evaluation as a command line asks for it: which weights, which images, which attacks.

public import Attacks
internal import Basics
public import Datasets
internal import FileSystem
internal import Networks
internal import Objectives
package import Ranks
internal import Tensors

/// Everything that `workbench evaluate` needs to know.
public struct EvaluationRequest: Sendable {
  /// Several networks are an ensemble.
  public var subject: EvaluationSubject
  /// The attacks, their norm and radius.
  public var suite: AutoAttack
  /// Seed of all draws.
  public var seed: UInt64 = 0
  /// Where the state is kept between batches; nil keeps none, and so does what is no regular file.
  public var statePath: String?

  /// Networks and images under the attacks of `suite`.
  public init(_ subject: EvaluationSubject, suite: AutoAttack) {
    self.subject = subject
    self.suite = suite
  }

  /// What was evaluated, and on what.
  public struct Outcome: Sendable {
    /// What each attack found for each image.
    public let evaluation: Evaluation
    /// The evaluation as it is written to a file.
    public let report: RobustnessReport
    /// The images of the range.
    public let images: LabeledImages
    /// Classes that the model gives to the clean images and, if they were kept, to the adversarial ones.
    public let cleanClasses: [Int], adversarialClasses: [Int]?
  }

  /// Runs the evaluation, from the saved state if there is one.
  ///
  /// A state that is not whole is set aside. Throws what `EvaluationSubject.load` throws, `FileError`,
  /// `EvaluationRequestError` for a radius that is more than images can change by, or `EvaluationMismatch` if the saved
  /// state belongs to another evaluation.
  ///
  /// - Parameter notice: told what is good to know before the work begins.
  public func run(notice: (String) -> Void = { _ in }, onProgress: (EvaluationProgress) -> Void = { _ in }) throws
    -> Outcome
  {
    guard let outcome = try run(as: LoneRank(), notice: notice, onProgress: onProgress) else {
      preconditionFailure("EvaluationRequest: a lone process is rank 0")
    }
    return outcome
  }

  /// As above together with other ranks, which all make the same call: each attacks a part of the images. Rank 0 alone
  /// reads the saved state, tells, and returns the outcome; the others get nil.
  ///
  /// Throws `RanksDiffer` too, and on other ranks than the one that failed `RankFailure`.
  package func run(
    as ranks: any Communicator, notice: (String) -> Void = { _ in }, onProgress: (EvaluationProgress) -> Void = { _ in }
  ) throws -> Outcome? {
    let loaded = try ranks.together {
      let loaded = try subject.load()
      try suite.threatModel.checkRadius(imageShape: [3, loaded.images.height, loaded.images.width])
      return loaded
    }
    try ranks.requireSame([
      ("numerics version", "\(numericsVersion)"), ("library version", libraryVersion), ("kernel level", kernelLevel),
      ("images", "\(loaded.range) \(loaded.images.contentHash)"), ("weights", loaded.weightsSHA256),
      ("attacks", suite.printedAttacks), ("seed", "\(seed)"),
    ])
    let warnings = loaded.warnings.map(\.description)
    if ranks.isFirst { warnings.forEach(notice) }
    let together = min(max(loaded.images.count / ranks.size, 1), suite.batchSize ?? .max)
    if ranks.isFirst, subject.threads > together {
      notice("warning: \(subject.threads) threads: \(together) can be used, one an image that is attacked")
    }
    let classifier = EnsembleClassifier(
      loaded.networks.map {
        ModelClassifier($0.model, threads: subject.threads, normalization: $0.normalization) as any Classifier
      })
    let saved = SavedParts(self, loaded)
    let found = try ranks.first { try saved.state(notice: notice) ?? saved.beginning }
    let state = try saved.share(found, ranks)
    let end = try attack(state, saved, classifier, ranks, onProgress: onProgress)
    guard let end else { return nil }
    let images = loaded.images.tensor
    let evaluation = suite.evaluation(of: classifier, images: images, endingIn: end)
    return Outcome(
      evaluation: evaluation, report: report(evaluation, loaded, end, warnings), images: loaded.images,
      cleanClasses: classifier.classes(images), adversarialClasses: evaluation.images.map { classifier.classes($0) })
  }

  /// Attacks this rank's part of the images from `state` on; rank 0 returns what all have found.
  private func attack(
    _ state: EvaluationState, _ saved: SavedParts, _ classifier: EnsembleClassifier, _ ranks: any Communicator,
    onProgress: (EvaluationProgress) -> Void
  ) throws -> EvaluationState? {
    let own = ranks.part(of: saved.loaded.images.count)
    let end: EvaluationState? = try ranks.together {
      if own.isEmpty { return nil }
      let images = ranks.size == 1 ? saved.loaded.images : saved.loaded.images.subset(own)
      let path = ranks.size == 1 ? statePath : saved.path(of: own)
      return try suite.finalState(
        classifier, images: images.tensor, labels: images.labels, first: saved.loaded.range.lowerBound + own.lowerBound,
        seed: seed, subject: saved.subject(images), resuming: ranks.size == 1 ? state : saved.part(state, own),
        save: { state in if let path { try state.write(to: path) } },
        onProgress: { progress in if ranks.isFirst { onProgress(progress) } })
    }
    if ranks.size == 1 { return end }
    let ends = ranks.gather(end?.encoded ?? [])
    guard ranks.isFirst else { return nil }
    return state.joined(
      with: try ends.enumerated().filter { !$1.isEmpty }.map { rank, bytes in
        try EvaluationState(encoded: bytes, name: "the state of rank \(rank)")
      })
  }

  private func report(
    _ evaluation: Evaluation, _ loaded: EvaluationSubject.Loaded, _ end: EvaluationState, _ warnings: [String]
  ) -> RobustnessReport {
    var report = evaluation.report(
      model: loaded.architectures, weightsSHA256: loaded.weightsSHA256, split: loaded.split?.rawValue,
      imagesSHA256: loaded.images.imagesSHA256)
    report.warnings = warnings + (report.warnings ?? [])
    // What tells whether reports of parts fit together.
    report.normalization = subject.normalization.map { "\($0.mean) \($0.deviation)" }
    report.attacks = suite.printedAttacks
    (report.numerics, report.kernels) = (numericsVersion, kernelLevel)
    let counts = EvaluationCounts(end)
    report.invalidLogits = counts.invalidLogits
    for (stage, images) in counts.zeroGradients.enumerated() { report.stages[stage].zeroGradients = images }
    return report
  }

  /// Removes the saved state: after the report has been written. Links and what is no regular file stay.
  public func removeState() throws {
    guard let file = statePath.flatMap(WriteTarget.regularFile) else { return }
    try Files.remove(file)
    for part in try SavedParts.files(beside: file) { try Files.remove(part.path) }
  }
}
