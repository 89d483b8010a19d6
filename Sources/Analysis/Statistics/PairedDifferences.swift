// What differences over seeds say of two methods.

internal import Basics

/// Differences between two methods, one a seed: their mean with Student's interval, whether it is 0, whether it is small,
/// and what as many seeds could have found.
public struct PairedDifferences: Hashable, Sendable {
  /// One a seed, at least two, in whatever unit; all results are in the same.
  public let values: [Double]
  /// Their mean, and their standard deviation with n − 1 in the denominator.
  public let mean: Double, deviation: Double

  /// Differences, one a seed; at least two, all finite.
  public init(_ values: [Double]) {
    precondition(
      values.count > 1 && values.allSatisfy(\.isFinite), "PairedDifferences: \(values) are not two or more numbers")
    self.values = values
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    self.mean = mean
    deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)).squareRoot()
  }

  /// Results of two methods, seed by seed: first minus second.
  public init(_ first: [Double], minus second: [Double]) {
    precondition(first.count == second.count, "PairedDifferences: \(first.count) and \(second.count) seeds")
    self.init(zip(first, second).map { $0 - $1 })
  }

  /// The standard error of the mean, s/√n.
  public var standardError: Double { deviation / Double(values.count).squareRoot() }

  /// The mean with Student's interval at `level`, 0…1: mean ± t·s/√n with n − 1 degrees of freedom.
  public func interval(level: Double = 0.95) -> Measured {
    precondition(level > 0 && level < 1, "PairedDifferences: an interval at \(level)")
    return Measured(mean, uncertainty: student.quantile((1 + level) / 2) * standardError)
  }

  /// The two-sided p-value of Student's test that the mean is 0, 0…1.
  public var pValue: Double { standardError > 0 ? student.twoSided(mean / standardError) : mean == 0 ? 1 : 0 }

  /// The p-value of two one-sided tests that the mean lies within ±`margin`, 0…1: at most α where the interval at level
  /// 1 − 2α lies within it. Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15 (1987) 657–680.
  public func equivalence(within margin: Double) -> Double {
    precondition(margin > 0, "PairedDifferences: equivalence within \(margin)")
    if standardError == 0 { return abs(mean) < margin ? 0 : 1 }
    // The nearer bound decides: P(T ≥ (margin − |mean|)/se).
    return student.cumulative((abs(mean) - margin) / standardError)
  }

  /// The least true mean that the two-sided test at `level` finds with probability `power`, for as many seeds of this
  /// deviation.
  public func detectable(power: Double = 0.8, level: Double = 0.05) -> Double {
    standardError == 0 ? 0 : student.detectableShift(power: power, level: level) * standardError
  }

  private var student: StudentT { StudentT(freedom: values.count - 1) }
}
