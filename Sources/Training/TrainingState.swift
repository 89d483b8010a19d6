// Everything that changes during a run. Random draws are functions of (seed, epoch, image), so no generator is in it.

public import Networks
public import Tensors

/// The state between two steps of training: enough to go on to the same bits.
public struct TrainingState: Sendable {
  public var model: Model
  /// The optimiser's momentum, laid out as the parameters.
  public var velocity: [Float]
  /// Epochs finished.
  public var epoch: Int
  /// Steps finished in the current epoch.
  public var step: Int
  /// Sums over the current epoch.
  public var sums: EpochSums

  public struct EpochSums: Hashable, Sendable, Codable {
    /// Of the losses of the images trained on.
    public var loss = 0.0
    /// Of those, right ones.
    public var correct = 0
    public var images = 0
  }

  public init(_ model: Model) {
    self.model = model
    velocity = [Float](repeating: 0, count: model.parameterCount)
    epoch = 0
    step = 0
    sums = EpochSums()
  }

  /// One step of the optimiser.
  mutating func descend(_ optimizer: SGD, gradient: [Float], learningRate: Float, threads: Int) {
    optimizer.step(
      &model.parameters.values, velocity: &velocity, gradient: gradient, learningRate: learningRate, threads: threads)
  }

  /// The state as named arrays for a checkpoint.
  public var arrays: [String: SafetensorsArray] {
    var arrays: [String: SafetensorsArray] = [:]
    for (name, tensor) in model.tensors { arrays["model." + name] = .float32(tensor) }
    arrays["velocity"] = .float32(Tensor(velocity, shape: [velocity.count]))
    arrays["progress"] = .list([
      Double(epoch), Double(step), sums.loss, Double(sums.correct), Double(sums.images),
    ])
    return arrays
  }

  /// Reads a state that `arrays` wrote. Throws `SafetensorsError` if an array is missing or of another shape.
  public init(_ architecture: WideResNet, from file: SafetensorsFile) throws {
    self.init(Model(architecture, key: RandomKey(seed: 0)))
    for name in model.parameters.layout.entries.map(\.name) {
      model.parameters[name] = try file.tensor("model." + name, shape: model.parameters.layout[name]!.shape)
    }
    for name in model.statistics.layout.entries.map(\.name) {
      model.statistics[name] = try file.tensor("model." + name, shape: model.statistics.layout[name]!.shape)
    }
    velocity = try file.tensor("velocity", shape: [velocity.count]).elements
    let progress = try file.float64s("progress")
    epoch = Int(progress[0])
    step = Int(progress[1])
    sums = EpochSums(loss: progress[2], correct: Int(progress[3]), images: Int(progress[4]))
  }
}
