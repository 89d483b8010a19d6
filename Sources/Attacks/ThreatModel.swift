// What an attacker may do to an image.

internal import Tensors

/// How a perturbation is measured.
public enum Norm: String, Sendable, Codable, CaseIterable {
  /// Largest absolute change of a pixel value.
  case linf
  /// Euclidean length of the change.
  case l2
}

/// All images within `epsilon` of the clean one and within [0, 1].
public struct ThreatModel: Hashable, Sendable, Codable {
  public let norm: Norm
  /// Radius, in units of pixel values in [0, 1].
  public let epsilon: Float

  public init(norm: Norm, epsilon: Float) {
    precondition(epsilon >= 0, "ThreatModel: epsilon \(epsilon)")
    self.norm = norm
    self.epsilon = epsilon
  }

  /// Linf 8/255, as in the paper.
  public static let linf8 = ThreatModel(norm: .linf, epsilon: 8 / 255)

  /// Moves `pixels` (one image, `range` of an array) to the nearest allowed image around `clean`.
  ///
  ///     linf   x ← clip(x, max(x₀ − ε, 0), min(x₀ + ε, 1))
  ///     l2     δ ← δ·min(1, ε/‖δ‖);  x ← clip(x₀ + δ, 0, 1)
  ///
  /// Idempotent up to rounding.
  package func project(_ x: UnsafeMutablePointer<Float>, clean: UnsafePointer<Float>, count: Int) {
    switch norm {
    case .linf:
      for i in 0..<count {
        x[i] = min(max(min(max(x[i], clean[i] - epsilon), clean[i] + epsilon), 0), 1)
      }
    case .l2:
      var square = 0.0
      for i in 0..<count {
        let d = Double(x[i] - clean[i])
        square += d * d
      }
      let length = Float(square.squareRoot())
      let factor = length > epsilon ? epsilon / length : 1
      for i in 0..<count { x[i] = min(max(clean[i] + (x[i] - clean[i]) * factor, 0), 1) }
    }
  }
}
