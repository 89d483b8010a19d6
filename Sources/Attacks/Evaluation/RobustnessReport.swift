// A robustness evaluation on disk.

/// Accuracies and flags of an evaluation, in the JSON form that `workbench evaluate` writes and `compare` reads.
public struct RobustnessReport: Hashable, Sendable, Codable {
  /// One attack, in the order they were run.
  public struct Stage: Hashable, Sendable, Codable {
    public var attack: String
    /// Share of all images that are robust, 0…1.
    public var robust: Double
    /// Images that this attack broke.
    public var broken: Int
    public var seconds: Double
    /// One character an image, in order: `1` robust, `0` broken or wrong without attack.
    public var flags: String
  }

  /// Accuracy without attack, 0…1.
  public var clean: Double
  public var stages: [Stage]
  /// Share of the images that no attack broke, 0…1.
  public var robust: Double
  /// Wilson interval of `robust` at 95 %: low, high.
  public var interval95: [Double]
  public var norm: Norm
  /// Radius, pixel values in [0, 1].
  public var eps: Float
  public var seed: UInt64
  /// First image of the split, and the one after the last.
  public var range: [Int]
  /// SHA-256 of the weight file in hexadecimal; those of an ensemble joined by `+`.
  public var weightsSHA256: String
  /// Of this library.
  public var version: String

  enum CodingKeys: String, CodingKey {
    case clean, stages, robust, interval95, norm, eps, seed, range, version
    case weightsSHA256 = "weights_sha256"
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
