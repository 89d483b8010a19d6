// How long a recipe will take, from a few steps on noise.

internal import Basics
internal import Datasets
internal import Networks
internal import Tensors

/// A prediction of a run's time.
public struct TrainingForecast: Hashable, Sendable, Codable {
  /// Rows (images times views) that were trained on per second.
  public let rowsPerSecond: Double
  /// Steps of the run: all passes over the images.
  public let steps: Int
  /// Seconds that the run will take at this rate, held-out images after each epoch included.
  public let seconds: Double

  /// Takes the time of `measured` steps of the recipe after one that does not count.
  ///
  /// The steps are of fewer images where the network is large, so that a prediction takes seconds; what a step costs
  /// whatever its size, as power iterations do, is then counted too often.
  ///
  /// - Parameters:
  ///   - trainCount: images to train on.
  ///   - threads: at least 1.
  ///   - measured: at least 1; the largest networks get one.
  ///
  /// Throws `RecipeError` if the recipe cannot be trained.
  public init(_ recipe: Recipe, trainCount: Int, threads: Int, measured: Int = 2) throws {
    try recipe.validate()
    var small = recipe
    let usual = SpeedTest.usualBatch(recipe.model) / (recipe.views ?? 1)
    small.batchSize = min(recipe.batchSize, max(1, usual / recipe.shards) * recipe.shards)
    let measured = SpeedTest.usualBatch(recipe.model) < 16 ? 1 : measured
    small.selection = nil
    let size = recipe.model.imageShape[1]
    let count = small.batchSize
    var stream = RandomKey(seed: 0).stream
    let noise = LabeledImages(
      pixels: (0..<count * 3 * size * size).map { _ in UInt8(stream.int(below: 256)) },
      labels: (0..<count).map { _ in stream.int(below: recipe.model.classCount) }, height: size, width: size,
      classNames: (0..<recipe.model.classCount).map { "\($0)" }, provenance: .init(name: "noise", details: ""))
    let empty = noise.prefix(0)
    let trainer = try Trainer(small, data: DataSplits(train: noise, heldOut: empty, test: empty), threads: threads)
    let (key, batch) = (RandomKey(seed: 0), ArraySlice(0..<count))
    trainer.step(batch, epochKey: key)
    let time = ContinuousClock().measure {
      for _ in 0..<measured { trainer.step(batch, epochKey: key) }
    }
    self.init(
      recipe, trainCount: trainCount, rowsPerSecond: Double(measured * small.rowsPerStep) / max(time.seconds, 1e-9))
  }

  /// The forecast at a speed that is known, in rows a second.
  public init(_ recipe: Recipe, trainCount: Int, rowsPerSecond: Double) {
    self.rowsPerSecond = rowsPerSecond
    let stepsPerEpoch = trainCount / recipe.batchSize
    steps = stepsPerEpoch * recipe.passes
    let judged = min(recipe.selection?.images ?? 256, max(recipe.data.heldOut, recipe.data.testCount))
    seconds = Double(recipe.passes * (stepsPerEpoch * recipe.rowsPerStep + judged)) / rowsPerSecond
  }
}
