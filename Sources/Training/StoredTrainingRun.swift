// One training of a store from its beginning to its end, alone or over ranks: rank 0 looks up, locks, restores, saves and
// reports, and tells the others what it decides.

internal import Basics
internal import Datasets
internal import FileSystem
internal import Networks
package import Ranks
internal import Runs
internal import Tensors

extension TrainingStore {
  /// `train` together with other ranks, which all make the same call. Rank 0 returns the network, the others nil.
  ///
  /// - Parameters:
  ///   - threads: of this rank.
  ///   - report: called on rank 0 only.
  ///   - shouldStop: asked on every rank; if it is true on any, all stop after the same step.
  ///
  /// Throws `RanksDiffer` too, and on other ranks than the one that failed `RankFailure`.
  package func train(
    _ recipe: Recipe, data: DataSplits, threads: Int, command: String, ranks: any Communicator,
    checkpointEvery: Double = 60, report: (TrainingEvent) -> Void = { _ in }, shouldStop: () -> Bool = { false }
  ) throws -> TrainedModel? {
    let identity = try ranks.together {
      try recipe.validate()
      return try Self.identity(of: recipe, data: data)
    }
    try ranks.requireSame([
      ("numerics version", "\(numericsVersion)"), ("library version", libraryVersion), ("kernel level", kernelLevel),
      ("images", data.hash), ("recipe", identity.key.hex),
    ])
    let session = RunSession(
      command: command, libraryVersion: libraryVersion, kernelLevel: kernelLevel, threads: threads,
      ranks: ranks.size > 1 ? ranks.size : nil)
    let opening = try ranks.first { try open(recipe, identity, session, report) }
    defer { opening?.active?.close() }
    guard case .at(let state) = try Self.share(opening, recipe, ranks) else { return opening?.stored }
    let trainer = try ranks.together {
      try Trainer(recipe, data: data, from: state, threads: threads, ranks: ranks)
    }
    let first = opening?.active?.step ?? 0
    if ranks.isFirst {
      let usable = recipe.usableThreads(ranks: ranks.size)
      if threads > usable {
        report(
          .notice("\(threads) threads: \(usable) can be used, one an image that a step of \(recipe.name) trains on"))
      }
      report(.began(fromStep: first))
    }
    try run(trainer, opening?.active, ranks, checkpointEvery: checkpointEvery, report: report, shouldStop: shouldStop)
    return try ranks.first {
      guard let active = opening?.active else { preconditionFailure("TrainingStore: rank 0 has no run") }
      return try keep(trainer, recipe, in: active, from: first, report: report)
    }
  }

  /// What rank 0 finds in the store: a network, or a run to work on with the state of its last checkpoint.
  private struct Opening {
    var stored: TrainedModel?
    var active: ActiveRun?
    var state: TrainingState?
  }

  private func open(
    _ recipe: Recipe, _ identity: RunIdentity, _ session: RunSession, _ report: (TrainingEvent) -> Void
  ) throws -> Opening {
    if let stored = try trained(recipe, identity) { return Opening(stored: stored) }
    if let stored = try runs.runOfOtherNumerics(identity) {
      report(
        .notice(
          "run \(stored.key) is a record of numerics \(stored.identity.numericsVersion); this program has "
            + "\(numericsVersion), and its own training would give other bits"))
      return Opening(stored: try load(stored, recipe))
    }
    guard runs.limits.mayTrain else {
      throw RunError.notStored("network \(recipe.name)", remedy: "without --replot and --reevaluate it is trained")
    }
    let active = try runs.begin(identity, name: recipe.name, partNames: recipe.partNames, session: session)
    if active.isFinished {
      defer { active.close() }
      return Opening(stored: try load(active.stored(), recipe))
    }
    var state: TrainingState?
    _ = try active.restore { state = try TrainingState(recipe.model, from: $0.file) }
    active.notices.forEach { report(.notice($0)) }
    return Opening(active: active, state: active.step > 0 ? state : nil)
  }

  /// Where all ranks go on, as rank 0 says.
  private enum Start {
    case nowhere
    case at(TrainingState?)
  }

  /// Tells all ranks what rank 0 has found; `opening` is nil on the others.
  private static func share(_ opening: Opening?, _ recipe: Recipe, _ ranks: any Communicator) throws -> Start {
    // Nothing to train is no byte; a state follows the first one.
    var message: [UInt8] = []
    if ranks.size > 1, opening?.active != nil {
      message = [1] + (opening?.state.map { Safetensors.encode($0.arrays) } ?? [])
    }
    let told = ranks.broadcast(message)
    return try ranks.together {
      if let opening { return opening.active == nil ? .nowhere : .at(opening.state) }
      if told.isEmpty { return .nowhere }
      if told.count == 1 { return .at(nil) }
      let file = try SafetensorsFile(bytes: Array(told.dropFirst()), name: "the state of rank 0")
      return .at(try TrainingState(recipe.model, from: file))
    }
  }

  /// Trains to the end, with checkpoints.
  ///
  /// - Parameter active: the run; nil on other ranks than the first.
  private func run(
    _ trainer: Trainer, _ active: ActiveRun?, _ ranks: any Communicator, checkpointEvery: Double,
    report: (TrainingEvent) -> Void, shouldStop: () -> Bool
  ) throws {
    let clock = ContinuousClock()
    let passes = trainer.recipe.passes
    var lastSaved = clock.now
    // An epoch that is told of is kept, whatever comes then.
    var epoch: TrainingProgress?
    try trainer.run(
      report: { progress in
        guard let metrics = progress.finished else {
          if ranks.isFirst { report(.progress(progress)) }
          return
        }
        try ranks.first { try active?.append(metrics, step: progress.step) }
        if ranks.isFirst { epoch = progress }
      },
      afterStep: { state in
        defer {
          if let ended = epoch.take() { report(.progress(ended)) }
        }
        let mustStop = ranks.any(shouldStop())
        if state.epoch == passes { return }
        let step = state.epoch * trainer.stepsPerEpoch + state.step
        try ranks.first {
          let isDue = mustStop || state.step == 0 || lastSaved.duration(to: clock.now).seconds > checkpointEvery
          guard isDue else { return }
          try active?.saveCheckpoint(state.arrays, step: step)
          lastSaved = clock.now
        }
        if mustStop { throw TrainingStopped(step: step, steps: trainer.stepsPerEpoch * passes) }
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
}
