// What an attacker may do to an image.

internal import Basics
public import Tensors

/// How a perturbation is measured.
public enum Norm: String, Sendable, Codable, CaseIterable {
  /// Largest absolute change of a pixel value.
  case linf
  /// Euclidean length of the change.
  case l2
}

/// All images within `epsilon` of the clean one and within [0, 1].
public struct ThreatModel: Hashable, Sendable, Codable {
  /// How the length of a perturbation is measured.
  public let norm: Norm
  /// Radius, in units of pixel values in [0, 1].
  public let epsilon: Float

  /// The ball of radius `epsilon`, 0 or more, in `norm`.
  public init(norm: Norm, epsilon: Float) {
    precondition(epsilon >= 0, "ThreatModel: epsilon \(epsilon)")
    self.norm = norm
    self.epsilon = epsilon
  }

  /// Linf 8/255, as in the paper.
  public static let linf8 = ThreatModel(norm: .linf, epsilon: 8 / 255)

  /// Throws `AttackError` unless ε is 0 or more and no longer than a change of images `[C, H, W]` in [0, 1] can be.
  public func validate(imageShape: Shape) throws(AttackError) {
    do { try require("epsilon", epsilon, imageShape: imageShape) } catch {
      throw AttackError(field: "threatModel." + error.field, value: error.value, allowed: error.allowed)
    }
  }

  /// Throws unless `length` is that of a change of an image in this norm.
  func require(_ field: String, _ length: Float, imageShape: Shape) throws(AttackError) {
    let most: Float = norm == .linf ? 1 : Float(imageShape.count).squareRoot()
    if !(0...most).contains(length) {
      throw AttackError(
        field: field, value: "\(length)",
        allowed: "0 … \(most), the most that pixels in [0, 1] can change in this norm")
    }
  }

  /// The allowed images nearest to `images` `[N, C, H, W]`, image i around image i of `clean`, of the same shape.
  public func projected(_ images: Tensor, around clean: Tensor) -> Tensor {
    precondition(images.shape == clean.shape, "ThreatModel: images \(images.shape) around \(clean.shape)")
    var projected = images
    let d = clean.stride0
    projected.elements.withUnsafeMutableBufferPointer { x in
      clean.elements.withUnsafeBufferPointer { clean in
        for row in 0..<images.shape[0] {
          project(x.baseAddress! + row * d, clean: clean.baseAddress! + row * d, count: d)
        }
      }
    }
    return projected
  }

  /// Moves `x` (`count` pixels of one image) to the nearest allowed image around `clean`; the two share no memory.
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

extension ThreatModel {
  /// Length of x − clean in this norm.
  package func distance(_ x: UnsafePointer<Float>, _ clean: UnsafePointer<Float>, count: Int) -> Float {
    switch norm {
    case .linf:
      var top: Float = 0
      for j in 0..<count { top = max(top, abs(x[j] - clean[j])) }
      return top
    case .l2:
      var square = 0.0
      for j in 0..<count { square += Double(x[j] - clean[j]) * Double(x[j] - clean[j]) }
      return Float(square.squareRoot())
    }
  }

  /// Length of row `row` of images − row `cleanRow` of clean.
  package func distance(_ images: Tensor, row: Int, clean: Tensor, row cleanRow: Int) -> Float {
    let d = clean.stride0
    return images.elements.withUnsafeBufferPointer { x in
      clean.elements.withUnsafeBufferPointer { x0 in
        distance(x.baseAddress! + row * d, x0.baseAddress! + cleanRow * d, count: d)
      }
    }
  }
}
