// Stochastic weight averaging. Izmailov et al., UAI 2018, arXiv:1803.05407; eq. 11 of the paper, as its code does it.

internal import Basics

/// The mean of the weights at the start of each epoch from `start` on; the weights after the last epoch are not in it.
///
/// From `start` on the learning rate stays what it is then, so milestones at or after it never act. When the epochs are
/// over, the network takes the mean, its u and v are made to fit it (15 power iterations), and in one more epoch, whose
/// steps are taken as in training but without backward passes, its running statistics become the plain mean of the
/// shards' ones over all forward passes in training mode, those of the attack included if it is in that mode. An attack
/// in evaluation mode sees the statistics collected so far, in the first step those of the last network trained.
public struct WeightAveraging: Hashable, Sendable, Codable {
  /// The first epoch whose weights count, counted from 0; in 1 ..< epochs.
  public var start: Int

  /// An average from epoch `start` on, counted from 0.
  public init(start: Int) { self.start = start }

  /// As published: from 0.8 of the epochs on.
  public static func published(epochs: Int) -> WeightAveraging { WeightAveraging(start: epochs * 4 / 5) }
}

/// The mean of some weights so far, equally weighted: mean ← mean + (w − mean)/n.
public struct WeightMean: Hashable, Sendable {
  /// The mean of the weights, laid out as the parameters.
  public private(set) var values: [Float]
  /// How many weights are in it.
  public private(set) var count: Int

  /// A mean of `count` weights.
  public init(count: Int = 0, values: [Float]) {
    self.count = count
    self.values = values
  }

  /// Takes further weights into the mean.
  public mutating func add(_ weights: [Float]) {
    precondition(weights.count == values.count, "WeightMean: \(weights.count) weights, \(values.count) before")
    count += 1
    let share = 1 / Float(count)
    for i in weights.indices { values[i] += (weights[i] - values[i]) * share }
  }
}
