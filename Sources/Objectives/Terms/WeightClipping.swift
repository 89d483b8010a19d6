// Weight clipping. Arjovsky, Chintala & Bottou, ICML 2017 (WGAN), arXiv:1701.07875, Algorithm 1, line 7.
//
//     w ← clip(w, −bound, bound) after each step of the optimiser

public import Basics
public import Tensors

/// Keeps every weight of convolutions and linear layers in −bound … bound; scales, shifts and biases stay free.
public struct WeightClipping: ObjectiveTerm {
  /// The term's word in a recipe's JSON.
  public static let kind = "weightClipping"
  /// The largest magnitude of a weight; above 0. 0.01 as published, for critics.
  public var bound: Float

  /// Clipping at ±bound.
  public init(bound: Float = 0.01) { self.bound = bound }

  /// The term in a few words, with its numbers.
  public var summary: String { "weights clipped at ±\(bound)" }
  /// Yes: it moves weights after each step.
  public var usesParameters: Bool { true }

  /// Throws if a number is out of range, naming its field.
  public func validate() throws(FieldError) {
    guard bound.isFinite, bound > 0 else {
      throw FieldError(field: "bound", value: "\(bound)", allowed: "above 0")
    }
  }

  /// Clips every entry of tensors of two or more dimensions.
  public func project(_ parameters: inout NamedVector) {
    for entry in parameters.layout.entries where entry.shape.rank > 1 {
      for i in entry.range { parameters.values[i] = min(max(parameters.values[i], -bound), bound) }
    }
  }
}
