// What the runner is told about networks and numbers, and how a program plans: it tells the keys of what it would train
// and compute, and does neither. An untrained network stands for one that is missing, since the keys of what follows
// depend on its key alone; numbers that are missing cannot be stood for, so there the program ends.

internal import Basics
internal import Channel
internal import Networks
internal import Runs
internal import Training

extension NotebookSession {
  /// Tells the runner of a network that was trained or loaded.
  func tell(_ trained: TrainedModel) throws {
    guard hasRunner, let stored = try runs.run(trained.key) else { return }
    let record = stored.record
    send(
      .used(
        .run(
          RunUse(
            name: trained.recipe.name, key: trained.key.hex, recipe: try FlatFields.of(trained.recipe),
            data: stored.identity.data, seed: trained.recipe.seed, numericsVersion: stored.identity.numericsVersion,
            kernelLevel: record.sessions.last?.kernelLevel, seconds: trained.seconds,
            state: trained.wasStored ? .stored : .made))))
  }

  /// Tells the runner of numbers that were computed or loaded.
  func tell(_ kind: String, _ key: String, _ inputs: some Encodable, seconds: Double?, state: UseState) throws {
    guard hasRunner else { return }
    let fields = try FlatFields.of(inputs)
    send(.used(.numbers(NumbersUse(kind: kind, key: key, inputs: fields, seconds: seconds, state: state))))
  }

  /// Tells of a network that is not finished in the store, with the time it will take, and returns one that stands for
  /// it; nil if it is there.
  func plan(_ recipe: Recipe, on data: DataSplits) throws -> TrainedModel? {
    try recipe.validate()
    let identity = try TrainingStore.identity(of: recipe, data: data)
    let stored = try runs.run(identity.key)
    if let stored, stored.isFinished { return nil }
    var typical = recipe
    (typical.name, typical.seed, typical.epochs, typical.schedule) = ("", 0, 1, .constant)
    (typical.averaging, typical.selection) = (nil, nil)
    typical.perturbation?.start = 0
    let speed = try speed(of: typical) {
      try TrainingForecast(typical, trainCount: data.train.count, threads: threads).rowsPerSecond
    }
    let forecast = TrainingForecast(recipe, trainCount: data.train.count, rowsPerSecond: speed)
    send(
      .used(
        .run(
          RunUse(
            name: recipe.name, key: identity.key.hex, recipe: try FlatFields.of(recipe), data: identity.data,
            seed: recipe.seed, numericsVersion: identity.numericsVersion, kernelLevel: nil, seconds: forecast.seconds,
            state: stored == nil ? .missing : .interrupted))))
    noteUntrained()
    return TrainingStore(runs).untrained(recipe, key: identity.key)
  }

  /// Ends a program that plans if numbers are not in the store.
  func plan(_ kind: String, _ key: String, _ inputs: some Encodable) throws {
    if runs.memos.contains(kind: kind, key: key) { return }
    try tell(kind, key, inputs, seconds: nil, state: .missing)
    giveUp(ProgramFailure(kind: .unknown, message: "\(kind) \(key.prefix(10)) is not computed yet"))
  }
}
