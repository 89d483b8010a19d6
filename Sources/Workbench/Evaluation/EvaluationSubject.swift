// Networks and images as a command line names them.

internal import Basics
internal import Channel
public import Datasets
internal import FileSystem
public import Networks
internal import Runs
internal import Tensors
internal import Training

/// Which networks are looked at, and on which images.
public struct EvaluationSubject: Sendable {
  /// Architectures of weight files, such as `wrn-10-1`: one for all, or one for each of `weights`. Runs know theirs.
  public var models: [String]
  /// Files, or names or keys of runs. `NAME:raw` is a run's network before its weights were averaged,
  /// `NAME:last` the one after its last step.
  public var weights: [String]
  /// The files must hold raw weights of spectrally normalised layers. Such files are recognised without it too.
  public var spectralNorm = false
  /// For weight files that were trained on normalised inputs.
  public var normalization: InputNormalization?
  /// A folder of CIFAR-10's binary batches, or of pictures in one folder a class. Runs on generated images take none.
  public var dataDirectory: String?
  /// The folder where `dataDirectory` is nil and the images are not generated.
  public var usualDataDirectory: String?
  /// Which images of CIFAR-10.
  public var split: CIFAR10.Split = .test
  /// Images of the split; nil takes all.
  public var range: Range<Int>?
  /// At least 1; results do not depend on it.
  public var threads = 1
  /// Folders with runs.
  public var runFolders = [RunStore.defaultRoot, ProjectLayout.records]

  /// Networks of weight files or runs; one architecture for all files, or one for each.
  public init(models: [String] = [], weights: [String]) {
    self.models = models
    self.weights = weights
  }

  /// One network.
  public struct Network: Sendable {
    /// The network with its weights.
    public let model: Model
    /// What happens to its images first; nil for nothing.
    public let normalization: InputNormalization?
  }

  /// Networks and images in memory.
  public struct Loaded: Sendable {
    /// In the order of `weights`; at least one, all of one image size and number of classes.
    public let networks: [Network]
    /// SHA-256 of the weight files in hexadecimal, joined by `+`.
    public let weightsSHA256: String
    /// The images of `range`; at least one.
    public let images: LabeledImages
    /// The part of the data set; nil for folders of pictures, which have none.
    public let split: CIFAR10.Split?
    /// Where they are in the split.
    public let range: Range<Int>
    /// What is doubtful about the weights, in the order of the networks.
    public let warnings: [WeightWarning]

    /// Names of the architectures joined by `+`: files of one hash are other networks under another activation function.
    var architectures: String { networks.map(\.model.architecture.name).joined(separator: "+") }
  }

  /// Finds and reads everything.
  ///
  /// Throws `EvaluationRequestError`, among others for an option that would have no effect; `ModelFileError`,
  /// `SafetensorsError`, `DatasetError`, `RunError` or `FileError`.
  public func load() throws -> Loaded {
    guard !weights.isEmpty else { throw EvaluationRequestError("no weights: give a file or the name of a run") }
    guard models.count <= 1 || models.count == weights.count else {
      throw EvaluationRequestError(
        "\(models.count) architectures and \(weights.count) networks: give one --model for all, or one for each --weights"
      )
    }
    let sources = try weights.map { try WeightSource($0, runFolders: runFolders) }
    let runs = sources.compactMap(\.run)
    if runs.count == sources.count { try refuseFileOptions() }
    let (all, split) = try images(of: runs)
    let range = range ?? 0..<all.count
    guard range.lowerBound >= 0, range.upperBound <= all.count, !range.isEmpty else {
      throw EvaluationRequestError(
        "range \(range): \(split == nil ? "the folder" : "the split") has images 0..<\(all.count)")
    }
    let data = all.subset(range)
    var networks: [Network] = []
    var hashes: [String] = []
    var warnings: [WeightWarning] = []
    for (i, source) in sources.enumerated() {
      let architecture = models.count > 1 ? models[i] : models.first
      let network: Model
      switch source {
      case .run(let run):
        network = try run.network(named: architecture)
        warnings += network.warnings(source: weights[i])
      case .file(let path):
        let file = try SafetensorsFile(contentsOf: path)
        network = try WeightSource.network(file, architecture, isRaw: spectralNorm, images: data)
        warnings += network.warnings(source: weights[i], file: file)
      }
      try check(network, weights[i], isRun: source.run != nil, data)
      networks.append(Network(model: network, normalization: source.run == nil ? normalization : nil))
      hashes.append(Digest.sha256(try Files.read(source.path)))
    }
    return Loaded(
      networks: networks, weightsSHA256: hashes.joined(separator: "+"), images: data, split: split, range: range,
      warnings: warnings)
  }

  /// What is said of weight files has no meaning where there are none.
  private func refuseFileOptions() throws {
    let names = weights.joined(separator: ", ")
    if normalization != nil {
      throw EvaluationRequestError(
        "--mean and --std are for weight files, and here are runs only (\(names)), which take images as they are; "
          + "leave them out"
      )
    }
    if spectralNorm {
      throw EvaluationRequestError(
        "--spectral-norm is for weight files, and here are runs only (\(names)), which know their layers; leave it out")
    }
  }

  private func images(of runs: [WeightSource.Run]) throws -> (LabeledImages, CIFAR10.Split?) {
    if let generated = runs.first(where: { $0.recipe.data.source == .synthetic }) {
      if let other = runs.first(where: { $0.recipe.data.source != .synthetic }) {
        throw EvaluationRequestError(
          "\(generated.text) was trained on generated images and \(other.text) was not; evaluate them apart")
      }
      if let dataDirectory {
        throw EvaluationRequestError(
          "--data \(dataDirectory): \(generated.text) was trained on generated images and is evaluated on such; "
            + "leave --data out")
      }
      if let other = runs.first(where: { areOther($0.recipe.data, generated.recipe.data) }) {
        throw EvaluationRequestError(
          "\(generated.text) and \(other.text) were trained on different generated images; evaluate them apart")
      }
      let splits = try DataSplits(generated.recipe.data, directory: nil, threads: threads)
      return (split == .test ? splits.test : splits.train, split)
    }
    guard let directory = dataDirectory ?? usualDataDirectory else {
      throw EvaluationRequestError("no images: give their folder with --data or WORKBENCH_DATA")
    }
    if let names = try? Files.entries(of: directory), !names.contains(where: { $0.hasSuffix(".bin") }),
      !names.contains(CIFAR10.folderName)
    {
      return (try ImageFolder.load(directory: directory), nil)
    }
    return (try CIFAR10.load(directory: directory, split: split), split)
  }

  /// Whether two recipes' generated images of the split differ but for their size, which every network is asked about.
  private func areOther(_ a: DataRecipe, _ b: DataRecipe) -> Bool {
    var a = a
    a.imageSize = b.imageSize
    if split == .test { (a.trainCount, a.heldOut) = (b.trainCount, b.heldOut) }
    return a != b
  }

  /// A recipe may have more classes than its images; a file of another number of classes is probably another file.
  private func check(_ network: Model, _ text: String, isRun: Bool, _ data: LabeledImages) throws {
    let wanted = network.architecture
    let hasClasses = isRun ? wanted.classCount >= data.classCount : wanted.classCount == data.classCount
    if wanted.imageShape == [3, data.height, data.width], hasClasses { return }
    throw EvaluationRequestError(
      "\(text): this network takes images of \(wanted.imageShape[1])×\(wanted.imageShape[2]) pixels in "
        + "\(wanted.classCount) classes, and those of \(data.provenance.name) have \(data.height)×\(data.width) in "
        + "\(data.classCount); give images of its kind, and evaluate networks of different kinds apart")
  }
}

/// A request that cannot be met.
public struct EvaluationRequestError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, and what to do about it.
  public let description: String

  init(_ description: String) { self.description = description }
}
