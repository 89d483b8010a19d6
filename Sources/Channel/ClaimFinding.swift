// What the numbers say of a claim.

/// Whether a claim holds, and the numbers that say so.
public struct ClaimFinding: Codable, Sendable, Equatable {
  /// Whether a claim of the text holds.
  public enum Verdict: String, Codable, Sendable, CaseIterable {
    case held
    case failed
    /// The intervals overlap, or the test finds no difference: the numbers do not tell.
    case undecided
  }

  /// Whether the claim holds.
  public var verdict: Verdict
  /// "0.676 ± 0.041 > 0.023 ± 0.013", or what a test found.
  public var numbers: String

  /// A verdict with the numbers that it rests on, in words.
  public init(_ verdict: Verdict, numbers: String) {
    self.verdict = verdict
    self.numbers = numbers
  }
}
