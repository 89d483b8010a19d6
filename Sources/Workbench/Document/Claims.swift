// Claims: comparisons that keep their numbers.
//
// In a claim `>`, `<`, `≈` and `&&` give a `Claim` instead of a `Bool`; everywhere else they are what they always were.

public import Analysis
internal import Attacks
internal import Basics
public import Channel

/// What a comparison found.
public struct Claim: Sendable, Equatable {
  /// What the numbers say of a claim.
  public typealias Verdict = ClaimFinding.Verdict

  var finding: ClaimFinding

  /// What the numbers say of the claim.
  public var verdict: Verdict { finding.verdict }
  /// The numbers that were compared.
  public var numbers: String { finding.numbers }
  /// What the numbers rest on: "n = 1000", "64 pairs", "no interval"; nil where they do not say.
  public var basis: String? { finding.basis }

  /// A finding with the numbers that it was made from and what they rest on, as text.
  public init(_ verdict: Verdict, numbers: String, basis: String? = nil) {
    finding = ClaimFinding(verdict, numbers: numbers, basis: basis)
  }
}

/// A number that a claim can be about: exact, or with an interval.
public protocol ClaimQuantity {
  var measured: Measured { get }
}

extension Measured: ClaimQuantity { public var measured: Measured { self } }
extension Double: ClaimQuantity { public var measured: Measured { Measured(self, uncertainty: 0) } }
extension Float: ClaimQuantity { public var measured: Measured { Double(self).measured } }
extension Int: ClaimQuantity { public var measured: Measured { Double(self).measured } }
extension ClosedRange: ClaimQuantity where Bound == Double {
  /// The middle of the range, with the range as its interval.
  public var measured: Measured {
    Measured((lowerBound + upperBound) / 2, low: lowerBound, high: upperBound)
  }
}
extension PairedBootstrap: ClaimQuantity {
  /// The difference, with its interval.
  public var measured: Measured { Measured(difference, low: min(low, difference), high: max(high, difference)) }
}

precedencegroup UncertaintyPrecedence {
  higherThan: ComparisonPrecedence
  lowerThan: RangeFormationPrecedence
}
infix operator ± : UncertaintyPrecedence
infix operator ≈ : ComparisonPrecedence

/// `0.59 ± 0.03`: a value with its uncertainty, or with a tolerance.
public func ± (value: Double, uncertainty: Double) -> Measured {
  precondition(uncertainty >= 0, "\(value) ± \(uncertainty): an uncertainty is not negative")
  return Measured(value, uncertainty: uncertainty)
}

/// Held if the whole interval of `a` lies above that of `b`, refuted if it lies below, undecided if they overlap.
public func > (a: some ClaimQuantity, b: some ClaimQuantity) -> Claim { compare(a.measured, ">", b.measured) }
/// As `>`, but equal numbers without uncertainty hold.
public func >= (a: some ClaimQuantity, b: some ClaimQuantity) -> Claim { compare(a.measured, "≥", b.measured) }
/// Held if the whole interval of `a` lies below that of `b`, refuted if it lies above, undecided if they overlap.
public func < (a: some ClaimQuantity, b: some ClaimQuantity) -> Claim { compare(a.measured, "<", b.measured) }
/// As `<`, but equal numbers without uncertainty hold.
public func <= (a: some ClaimQuantity, b: some ClaimQuantity) -> Claim { compare(a.measured, "≤", b.measured) }

private func compare(_ a: Measured, _ sign: String, _ b: Measured) -> Claim {
  let numbers = "\(a.inlineText) \(sign) \(b.inlineText)"
  // Nothing compares with what is not a number: the claim does not hold, so that a required one fails.
  guard [a.low, a.high, b.low, b.high].allSatisfy({ !$0.isNaN }) else { return Claim(.refuted, numbers: numbers) }
  let (small, large) = sign == "<" || sign == "≤" ? (a, b) : (b, a)
  let allowsEqual = sign == "≤" || sign == "≥"
  let holds = small.high < large.low || allowsEqual && small.high == large.low
  let fails = small.low > large.high || !allowsEqual && small.low == large.high
  return Claim(holds ? .held : fails ? .refuted : .undecided, numbers: numbers, basis: basis(a, b))
}

/// `x ≈ 0.59 ± 0.03`: held if the whole interval of `a` is within the tolerance of `b`, refuted if it is outside,
/// undecided if it is on both sides of an end.
public func ≈ (a: some ClaimQuantity, b: Measured) -> Claim {
  let (x, numbers) = (a.measured, "\(a.measured.inlineText) ≈ \(b.inlineText)")
  let (isInside, isOutside) = (b.low <= x.low && x.high <= b.high, !(x.low <= b.high && b.low <= x.high))
  return Claim(isInside ? .held : isOutside ? .refuted : .undecided, numbers: numbers, basis: basis(x))
}

/// What measured numbers rest on; "no interval" if all of them are exact.
private func basis(_ numbers: Measured...) -> String? {
  if numbers.allSatisfy({ $0.low == $0.high }) { return "no interval" }
  let counts = numbers.compactMap(\.count).map(NumberText.text)
  return counts.isEmpty ? nil : "n = " + (Set(counts).count == 1 ? counts[0] : counts.joined(separator: " and "))
}

/// Both: refuted if one is, else undecided if one is, else held.
public func && (a: Claim, b: Claim) -> Claim {
  let verdicts = [a.verdict, b.verdict]
  let verdict: Claim.Verdict =
    verdicts.contains(.refuted) ? .refuted : verdicts.contains(.undecided) ? .undecided : .held
  let bases = [a.basis, b.basis].compactMap { $0 }
  return Claim(
    verdict, numbers: "\(a.numbers) and \(b.numbers)",
    basis: bases.isEmpty ? nil : bases.count == 2 && bases[0] != bases[1] ? bases.joined(separator: "; ") : bases[0])
}

/// A condition as a claim, for use beside others: `holds(a.isEmpty) && b > c`.
public func holds(_ condition: Bool) -> Claim { Claim(condition ? .held : .refuted, numbers: "\(condition)") }

/// What was found for each of the same cases, such as images: the ground of paired tests.
public protocol PairedOutcomes {
  /// True for each case that went well, in an order that all evaluations of the cases share.
  var outcomes: [Bool] { get }
}

/// Whether more cases went well in `a` than in `b`, by McNemar's exact test at 5 %: held or refuted if the two differ
/// more than chance would have them, undecided if not. The numbers are the shares, their difference with a paired
/// bootstrap interval, and p.
public func significantly(_ a: some PairedOutcomes, above b: some PairedOutcomes) -> Claim {
  let (x, y) = (a.outcomes, b.outcomes)
  precondition(!x.isEmpty && x.count == y.count, "significantly: \(x.count) and \(y.count) cases are no pairs")
  let test = McNemarTest(x, y)
  let bootstrap = PairedBootstrap(x, y)
  let shares = [x, y].map { Measured(successes: $0.count { $0 }, trials: $0.count).inlineText }
  let difference = Measured(
    bootstrap.difference, low: min(bootstrap.low, bootstrap.difference), high: max(bootstrap.high, bootstrap.difference)
  )
  let numbers =
    "\(shares[0]) against \(shares[1]), difference \(difference.inlineText), McNemar p "
    + (test.pValue < 0.0001 ? "< 0.0001" : "= \(NumberText.text(test.pValue))")
  let verdict: Claim.Verdict = test.pValue >= 0.05 ? .undecided : test.onlyFirst > test.onlySecond ? .held : .refuted
  return Claim(verdict, numbers: numbers, basis: "\(NumberText.text(x.count)) pair\(x.count == 1 ? "" : "s")")
}

/// Whether `a` lies above `b` by more than their uncertainties, for numbers of different cases: the interval of the
/// difference is that of Newcombe's squared sum (Statistics in Medicine 17 (1998) 873–890, method 10).
public func significantly(_ a: some ClaimQuantity, above b: some ClaimQuantity) -> Claim {
  let (a, b) = (a.measured, b.measured)
  let difference = a.minus(b)
  let numbers = "\(a.inlineText) against \(b.inlineText), difference \(difference.inlineText)"
  let verdict: Claim.Verdict = difference.low > 0 ? .held : difference.high < 0 ? .refuted : .undecided
  return Claim(verdict, numbers: numbers, basis: basis(a, b))
}

extension Array: PairedOutcomes where Element == Bool {
  /// The outcomes themselves.
  public var outcomes: [Bool] { self }
}
