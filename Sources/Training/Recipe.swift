// Everything that is needed to repeat a training run.

public import Datasets
public import Networks
public import Objectives

/// Which images a study uses.
public struct DataRecipe: Hashable, Sendable, Codable {
  /// Where the images come from.
  public enum Source: String, Hashable, Sendable, Codable, CaseIterable {
    /// The embedded set of rasterised shapes.
    case synthetic
    /// CIFAR-10's binary batches in a folder.
    case cifar10
  }

  /// Where the images come from.
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

  /// A recipe; `validate` checks its numbers.
  public init(source: Source, imageSize: Int, trainCount: Int, heldOut: Int, testCount: Int, seed: UInt64 = 0) {
    self.source = source
    self.imageSize = imageSize
    self.trainCount = trainCount
    self.heldOut = heldOut
    self.testCount = testCount
    self.seed = seed
  }
}

/// A training run as data: the same recipe on the same data gives the same bits.
public struct Recipe: Hashable, Sendable, Codable {
  /// A short name for people: `plain`, `pgd`, `h-js`.
  public var name: String
  /// What is trained.
  public var model: any Network {
    get { architecture.network }
    set { architecture.network = newValue }
  }
  private var architecture: Architecture
  /// How its weights begin.
  public var initialization: Initialization
  /// The images.
  public var data: DataRecipe
  /// What views are made by.
  public var augmentation: Augmentation
  /// Passes over the training images, 0 or more.
  public var epochs: Int
  /// Images of a step; the last, smaller batch of an epoch is left out.
  public var batchSize: Int
  /// Pieces that a batch is cut into. Batch statistics are those of a shard; threads work on all shards at once, and where
  /// there are more threads than shards several on one.
  public var shards: Int
  /// The optimiser.
  public var optimizer: SGD
  /// The factor on the learning rate, epoch by epoch.
  public var schedule: Schedule
  /// Attacks every view; nil trains on the images as they are, or as `viewAttacks` says.
  public var attack: TrainingAttack?
  /// An attack for each view by itself, in place of `attack`: `[nil, TrainingAttack()]` trains on each image as it is and
  /// attacked. nil leaves it at `attack`.
  public var viewAttacks: [TrainingAttack?]?
  /// All randomness of the run hangs on it: weights, order, views and random starts.
  public var seed: UInt64
  /// Views of each image in a step, each augmented and attacked by itself: 1 … 8, where views are compared 2; nil is 1.
  public var views: Int?
  /// λ·D between the predictions for the two views, beside the cross-entropy; nil leaves it out.
  public var consistency: ConsistencyLoss?
  /// What a step minimises and its attack raises; nil is the cross-entropy, with `consistency` where there is such.
  public var objective: Objective?
  /// Averages the weights of the last epochs (SWA); nil does not.
  public var averaging: WeightAveraging?
  /// Perturbs the weights in each step (AWP); nil does not.
  public var perturbation: WeightPerturbation?
  /// Which network is kept; nil keeps the last.
  public var selection: CheckpointSelection?

  /// A recipe; `validate` checks its numbers.
  public init(
    name: String, model: any Network, initialization: Initialization = .heFanOut, data: DataRecipe,
    augmentation: Augmentation, epochs: Int, batchSize: Int = 128, shards: Int = 2, optimizer: SGD = SGD(),
    schedule: Schedule, attack: TrainingAttack?, seed: UInt64 = 0, views: Int? = nil,
    consistency: ConsistencyLoss? = nil, averaging: WeightAveraging? = nil, perturbation: WeightPerturbation? = nil,
    selection: CheckpointSelection? = nil, objective: Objective? = nil
  ) {
    self.name = name
    architecture = Architecture(model)
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
    self.objective = objective
    self.averaging = averaging
    self.perturbation = perturbation
    self.selection = selection
  }

  /// The network as one of a family, to read or change its own fields; nil if it is of another, and set only if it is
  /// of this one: `recipe[WideResNet.self]?.activation = .silu`.
  public subscript<Family: Network>(_ family: Family.Type) -> Family? {
    get { model as? Family }
    set {
      if let newValue, model is Family { model = newValue }
    }
  }

  private enum CodingKeys: String, CodingKey {
    case name
    case architecture = "model"
    case initialization, data, augmentation, epochs, batchSize, shards, optimizer, schedule
    case attack, viewAttacks, seed, views, consistency, objective, averaging, perturbation, selection
  }

  /// Whether any view is attacked.
  public var isAdversarial: Bool { attack != nil || viewAttacks?.contains { $0 != nil } == true }
  /// `objective`, or the one that `consistency` stands for.
  public var objectiveInUse: Objective { objective ?? .standard(consistency) }
  /// Rows of a step's batch: images times views, and as many again if natural images go beside the adversarial ones.
  public var rowsPerStep: Int { batchSize * (views ?? 1) * (objectiveInUse.usesNaturalRows ? 2 : 1) }
  /// Passes over the images: the epochs, and one more if weights are averaged.
  public var passes: Int { epochs + (averaging == nil ? 0 : 1) }

  /// The factor on the learning rate in `epoch`: the schedule's, held where averaging starts.
  public func learningRateFactor(epoch: Int) -> Float {
    schedule.factor(epoch: min(epoch, averaging?.start ?? epoch))
  }
}
