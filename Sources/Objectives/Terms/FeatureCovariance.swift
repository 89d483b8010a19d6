// Covariance between features. Bardes, Ponce & LeCun, ICLR 2022 (VICReg), arXiv:2105.04906, eqs. 3–4.
//
//     c(Z) = 1/d · Σ_{i≠j} C_ij²,   C = 1/(n − 1) · Σ (z − z̄)(z − z̄)ᵀ
//     ∂c/∂Z = 4/(d·(n − 1)) · (Z − z̄)·(C without its diagonal), less its mean over the rows

public import Basics
internal import Tensors

/// weight·c(Z) of the features of a shard's rows under attack: keeps features from saying the same.
public struct FeatureCovariance: ObjectiveTerm {
  /// The term's word in a recipe's JSON.
  public static let kind = "featureCovariance"
  /// Factor of the term; 0 or more. 1 as published, beside terms of 25.
  public var weight: Double

  /// A term of this weight.
  public init(weight: Double = 1) { self.weight = weight }

  /// The term in a few words, with its numbers.
  public var summary: String { "covariance of features, weight \(weight)" }

  /// Throws if a number is out of range, naming its field.
  public func validate() throws(FieldError) {
    guard weight.isFinite, weight >= 0 else {
      throw FieldError(field: "weight", value: "\(weight)", allowed: "0 or more")
    }
  }

  /// Adds the gradient by the features of the rows under attack and returns the value; 0 for fewer than two rows.
  public func differentiate(_ rows: ObjectiveRows) -> Double {
    let (n, d) = (rows.attacked, rows.featureCount)
    if n < 2 { return 0 }
    var centred = (0..<n * d).map { Double(rows.features[$0]) }
    Self.centre(&centred, n, d)
    var covariance = [Double](repeating: 0, count: d * d)
    for row in 0..<n {
      for i in 0..<d {
        let factor = centred[row * d + i] / Double(n - 1)
        for j in 0..<d where j != i { covariance[i * d + j] += factor * centred[row * d + j] }
      }
    }
    let value = covariance.reduce(0) { $0 + $1 * $1 } / Double(d)
    var gradient = [Double](repeating: 0, count: n * d)
    let scale = 4 / (Double(d) * Double(n - 1))
    for row in 0..<n {
      for i in 0..<d {
        let factor = scale * centred[row * d + i]
        for j in 0..<d { gradient[row * d + j] += factor * covariance[i * d + j] }
      }
    }
    Self.centre(&gradient, n, d)
    for i in 0..<n * d { rows.dFeatures[i] += Float(weight * Double(rows.share) * gradient[i]) }
    return weight * value
  }

  /// Takes the mean over the rows away.
  private static func centre(_ values: inout [Double], _ n: Int, _ d: Int) {
    for j in 0..<d {
      var mean = 0.0
      for row in 0..<n { mean += values[row * d + j] }
      mean /= Double(n)
      for row in 0..<n { values[row * d + j] -= mean }
    }
  }
}
