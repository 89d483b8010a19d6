// Functions of the C library that distributions are made of.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Special functions in double precision.
enum SpecialFunctions {
  /// 1 − erf(x), the complementary error function.
  static func complementaryError(_ x: Double) -> Double { erfc(x) }

  /// The natural logarithm of Γ(x) for x above 0.
  static func logGamma(_ x: Double) -> Double {
    // The re-entrant form: `lgamma` writes the sign to a global.
    var sign: Int32 = 0
    return lgamma_r(x, &sign)
  }
}
