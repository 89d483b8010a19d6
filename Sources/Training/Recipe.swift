// Everything that is needed to repeat a training run.

public import Attacks
public import Datasets
public import Networks
public import Objectives
internal import Tensors

/// Which images a study uses.
public struct DataRecipe: Hashable, Sendable, Codable {
  public enum Source: String, Hashable, Sendable, Codable, CaseIterable {
    /// The embedded set of rasterised shapes.
    case synthetic
    /// CIFAR-10's binary batches in a folder.
    case cifar10
  }

  public var source: Source
  /// Height and width of an image, pixels: 16 or 32 synthetic, 32 for CIFAR-10.
  public var imageSize: Int
  /// Training images at most, those held out included.
  public var trainCount: Int
  /// Training images held out to judge checkpoints by.
  public var heldOut: Int
  /// Test images at most.
  public var testCount: Int
  /// Makes the synthetic images and chooses those held out.
  public var seed: UInt64

  public init(source: Source, imageSize: Int, trainCount: Int, heldOut: Int, testCount: Int, seed: UInt64 = 0) {
    self.source = source
    self.imageSize = imageSize
    self.trainCount = trainCount
    self.heldOut = heldOut
    self.testCount = testCount
    self.seed = seed
  }
}

/// How adversarial images are made during training.
public struct TrainingAttack: Hashable, Sendable, Codable {
  public var pgd: PGD
  /// `running`: the network is in evaluation mode while it is attacked; `batch`: in training mode, as in the released
  /// code, and the running statistics move at every step of the attack.
  public var statistics: NormStatistics

  public init(_ pgd: PGD = .pgd10, statistics: NormStatistics = .running) {
    self.pgd = pgd
    self.statistics = statistics
  }
}

/// A training run as data: the same recipe on the same data gives the same bits.
public struct Recipe: Hashable, Sendable, Codable {
  /// A short name for people: `plain`, `pgd`, `h-js`.
  public var name: String
  public var model: WideResNet
  public var initialization: Initialization
  public var data: DataRecipe
  public var augmentation: Augmentation
  public var epochs: Int
  /// Images of a step; the last, smaller batch of an epoch is left out.
  public var batchSize: Int
  /// Pieces that a batch is cut into. Batch statistics are those of a shard, and a shard is the unit of threads.
  public var shards: Int
  public var optimizer: SGD
  public var schedule: Schedule
  /// nil trains on the images as they are.
  public var attack: TrainingAttack?
  public var seed: UInt64
  /// Views of each image in a step, each augmented and attacked by itself: 1 or 2; nil is 1.
  public var views: Int?
  /// λ·D between the predictions for the two views, beside the cross-entropy; nil leaves it out.
  public var consistency: ConsistencyLoss?
  /// Averages the weights of the last epochs (SWA); nil does not.
  public var averaging: WeightAveraging?
  /// Perturbs the weights in each step (AWP); nil does not.
  public var perturbation: WeightPerturbation?
  /// Which network is kept; nil keeps the last.
  public var selection: CheckpointSelection?

  public init(
    name: String, model: WideResNet, initialization: Initialization = .heFanOut, data: DataRecipe,
    augmentation: Augmentation, epochs: Int, batchSize: Int = 128, shards: Int = 2, optimizer: SGD = SGD(),
    schedule: Schedule, attack: TrainingAttack?, seed: UInt64 = 0, views: Int? = nil,
    consistency: ConsistencyLoss? = nil, averaging: WeightAveraging? = nil, perturbation: WeightPerturbation? = nil,
    selection: CheckpointSelection? = nil
  ) {
    self.name = name
    self.model = model
    self.initialization = initialization
    self.data = data
    self.augmentation = augmentation
    self.epochs = epochs
    self.batchSize = batchSize
    self.shards = shards
    self.optimizer = optimizer
    self.schedule = schedule
    self.attack = attack
    self.seed = seed
    self.views = views
    self.consistency = consistency
    self.averaging = averaging
    self.perturbation = perturbation
    self.selection = selection
  }

  /// Rows of a step's batch: images times views.
  public var rowsPerStep: Int { batchSize * (views ?? 1) }
  /// Passes over the images: the epochs, and one more if weights are averaged.
  public var passes: Int { epochs + (averaging == nil ? 0 : 1) }

  /// The factor on the learning rate in `epoch`: the schedule's, held where averaging starts.
  public func learningRateFactor(epoch: Int) -> Float {
    schedule.factor(epoch: min(epoch, averaging?.start ?? epoch))
  }

  /// Throws `RecipeError` naming the first field that cannot work.
  public func validate() throws {
    func require(_ condition: Bool, _ field: String, _ value: Any, _ allowed: String) throws {
      if !condition { throw RecipeError(recipe: name, field: field, value: "\(value)", allowed: allowed) }
    }
    do { try model.validate() } catch {
      throw RecipeError(recipe: name, field: "model." + error.field, value: error.value, allowed: error.allowed)
    }
    try require(epochs >= 0, "epochs", epochs, "0 or more")
    try require(batchSize >= 1, "batchSize", batchSize, "1 or more")
    try require(shards >= 1, "shards", shards, "1 or more")
    try require(
      batchSize % shards == 0, "batchSize", batchSize, "a multiple of shards (\(shards)), so that all are of one size")
    try require(data.heldOut >= 0, "data.heldOut", data.heldOut, "0 or more")
    try require(
      data.trainCount - data.heldOut >= batchSize, "data.trainCount", data.trainCount,
      "at least heldOut + batchSize (\(data.heldOut + batchSize))")
    try require(
      model.imageShape == [3, data.imageSize, data.imageSize], "model.imageShape", model.imageShape,
      "[3, \(data.imageSize), \(data.imageSize)], the data's")
    try require(optimizer.learningRate > 0, "optimizer.learningRate", optimizer.learningRate, "above 0")
    try require((0..<1).contains(optimizer.momentum), "optimizer.momentum", optimizer.momentum, "0 or more and below 1")
    try require(optimizer.weightDecay >= 0, "optimizer.weightDecay", optimizer.weightDecay, "0 or more")
    if let attack {
      try require(attack.pgd.steps >= 0, "attack.pgd.steps", attack.pgd.steps, "0 or more")
    }
    if case .cosine(let over) = schedule { try require(over >= 1, "schedule.cosine.epochs", over, "1 or more") }
    if let views { try require(views == 1 || views == 2, "views", views, "1 or 2") }
    if let consistency {
      try require(views == 2, "views", views ?? 1, "2, since consistency compares two views of an image")
      do { try consistency.validate() } catch {
        throw RecipeError(recipe: name, field: "consistency." + error.field, value: error.value, allowed: error.allowed)
      }
    }
    if let averaging {
      try require(
        averaging.start >= 1 && averaging.start < epochs, "averaging.start", averaging.start,
        epochs > 1 ? "1 … \(epochs - 1), an epoch of the run" : "an epoch of the run; it needs 2 epochs or more")
    }
    if let perturbation {
      try require(
        perturbation.start >= 0, "perturbation.start", perturbation.start, "0 or more, an epoch counted from 0")
      try require(
        perturbation.size >= 0 && perturbation.size.isFinite, "perturbation.size", perturbation.size, "0 or more")
      try require(
        perturbation.proxyLearningRate > 0, "perturbation.proxyLearningRate", perturbation.proxyLearningRate, "above 0")
    }
    if let selection {
      try require(selection.images >= 1, "selection.images", selection.images, "1 or more")
      if selection.judges == .heldOut {
        try require(data.heldOut >= 1, "data.heldOut", data.heldOut, "1 or more, since they choose the network")
      } else {
        try require(data.testCount >= 1, "data.testCount", data.testCount, "1 or more, since they choose the network")
      }
    }
  }
}

/// A recipe that cannot be trained.
public struct RecipeError: Error, Hashable, Sendable, CustomStringConvertible {
  public let recipe: String
  public let field: String
  public let value: String
  public let allowed: String
  public var description: String { "recipe \(recipe): \(field) is \(value); allowed: \(allowed)" }
}
