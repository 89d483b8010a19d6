// Penalties on the gradient by the images. Gulrajani et al., NeurIPS 2017, arXiv:1704.00028 (two-sided); Petzka, Fischer
// & Lukovnikov, ICLR 2018, arXiv:1709.08894 (one-sided), here of the margin of a classifier:
//
//     m = z_y − max_{j≠y} z_j,   g_i = ∂m_i/∂x_i,   P = 1/n · Σ φ(‖g_i‖₂)
//     φ(s) = (s − target)²,  one-sided  φ(s) = max(0, s − target)²
//
// A term with passes of its own, as a stranger would write it. The gradient by the parameters is a derivative along one
// direction of the images, taken as a central difference of two backward passes. So it is right for smooth networks only:
// between the two points some ReLUs have their kink, whose jump, divided by the step, does not become small with it.
//
//     ∂P/∂θ = d/dε ∂/∂θ Σ m_i(x_i + ε·v_i) at 0,   v_i = φ′(‖g_i‖)/n · g_i/‖g_i‖

import Basics
import Objectives
import Tensors

/// weight·P of the images trained on: holds the local Lipschitz constant of the margin at, or below, a target.
struct GradientPenalty: ObjectiveTerm {
  /// The term's word in a recipe's JSON.
  static let kind = "gradientPenalty"
  /// Factor of the term; 0 or more. 10 as published.
  var weight: Double
  /// ‖g‖₂ that costs nothing, in logits per unit of pixels in [0, 1]; 0 or more.
  var target: Double
  /// Whether smaller gradients cost nothing.
  var isOneSided: Bool
  /// Whether the network is in training mode, with the statistics of the shard; else with the running ones.
  var inTrainingMode: Bool

  /// A penalty around, or above, `target`.
  init(weight: Double = 10, target: Double = 1, isOneSided: Bool = false, inTrainingMode: Bool = false) {
    self.weight = weight
    self.target = target
    self.isOneSided = isOneSided
    self.inTrainingMode = inTrainingMode
  }

  /// The term in a few words, with its numbers.
  var summary: String {
    "\(isOneSided ? "one-sided" : "two-sided") gradient penalty, target \(target), weight \(weight)"
  }

  /// Throws if a number is out of range, naming its field.
  func validate() throws(FieldError) {
    for (field, value) in [("weight", weight), ("target", target)] where !(value.isFinite && value >= 0) {
      throw FieldError(field: field, value: "\(value)", allowed: "0 or more")
    }
  }

  /// Length of the longest displacement of the central difference, in the L2 norm.
  private static let step: Float = 0.01

  /// Adds the gradient by the parameters with three passes more and returns the value.
  func differentiate(with passes: any ObjectivePasses) -> Double {
    let images = passes.images
    let (n, pixels) = (images.shape[0], images.stride0)
    let logits = passes.forward(images, inTrainingMode: inTrainingMode)
    let dMargin = Margin.gradient(logits, labels: passes.labels)
    let gradient = passes.imageGradient(dMargin)
    let norms = (0..<n).map { row in
      var square = 0.0
      for i in row * pixels..<(row + 1) * pixels {
        square += Double(gradient.elements[i]) * Double(gradient.elements[i])
      }
      return square.squareRoot()
    }
    let excess = norms.map { isOneSided ? max($0 - target, 0) : $0 - target }
    let value = weight * excess.reduce(0) { $0 + $1 * $1 } / Double(n)
    // Displacements are v/longest·step, so that the longest is `step`.
    let coefficients = excess.map { 2 * $0 * weight / Double(n) }
    let longest = coefficients.reduce(0) { max($0, abs($1)) }
    if longest == 0 { return value }
    for sign: Float in [1, -1] {
      var moved = images
      for row in 0..<n where norms[row] > 0 {
        let factor = sign * Self.step * Float(coefficients[row] / longest / norms[row])
        for i in row * pixels..<(row + 1) * pixels { moved.elements[i] += factor * gradient.elements[i] }
      }
      _ = passes.forward(moved, inTrainingMode: inTrainingMode)
      var dLogits = dMargin
      let scale = sign * Float(longest) / (2 * Self.step) * passes.share
      for i in dLogits.elements.indices { dLogits.elements[i] *= scale }
      passes.addParameterGradient(dLogits)
    }
    return value
  }
}

/// The margin m = z_y − max_{j≠y} z_j.
enum Margin {
  /// ∂m/∂z `[n, K]` of logits `[n, K]`: 1 at the label, −1 at the best other class.
  static func gradient(_ logits: Tensor, labels: [Int]) -> Tensor {
    let k = logits.shape[1]
    var gradient = Tensor(shape: logits.shape)
    for (row, label) in labels.enumerated() {
      let z = logits.elements[row * k..<(row + 1) * k]
      let others = z.indices.filter { $0 != z.startIndex + label }
      let best = others.reduce(others[0]) { z[$1] > z[$0] ? $1 : $0 }
      gradient.elements[row * k + label] = 1
      gradient.elements[best] = -1
    }
    return gradient
  }
}
