// A robustness evaluation as a command line asks for it: which weights, which images, which attacks.

public import Attacks
public import Datasets
internal import FileSystem
internal import Networks
internal import Objectives
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
    let loaded = try subject.load()
    try suite.threatModel.checkRadius(imageShape: [3, loaded.images.height, loaded.images.width])
    let warnings = loaded.warnings.map(\.description)
    warnings.forEach(notice)
    let together = min(loaded.images.count, suite.batchSize ?? .max)
    if subject.threads > together {
      notice("warning: \(subject.threads) threads: \(together) can be used, one an image that is attacked")
    }
    let classifier = EnsembleClassifier(
      loaded.networks.map {
        ModelClassifier($0.model, threads: subject.threads, normalization: $0.normalization) as any Classifier
      })
    let state = try statePath.flatMap { try EvaluationState.saved(at: $0, notice: notice) }
    var isResumed = state != nil
    // Said once the state is known to be of this evaluation.
    func goOn() {
      if isResumed, let statePath { notice("going on from \(statePath)") }
      isResumed = false
    }
    let images = loaded.images.tensor
    // Files of one hash are other networks under another activation function.
    let architectures = loaded.networks.map(\.model.architecture.name).joined(separator: "+")
    let evaluation = try suite.evaluate(
      classifier, images: images, labels: loaded.images.labels, first: loaded.range.lowerBound, seed: seed,
      subject:
        "\(architectures) \(loaded.weightsSHA256) \(subject.normalization.map { "\($0)" } ?? "") \(loaded.images.contentHash)",
      resuming: state,
      save: { state in if let statePath { try state.write(to: statePath) } },
      onProgress: { progress in
        goOn()
        onProgress(progress)
      })
    var report = evaluation.report(
      model: architectures, weightsSHA256: loaded.weightsSHA256, split: loaded.split?.rawValue,
      imagesSHA256: loaded.images.imagesSHA256)
    report.warnings = warnings + (report.warnings ?? [])
    return Outcome(
      evaluation: evaluation, report: report, images: loaded.images,
      cleanClasses: classifier.classes(images), adversarialClasses: evaluation.images.map { classifier.classes($0) })
  }

  /// Removes the saved state: after the report has been written. Links and what is no regular file stay.
  public func removeState() throws {
    if let file = statePath.flatMap(WriteTarget.regularFile) { try Files.remove(file) }
  }
}
