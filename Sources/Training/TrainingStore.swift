// Training through the run store: what was trained before with the same numbers is loaded, and what was interrupted
// goes on.

internal import Basics
internal import Datasets
internal import FileSystem
internal import Networks
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
    try recipe.validate()
    let identity = try Self.identity(of: recipe, data: data)
    if let stored = try trained(recipe, identity) { return stored }
    if let stored = try runs.runOfOtherNumerics(identity) {
      report(
        .notice(
          "run \(stored.key) is a record of numerics \(stored.identity.numericsVersion); this program has "
            + "\(numericsVersion), and its own training would give other bits"))
      return try load(stored, recipe)
    }
    guard runs.limits.mayTrain else {
      throw RunError.notStored("network \(recipe.name)", remedy: "without --replot and --reevaluate it is trained")
    }
    let active = try runs.begin(
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
    report(.began(fromStep: start))
    try run(trainer, recipe, in: active, checkpointEvery: checkpointEvery, report: report, shouldStop: shouldStop)
    return try keep(trainer, recipe, in: active, from: start, report: report)
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

  /// Trains to the end, with checkpoints.
  private func run(
    _ trainer: Trainer, _ recipe: Recipe, in active: ActiveRun, checkpointEvery: Double,
    report: (TrainingEvent) -> Void, shouldStop: () -> Bool
  ) throws {
    let clock = ContinuousClock()
    var lastSaved = clock.now
    // An epoch that is told of is kept, whatever comes then.
    var epoch: TrainingProgress?
    try trainer.run(
      report: { progress in
        guard let metrics = progress.finished else { return report(.progress(progress)) }
        try active.append(metrics, step: progress.step)
        epoch = progress
      },
      afterStep: { state in
        defer {
          if let ended = epoch.take() { report(.progress(ended)) }
        }
        let mustStop = shouldStop()
        let isDue = mustStop || state.step == 0 || lastSaved.duration(to: clock.now).seconds > checkpointEvery
        guard isDue, state.epoch < recipe.passes else { return }
        let step = state.epoch * trainer.stepsPerEpoch + state.step
        try active.saveCheckpoint(state.arrays, step: step)
        lastSaved = clock.now
        if mustStop { throw TrainingStopped(step: step, steps: trainer.stepsPerEpoch * recipe.passes) }
      })
  }

  /// Stores what a training ended with. Its end is kept before its results are written: if there is no room for them, it
  /// is not lost.
  private func keep(
    _ trainer: Trainer, _ recipe: Recipe, in active: ActiveRun, from start: Int, report: (TrainingEvent) -> Void
  ) throws -> TrainedModel {
    let end = trainer.stepsPerEpoch * recipe.passes
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
      return try load(finish(trainer, recipe, in: active), recipe, wasStored: false)
    } catch let error as FileError {
      if isKept {
        report(.notice("the training is done and kept in a checkpoint; the same command writes its results"))
      }
      throw error
    }
  }

  /// Stores the results and ends the run.
  private func finish(_ trainer: Trainer, _ recipe: Recipe, in active: ActiveRun) throws -> StoredRun {
    func arrays(_ model: Model) -> [String: SafetensorsArray] {
      Dictionary(uniqueKeysWithValues: model.tensors.map { ($0.name, .float32($0.tensor)) })
    }
    // Before the end, so that no finished run lacks one.
    for kept in KeptNetwork.allCases {
      guard let artifact = kept.artifact(of: recipe) else { continue }
      let model = kept == .raw ? trainer.raw : trainer.last
      guard let model else { preconditionFailure("TrainingStore: no network for \(artifact)") }
      try active.stored().save(bytes: Safetensors.encode(arrays(model)), artifact: artifact)
    }
    return try active.finish(arrays(trainer.result))
  }

  private func trained(_ recipe: Recipe, _ identity: RunIdentity) throws -> TrainedModel? {
    guard let stored = try runs.run(identity.key), stored.isFinished else { return nil }
    return try load(stored, recipe)
  }

  private func load(_ run: StoredRun, _ recipe: Recipe, wasStored: Bool = true) throws -> TrainedModel {
    var networks: [KeptNetwork: Model] = [:]
    if run.hasWeights {
      for kept in KeptNetwork.allCases { networks[kept] = try run.network(kept, of: recipe) }
    }
    return TrainedModel(
      recipe: recipe, networks: networks, metrics: try run.metrics(as: EpochMetrics.self), key: run.key,
      wasStored: wasStored, seconds: run.record.seconds, folder: run.folder)
  }
}
