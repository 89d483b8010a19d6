// The C library's elementary functions under one name, so that no module needs Foundation for a logarithm.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Elementary functions of the C library.
public enum Maths {
  /// e to the power x in double precision.
  public static func exp(_ x: Double) -> Double { _exp(x) }
  /// The natural logarithm of x in double precision: NaN below 0, −∞ at 0.
  public static func log(_ x: Double) -> Double { _log(x) }
  /// The cosine of x, in radians, in double precision.
  public static func cos(_ x: Double) -> Double { _cos(x) }
  /// x to the power y in double precision.
  public static func pow(_ x: Double, _ y: Double) -> Double { _pow(x, y) }
  /// e to the power x in single precision.
  public static func exp(_ x: Float) -> Float { _expf(x) }
  /// The natural logarithm of x in single precision: NaN below 0, −∞ at 0.
  public static func log(_ x: Float) -> Float { _logf(x) }
}

private func _exp(_ x: Double) -> Double { exp(x) }
private func _log(_ x: Double) -> Double { log(x) }
private func _cos(_ x: Double) -> Double { cos(x) }
private func _pow(_ x: Double, _ y: Double) -> Double { pow(x, y) }
private func _expf(_ x: Float) -> Float { expf(x) }
private func _logf(_ x: Float) -> Float { logf(x) }
