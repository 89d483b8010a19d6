// A robustness evaluation as a command line asks for it: which weights, which images, which attacks.

public import Attacks
public import Datasets
internal import FileSystem
public import Networks
internal import Objectives
internal import Runs
internal import Tensors
internal import Training

/// Everything that `workbench evaluate` needs to know.
public struct EvaluationRequest: Sendable {
  /// The architecture of weight files, such as `wrn-10-1`; runs know theirs.
  public var model: String?
  /// Files, or names or keys of runs; several are an ensemble.
  public var weights: [String]
  /// The files must hold raw weights of spectrally normalised layers. Such files are recognised without it too.
  public var spectralNorm = false
  /// For weight files that were trained on normalised inputs.
  public var normalization: InputNormalization?
  /// A folder of CIFAR-10's binary batches, or of pictures in one folder a class. Runs on generated images need none.
  public var dataDirectory: String?
  public var split: CIFAR10.Split = .test
  /// Images of the split; nil takes all.
  public var range: Range<Int>?
  public var suite: AutoAttack
  public var seed: UInt64 = 0
  public var threads = 1
  /// Where the state is kept between batches; nil keeps none.
  public var statePath: String?
  /// Folders with runs.
  public var runFolders = [RunStore.defaultRoot, RunStore.publishedRoot]

  public init(model: String? = nil, weights: [String], suite: AutoAttack) {
    self.model = model
    self.weights = weights
    self.suite = suite
  }

  /// What was evaluated, and on what.
  public struct Outcome: Sendable {
    public let evaluation: Evaluation
    public let report: RobustnessReport
    /// The images of the range.
    public let images: LabeledImages
    /// Classes that the model gives to the clean images and, if they were kept, to the adversarial ones.
    public let cleanClasses: [Int], adversarialClasses: [Int]?
    /// The batch that an earlier session had finished last, if this one went on from it.
    public let wasResumed: Bool
  }

  /// Runs the evaluation, from the saved state if there is one, and removes the state at the end.
  ///
  /// Throws `EvaluationRequestError`, `ModelFileError`, `SafetensorsError`, `DatasetError`, `RunError`, `FileError`, or
  /// `EvaluationMismatch` if the saved state belongs to another evaluation.
  public func run(onProgress: (EvaluationProgress) -> Void = { _ in }) throws -> Outcome {
    guard !weights.isEmpty else { throw EvaluationRequestError("no weights: give a file or the name of a run") }
    let runs = try weights.map { Files.exists($0) && !Files.isFolder($0) ? nil : try findRun($0) }
    let all = try images(of: runs.compactMap { $0 }.first)
    let range = range ?? 0..<all.count
    guard range.lowerBound >= 0, range.upperBound <= all.count, !range.isEmpty else {
      throw EvaluationRequestError("range \(range): the split has images 0..<\(all.count)")
    }
    let data = all.subset(range)
    var members: [any Classifier] = []
    var hashes: [String] = []
    for (text, run) in zip(weights, runs) {
      let (model, hash) = try load(text, run, data)
      hashes.append(hash)
      let isOutside = run == nil
      members.append(ModelClassifier(model, threads: threads, normalization: isOutside ? normalization : nil))
    }
    let classifier = EnsembleClassifier(members)
    let weightsHash = hashes.joined(separator: "+")
    let state: EvaluationState? =
      try statePath.flatMap { Files.exists($0) ? try EvaluationState(contentsOf: $0) : nil }
    let images = data.tensor
    let evaluation = try suite.evaluate(
      classifier, images: images, labels: data.labels, first: range.lowerBound, seed: seed,
      subject: "\(weightsHash) \(normalization.map { "\($0)" } ?? "") \(data.contentHash)", resuming: state,
      save: { state in if let statePath { try state.write(to: statePath) } }, onProgress: onProgress)
    let outcome = Outcome(
      evaluation: evaluation, report: evaluation.report(weightsSHA256: weightsHash), images: data,
      cleanClasses: classifier.classes(images), adversarialClasses: evaluation.images.map { classifier.classes($0) },
      wasResumed: state != nil)
    return outcome
  }

  /// Removes the saved state: after the report has been written.
  public func removeState() throws {
    if let statePath, Files.exists(statePath) { try Files.remove(statePath) }
  }

  private func findRun(_ text: String) throws -> StoredRun {
    var lastError: (any Error)?
    for folder in runFolders where Files.isFolder(folder) {
      do { return try RunStore(root: folder).find(text) } catch { lastError = error }
    }
    throw EvaluationRequestError(
      "\(text): neither a weight file nor a run\(lastError.map { " (\($0))" } ?? " (there are no runs here)")")
  }

  private func images(of run: StoredRun?) throws -> LabeledImages {
    if let run, let recipe = try? run.recipe(as: Recipe.self), recipe.data.source == .synthetic {
      let splits = try DataSplits(recipe.data, directory: dataDirectory, threads: threads)
      return split == .test ? splits.test : splits.train
    }
    guard let dataDirectory else {
      throw EvaluationRequestError("no images: give their folder with --data or WORKBENCH_DATA")
    }
    if let names = try? Files.entries(of: dataDirectory), !names.contains(where: { $0.hasSuffix(".bin") }),
      !names.contains("cifar-10-batches-bin")
    {
      return try ImageFolder.load(directory: dataDirectory)
    }
    return try CIFAR10.load(directory: dataDirectory, split: split)
  }

  /// A model, and the SHA-256 of its file.
  private func load(_ text: String, _ run: StoredRun?, _ data: LabeledImages) throws -> (Model, String) {
    if let run {
      let recipe = try run.recipe(as: Recipe.self)
      var model = Model(recipe.model, key: RandomKey(seed: 0))
      try model.load(run.finalWeights().file)
      return (model, Digest.sha256(try Files.read(run.folder + "/final.safetensors")))
    }
    guard let name = model else {
      throw EvaluationRequestError("\(text): give the architecture of this file with --model, such as wrn-28-4")
    }
    let bytes = try Files.read(text)
    let file = try SafetensorsFile(bytes: bytes, name: text)
    if spectralNorm && file.spectralLayers.isEmpty {
      throw EvaluationRequestError(
        "\(text): no raw weights of spectrally normalised layers (weight_orig, weight_u, weight_v); "
          + "leave out --spectral-norm if the weights are already normalised")
    }
    let architecture = try WideResNet(
      named: name, classCount: data.classCount, imageShape: [3, data.height, data.width])
    var model = Model(architecture, key: RandomKey(seed: 0))
    try model.load(file.foldingSpectralNorm())
    return (model, Digest.sha256(bytes))
  }
}

/// A request that cannot be met.
public struct EvaluationRequestError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
