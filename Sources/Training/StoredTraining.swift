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
  /// The network after the last step, before any averaging; nil if the run's folder lacks it.
  public let last: Model?
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
    return try other(raw, .raw)
  }

  /// The same run with the network after its last step, whatever was selected and averaged: itself, if its recipe does
  /// neither.
  ///
  /// Throws `NoNetworkKept` if the run's folder does not have it, as those of earlier versions.
  public func afterLastStep() throws(NoNetworkKept) -> TrainedModel {
    if recipe.averaging == nil, recipe.selection == nil { return self }
    return try other(last, .last)
  }

  private func other(_ model: Model?, _ kept: KeptNetwork) throws(NoNetworkKept) -> TrainedModel {
    guard let model else {
      throw NoNetworkKept(
        run: recipe.name, kept: kept, missing: StoredRun.weightsFile(folder, of: recipe, kept))
    }
    var other = TrainedModel(
      recipe: recipe, model: model, raw: raw, last: last, metrics: metrics, key: key, wasStored: wasStored,
      seconds: seconds, folder: folder)
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
