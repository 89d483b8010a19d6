// What `--json` says of claims, checks and work done, for the commands that share them.

internal import Checking
internal import Pages

/// A claim of a text and what became of it.
struct ClaimRow: Encodable {
  /// Its code, and the sentence that says it where it has one.
  let claim: String, words: String?
  let verdict: String, isRequired: Bool
  /// What its author expects, and whether it was found.
  let expected: String?, isAsExpected: Bool?
  /// The numbers, and what they rest on.
  let numbers: String?, basis: String?
  let place: String

  init(_ claim: ClaimResult) {
    (self.claim, verdict, isRequired) = (claim.code, claim.verdict, claim.isRequired)
    words = claim.statement.words == nil ? nil : claim.statement.text
    (expected, isAsExpected) = (claim.statement.expected?.rawValue, claim.isAsExpected)
    (numbers, basis, place) = (claim.finding?.numbers, claim.finding?.basis, "\(claim.location)")
  }
}

/// An output beside the committed one.
struct OutputRow: Encodable {
  let output: String, verdict: Verdict, reasons: [String]
  /// Numbers that were compared, that differ, and that differ by more than the tolerance; nil if none had to be.
  let compared: Int?, differing: Int?, beyond: Int?
  let oldKey: String?, newKey: String?

  init(_ output: OutputComparison) {
    (self.output, verdict, reasons) = (output.name, output.verdict, output.reasons)
    (compared, differing, beyond) = (output.numbers?.count, output.numbers?.differing, output.numbers?.beyond)
    (oldKey, newKey) = (output.oldKey, output.newKey)
  }
}

extension [ClaimResult] {
  /// A line for each claim: verdict, place, words, numbers.
  var lines: [String] {
    let width = map(\.verdict.count).max() ?? 0
    return map { claim in
      let verdict = claim.verdict + String(repeating: " ", count: width - claim.verdict.count)
      let numbers = claim.finding.map { " (\($0.evidence))" } ?? ""
      let surprise = claim.surprise.map { ", \($0)" } ?? ""
      return
        "\(verdict)  \(claim.location): \(claim.isRequired ? "required: " : "")\(claim.statement.text)\(numbers)\(surprise)"
    }
  }
}

extension Duration {
  var inSeconds: Double { self / .seconds(1) }
}
