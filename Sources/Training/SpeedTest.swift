// How fast this machine does the work that adversarial training and evaluation consist of.

internal import Attacks
internal import Basics
internal import Datasets
public import Networks
internal import Objectives
internal import Tensors

/// One kind of work of one network, timed.
public struct SpeedTest: Sendable {
  /// What is timed; a batch of float32 images in [0, 1] each time.
  public enum Work: String, Hashable, Sendable, Codable, CaseIterable {
    /// Logits in evaluation mode.
    case forward
    /// Evaluation mode: the gradient of the cross-entropy by the images.
    case inputGradient = "input-gradient"
    /// Training mode: forward, full backward, an SGD step with momentum and weight decay.
    case trainStep = "train-step"
    /// Ten input gradients with sign steps and projections, then a train-step on the result.
    case pgd10Step = "pgd10-step"
  }

  /// The network.
  public var model: any Network
  /// What is timed.
  public var work: Work
  /// Images of a batch.
  public var batch: Int
  /// Threads, at least 1.
  public var threads: Int
  /// Shards that a training step cuts the batch into; they divide it.
  public var shards = 2

  /// A test of this work on this network.
  public init(model: any Network, work: Work, batch: Int, threads: Int) {
    self.model = model
    self.work = work
    self.batch = batch
    self.threads = threads
  }

  /// Batch sizes that fit in memory and in patience: 128, 64, 16 or 4.
  public static func usualBatch(_ model: any Network) -> Int {
    switch model.layout.products {
    case ...30_000_000: 128
    case ...130_000_000: 64
    case ...1_000_000_000: 16
    default: 4
    }
  }

  /// Repetitions that count, and those before them.
  public struct Repetitions: Hashable, Sendable {
    /// Repetitions that count.
    public var runs: Int
    /// Repetitions before them that do not.
    public var warmup: Int

    /// A third as many before them, unless that is said.
    public init(runs: Int, warmup: Int? = nil) {
      self.runs = runs
      self.warmup = warmup ?? max(runs / 3, 1)
    }

    /// As many as take about two seconds, 3 to 60: a few repetitions of a few milliseconds would be those of a cold
    /// processor.
    public init(secondsOfOne: Double, warmup: Int? = nil) {
      self.init(runs: secondsOfOne > 2 / 60 ? max(Int((2 / secondsOfOne).rounded(.up)), 3) : 60, warmup: warmup)
    }
  }

  /// Seconds of each of `runs` repetitions after `warmup` that do not count.
  ///
  /// Where `runs` is nil, as many as suit what the second repetition took; where `warmup` is, a third of them.
  /// Throws `RecipeError` if a training step's shards do not divide the batch.
  public func seconds(runs: Int? = nil, warmup: Int? = nil) throws -> [Double] {
    let body = try prepare()
    let clock = ContinuousClock()
    let repetitions: Repetitions
    if let runs {
      repetitions = Repetitions(runs: runs, warmup: warmup)
    } else {
      body()
      repetitions = Repetitions(secondsOfOne: clock.measure(body).seconds, warmup: warmup)
    }
    for _ in 0..<repetitions.warmup { body() }
    return (0..<repetitions.runs).map { _ in clock.measure(body).seconds }
  }

  /// Time, operations and bytes of each layer in one repetition, the mean of `runs` on one thread after a warm-up, and
  /// the seconds of the whole.
  public func layers(runs: Int) throws -> (entries: [LayerProfile.Entry], runs: Int, seconds: Double) {
    var alone = self
    alone.threads = 1
    let profile = LayerProfile()
    let body = try alone.prepare(profile)
    body()
    profile.reset()
    let time = ContinuousClock().measure { for _ in 0..<runs { body() } }
    return (profile.entries, runs, time.seconds / Double(runs))
  }

  /// The work, ready to be done again and again; training steps are those of a recipe after `change`.
  package func prepare(
    _ profile: LayerProfile? = nil, change: (inout Recipe) -> Void = { _ in }
  ) throws -> () -> Void {
    let key = RandomKey(seed: 0)
    var stream = key.split(1).stream
    switch work {
    case .forward, .inputGradient:
      let shape = Shape([batch] + model.imageShape.dimensions)
      let images = Tensor((0..<shape.count).map { _ in stream.uniform() }, shape: shape)
      let classifier = ModelClassifier(
        Model(model, key: key), threads: threads, wantsGradient: work == .inputGradient)
      if let profile { classifier.measure(profile) }
      var logits = Tensor(shape: [batch, model.classCount])
      if work == .forward { return { classifier.predict(&logits, images: images) } }
      var gradient = Tensor(shape: shape)
      var losses = [Float](repeating: 0, count: batch)
      let loss = CrossEntropy(labels: (0..<batch).map { _ in stream.int(below: model.classCount) })
      return {
        classifier.differentiate(&gradient, losses: &losses, logits: &logits, loss: loss, images: images)
      }
    case .trainStep, .pgd10Step:
      let size = model.imageShape[1]
      let pixels = (0..<batch * model.imageShape.count).map { _ in UInt8(stream.int(below: 256)) }
      let images = LabeledImages(
        pixels: pixels, labels: (0..<batch).map { _ in stream.int(below: model.classCount) }, height: size, width: size,
        classNames: (0..<model.classCount).map { "\($0)" }, provenance: .init(name: "noise", details: ""))
      var pgd = PGD.pgd10
      pgd.randomStart = false
      var recipe = Recipe(
        name: "speed", model: model,
        data: DataRecipe(source: .synthetic, imageSize: size, trainCount: batch, heldOut: 0, testCount: 0),
        augmentation: .none, epochs: 1, batchSize: batch, optimizer: SGD(learningRate: 1e-3), schedule: .constant,
        attack: work == .pgd10Step ? TrainingAttack(pgd) : nil)
      recipe.shards = shards
      change(&recipe)
      let empty = images.prefix(0)
      let trainer = try Trainer(
        recipe, data: DataSplits(train: images, heldOut: empty, test: empty), threads: threads)
      if let profile { trainer.measure(profile) }
      let batch = ArraySlice(0..<batch)
      return { trainer.step(batch, epochKey: key) }
    }
  }
}
