// The C library's elementary functions under one name, so that no module needs Foundation for a logarithm.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Elementary functions of the C library.
public enum Maths {
  public static func exp(_ x: Double) -> Double { _exp(x) }
  public static func log(_ x: Double) -> Double { _log(x) }
  public static func cos(_ x: Double) -> Double { _cos(x) }
  public static func pow(_ x: Double, _ y: Double) -> Double { _pow(x, y) }
  public static func exp(_ x: Float) -> Float { _expf(x) }
  public static func log(_ x: Float) -> Float { _logf(x) }
}

private func _exp(_ x: Double) -> Double { exp(x) }
private func _log(_ x: Double) -> Double { log(x) }
private func _cos(_ x: Double) -> Double { cos(x) }
private func _pow(_ x: Double, _ y: Double) -> Double { pow(x, y) }
private func _expf(_ x: Float) -> Float { expf(x) }
private func _logf(_ x: Float) -> Float { logf(x) }
