// What comes of a training, and what it tells meanwhile.

internal import Basics
public import Networks
public import Runs

/// A trained network and how it came about.
public struct TrainedModel: Sendable {
  /// What was trained.
  public let recipe: Recipe
  /// The run's networks, as far as its folder has them; none of a run that was published without weights.
  let networks: [KeptNetwork: Model]
  /// One entry an epoch.
  public let metrics: [EpochMetrics]
  /// The run's key.
  public let key: RunKey
  /// True if the store had it.
  public let wasStored: Bool
  /// Seconds of training, over all sessions of the run.
  public let seconds: Double
  /// The run's folder.
  public let folder: String
  /// Which of the run's networks `model` is.
  public private(set) var kept = KeptNetwork.result

  /// The averaged network, else the one that the recipe's selection chose, else the last; or the one that
  /// `beforeAveraging` or `afterLastStep` chose.
  ///
  /// Ends the program for a run that was published without weights: see `hasWeights`.
  public var model: Model {
    guard let model = networks[kept] else { preconditionFailure("\(missingWeights)") }
    return model
  }

  /// False for a run that was published without its weights: what was computed from its networks is found, and nothing
  /// more can be computed from them.
  public var hasWeights: Bool { networks[kept] != nil }

  /// `model`. Throws `RunError.withoutWeights` for a run that was published without weights.
  public func loadedModel() throws(RunError) -> Model {
    guard let model = networks[kept] else { throw missingWeights }
    return model
  }

  /// Beside an averaged network the selected or last one before averaging.
  public var raw: Model? { networks[.raw] }
  /// The network after the last step, before any averaging; nil if the run's folder lacks it.
  public var last: Model? { networks[.last] }

  private var missingWeights: RunError { .withoutWeights(recipe.name, key) }

  /// The recipe's name; with `:raw` or `:last` for another network of the run, as `workbench evaluate --weights` takes it.
  public var name: String { recipe.name + kept.suffix }

  /// What derived numbers are kept under: the run's key, and `:raw` or `:last` for another network of the run.
  public var identity: String { key.hex + kept.suffix }

  /// The file that `model` was read from.
  public var weightsFile: String { StoredRun.weightsFile(folder, of: recipe, kept) }

  /// The same run with its network before averaging: itself, if its recipe averages nothing.
  ///
  /// Throws `NoNetworkKept` if the run's folder does not have it.
  public func beforeAveraging() throws(NoNetworkKept) -> TrainedModel {
    if recipe.averaging == nil { return self }
    return try other(.raw)
  }

  /// The same run with the network after its last step, whatever was selected and averaged: itself, if its recipe does
  /// neither.
  ///
  /// Throws `NoNetworkKept` if the run's folder does not have it, as those of earlier versions.
  public func afterLastStep() throws(NoNetworkKept) -> TrainedModel {
    if recipe.averaging == nil, recipe.selection == nil { return self }
    return try other(.last)
  }

  private func other(_ kept: KeptNetwork) throws(NoNetworkKept) -> TrainedModel {
    guard networks[kept] != nil || networks.isEmpty else {
      throw NoNetworkKept(
        run: recipe.name, kept: kept, missing: StoredRun.weightsFile(folder, of: recipe, kept))
    }
    var other = self
    other.kept = kept
    return other
  }
}

/// What `TrainingStore.train` tells while it works.
public enum TrainingEvent: Sendable {
  /// A message for people: what was found damaged and set aside.
  case notice(String)
  /// Training starts, after this many steps of an earlier session.
  case began(fromStep: Int)
  case progress(TrainingProgress)
}

/// A training that was asked to stop. Its checkpoint is saved; the same training goes on there.
public struct TrainingStopped: Error, Hashable, Sendable, CustomStringConvertible {
  /// The last step that was done.
  public let step: Int
  /// Steps that are done and kept.
  public let steps: Int

  /// That the training was stopped, after how many steps, and how to go on.
  public var description: String {
    "stopped after step \(step) of \(steps); a checkpoint is saved, and the same command goes on there"
  }
}
