// What an evaluation found.

internal import Basics
public import Tensors

/// The outcome of an evaluation for every image.
public struct Evaluation: Hashable, Sendable {
  /// One attack of the list.
  public struct Stage: Hashable, Sendable {
    /// The attack's name.
    public let attack: String
    /// One an image. Cumulative: robust after this stage and all before it. Individual: robust against this attack alone.
    public let flags: [Bool]
    /// Images that this attack broke.
    public let broken: Int
    /// Time that the stage took, in all sessions.
    public let seconds: Double
  }

  /// That of all attacks.
  public let threatModel: ThreatModel
  /// What each attack was run on.
  public let mode: AutoAttack.Mode
  /// True where an image is right without attack.
  public let clean: [Bool]
  /// One an attack, in the order in which they were run.
  public let stages: [Stage]
  /// True where no attack broke an image that is right.
  public let robust: [Bool]
  /// Reasons to doubt the numbers.
  public let warnings: [EvaluationWarning]
  /// `[N, C, H, W]`: adversarial where an attack succeeded, else clean; nil if they were not to be kept.
  public let images: Tensor?
  /// Number of the first image, and the seed.
  let first: Int, seed: UInt64

  init(suite: AutoAttack, state: EvaluationState, warnings: [EvaluationWarning]) {
    threatModel = suite.threatModel
    mode = suite.mode
    let clean = state.clean
    self.clean = clean
    stages = suite.attacks.enumerated().map { s, attack in
      Stage(
        attack: attack.name,
        flags: clean.indices.map { i in
          suite.mode == .cumulative ? state.isRobust(i, through: s) : clean[i] && state.outcomes[s][i] != .broken
        },
        broken: state.outcomes[s].count { $0 == .broken }, seconds: state.seconds[s])
    }
    robust = clean.indices.map { state.isRobust($0, through: suite.attacks.count - 1) }
    self.warnings = warnings
    images = state.images
    first = state.identity.range.lowerBound
    seed = state.identity.seed
  }

  /// Share of the images that are right without attack, 0…1.
  public var cleanAccuracy: Double { share(clean) }
  /// Share of the images that are robust, 0…1.
  public var robustAccuracy: Double { share(robust) }

  /// The report that is written to disk.
  ///
  /// - Parameters:
  ///   - weightsSHA256: of the weight files, in hexadecimal; those of an ensemble joined by `+`.
  ///   - split: which part of the data set the images are, if that is known.
  ///   - imagesSHA256: as `RobustnessReport.imagesSHA256`.
  public func report(
    model: String? = nil, weightsSHA256: String, split: String? = nil, imagesSHA256: String? = nil
  ) -> RobustnessReport {
    RobustnessReport(
      clean: cleanAccuracy, cleanInterval95: interval(clean),
      stages: stages.map {
        RobustnessReport.Stage(
          attack: $0.attack, robust: share($0.flags), interval95: interval($0.flags), broken: $0.broken,
          seconds: $0.seconds, flags: String($0.flags.map { $0 ? "1" : "0" }))
      },
      robust: robustAccuracy, interval95: interval(robust),
      norm: threatModel.norm, eps: threatModel.epsilon, seed: seed, mode: mode, split: split,
      range: [first, first + robust.count], imagesSHA256: imagesSHA256, model: model,
      weightsSHA256: weightsSHA256,
      warnings: warnings.map(\.description), version: libraryVersion)
  }

  private func interval(_ flags: [Bool]) -> [Double] {
    WilsonInterval(successes: flags.count { $0 }, trials: flags.count).bounds
  }

  private func share(_ flags: [Bool]) -> Double { flags.isEmpty ? 0 : Double(flags.count { $0 }) / Double(flags.count) }
}
