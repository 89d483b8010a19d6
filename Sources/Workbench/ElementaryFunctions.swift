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
  /// The natural logarithm.
  case log
  /// The sine of an angle in radians.
  case sin
  /// The cosine of an angle in radians.
  case cos
  /// The tangent of an angle in radians.
  case tan
  /// The hyperbolic tangent.
  case tanh
}

/// A floating-point number whose elementary functions the C library computes: `Double` and `Float`.
public protocol ElementaryNumber: BinaryFloatingPoint {
  /// The C library's value of `function` at `x` in this precision; NaN outside the function's domain.
  static func value(of function: ElementaryFunction, at x: Self) -> Self
  /// The C library's x to the power y in this precision; NaN for a negative x and a y that is no whole number.
  static func power(_ x: Self, _ y: Self) -> Self
}

extension Double: ElementaryNumber {
  /// The C library's value of `function` at `x`; NaN outside the function's domain.
  public static func value(of function: ElementaryFunction, at x: Double) -> Double {
    switch function {
    case .exp: Glibc.exp(x)
    case .log: Glibc.log(x)
    case .sin: Glibc.sin(x)
    case .cos: Glibc.cos(x)
    case .tan: Glibc.tan(x)
    case .tanh: Glibc.tanh(x)
    }
  }
  /// The C library's x to the power y; NaN for a negative x and a y that is no whole number.
  public static func power(_ x: Double, _ y: Double) -> Double { Glibc.pow(x, y) }
}

extension Float: ElementaryNumber {
  /// The C library's value of `function` at `x` in single precision; NaN outside the function's domain.
  public static func value(of function: ElementaryFunction, at x: Float) -> Float {
    switch function {
    case .exp: Glibc.expf(x)
    case .log: Glibc.logf(x)
    case .sin: Glibc.sinf(x)
    case .cos: Glibc.cosf(x)
    case .tan: Glibc.tanf(x)
    case .tanh: Glibc.tanhf(x)
    }
  }
  /// The C library's x to the power y in single precision; NaN for a negative x and a y that is no whole number.
  public static func power(_ x: Float, _ y: Float) -> Float { Glibc.powf(x, y) }
}

/// e to the power x.
@_disfavoredOverload public func exp<Number: ElementaryNumber>(_ x: Number) -> Number { .value(of: .exp, at: x) }
/// The natural logarithm of x; NaN below 0, −∞ at 0.
@_disfavoredOverload public func log<Number: ElementaryNumber>(_ x: Number) -> Number { .value(of: .log, at: x) }
/// The sine of an angle in radians.
@_disfavoredOverload public func sin<Number: ElementaryNumber>(_ x: Number) -> Number { .value(of: .sin, at: x) }
/// The cosine of an angle in radians.
@_disfavoredOverload public func cos<Number: ElementaryNumber>(_ x: Number) -> Number { .value(of: .cos, at: x) }
/// The tangent of an angle in radians.
@_disfavoredOverload public func tan<Number: ElementaryNumber>(_ x: Number) -> Number { .value(of: .tan, at: x) }
/// The hyperbolic tangent of x.
@_disfavoredOverload public func tanh<Number: ElementaryNumber>(_ x: Number) -> Number { .value(of: .tanh, at: x) }
/// x to the power y; NaN for a negative x and a y that is no whole number.
@_disfavoredOverload public func pow<Number: ElementaryNumber>(_ x: Number, _ y: Number) -> Number { .power(x, y) }
/// The square root of x; NaN below 0.
@_disfavoredOverload public func sqrt<Number: ElementaryNumber>(_ x: Number) -> Number { x.squareRoot() }
/// The largest whole number that is not above x.
@_disfavoredOverload public func floor<Number: ElementaryNumber>(_ x: Number) -> Number { x.rounded(.down) }
/// The smallest whole number that is not below x.
@_disfavoredOverload public func ceil<Number: ElementaryNumber>(_ x: Number) -> Number { x.rounded(.up) }
