// Adversarial training: the outer minimisation of Madry et al. 2018, batch by batch, on shards.

internal import Attacks
internal import Basics
internal import Datasets
public import Networks
internal import Objectives
package import Ranks
internal import Tensors

/// What is known after an epoch.
public struct EpochMetrics: Hashable, Sendable, Codable {
  /// Counted from 1.
  public var epoch: Int
  /// The learning rate of the epoch's steps.
  public var learningRate: Float
  /// Mean loss, and accuracy in 0…1, on the images trained on (adversarial ones if there is an attack).
  public var loss: Double
  /// Share of the images trained on that were right, 0 … 1.
  public var accuracy: Double
  /// Accuracy on held-out images in evaluation mode, clean and under PGD-10; nil if none are held out.
  public var heldOutClean: Double?
  /// Accuracy on held-out images under PGD-10 in evaluation mode, 0 … 1; nil if none are held out.
  public var heldOutRobust: Double?
  /// Mean cross-entropy under PGD-10 of the images that choose the network; nil if there is no choice.
  public var judgedLoss: Double?
  /// True for the pass that collects statistics for averaged weights, in which nothing is learned.
  public var isAverage: Bool?
}

/// Where a run is; reported about once a second and after each epoch.
public struct TrainingProgress: Sendable {
  /// The recipe's name.
  public let recipe: String
  /// Epochs finished, and wanted; one more than the recipe's if weights are averaged.
  public let epoch: Int
  /// Epochs wanted, one more than the recipe's if weights are averaged.
  public let epochs: Int
  /// Steps done and wanted, over all epochs.
  public let step: Int
  /// Steps wanted, over all epochs.
  public let steps: Int
  /// Images trained on per second since the start of this call.
  public let imagesPerSecond: Double
  /// Seconds until the last step at this rate.
  public let secondsLeft: Double
  /// Mean loss of the epoch so far.
  public let loss: Double
  /// The last finished epoch, if this report ends one.
  public let finished: EpochMetrics?
}

/// A run that cannot go on.
public enum TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The loss is no longer a finite number.
  case diverged(recipe: String, epoch: Int, step: Int)
  /// The data do not fit the recipe.
  case data(recipe: String, String)
  /// So many ranks cannot share the recipe's shards.
  case ranks(recipe: String, shards: Int, ranks: Int)

  /// The recipe, what is wrong with the run, and what to change.
  public var description: String {
    switch self {
    case .diverged(let recipe, let epoch, let step):
      "recipe \(recipe): the loss is not finite after step \(step) of epoch \(epoch); lower optimizer.learningRate"
    case .data(let recipe, let problem): "recipe \(recipe): \(problem)"
    case .ranks(let recipe, let shards, let ranks):
      "recipe \(recipe): its \(shards) shards cannot be shared among \(ranks) ranks; start "
        + (1...shards).filter { shards % $0 == 0 }.map(String.init).joined(separator: ", ")
        + " of them (another number of shards, which the recipe has, is another training)"
    }
  }
}

/// Runs a recipe on its data, alone or together with other ranks: each has some of the shards, and everything else is
/// computed by all of them alike. Bits do not depend on how many there are.
public final class Trainer {
  /// What was trained.
  public let recipe: Recipe
  /// Threads, at least 1.
  public let threads: Int
  /// Where the run is.
  public internal(set) var state: TrainingState
  let data: DataSplits
  let weights: LoadedNetwork
  /// This rank's shards, and which of the batch's they are.
  let shards: [Shard], block: Range<Int>
  let key: RandomKey
  let gradients: ShardGradients
  /// The ranks, and what sums their gradients; nil for one that is alone.
  let ranks: any Communicator
  let exchange: GradientExchange?
  /// What each shard of the batch found in a step.
  let found: ShardFindings
  /// Terms of the objective that are of the parameters.
  let parameterTerms: [any ObjectiveTerm]
  /// What the weights are moved by in a step, and a proxy's u and v; empty without `Recipe.perturbation`.
  var delta: [Float], proxyPower: [Float]

  /// Throws `RecipeError` or `TrainingError.data` before anything is trained.
  ///
  /// - Parameters:
  ///   - state: where to go on; nil starts anew.
  ///   - threads: at least 1; bits do not depend on it.
  ///   - engine: what computes the passes; nil is the network's own.
  public convenience init(
    _ recipe: Recipe, data: DataSplits, from state: TrainingState? = nil, threads: Int,
    engine: (any NetworkEngine)? = nil
  ) throws {
    try self.init(recipe, data: data, from: state, threads: threads, engine: engine, ranks: LoneRank())
  }

  /// As above, as one of `ranks`, which all make the same calls. Throws `TrainingError.ranks` too.
  package init(
    _ recipe: Recipe, data: DataSplits, from state: TrainingState? = nil, threads: Int,
    engine: (any NetworkEngine)? = nil, ranks: any Communicator
  ) throws {
    try recipe.validate()
    guard recipe.shards % ranks.size == 0 else {
      throw TrainingError.ranks(recipe: recipe.name, shards: recipe.shards, ranks: ranks.size)
    }
    guard data.train.count >= recipe.batchSize else {
      throw TrainingError.data(
        recipe: recipe.name, "\(data.train.count) training images do not fill a batch of \(recipe.batchSize)")
    }
    guard data.train.height == recipe.model.imageShape[1], data.train.classCount <= recipe.model.classCount else {
      throw TrainingError.data(
        recipe: recipe.name,
        "images of \(data.train.height)×\(data.train.width) in \(data.train.classCount) classes do not fit \(recipe.model.name) for \(recipe.model.imageShape) and \(recipe.model.classCount) classes"
      )
    }
    if recipe.selection?.judges == .testAsPublished, data.test.count == 0 {
      throw TrainingError.data(recipe: recipe.name, "there are no test images to choose the network by")
    }
    self.recipe = recipe
    self.data = data
    self.threads = threads
    key = RandomKey(seed: recipe.seed)
    self.state =
      state ?? TrainingState(Model(recipe.model, initialization: recipe.initialization, key: key.split(0)))
    weights = LoadedNetwork(recipe.model, engine: engine)
    let weights = weights
    self.ranks = ranks
    block = ranks.part(of: recipe.shards)
    let count = self.state.model.parameterCount
    let gradients = ShardGradients(shards: recipe.shards, block: block, count: count)
    self.gradients = gradients
    found = ShardFindings(ranks, shards: recipe.shards, statistics: self.state.model.statistics.values.count)
    exchange = ranks.size > 1 ? GradientExchange(ranks, shards: recipe.shards, count: count) : nil
    parameterTerms = recipe.objectiveInUse.customTerms.filter(\.usesParameters)
    let ofShard = (threads + block.count - 1) / block.count
    shards = gradients.buffers.map { Shard(weights, gradient: $0, recipe: recipe, threads: ofShard) }
    delta = recipe.perturbation == nil ? [] : [Float](repeating: 0, count: gradients.count)
    proxyPower = recipe.perturbation == nil ? [] : self.state.model.power.values
    pack()
  }

  /// From now on takes the time of each layer; for one thread only.
  func measure(_ profile: LayerProfile?) {
    precondition(threads == 1, "Trainer: a profile of \(threads) threads")
    for shard in shards { shard.measure(profile) }
  }

  /// Steps of an epoch.
  public var stepsPerEpoch: Int { data.train.count / recipe.batchSize }

  /// The network that the run keeps: the averaged one, else the selected one, else the last.
  public var result: Model { recipe.averaging != nil ? state.model : state.best?.model ?? state.model }

  /// Beside an averaged network the selected or last one before averaging; else nil.
  public var raw: Model? { recipe.averaging != nil ? state.best?.model ?? state.raw : nil }

  /// The network after the last step so far, before any averaging.
  public var last: Model { state.raw ?? state.model }

  /// Trains from `state` to the end.
  ///
  /// - Parameters:
  ///   - probe: held-out images judged after each epoch, at most.
  ///   - report: called about once a second, and after each epoch with its metrics.
  ///   - afterStep: called between steps, when `state` is whole.
  public func run(
    probe: Int = CheckpointSelection.usualProbe, report: (TrainingProgress) throws -> Void = { _ in },
    afterStep: (TrainingState) throws -> Void = { _ in }
  ) throws {
    let clock = ContinuousClock()
    let begin = clock.now
    var lastReport = begin
    var trained = 0
    let steps = stepsPerEpoch
    func progress(_ finished: EpochMetrics?) -> TrainingProgress {
      let seconds = begin.duration(to: clock.now).seconds
      let done = state.epoch * steps + state.step
      let rate = Double(trained) / max(seconds, 1e-9)
      return TrainingProgress(
        recipe: recipe.name, epoch: state.epoch, epochs: recipe.passes, step: done, steps: recipe.passes * steps,
        imagesPerSecond: rate,
        secondsLeft: rate > 0 ? Double((recipe.passes * steps - done) * recipe.batchSize) / rate : 0,
        loss: finished?.loss ?? (state.sums.images > 0 ? state.sums.loss / Double(state.sums.images) : 0),
        finished: finished)
    }
    while state.epoch < recipe.passes {
      let epochKey = key.split(1).split(state.epoch)
      let batches = Batches(count: data.train.count, batchSize: recipe.batchSize, key: epochKey, wholeOnly: true)
      while state.step < steps {
        step(batches[state.step], epochKey: epochKey)
        guard state.sums.loss.isFinite else {
          throw TrainingError.diverged(recipe: recipe.name, epoch: state.epoch + 1, step: state.step + 1)
        }
        trained += recipe.batchSize
        state.step += 1
        if lastReport.duration(to: clock.now) > .seconds(1), state.step < steps {
          lastReport = clock.now
          try report(progress(nil))
        }
        if state.step < steps { try afterStep(state) }
      }
      let metrics = finishEpoch(probe: probe)
      try report(progress(metrics))
      try afterStep(state)
    }
  }

  /// Packs the weights, normalised ones with u and v as they are.
  func pack() { weights.load(state.model, threads: threads) }

  private func finishEpoch(probe: Int) -> EpochMetrics {
    let sums = state.sums
    let isTraining = state.epoch < recipe.epochs
    let rate = isTraining ? recipe.optimizer.learningRate * recipe.learningRateFactor(epoch: state.epoch) : 0
    state.epoch += 1
    state.step = 0
    state.sums = TrainingState.EpochSums()
    var metrics = EpochMetrics(
      epoch: state.epoch, learningRate: rate, loss: sums.loss / Double(max(sums.images, 1)),
      accuracy: Double(sums.correct) / Double(max(sums.images, 1)), heldOutClean: nil, heldOutRobust: nil)
    if !isTraining { metrics.isAverage = true }
    let selection = recipe.selection
    let judgesHeldOut = selection?.judges == .heldOut
    if let judged = judge(data.heldOut, count: CheckpointSelection.heldOutImages(judgedBy: selection, probe: probe)) {
      metrics.heldOutClean = judged.clean
      metrics.heldOutRobust = judged.robust
      if judgesHeldOut { metrics.judgedLoss = judged.loss }
    }
    if let selection, !judgesHeldOut { metrics.judgedLoss = judge(data.test, count: selection.images)?.loss }
    if isTraining { state.choose(loss: metrics.judgedLoss) }
    if let averaging = recipe.averaging, isTraining {
      if state.epoch == recipe.epochs {
        state.takeMean()
        pack()
      } else if state.epoch >= averaging.start {
        state.addToMean()
      }
    }
    return metrics
  }
}
