// What comes of a training, and what it tells meanwhile.

public import Networks
public import Runs

/// A trained network and how it came about.
public struct TrainedModel: Sendable {
  /// What was trained.
  public let recipe: Recipe
  /// The averaged network, else the one that the recipe's selection chose, else the last.
  public let model: Model
  /// Beside an averaged network the selected or last one before averaging.
  public let raw: Model?
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
  /// Whether `model` is the network before its weights were averaged.
  public private(set) var isBeforeAveraging = false

  /// The recipe's name; with `:raw` for the network before averaging, as `workbench evaluate --weights` takes it.
  public var name: String { recipe.name + (isBeforeAveraging ? StoredRun.rawSuffix : "") }

  /// What derived numbers are kept under: the run's key, and `:raw` for the network before averaging.
  public var identity: String { key.hex + (isBeforeAveraging ? StoredRun.rawSuffix : "") }

  /// The file that `model` was read from.
  public var weightsFile: String { StoredRun.weightsFile(folder, isBeforeAveraging: isBeforeAveraging) }

  /// The same run with its network before averaging: itself, if its recipe averages nothing.
  ///
  /// Throws `NoNetworkBeforeAveraging` if the run's folder does not have it.
  public func beforeAveraging() throws(NoNetworkBeforeAveraging) -> TrainedModel {
    if recipe.averaging == nil { return self }
    guard let raw else {
      throw NoNetworkBeforeAveraging(
        run: recipe.name, missing: StoredRun.weightsFile(folder, isBeforeAveraging: true))
    }
    var other = TrainedModel(
      recipe: recipe, model: raw, raw: raw, metrics: metrics, key: key, wasStored: wasStored, seconds: seconds,
      folder: folder)
    other.isBeforeAveraging = true
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
