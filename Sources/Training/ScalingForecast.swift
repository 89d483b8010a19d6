// What a step of training would cost over many nodes, from what it costs on one and what connects them.

internal import Basics
public import Networks
package import Ranks
internal import Tensors

/// A prediction of the time of a step that ranks share, one a node: each does its part of the batch and what all do alike,
/// and then they exchange gradients.
///
///     T(R) = fixed + batch/R · perImage + (R > 1 ? exchanges · X(R) : 0)
///     X(R) = 2·bytes/bandwidth · (R−1)/R + 2·pieces·(R−1)·latency + sum
///
/// `bytes` are the gradient's, which each rank sends once as slices and once as their sum; `pieces` as many as a rank adds
/// one after the other.
public struct ScalingForecast: Hashable, Sendable, Codable {
  /// Images of a step, over all ranks.
  public var batch: Int
  /// Seconds of a step that do not depend on the number of its images: optimiser, packing.
  public var fixedSeconds: Double
  /// Seconds of a step for each image.
  public var secondsPerImage: Double
  /// Bytes of a gradient.
  public var gradientBytes: Int
  /// Seconds that a rank's memory takes for one exchange, whatever the link.
  public var sumSeconds: Double
  /// Exchanges of gradients in a step: 1, and 2 with perturbed weights.
  public var exchanges = 1
  /// Bytes a second that a node sends while it receives as many.
  public var bandwidth: Double
  /// Seconds that a message takes beside its bytes.
  public var latency: Double

  /// A forecast from numbers that are known.
  public init(
    batch: Int, fixedSeconds: Double, secondsPerImage: Double, gradientBytes: Int, sumSeconds: Double,
    bandwidth: Double, latency: Double
  ) {
    (self.batch, self.fixedSeconds, self.secondsPerImage) = (batch, fixedSeconds, secondsPerImage)
    (self.gradientBytes, self.sumSeconds) = (gradientBytes, sumSeconds)
    (self.bandwidth, self.latency) = (bandwidth, latency)
  }

  /// Times PGD-10 steps of `model` on this machine, of few and of more images, and an exchange with nobody.
  ///
  /// - Parameters:
  ///   - batch: images of a step, over all ranks.
  ///   - threads: at least 1.
  ///   - measured: images of the larger step that is timed, even and at least 4; nil is what suits the network.
  ///
  /// Throws `RecipeError` if the batch cannot be cut in two.
  public init(
    measuring model: any Network, batch: Int, threads: Int, measured: Int? = nil, bandwidth: Double, latency: Double
  ) throws {
    let large = max(measured ?? SpeedTest.usualBatch(model), 4)
    let small = max(large / 8 * 2, 2)
    func seconds(_ images: Int) throws -> Double {
      let test = SpeedTest(model: model, work: .pgd10Step, batch: images, threads: threads)
      let times = try test.seconds(runs: 3, warmup: 1)
      return times.min()!  // of both the least disturbed one
    }
    let (few, many) = (try seconds(small), try seconds(large))
    let perImage = max(many - few, 0) / Double(large - small)
    let count = model.layout.parameters.count
    let gradients = ShardGradients(shards: 1, count: count)
    let exchange = GradientExchange(LoneRank(), shards: 1, count: count)
    let clock = ContinuousClock()
    exchange.run(gradients)
    let sums = (0..<3).map { _ in clock.measure { exchange.run(gradients) }.seconds }
    self.init(
      batch: batch, fixedSeconds: max(many - perImage * Double(large), 0), secondsPerImage: perImage,
      gradientBytes: count * MemoryLayout<Float>.stride, sumSeconds: sums.min()!, bandwidth: bandwidth,
      latency: latency)
  }

  /// Seconds that an exchange of the gradients of `model` takes among `ranks`, which all call this: the median of seven.
  package static func measureExchange(_ model: any Network, among ranks: any Communicator) -> Double {
    let count = model.layout.parameters.count
    let gradients = ShardGradients(shards: ranks.size, block: ranks.part(of: ranks.size), count: count)
    let exchange = GradientExchange(ranks, shards: ranks.size, count: count)
    exchange.run(gradients)
    let clock = ContinuousClock()
    return (0..<7).map { _ in clock.measure { exchange.run(gradients) }.seconds }.sorted()[3]
  }

  /// The same with the bandwidth that makes an exchange among `ranks` take `seconds`.
  public func fitted(exchangeSeconds seconds: Double, ranks: Int) -> ScalingForecast {
    var fitted = self
    fitted.bandwidth = .infinity
    // At least a microsecond for the bytes: what is measured varies.
    let forBytes = max(seconds - fitted.exchangeSeconds(ranks: ranks), 1e-6)
    fitted.bandwidth = 2 * Double(gradientBytes) * Double(ranks - 1) / Double(ranks) / forBytes
    return fitted
  }

  /// Seconds of one exchange of gradients among `ranks`; 0 for one.
  public func exchangeSeconds(ranks: Int) -> Double {
    if ranks == 1 { return 0 }
    let others = Double(ranks - 1)
    let floats = gradientBytes / MemoryLayout<Float>.stride
    let pieces = (floats + ranks * GradientExchange.largestSlice - 1) / (ranks * GradientExchange.largestSlice)
    return 2 * Double(gradientBytes) / bandwidth * others / Double(ranks) + 2 * Double(pieces) * others * latency
      + sumSeconds
  }

  /// Seconds of a step over `ranks`.
  public func stepSeconds(ranks: Int) -> Double {
    fixedSeconds + Double(batch) / Double(ranks) * secondsPerImage
      + Double(exchanges) * exchangeSeconds(ranks: ranks)
  }

  /// How much of `ranks` nodes' work goes into the batch: 1 if as many finish as many times sooner than one.
  public func efficiency(ranks: Int) -> Double {
    stepSeconds(ranks: 1) / (Double(ranks) * stepSeconds(ranks: ranks))
  }
}
