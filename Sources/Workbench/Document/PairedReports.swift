// Robustness reports in claims: `significantly(report, above: other)`.

internal import Analysis
public import Attacks
internal import Tensors

extension RobustnessReport: PairedOutcomes {
  /// Whether each image resisted all attacks.
  public var outcomes: [Bool] { flags }
}
