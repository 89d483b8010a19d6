// What printing says of evaluations: accuracies and counts, never a flag an image.
//
// Attacks and what they are made of have none: how Swift prints their stored properties is part of a saved evaluation's
// identity.

internal import Basics
internal import Tensors

/// "59.4 %".
private func share(_ value: Double) -> String { NumberText.fixed(100 * value, decimals: 1) + " %" }

extension AutoAttack: CustomStringConvertible {
  /// "linf 8/255, cumulative: apgd-ce, apgd-t, fab-t, square".
  public var description: String {
    "\(threatModel.norm.rawValue) \(threatModel.epsilon), \(mode.rawValue): "
      + attacks.map(\.name).joined(separator: ", ")
  }
}

extension AttackResult: CustomStringConvertible {
  /// "3 of 16 images broken".
  public var description: String { "\(broken.count { $0 }) of \(broken.count) images broken" }
}

extension Evaluation: CustomStringConvertible {
  /// "256 images: clean 84.4 %, robust 41.0 % after apgd-ce, square"; and how many warnings there are.
  public var description: String {
    "\(clean.count) images: clean \(share(cleanAccuracy)), robust \(share(robustAccuracy)) after "
      + stages.map(\.attack).joined(separator: ", ") + (warnings.isEmpty ? "" : "; \(warnings.count) warnings")
  }
}

extension Evaluation.Stage: CustomStringConvertible {
  /// "apgd-ce: 120 of 256 images robust, 14 broken".
  public var description: String {
    "\(attack): \(flags.count { $0 }) of \(flags.count) images robust, \(broken) broken"
  }
}

extension EvaluationState: CustomStringConvertible {
  /// "state of an evaluation of 256 images under 4 attacks".
  public var description: String {
    "state of an evaluation of \(identity.count) images under \(outcomes.count) attacks"
  }
}

extension RobustnessReport: CustomStringConvertible {
  /// "wrn-10-1 on images 0..<256, linf 0.03137255: clean 84.4 %, robust 41.0 % after apgd-ce, square".
  public var description: String {
    let images = range.count == 2 ? "images \(range[0])..<\(range[1])" : "some images"
    return
      "\(model ?? "network") on \(images), \(norm.rawValue) \(eps): clean \(share(clean)), robust \(share(robust)) "
      + "after " + stages.map(\.attack).joined(separator: ", ")
  }
}

extension RobustnessReport.Stage: CustomStringConvertible {
  /// "apgd-ce: 46.9 % robust, 14 broken".
  public var description: String { "\(attack): \(share(robust)) robust, \(broken) broken" }
}
