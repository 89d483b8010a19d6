// A robustness evaluation on disk.

/// Accuracies and flags of an evaluation, in the JSON form that `workbench evaluate` writes and `compare` reads.
///
/// What is optional was not written by earlier versions.
public struct RobustnessReport: Hashable, Sendable, Codable {
  /// One attack, in the order they were run.
  public struct Stage: Hashable, Sendable, Codable {
    /// The attack's name: `apgd-ce`.
    public var attack: String
    /// Share of all images that are robust, 0…1.
    public var robust: Double
    /// Wilson interval of `robust` at 95 %: low, high.
    public var interval95: [Double]?
    /// Images that this attack broke.
    public var broken: Int
    /// Time that the stage took, in all sessions.
    public var seconds: Double
    /// One character an image, in order: `1` robust, `0` broken or wrong without attack.
    public var flags: String
    /// Images where the attack's gradient was zero in every pixel at its start.
    public var zeroGradients: Int?

    enum CodingKeys: String, CodingKey {
      case attack, robust, interval95, broken, seconds, flags
      case zeroGradients = "zero_gradients"
    }
  }

  /// Accuracy without attack, 0…1.
  public var clean: Double
  /// Wilson interval of `clean` at 95 %: low, high.
  public var cleanInterval95: [Double]?
  /// One an attack, in the order in which they were run.
  public var stages: [Stage]
  /// Share of the images that no attack broke, 0…1.
  public var robust: Double
  /// Wilson interval of `robust` at 95 %: low, high.
  public var interval95: [Double]
  /// How the length of a perturbation is measured.
  public var norm: Norm
  /// Radius, pixel values in [0, 1].
  public var eps: Float
  /// Of all draws.
  public var seed: UInt64
  /// What each attack was run on.
  public var mode: AutoAttack.Mode?
  /// Part of the data set, `test` or `train`; nil where it is not known.
  public var split: String?
  /// First image of the split, and the one after the last.
  public var range: [Int]
  /// The first eight hexadecimal digits of each image's SHA-256, label included, in order and without gaps.
  public var imagesSHA256: String?
  /// Name of the architecture, such as `wrn-10-1`; those of an ensemble joined by `+`; nil where it is not known.
  public var model: String?
  /// SHA-256 of the weight file in hexadecimal; those of an ensemble joined by `+`.
  public var weightsSHA256: String
  /// Means and deviations that the inputs were normalised with; nil for none.
  public var normalization: String?
  /// The attacks with all their numbers, in the order in which they were run.
  public var attacks: String?
  /// Images at which a logit was not a number.
  public var invalidLogits: Int?
  /// The version of the program's bits, and the level of its kernels.
  public var numerics: Int?, kernels: String?
  /// What the evaluation warned of, in words.
  public var warnings: [String]?
  /// The version of this library that wrote the report.
  public var version: String

  enum CodingKeys: String, CodingKey {
    case clean, stages, robust, interval95, norm, eps, seed, mode, split, range, model, warnings, version
    case normalization, attacks, numerics, kernels
    case invalidLogits = "invalid_logits"
    case cleanInterval95 = "clean_interval95"
    case imagesSHA256 = "images_sha256"
    case weightsSHA256 = "weights_sha256"
  }

  /// Wilson interval at 95 % of a share of the report's images, 0…1.
  public func interval(of share: Double) -> WilsonInterval {
    let images = range[1] - range[0]
    return WilsonInterval(successes: Int((share * Double(images)).rounded()), trials: images)
  }

  /// True for each image that all attacks left robust: what paired tests compare.
  public var flags: [Bool] {
    var all: [Bool] = []
    for stage in stages {
      let flags = stage.flags.map { $0 == "1" }
      all = all.isEmpty ? flags : zip(all, flags).map { $0 && $1 }
    }
    return all
  }
}
