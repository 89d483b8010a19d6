// Where the weights of one network come from: a file, or a run.

internal import Datasets
internal import FileSystem
internal import Networks
internal import Runs
internal import Tensors
internal import Training

/// What a `--weights` stands for.
enum WeightSource {
  case file(String)
  case run(Run)

  struct Run {
    /// As it was asked for.
    let text: String
    let stored: StoredRun
    let recipe: Recipe
    /// Which of its networks is meant.
    let kept: KeptNetwork

    /// The network, which must be a `name` if one is given.
    func network(named name: String?) throws -> Model {
      if let name, name != recipe.model.name {
        throw EvaluationRequestError(
          "\(text) is a run of \(recipe.model.name), not \(name); leave out --model, or give one for each --weights")
      }
      guard let network = try stored.network(kept, of: recipe) else {
        let exists = kept != .raw || recipe.averaging != nil
        throw NoNetworkKept(
          run: stored.name, kept: kept, missing: exists ? stored.weightsFile(of: recipe, kept) : nil)
      }
      return network
    }
  }

  /// Finds what `text` names: a file, else a run, with `:raw` or `:last` behind it for another of its networks.
  ///
  /// Throws `EvaluationRequestError` if there is neither, `RunError` if several runs fit.
  init(_ text: String, runFolders: [String]) throws {
    if Files.exists(text) && !Files.isFolder(text) {
      self = .file(text)
      return
    }
    let (name, kept) = KeptNetwork.split(text)
    do {
      let stored = try RunStore.find(name, in: runFolders)
      self = .run(
        Run(text: text, stored: stored, recipe: try stored.recipe(as: Recipe.self), kept: kept))
    } catch RunError.noRun(_, let known) {
      throw EvaluationRequestError(
        "\(text): neither a weight file nor a run; "
          + (known.isEmpty ? "there are no runs here" : "there are \(known.joined(separator: ", "))"))
    }
  }

  var run: Run? { if case .run(let run) = self { run } else { nil } }

  /// The weight file.
  var path: String {
    switch self {
    case .file(let path): path
    case .run(let run): run.stored.weightsFile(of: run.recipe, run.kept)
    }
  }

  /// The network of a weight file.
  ///
  /// - Parameters:
  ///   - name: the architecture.
  ///   - isRaw: whether the file must hold raw weights of spectrally normalised layers.
  ///   - images: what it is to classify.
  static func network(_ file: SafetensorsFile, _ name: String?, isRaw: Bool, images: LabeledImages) throws -> Model {
    guard let name else {
      throw EvaluationRequestError("\(file.name): give the architecture of this file with --model, such as wrn-28-4")
    }
    if isRaw && file.spectralLayers.isEmpty {
      throw EvaluationRequestError(
        "\(file.name): no raw weights of spectrally normalised layers (weight_orig or weight, weight_u, weight_v); "
          + "leave out --spectral-norm if the weights are already normalised")
    }
    var architecture = try Architecture(
      named: name, classCount: images.classCount, imageShape: [3, images.height, images.width]
    ).network
    // A network that was trained here computes the same bits from its file as from its run.
    architecture.spectralNormalization = file.isSpectralModel
    var model = Model(architecture, key: RandomKey(seed: 0))
    try model.load(file.isSpectralModel ? file : file.foldingSpectralNorm())
    return model
  }
}
