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
  /// Where the state is kept between batches; nil keeps none.
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
  /// A state that is not whole is set aside. Throws what `EvaluationSubject.load` throws, `FileError`, or
  /// `EvaluationMismatch` if the saved state belongs to another evaluation.
  ///
  /// - Parameter notice: told what is good to know before the work begins.
  public func run(notice: (String) -> Void = { _ in }, onProgress: (EvaluationProgress) -> Void = { _ in }) throws
    -> Outcome
  {
    let loaded = try subject.load()
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
    let outcome = Outcome(
      evaluation: evaluation,
      report: evaluation.report(
        model: architectures, weightsSHA256: loaded.weightsSHA256, split: loaded.split?.rawValue,
        imagesSHA256: loaded.images.imagesSHA256),
      images: loaded.images,
      cleanClasses: classifier.classes(images), adversarialClasses: evaluation.images.map { classifier.classes($0) })
    return outcome
  }

  /// Removes the saved state: after the report has been written.
  public func removeState() throws {
    if let statePath, Files.exists(statePath) { try Files.remove(statePath) }
  }
}
