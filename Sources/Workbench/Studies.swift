// What a notebook's cells do with data and networks: costly work goes through the run store and is done once.

public import Analysis
internal import Basics
internal import Channel
internal import Datasets
internal import Networks
public import Runs
internal import Tensors
public import Training

extension NotebookSession {
  /// The store of trained networks and derived numbers, within the limits of this run's work.
  public var runs: RunStore {
    let work = configuration.work
    let records = work == .retrain ? nil : ProjectLayout(root: configuration.rootDirectory).records
    return RunStore(
      root: runStoreDirectory, published: records,
      memos: MemoStore(
        root: configuration.numbersDirectory,
        published: work == .reevaluate ? nil : records.map(ProjectLayout.publishedNumbers),
        mayCompute: work != .replot),
      limits: WorkLimits(
        mayTrain: work == .missing || work == .retrain, acceptsOtherNumerics: work == .replot || work == .reevaluate))
  }

  /// The images of `recipe`, read from the session's data folder if they are CIFAR-10's. Prints what was found.
  public func images(_ recipe: DataRecipe) throws -> DataSplits {
    let data = try DataSplits(recipe, directory: dataDirectory, threads: threads)
    print("\(data.train.provenance.name): \(data.train.count) to train on, \(data.heldOut.count) held out")
    print("\(data.test.provenance.name): \(data.test.count)")
    let parts = data.train.provenance.parts + data.test.provenance.parts
    if !parts.isEmpty { print("found " + parts.map { "\($0.count) in \($0.name)" }.joined(separator: ", ")) }
    return data
  }

  /// The network of `recipe`: loaded if the same numbers were trained before, here or for the published records, else
  /// trained now, with progress.
  ///
  /// Prints which it was. An interrupted training goes on where it was.
  public func train(_ recipe: Recipe, on data: DataSplits) throws -> TrainedModel {
    if configuration.isPlanning, let untrained = try plan(recipe, on: data) { return untrained }
    var meter: ProgressMeter?
    var before = 0
    let trained = try trainOrStop(recipe, on: data) {
      switch $0 {
      case .notice(let text): print("note: \(text)")
      case .began(let step):
        if step > 0 { print("\(recipe.name): going on after step \(step)") }
        before = step * recipe.batchSize
      case .progress(let progress):
        let meter =
          meter
          ?? {
            let made = self.progress(
              "training \(recipe.name)", total: progress.steps * recipe.batchSize - before, unit: "images")
            meter = made
            return made
          }()
        let done = progress.step * recipe.batchSize - before
        var note =
          "epoch \(min(progress.epoch + 1, progress.epochs))/\(progress.epochs), loss \(fixed(progress.loss, 3))"
        if let last = progress.finished {
          note = "epoch \(last.epoch)/\(progress.epochs), loss \(fixed(last.loss, 3))"
          if let clean = last.heldOutClean, let robust = last.heldOutRobust {
            note += ", held out: clean \(percent(clean)), PGD-10 \(percent(robust))"
          }
        }
        meter.advance(to: done, note: note)
      }
    }
    meter?.finish()
    try tell(trained)
    let verb =
      !trained.wasStored
      ? "trained run" : trained.folder.hasPrefix(runStoreDirectory + "/") ? "loaded run" : "loaded published run"
    let lack = trained.hasWeights ? "" : ", published without its weights"
    print(
      "\(recipe.name): \(verb) \(trained.key)\(lack)\(trained.wasStored ? ", trained before" : "") in "
        + "\(fixed(trained.seconds, 1)) s")
    if let last = trained.metrics.last, let clean = last.heldOutClean, let robust = last.heldOutRobust {
      print("  held out: \(percent(clean)) clean, \(percent(robust)) under PGD-10")
    }
    return trained
  }

  /// Trains; if the program is asked to end, the training saves a checkpoint, and the program ends.
  private func trainOrStop(
    _ recipe: Recipe, on data: DataSplits, report: (TrainingEvent) -> Void
  ) throws -> TrainedModel {
    do {
      return try EndRequest.saving {
        try TrainingStore(runs).train(
          recipe, data: data, threads: threads, command: "workbench run \(configuration.name)",
          report: report, shouldStop: { EndRequest.isAsked })
      }
    } catch let stop as TrainingStopped {
      giveUp(ProgramFailure(kind: .stopped, message: "training of \(recipe.name) \(stop)"))
    }
  }

  /// Prints how long the trainings will take that are not stored yet, from a few steps of each.
  ///
  /// Throws what `TrainingForecast` throws.
  public func forecast(_ recipes: [Recipe], on data: DataSplits) throws {
    let store = runs
    if configuration.isPlanning || !store.limits.mayTrain { return }
    var missing = 0
    var seconds = 0.0
    for recipe in recipes {
      let key = try TrainingStore.identity(of: recipe, data: data).key
      if try store.run(key)?.isFinished == true { continue }
      missing += 1
      seconds += try TrainingForecast(recipe, trainCount: data.train.count, threads: threads).seconds
    }
    if missing == 0 {
      print("all \(recipes.count) networks are stored")
    } else {
      let time = seconds < 100 ? "\(fixed(seconds, 0)) s" : "\(fixed(seconds / 60, 0)) min"
      print("\(missing) of \(recipes.count) networks are to be trained: about \(time) with \(threads) threads")
    }
  }

  /// The losses of `landscape` for a network on `batch`; computed once for each network, batch and landscape.
  public func losses(
    of trained: TrainedModel, along landscape: LossLandscape, on batch: LandscapeBatch
  ) throws -> [Double] {
    struct Inputs: Encodable {
      let run: String, batch: LandscapeBatch.Source, landscape: LossLandscape
    }
    var landscape = landscape
    if landscape.direction == .effectiveScaling, !trained.recipe.model.spectralNormalization {
      landscape.direction = .scaling  // the same numbers, under one key
    }
    let inputs = Inputs(run: trained.identity, batch: batch.source, landscape: landscape)
    return try computed("landscape", from: inputs, version: 2) {
      let model = try trained.loadedModel()
      let meter = progress("landscape of \(trained.name)", total: landscape.gammas.count, unit: "points")
      defer { meter.finish() }
      return landscape.losses(of: model, on: batch, key: RandomKey(seed: 2), threads: threads) { _ in
        meter.advance()
      }
    }
  }

  /// A derived number, computed once for each `inputs`: the data of a figure. Says nothing when it was stored.
  public func computed<Value: Codable>(
    _ kind: String, from inputs: some Encodable, version: Int = 1, _ compute: () throws -> Value
  ) throws -> Value {
    let key = try MemoStore.key(kind: kind, key: inputs, version: version)
    if configuration.isPlanning { try plan(kind, key, inputs) }
    let store = runs
    var state = UseState.stored
    let value = try store.memo(kind: kind, key: inputs, version: version) {
      state = .made
      return try compute()
    }
    try tell(kind, key, inputs, seconds: store.memos.seconds(kind: kind, key: key), state: state)
    return value
  }
}

/// `value` with `digits` decimals, 0…15, whatever the locale; halves are rounded away from zero, the minus sign is "-".
public func fixed(_ value: Double, _ digits: Int) -> String {
  precondition((0...15).contains(digits), "fixed(\(value), \(digits)): there are 0 to 15 decimals")
  return NumberText.fixed(value, decimals: digits, minus: "-")
}

/// `value` with `digits` decimals, 0…15, as for a Double.
public func fixed(_ value: Float, _ digits: Int) -> String { fixed(Double(value), digits) }

/// A share as a percentage with one decimal.
public func percent(_ share: Double) -> String { fixed(100 * share, 1) + " %" }

/// A share as a percentage with one decimal.
public func percent(_ share: Float) -> String { percent(Double(share)) }
