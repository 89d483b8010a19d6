// Training through the run store: what was trained before with the same numbers is loaded, and what was interrupted
// goes on.

internal import Basics
internal import Datasets
internal import Networks
internal import Ranks
public import Runs
internal import Tensors

/// Trained networks by recipe and data: each is trained once, and read from a `RunStore` from then on.
public struct TrainingStore: Sendable {
  /// Where the networks are kept.
  public let runs: RunStore

  /// Networks kept in `runs`.
  public init(_ runs: RunStore) { self.runs = runs }

  /// Networks kept in the folder `root`; nothing is made until something is trained.
  public init(root: String) { self.init(RunStore(root: root)) }

  /// How a recipe is known to the store: all its numbers but the name, the data, and the numerics version.
  public static func identity(of recipe: Recipe, data: DataSplits) throws -> RunIdentity {
    var anonymous = recipe
    anonymous.name = ""
    return try RunIdentity(recipe: anonymous, data: data.hash, numericsVersion: numericsVersion)
  }

  /// The network that `recipe` makes of `data`: loaded if the store has it, else trained, from the last checkpoint if
  /// there is one.
  ///
  /// - Parameters:
  ///   - threads: at least 1; bits do not depend on it.
  ///   - command: how the run was asked for, for its record.
  ///   - checkpointEvery: seconds between checkpoints within an epoch; there is one at the end of every epoch too.
  ///   - report: called with progress about once a second, and with an epoch's metrics once its checkpoint is saved.
  ///   - shouldStop: asked after every step; when true a checkpoint is saved and `TrainingStopped` thrown.
  ///
  /// Throws `RecipeError` or `TrainingError` if the recipe cannot be trained, `RunError` and `FileError` from the store,
  /// `TrainingStopped` if it was stopped.
  public func train(
    _ recipe: Recipe, data: DataSplits, threads: Int, command: String, checkpointEvery: Double = 60,
    report: (TrainingEvent) -> Void = { _ in }, shouldStop: () -> Bool = { false }
  ) throws -> TrainedModel {
    let trained = try train(
      recipe, data: data, threads: threads, command: command, ranks: LoneRank(), checkpointEvery: checkpointEvery,
      report: report, shouldStop: shouldStop)
    guard let trained else { preconditionFailure("TrainingStore: a lone process is rank 0") }
    return trained
  }

  /// The network of `recipe` trained on `data`, nil unless this store has it to the end. Trains and writes nothing.
  public func trained(_ recipe: Recipe, data: DataSplits) throws -> TrainedModel? {
    try trained(recipe, Self.identity(of: recipe, data: data))
  }

  /// A network of `recipe` that was not trained: what a program that only plans goes on with.
  package func untrained(_ recipe: Recipe, key: RunKey) -> TrainedModel {
    let model = Model(recipe.model, key: RandomKey(seed: 0))
    return TrainedModel(
      recipe: recipe, networks: Dictionary(uniqueKeysWithValues: KeptNetwork.allCases.map { ($0, model) }),
      metrics: [], key: key, wasStored: false, seconds: 0, folder: runs.root + "/" + key.hex)
  }

  /// The finished run of that identity.
  func trained(_ recipe: Recipe, _ identity: RunIdentity) throws -> TrainedModel? {
    guard let stored = try runs.run(identity.key), stored.isFinished else { return nil }
    return try load(stored, recipe)
  }

  /// The networks of a finished run.
  func load(_ run: StoredRun, _ recipe: Recipe, wasStored: Bool = true) throws -> TrainedModel {
    var networks: [KeptNetwork: Model] = [:]
    if run.hasWeights {
      for kept in KeptNetwork.allCases { networks[kept] = try run.network(kept, of: recipe) }
    }
    return TrainedModel(
      recipe: recipe, networks: networks, metrics: try run.metrics(as: EpochMetrics.self), key: run.key,
      wasStored: wasStored, seconds: run.record.seconds, folder: run.folder)
  }
}
