// exp, log, sin … of plain numbers in a cell that imports nothing: the formulas' functions of the same names, on traced
// values, would otherwise be the only ones there.
//
// One generic function a name rather than one for Double and one for Float: with those, `exp(1)` would be ambiguous. Where
// a cell imports Glibc or Foundation, theirs come first, so that nothing is ambiguous that was not so without these.

internal import Glibc

/// A function of one number that the C library computes.
public enum ElementaryFunction: Sendable, CaseIterable {
  /// e to the power x.
  case exp
  /// 2 to the power x.
  case exp2
  /// e to the power x, less 1: exact near 0.
  case expm1
  /// The natural logarithm.
  case log
  /// The logarithm to base 2.
  case log2
  /// The logarithm to base 10.
  case log10
  /// The natural logarithm of 1 + x: exact near 0.
  case log1p
  /// The sine of an angle in radians.
  case sin
  /// The cosine of an angle in radians.
  case cos
  /// The tangent of an angle in radians.
  case tan
  /// The angle in radians with this sine.
  case asin
  /// The angle in radians with this cosine.
  case acos
  /// The angle in radians with this tangent.
  case atan
  /// The hyperbolic sine.
  case sinh
  /// The hyperbolic cosine.
  case cosh
  /// The hyperbolic tangent.
  case tanh
  /// The inverse hyperbolic sine.
  case asinh
  /// The inverse hyperbolic cosine.
  case acosh
  /// The inverse hyperbolic tangent.
  case atanh
  /// The cube root.
  case cbrt
  /// The error function.
  case erf
  /// One minus the error function.
  case erfc
  /// The gamma function.
  case tgamma
  /// The logarithm of the absolute value of the gamma function.
  case lgamma
}

/// A function of two numbers that the C library computes.
public enum ElementaryFunctionOfTwo: Sendable, CaseIterable {
  /// x to the power y; NaN for a negative x and a y that is no whole number.
  case pow
  /// The angle in radians of the point (y, x), −π…π: y first.
  case atan2
  /// √(x² + y²) without overflow on the way.
  case hypot
  /// The rest of x/y rounded towards zero, with the sign of x.
  case fmod
  /// The rest of x/y rounded to the nearest whole number.
  case remainder
}

/// A floating-point number whose elementary functions the C library computes: `Double` and `Float`.
public protocol ElementaryNumber: BinaryFloatingPoint {
  /// The C library's value of `function` at `x` in this precision; NaN outside the function's domain.
  static func value(of function: ElementaryFunction, at x: Self) -> Self
  /// The C library's value of `function` at `x` and `y`, in the order in which C takes them, in this precision.
  static func value(of function: ElementaryFunctionOfTwo, at x: Self, _ y: Self) -> Self
}

extension Double: ElementaryNumber {
  /// The C library's value of `function` at `x`; NaN outside the function's domain.
  public static func value(of function: ElementaryFunction, at x: Double) -> Double {
    switch function {
    case .exp: Glibc.exp(x)
    case .exp2: Glibc.exp2(x)
    case .expm1: Glibc.expm1(x)
    case .log: Glibc.log(x)
    case .log2: Glibc.log2(x)
    case .log10: Glibc.log10(x)
    case .log1p: Glibc.log1p(x)
    case .sin: Glibc.sin(x)
    case .cos: Glibc.cos(x)
    case .tan: Glibc.tan(x)
    case .asin: Glibc.asin(x)
    case .acos: Glibc.acos(x)
    case .atan: Glibc.atan(x)
    case .sinh: Glibc.sinh(x)
    case .cosh: Glibc.cosh(x)
    case .tanh: Glibc.tanh(x)
    case .asinh: Glibc.asinh(x)
    case .acosh: Glibc.acosh(x)
    case .atanh: Glibc.atanh(x)
    case .cbrt: Glibc.cbrt(x)
    case .erf: Glibc.erf(x)
    case .erfc: Glibc.erfc(x)
    case .tgamma: Glibc.tgamma(x)
    case .lgamma: Glibc.lgamma(x)
    }
  }
  /// The C library's value of `function` at `x` and `y`.
  public static func value(of function: ElementaryFunctionOfTwo, at x: Double, _ y: Double) -> Double {
    switch function {
    case .pow: Glibc.pow(x, y)
    case .atan2: Glibc.atan2(x, y)
    case .hypot: Glibc.hypot(x, y)
    case .fmod: Glibc.fmod(x, y)
    case .remainder: Glibc.remainder(x, y)
    }
  }
}

extension Float: ElementaryNumber {
  /// The C library's value of `function` at `x` in single precision; NaN outside the function's domain.
  public static func value(of function: ElementaryFunction, at x: Float) -> Float {
    switch function {
    case .exp: Glibc.expf(x)
    case .exp2: Glibc.exp2f(x)
    case .expm1: Glibc.expm1f(x)
    case .log: Glibc.logf(x)
    case .log2: Glibc.log2f(x)
    case .log10: Glibc.log10f(x)
    case .log1p: Glibc.log1pf(x)
    case .sin: Glibc.sinf(x)
    case .cos: Glibc.cosf(x)
    case .tan: Glibc.tanf(x)
    case .asin: Glibc.asinf(x)
    case .acos: Glibc.acosf(x)
    case .atan: Glibc.atanf(x)
    case .sinh: Glibc.sinhf(x)
    case .cosh: Glibc.coshf(x)
    case .tanh: Glibc.tanhf(x)
    case .asinh: Glibc.asinhf(x)
    case .acosh: Glibc.acoshf(x)
    case .atanh: Glibc.atanhf(x)
    case .cbrt: Glibc.cbrtf(x)
    case .erf: Glibc.erff(x)
    case .erfc: Glibc.erfcf(x)
    case .tgamma: Glibc.tgammaf(x)
    case .lgamma: Glibc.lgammaf(x)
    }
  }
  /// The C library's value of `function` at `x` and `y` in single precision.
  public static func value(of function: ElementaryFunctionOfTwo, at x: Float, _ y: Float) -> Float {
    switch function {
    case .pow: Glibc.powf(x, y)
    case .atan2: Glibc.atan2f(x, y)
    case .hypot: Glibc.hypotf(x, y)
    case .fmod: Glibc.fmodf(x, y)
    case .remainder: Glibc.remainderf(x, y)
    }
  }
}

/// e to the power x.
@_disfavoredOverload public func exp<Number: ElementaryNumber>(_ x: Number) -> Number { .value(of: .exp, at: x) }
/// 2 to the power x.
@_disfavoredOverload public func exp2<Number: ElementaryNumber>(_ x: Number) -> Number { .value(of: .exp2, at: x) }
/// e to the power x, less 1: exact near 0.
@_disfavoredOverload public func expm1<Number: ElementaryNumber>(_ x: Number) -> Number { .value(of: .expm1, at: x) }
/// The natural logarithm; NaN below 0, −∞ at 0.
@_disfavoredOverload public func log<Number: ElementaryNumber>(_ x: Number) -> Number { .value(of: .log, at: x) }
/// The logarithm to base 2; NaN below 0, −∞ at 0.
@_disfavoredOverload public func log2<Number: ElementaryNumber>(_ x: Number) -> Number { .value(of: .log2, at: x) }
/// The logarithm to base 10; NaN below 0, −∞ at 0.
@_disfavoredOverload public func log10<Number: ElementaryNumber>(_ x: Number) -> Number { .value(of: .log10, at: x) }
/// The natural logarithm of 1 + x: exact near 0; NaN below −1.
@_disfavoredOverload public func log1p<Number: ElementaryNumber>(_ x: Number) -> Number { .value(of: .log1p, at: x) }
/// The sine of an angle in radians.
@_disfavoredOverload public func sin<Number: ElementaryNumber>(_ x: Number) -> Number { .value(of: .sin, at: x) }
/// The cosine of an angle in radians.
@_disfavoredOverload public func cos<Number: ElementaryNumber>(_ x: Number) -> Number { .value(of: .cos, at: x) }
/// The tangent of an angle in radians.
@_disfavoredOverload public func tan<Number: ElementaryNumber>(_ x: Number) -> Number { .value(of: .tan, at: x) }
/// The angle in radians with this sine; NaN beyond 1.
@_disfavoredOverload public func asin<Number: ElementaryNumber>(_ x: Number) -> Number { .value(of: .asin, at: x) }
/// The angle in radians with this cosine; NaN beyond 1.
@_disfavoredOverload public func acos<Number: ElementaryNumber>(_ x: Number) -> Number { .value(of: .acos, at: x) }
/// The angle in radians with this tangent.
@_disfavoredOverload public func atan<Number: ElementaryNumber>(_ x: Number) -> Number { .value(of: .atan, at: x) }
/// The hyperbolic sine.
@_disfavoredOverload public func sinh<Number: ElementaryNumber>(_ x: Number) -> Number { .value(of: .sinh, at: x) }
/// The hyperbolic cosine.
@_disfavoredOverload public func cosh<Number: ElementaryNumber>(_ x: Number) -> Number { .value(of: .cosh, at: x) }
/// The hyperbolic tangent.
@_disfavoredOverload public func tanh<Number: ElementaryNumber>(_ x: Number) -> Number { .value(of: .tanh, at: x) }
/// The inverse hyperbolic sine.
@_disfavoredOverload public func asinh<Number: ElementaryNumber>(_ x: Number) -> Number { .value(of: .asinh, at: x) }
/// The inverse hyperbolic cosine; NaN below 1.
@_disfavoredOverload public func acosh<Number: ElementaryNumber>(_ x: Number) -> Number { .value(of: .acosh, at: x) }
/// The inverse hyperbolic tangent; NaN beyond 1.
@_disfavoredOverload public func atanh<Number: ElementaryNumber>(_ x: Number) -> Number { .value(of: .atanh, at: x) }
/// The cube root.
@_disfavoredOverload public func cbrt<Number: ElementaryNumber>(_ x: Number) -> Number { .value(of: .cbrt, at: x) }
/// The error function.
@_disfavoredOverload public func erf<Number: ElementaryNumber>(_ x: Number) -> Number { .value(of: .erf, at: x) }
/// One minus the error function.
@_disfavoredOverload public func erfc<Number: ElementaryNumber>(_ x: Number) -> Number { .value(of: .erfc, at: x) }
/// The gamma function.
@_disfavoredOverload public func tgamma<Number: ElementaryNumber>(_ x: Number) -> Number { .value(of: .tgamma, at: x) }
/// The logarithm of the absolute value of the gamma function.
@_disfavoredOverload public func lgamma<Number: ElementaryNumber>(_ x: Number) -> Number { .value(of: .lgamma, at: x) }
/// x to the power y; NaN for a negative x and a y that is no whole number.
@_disfavoredOverload public func pow<Number: ElementaryNumber>(_ x: Number, _ y: Number) -> Number {
  .value(of: .pow, at: x, y)
}
/// The angle in radians of the point (y, x), −π…π: y first.
@_disfavoredOverload public func atan2<Number: ElementaryNumber>(_ y: Number, _ x: Number) -> Number {
  .value(of: .atan2, at: y, x)
}
/// √(x² + y²) without overflow on the way.
@_disfavoredOverload public func hypot<Number: ElementaryNumber>(_ x: Number, _ y: Number) -> Number {
  .value(of: .hypot, at: x, y)
}
/// The rest of x/y rounded towards zero, with the sign of x.
@_disfavoredOverload public func fmod<Number: ElementaryNumber>(_ x: Number, _ y: Number) -> Number {
  .value(of: .fmod, at: x, y)
}
/// The rest of x/y rounded to the nearest whole number.
@_disfavoredOverload public func remainder<Number: ElementaryNumber>(_ x: Number, _ y: Number) -> Number {
  .value(of: .remainder, at: x, y)
}
/// The square root of x; NaN below 0.
@_disfavoredOverload public func sqrt<Number: ElementaryNumber>(_ x: Number) -> Number { x.squareRoot() }
/// The largest whole number that is not above x.
@_disfavoredOverload public func floor<Number: ElementaryNumber>(_ x: Number) -> Number { x.rounded(.down) }
/// The smallest whole number that is not below x.
@_disfavoredOverload public func ceil<Number: ElementaryNumber>(_ x: Number) -> Number { x.rounded(.up) }
/// The nearest whole number, of two the one further from 0.
@_disfavoredOverload public func round<Number: ElementaryNumber>(_ x: Number) -> Number { x.rounded() }
/// The nearest whole number, of two the even one.
@_disfavoredOverload public func rint<Number: ElementaryNumber>(_ x: Number) -> Number { x.rounded(.toNearestOrEven) }
/// The whole number towards 0.
@_disfavoredOverload public func trunc<Number: ElementaryNumber>(_ x: Number) -> Number { x.rounded(.towardZero) }
/// x without its sign.
@_disfavoredOverload public func fabs<Number: ElementaryNumber>(_ x: Number) -> Number { abs(x) }
/// The smaller of two numbers, the other one where one is NaN.
@_disfavoredOverload public func fmin<Number: ElementaryNumber>(_ x: Number, _ y: Number) -> Number {
  Number.minimum(x, y)
}
/// The larger of two numbers, the other one where one is NaN.
@_disfavoredOverload public func fmax<Number: ElementaryNumber>(_ x: Number, _ y: Number) -> Number {
  Number.maximum(x, y)
}
/// x with the sign of y.
@_disfavoredOverload public func copysign<Number: ElementaryNumber>(_ x: Number, _ y: Number) -> Number {
  Number(signOf: y, magnitudeOf: x)
}
