// How far a long evaluation is.

/// What an evaluation tells while it runs.
public struct EvaluationProgress: Hashable, Sendable {
  /// Name of the running attack.
  public var attack: String
  /// Its place in the list, from 0, and the length of the list.
  public var stage: Int, stages: Int
  /// Images of this stage that are neither broken nor done with.
  public var left: Int
  /// Share of all images that are robust as far as is known, 0…1.
  public var robustAccuracy: Double
  /// An estimate for all stages, as if no more images were broken; nil at first.
  public var secondsLeft: Double?
}

/// Estimates the time left from the speed so far, in forward passes.
struct WorkClock {
  private let costs: [Double]
  private var start = ContinuousClock.now
  private var secondsBefore = 0.0
  private var work = 0.0
  private var doneInBatch = 0.0

  /// - Parameter costs: forward passes for an image that resists, one number a stage.
  init(_ costs: [Double]) { self.costs = costs }

  mutating func begin() {
    start = .now
    doneInBatch = 0
  }

  mutating func advance(_ stage: Int, _ progress: AttackProgress) {
    work += max(progress.done - doneInBatch, 0) * Double(progress.left) * costs[stage]
    doneInBatch = progress.done
  }

  /// Seconds since `begin`.
  mutating func end() -> Double {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    secondsBefore += seconds
    return seconds
  }

  /// - Parameters:
  ///   - queued: images of this stage after the batch.
  ///   - later: images that later stages will begin with.
  func secondsLeft(_ stage: Int, batch: AttackProgress, queued: Int, later: Int) -> Double? {
    let seconds = secondsBefore + (ContinuousClock.now - start) / .seconds(1)
    if work <= 0 { return nil }
    let here = ((1 - batch.done) * Double(batch.left) + Double(queued)) * costs[stage]
    let then = Double(later) * costs[(stage + 1)...].reduce(0, +)
    return seconds / work * (here + then)
  }
}
