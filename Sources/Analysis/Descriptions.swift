// What printing says of analyses: the numbers that sum them up, never one an image.

internal import Basics
internal import Tensors

extension LossLandscape: CustomStringConvertible {
  /// "loss landscape at 21 places from -1.0 to 1.0".
  public var description: String {
    "loss landscape at \(gammas.count) places"
      + (gammas.isEmpty ? "" : " from \(gammas.min()!) to \(gammas.max()!)")
  }
}

extension LandscapeBatch: CustomStringConvertible {
  /// "64 rows of images [64, 3, 16, 16], 1 view each".
  public var description: String { "\(labels.count) rows of images \(images.shape), views \(views)" }
}

extension Certification: CustomStringConvertible {
  /// "128 images: 92 right, median certified radius 0.12; Lipschitz constant from 3.1 to 210".
  public var description: String {
    "\(radii.count) images: \(radii.count { $0 != nil }) right, median certified radius "
      + (medianRadius.map { NumberText.text($0) } ?? "none")
      + "; Lipschitz constant from \(NumberText.text(lower.norm)) to \(NumberText.text(bound.logits))"
  }
}

extension LipschitzBound: CustomStringConvertible {
  /// "Lipschitz bound 210 of 13 layers, 240 for a pair of classes".
  public var description: String {
    "Lipschitz bound \(NumberText.text(logits)) of \(layers.count) layers, "
      + "\(NumberText.text(largestPair)) for a pair of classes"
  }
}

extension LipschitzLowerBound: CustomStringConvertible {
  /// "Lipschitz constant at least 3.1, found at 128 images".
  public var description: String {
    "Lipschitz constant at least \(NumberText.text(norm)), found at \(atImages.count) images"
  }
}

extension ConvolutionOperator: CustomStringConvertible {
  /// "3×3 convolution, 16 → 32 channels, on 8×8 pixels, stride 2".
  public var description: String {
    "\(kernel)×\(kernel) convolution, \(inChannels) → \(outChannels) channels, on \(height)×\(width) pixels, "
      + "stride \(stride)"
  }
}

extension McNemarTest: CustomStringConvertible {
  /// "McNemar: 12 only the first, 3 only the second, p = 0.0352".
  public var description: String {
    "McNemar: \(onlyFirst) only the first, \(onlySecond) only the second, p = \(NumberText.text(pValue))"
  }
}

extension PairedBootstrap: CustomStringConvertible {
  /// "difference 0.035, 95 % from 0.01 to 0.06".
  public var description: String {
    "difference \(NumberText.text(difference)), 95 % from \(NumberText.text(low)) to \(NumberText.text(high))"
  }
}

extension HolmCorrection: CustomStringConvertible {
  /// "Holm, 6 tests: 0.01, 0.02, …"; at most six of them.
  public var description: String {
    "Holm, \(adjusted.count) tests: " + adjusted.prefix(6).map { NumberText.text($0) }.joined(separator: ", ")
      + (adjusted.count > 6 ? ", …" : "")
  }
}

extension CurveSpread: CustomStringConvertible {
  /// "spread of curves over 21 places".
  public var description: String { "spread of curves over \(mean.count) places" }
}

extension PublishedRow: CustomStringConvertible {
  /// "SN: 60.1, 52.3 %", as published.
  public var description: String {
    "\(label): " + accuracies.map { NumberText.text($0) }.joined(separator: ", ") + " %, as published"
  }
}

extension LipschitzPairs: CustomStringConvertible {
  /// "ratios from 4.1 to 5.9 of 16 starts".
  public var description: String {
    "ratios from \(NumberText.text(ratios.min()!)) to \(NumberText.text(largest)) of \(ratios.count) starts"
  }
}

extension PairedDifferences: CustomStringConvertible {
  /// "mean difference 0.4, deviation 1.1, of 5 seeds".
  public var description: String {
    "mean difference \(NumberText.text(mean)), deviation \(NumberText.text(deviation)), of \(values.count) seeds"
  }
}

extension ContrastFamily: CustomStringConvertible {
  /// "5 contrasts at level 0.05, margin 1.0: sn − con 0.03, …", with the adjusted p of each.
  public var description: String {
    let values = zip(contrasts, adjusted).map { "\($0.name) \(NumberText.text($1))" }
    return "\(contrasts.count) contrasts at level \(NumberText.text(level)), margin \(NumberText.text(margin)): "
      + values.joined(separator: ", ")
  }
}
