// What `--json` says of claims, checks and work done, for the commands that share them.

internal import Checking
internal import Pages

/// A claim of a text and what became of it.
struct ClaimRow: Encodable {
  let claim: String, verdict: String, isRequired: Bool, numbers: String?, place: String

  init(_ claim: ClaimResult) {
    (self.claim, verdict, isRequired) = (claim.code, claim.verdict, claim.isRequired)
    (numbers, place) = (claim.finding?.numbers, "\(claim.location)")
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

extension Duration {
  var inSeconds: Double { self / .seconds(1) }
}
