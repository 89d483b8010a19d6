// Networks and images as a command line names them.

internal import Channel
public import Datasets
internal import FileSystem
public import Networks
internal import Runs
internal import Tensors
internal import Training

/// Which networks are looked at, and on which images.
public struct EvaluationSubject: Sendable {
  /// The architecture of weight files, such as `wrn-10-1`; runs know theirs.
  public var model: String?
  /// Files, or names or keys of runs.
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
  /// At least 1; results do not depend on it.
  public var threads = 1
  /// Folders with runs.
  public var runFolders = [RunStore.defaultRoot, SessionConfiguration.publishedRuns]

  public init(model: String? = nil, weights: [String]) {
    self.model = model
    self.weights = weights
  }

  /// One network.
  public struct Network: Sendable {
    public let model: Model
    /// What happens to its images first; nil for nothing.
    public let normalization: InputNormalization?
  }

  /// Networks and images in memory.
  public struct Loaded: Sendable {
    /// In the order of `weights`; at least one.
    public let networks: [Network]
    /// SHA-256 of the weight files in hexadecimal, joined by `+`.
    public let weightsSHA256: String
    /// The images of `range`; at least one.
    public let images: LabeledImages
    /// Where they are in the split.
    public let range: Range<Int>
  }

  /// Finds and reads everything.
  ///
  /// Throws `EvaluationRequestError`, `ModelFileError`, `SafetensorsError`, `DatasetError`, `RunError` or `FileError`.
  public func load() throws -> Loaded {
    guard !weights.isEmpty else { throw EvaluationRequestError("no weights: give a file or the name of a run") }
    let runs = try weights.map { Files.exists($0) && !Files.isFolder($0) ? nil : try findRun($0) }
    let all = try images(of: runs.compactMap { $0 }.first)
    let range = range ?? 0..<all.count
    guard range.lowerBound >= 0, range.upperBound <= all.count, !range.isEmpty else {
      throw EvaluationRequestError("range \(range): the split has images 0..<\(all.count)")
    }
    let data = all.subset(range)
    var networks: [Network] = []
    var hashes: [String] = []
    for (text, run) in zip(weights, runs) {
      let (model, hash) = try load(text, run, data)
      hashes.append(hash)
      networks.append(Network(model: model, normalization: run == nil ? normalization : nil))
    }
    return Loaded(networks: networks, weightsSHA256: hashes.joined(separator: "+"), images: data, range: range)
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
