// What the numbers say of a claim.

/// What was found of a claim, and the numbers that say so.
public struct ClaimFinding: Codable, Sendable, Equatable {
  /// A finding on a claim of the text.
  public enum Verdict: String, Codable, Sendable, CaseIterable {
    case held
    /// The numbers say the contrary.
    case refuted
    /// The intervals overlap, or the test finds no difference: the numbers do not tell.
    case undecided
  }

  /// What was found.
  public var verdict: Verdict
  /// "0.676 ± 0.041 > 0.023 ± 0.013", or what a test found.
  public var numbers: String
  /// What the numbers rest on: "n = 1000", "64 pairs", "no interval"; nil where they do not say.
  public var basis: String?

  /// A verdict with the numbers that it rests on, in words.
  public init(_ verdict: Verdict, numbers: String, basis: String? = nil) {
    self.verdict = verdict
    self.numbers = numbers
    self.basis = basis
  }

  /// "0.33 ± 0.11 > 0.23 ± 0.13; n = 64".
  public var evidence: String { basis.map { "\(numbers); \($0)" } ?? numbers }
}
