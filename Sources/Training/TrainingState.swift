// Everything that changes during a run. Random draws are functions of (seed, epoch, image), so no generator is in it.

internal import Basics
public import Networks
public import Tensors

/// The state between two steps of training: enough to go on to the same bits.
public struct TrainingState: Sendable {
  /// The network.
  public var model: Model
  /// The optimiser's momentum, laid out as the parameters.
  public var velocity: [Float]
  /// Epochs finished.
  public var epoch: Int
  /// Steps finished in the current epoch.
  public var step: Int
  /// Sums over the current epoch.
  public var sums: EpochSums
  /// The mean of the weights so far; nil without averaging, or once the network has taken it.
  public var mean: WeightMean?
  /// The network that the selection likes best so far.
  public var best: Best?
  /// The last network trained, kept when the model takes the mean of the weights.
  public var raw: Model?

  /// Sums over the images that an epoch has trained on so far.
  public struct EpochSums: Hashable, Sendable, Codable {
    /// Of the losses of the images trained on.
    public var loss = 0.0
    /// Of those, right ones.
    public var correct = 0
    /// How many images those are, each view counted.
    public var images = 0
  }

  /// A network with its mean cross-entropy under attack, after so many epochs.
  public struct Best: Sendable {
    /// The network.
    public var model: Model
    /// Its mean cross-entropy under attack.
    public var loss: Double
    /// After how many epochs it was judged.
    public var epoch: Int
  }

  /// The state before the first step, with velocity 0.
  public init(_ model: Model) {
    self.model = model
    velocity = [Float](repeating: 0, count: model.parameterCount)
    epoch = 0
    step = 0
    sums = EpochSums()
  }

  /// One step of the optimiser with the sum of the gradients, which are zeros afterwards.
  mutating func descend(
    _ optimizer: SGD, taking gradients: ShardGradients, isSummed: Bool, learningRate: Float, threads: Int
  ) {
    optimizer.step(
      &model.parameters.values, velocity: &velocity, taking: gradients, isSummed: isSummed, learningRate: learningRate,
      threads: threads)
  }

  /// One power iteration of every normalised layer.
  mutating func iteratePower(_ weights: LoadedNetwork, threads: Int) {
    weights.iteratePower(&model.power.values, parameters: model.parameters.values, threads: threads)
  }

  /// parameters ← parameters + sign·delta
  mutating func move(by delta: [Float], sign: Float, threads: Int) {
    model.parameters.values.withUnsafeMutableBufferPointer { p in
      let (count, parts) = (p.count, min(threads, p.count))
      nonisolated(unsafe) let p = p.baseAddress!
      parallelFor(parts, threads: threads) { part, _ in
        for i in count * part / parts..<count * (part + 1) / parts { p[i] += sign * delta[i] }
      }
    }
  }

  /// The weights as they are now belong to the mean.
  mutating func addToMean() {
    if mean == nil { mean = WeightMean(values: [Float](repeating: 0, count: model.parameterCount)) }
    mean?.add(model.parameters.values)
  }

  /// The network takes the mean of the weights; what it was is kept as `raw`.
  mutating func takeMean() {
    guard let mean else { preconditionFailure("TrainingState: no weights were averaged") }
    raw = model
    model.parameters.values = mean.values
    model.iteratePower(15)
    self.mean = nil
  }

  /// Keeps the network if its loss is the lowest so far.
  mutating func choose(loss: Double?) {
    guard let loss, loss < best?.loss ?? .infinity else { return }
    best = Best(model: model, loss: loss, epoch: epoch)
  }

  /// The state as named arrays for a checkpoint: `model.…`, `velocity`, `progress`, and where there are such `mean`,
  /// `best.…` and `raw.…`.
  public var arrays: [String: SafetensorsArray] {
    var arrays: [String: SafetensorsArray] = [:]
    func add(_ model: Model, _ prefix: String) {
      for (name, tensor) in model.tensors { arrays[prefix + name] = .float32(tensor) }
    }
    func vector(_ values: [Float]) -> SafetensorsArray { .float32(Tensor(values, shape: [values.count])) }
    add(model, "model.")
    arrays["velocity"] = vector(velocity)
    arrays["progress"] = .list([
      Double(epoch), Double(step), sums.loss, Double(sums.correct), Double(sums.images),
    ])
    if let mean {
      arrays["mean"] = vector(mean.values)
      arrays["mean.count"] = .list([Double(mean.count)])
    }
    if let best {
      add(best.model, "best.")
      arrays["best"] = .list([best.loss, Double(best.epoch)])
    }
    if let raw { add(raw, "raw.") }
    return arrays
  }

  /// Reads a state that `arrays` wrote. Throws `SafetensorsError` if an array is missing or of another shape.
  public init(_ architecture: any Network, from file: SafetensorsFile) throws {
    let empty = Model(architecture, key: RandomKey(seed: 0))
    func read(_ prefix: String) throws -> Model {
      var model = empty
      func tensor(_ entry: NamedLayout.Entry) throws -> Tensor {
        try file.tensor(prefix + entry.name, shape: entry.shape)
      }
      for entry in model.parameters.layout.entries { model.parameters[entry.name] = try tensor(entry) }
      for entry in model.statistics.layout.entries { model.statistics[entry.name] = try tensor(entry) }
      for entry in model.power.layout.entries { model.power[entry.name] = try tensor(entry) }
      return model
    }
    func vector(_ name: String) throws -> [Float] {
      try file.tensor(name, shape: [empty.parameterCount]).elements
    }
    self.init(try read("model."))
    velocity = try vector("velocity")
    let progress = try file.float64s("progress")
    epoch = Int(progress[0])
    step = Int(progress[1])
    sums = EpochSums(loss: progress[2], correct: Int(progress[3]), images: Int(progress[4]))
    let names = Set(file.names)
    if names.contains("mean") {
      mean = WeightMean(count: Int(try file.float64s("mean.count")[0]), values: try vector("mean"))
    }
    if names.contains("best") {
      let numbers = try file.float64s("best")
      best = Best(model: try read("best."), loss: numbers[0], epoch: Int(numbers[1]))
    }
    if let first = model.parameters.layout.entries.first, names.contains("raw." + first.name) { raw = try read("raw.") }
  }
}
