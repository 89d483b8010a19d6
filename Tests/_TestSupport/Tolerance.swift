// Comparing arrays of numbers: one report, of the worst element.

public import Tensors
public import Testing

/// Expects `actual` and `expected` to have |actual − expected| ≤ atol + rtol · |expected| everywhere.
///
/// NaN agrees with NaN, an infinity with itself. Reports the element that exceeds its tolerance most.
public func expectClose<T: BinaryFloatingPoint, U: BinaryFloatingPoint>(
  _ actual: [T], _ expected: [U], rtol: Double = 0, atol: Double = 0, _ what: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard actual.count == expected.count else {
    Issue.record("\(what) \(actual.count) elements, expected \(expected.count)", sourceLocation: sourceLocation)
    return
  }
  var worst: (excess: Double, index: Int)?
  var failures = 0
  for i in actual.indices {
    let a = Double(actual[i])
    let e = Double(expected[i])
    if a == e || (a.isNaN && e.isNaN) { continue }
    let difference = abs(a - e)
    let tolerance = atol + rtol * abs(e)
    if difference <= tolerance && tolerance.isFinite { continue }
    failures += 1
    // Not a number, or infinitely off, is worse than any finite excess.
    let excess = difference.isFinite ? (tolerance > 0 ? difference / tolerance : difference) : .infinity
    if worst.map({ excess > $0.excess }) ?? true { worst = (excess, i) }
  }
  guard let worst else { return }
  let a = actual[worst.index]
  let e = expected[worst.index]
  Issue.record(
    """
    \(what) element \(worst.index) is \(a), expected \(e): off by \(abs(Double(a) - Double(e))), \
    rtol \(rtol), atol \(atol); \(failures) of \(actual.count) elements are off
    """, sourceLocation: sourceLocation)
}

/// Expects two tensors to have the same shape and close elements, see above.
public func expectClose(
  _ actual: Tensor, _ expected: Tensor, rtol: Double = 0, atol: Double = 0, _ what: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard actual.shape == expected.shape else {
    Issue.record("\(what) shape \(actual.shape), expected \(expected.shape)", sourceLocation: sourceLocation)
    return
  }
  expectClose(actual.elements, expected.elements, rtol: rtol, atol: atol, what, sourceLocation: sourceLocation)
}

/// Expects two numbers to be close, see above.
public func expectClose<T: BinaryFloatingPoint, U: BinaryFloatingPoint>(
  _ actual: T, _ expected: U, rtol: Double = 0, atol: Double = 0, _ what: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  expectClose([actual], [expected], rtol: rtol, atol: atol, what, sourceLocation: sourceLocation)
}

/// Gradient of `f` at `x` by central differences in Double: (f(x + h·eᵢ) − f(x − h·eᵢ)) / 2h, error O(h²).
public func numericalGradient(of f: ([Double]) throws -> Double, at x: [Double], step h: Double = 1e-5) rethrows
  -> [Double]
{
  var x = x
  return try x.indices.map { i in
    let kept = x[i]
    defer { x[i] = kept }
    x[i] = kept + h
    let above = try f(x)
    x[i] = kept - h
    let below = try f(x)
    return (above - below) / (2 * h)
  }
}
