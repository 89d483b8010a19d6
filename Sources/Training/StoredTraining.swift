// Training through the run store: what was trained before with the same numbers is loaded, and what was interrupted
// goes on.

internal import Basics
internal import Datasets
internal import FileSystem
public import Networks
public import Runs
internal import Tensors

/// A trained network and how it came about.
public struct TrainedModel: Sendable {
  public let recipe: Recipe
  /// The averaged network, else the one that the recipe's selection chose, else the last.
  public let model: Model
  /// Beside an averaged network the selected or last one before averaging.
  public let raw: Model?
  /// One entry an epoch.
  public let metrics: [EpochMetrics]
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

/// What `RunStore.train` tells while it works.
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
  public let steps: Int

  public var description: String {
    "stopped after step \(step) of \(steps); a checkpoint is saved, and the same command goes on there"
  }
}

extension RunStore {
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
  ///   - checkpointEvery: seconds between checkpoints within an epoch; there is one after every epoch of a long run.
  ///   - report: called with progress about once a second.
  ///   - shouldStop: asked after every step; when true a checkpoint is saved and `TrainingStopped` thrown.
  ///
  /// Throws `RecipeError` or `TrainingError` if the recipe cannot be trained, `RunError` and `FileError` from the store,
  /// `TrainingStopped` if it was stopped.
  public func train(
    _ recipe: Recipe, data: DataSplits, threads: Int, command: String, checkpointEvery: Double = 60,
    report: (TrainingEvent) -> Void = { _ in }, shouldStop: () -> Bool = { false }
  ) throws -> TrainedModel {
    try recipe.validate()
    let identity = try Self.identity(of: recipe, data: data)
    if let stored = try trained(recipe, data: data) { return stored }
    if let stored = try runOfOtherNumerics(identity) {
      report(
        .notice(
          "run \(stored.key) is a record of numerics \(stored.identity.numericsVersion); this program has "
            + "\(numericsVersion), and its own training would give other bits"))
      return try load(stored, recipe)
    }
    guard limits.mayTrain else {
      throw RunError.notStored("network \(recipe.name)", remedy: "without --replot and --reevaluate it is trained")
    }
    let active = try begin(
      identity, name: recipe.name, partNames: recipe.partNames,
      session: RunSession(
        command: command, libraryVersion: libraryVersion, kernelLevel: kernelLevel, threads: threads))
    defer { active.close() }
    if active.isFinished { return try load(active.stored(), recipe) }
    var state: TrainingState?
    _ = try active.restore { state = try TrainingState(recipe.model, from: $0.file) }
    active.notices.forEach { report(.notice($0)) }
    let trainer = try Trainer(recipe, data: data, from: active.step > 0 ? state : nil, threads: threads)
    let start = active.step
    let end = trainer.stepsPerEpoch * recipe.passes
    report(.began(fromStep: start))
    let clock = ContinuousClock()
    var lastSaved = clock.now
    try trainer.run(
      report: { progress in
        if let metrics = progress.finished { try active.append(metrics, step: progress.step) }
        report(.progress(progress))
      },
      afterStep: { state in
        let mustStop = shouldStop()
        let isDue = mustStop || lastSaved.duration(to: clock.now).seconds > checkpointEvery
        guard isDue, state.epoch < recipe.passes else { return }
        let step = state.epoch * trainer.stepsPerEpoch + state.step
        try active.saveCheckpoint(state.arrays, step: step)
        lastSaved = clock.now
        if mustStop { throw TrainingStopped(step: step, steps: end) }
      })
    // The end of training is kept before its results are written: if there is no room for them, it is not lost.
    var isKept = start == end
    if !isKept {
      do {
        try active.saveCheckpoint(trainer.state.arrays, step: end)
        isKept = true
      } catch let error as FileError {
        report(.notice("\(error); the training is done, and its results are written without this checkpoint"))
      }
    }
    do {
      return try load(finish(trainer, in: active), recipe, wasStored: false)
    } catch let error as FileError {
      if isKept {
        report(.notice("the training is done and kept in a checkpoint; the same command writes its results"))
      }
      throw error
    }
  }

  /// Stores the results and ends the run.
  private func finish(_ trainer: Trainer, in active: ActiveRun) throws -> StoredRun {
    func arrays(_ model: Model) -> [String: SafetensorsArray] {
      Dictionary(uniqueKeysWithValues: model.tensors.map { ($0.name, .float32($0.tensor)) })
    }
    if let raw = trainer.raw {
      // Before the end, so that no finished run lacks it.
      try active.stored().save(bytes: Safetensors.encode(arrays(raw)), artifact: StoredRun.rawArtifact)
    }
    return try active.finish(arrays(trainer.result))
  }

  /// A network of `recipe` that was not trained: what a program that only plans goes on with.
  package func untrained(_ recipe: Recipe, key: RunKey) -> TrainedModel {
    let model = Model(recipe.model, key: RandomKey(seed: 0))
    return TrainedModel(
      recipe: recipe, model: model, raw: recipe.averaging == nil ? nil : model, metrics: [], key: key, wasStored: false,
      seconds: 0, folder: root + "/" + key.hex)
  }

  /// The network of `recipe` trained on `data`, nil unless this store has it to the end. Trains and writes nothing.
  public func trained(_ recipe: Recipe, data: DataSplits) throws -> TrainedModel? {
    guard let stored = try run(Self.identity(of: recipe, data: data).key), stored.isFinished else { return nil }
    return try load(stored, recipe)
  }

  private func load(_ run: StoredRun, _ recipe: Recipe, wasStored: Bool = true) throws -> TrainedModel {
    return TrainedModel(
      recipe: recipe, model: try run.network(of: recipe), raw: try run.networkBeforeAveraging(of: recipe),
      metrics: try run.metrics(as: EpochMetrics.self), key: run.key,
      wasStored: wasStored, seconds: run.record.seconds, folder: run.folder)
  }
}
