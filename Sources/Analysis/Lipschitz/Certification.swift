// Certified accuracy from a Lipschitz bound. Tsuzuku, Sato & Sugiyama, NeurIPS 2018, arXiv:1802.04034: an image of
// class y keeps it within the L2 radius min over j of (z_y − z_j)/L_yj; with one bound L of all logits together that is
// margin/(√2·L) or more, since L_yj ≤ √2·L.

public import Attacks
public import Networks
public import Tensors

/// A network's Lipschitz bounds from both sides, and what the upper one certifies on some images.
public struct Certification: Hashable, Sendable, Codable {
  /// What is proven from above.
  public let bound: LipschitzBound
  /// What was found from below.
  public let lower: LipschitzLowerBound
  /// Certified L2 radius of each image, pixel values in [0, 1]; nil where the class is wrong.
  public let radii: [Double?]

  /// Radii for which the field prints certified accuracies: 36/255, 72/255, 108/255, 1.
  public static let usualRadii: [Double] = [36.0 / 255, 72.0 / 255, 108.0 / 255, 1]

  /// - Parameters:
  ///   - images: `[N, C, H, W]` in [0, 1], N at least 1.
  ///   - normalization: what happens to the images first; nil for nothing.
  ///   - threads: at least 1; results do not depend on it.
  ///
  /// Throws `LipschitzError`.
  public init(
    of model: Model, images: Tensor, labels: [Int], normalization: InputNormalization? = nil, threads: Int = 1
  ) throws(LipschitzError) {
    guard !labels.isEmpty, images.shape.rank == 4, images.shape[0] == labels.count else {
      throw .images(count: images.shape.rank == 4 ? images.shape[0] : 0, labels: labels.count)
    }
    bound = try LipschitzBound(of: model, normalization: normalization, threads: threads)
    let classifier = ModelClassifier(model, threads: threads, normalization: normalization)
    lower = LipschitzLowerBound(of: classifier, images: images)
    radii = Self.radii(logits: classifier.logits(images), labels: labels, pairs: bound.pairs)
  }

  /// The certified radius of each row of `logits` `[N, K]`; nil where the label's logit is not the largest.
  package static func radii(logits: Tensor, labels: [Int], pairs: [[Double]]) -> [Double?] {
    let k = logits.shape[1]
    return labels.enumerated().map { i, label in
      let z = logits.elements[i * k..<(i + 1) * k].map(Double.init)
      guard logits.argmax(row: i) == label, z.allSatisfy(\.isFinite) else { return nil }
      return (0..<k).filter { $0 != label }.reduce(Double.greatestFiniteMagnitude) { least, j in
        let margin = z[label] - z[j]
        return min(least, margin == 0 ? 0 : margin / pairs[label][j])
      }
    }
  }

  /// Images whose class is right, and provably so for every image within `radius`.
  public func certifiedCount(at radius: Double) -> Int { radii.count { $0.map { $0 >= radius } ?? false } }

  /// Share of all images that are certified, 0…1; at radius 0 the clean accuracy.
  public func certifiedAccuracy(at radius: Double) -> Double {
    Double(certifiedCount(at: radius)) / Double(radii.count)
  }

  /// Its Wilson interval at 95 %.
  public func interval(at radius: Double) -> WilsonInterval {
    WilsonInterval(successes: certifiedCount(at: radius), trials: radii.count)
  }

  /// The median of the radii of correct images; nil if there are none.
  public var medianRadius: Double? {
    let sorted = radii.compactMap { $0 }.sorted()
    return sorted.isEmpty ? nil : sorted[sorted.count / 2]
  }

  /// Whether the logits are 1-Lipschitz as a map of images, L2 to L2.
  public var isOneLipschitz: Verdict {
    lower.norm > 1.001 ? .no : bound.logits <= 1 ? .yes : .open
  }

  /// What the two bounds say about a constant of 1.
  public enum Verdict: String, Hashable, Sendable, Codable {
    /// The upper bound is at most 1: proven.
    case yes
    /// A Jacobian longer than 1, beyond rounding, was found: disproven.
    case no
    /// Neither.
    case open
  }
}
