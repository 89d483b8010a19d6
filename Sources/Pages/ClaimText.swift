// Claims on the page: a word and a sign, never colour alone, with the numbers.

package import Channel
package import Execution
package import NotebookText

/// A claim of a notebook and what became of it.
package struct ClaimResult: Sendable, Equatable {
  package var statement: ClaimStatement
  package var location: SourceLocation
  /// The number of the item in the notebook's text.
  package var item: Int
  /// Nil when the notebook stopped before it.
  package var finding: ClaimFinding?

  /// As it was written: "robust > plain".
  package var code: String { statement.code }
  package var isRequired: Bool { statement.isRequired }

  /// Whether a build must fail: a required claim that is refuted.
  package var failsBuild: Bool { isRequired && finding?.verdict == .refuted }

  /// "held", "refuted", "undecided"; "failed" for a required claim, "not reached".
  package var verdict: String { statement.verdict(finding) }

  /// Whether the finding is what the author expected; nil where nothing was expected or found.
  package var isAsExpected: Bool? {
    guard let expected = statement.expected, let finding else { return nil }
    return finding.verdict == expected
  }

  /// "expected: held" where something else was found; nil otherwise.
  package var surprise: String? {
    guard isAsExpected == false, let expected = statement.expected else { return nil }
    return "expected: \(expected.rawValue)"
  }
}

extension Notebook {
  /// The claims in the order of the text, with their findings.
  package func claims(_ values: [Int: InlineResult]) -> [ClaimResult] {
    computedItems.compactMap { index, item in
      guard case .claim(let statement) = item.kind else { return nil }
      var result = ClaimResult(statement: statement, location: item.location, item: index)
      if case .claim(let finding) = values[index] { result.finding = finding }
      return result
    }
  }
}

package enum ClaimText {
  /// A claim in a list.
  package struct Row {
    package var claim: ClaimResult
    /// The claim as HTML: its words, or its code where it has none.
    package var statement: String
    /// What the link points to.
    package var anchor: String
    /// What the link says: "line 12".
    package var place: String
  }

  static func sign(_ verdict: String) -> String {
    switch verdict {
    case "held": "✓"
    case "failed", "refuted": "✗"
    case "undecided": "?"
    default: "–"
    }
  }

  /// The verdict as it stands in the text, and in the list at the end.
  package static func badge(_ claim: ClaimResult) -> String {
    let kind = claim.finding == nil ? "open" : claim.verdict
    return "<b class=\"verdict \(kind)\">\(sign(claim.verdict))\u{A0}\(claim.verdict)</b>"
  }

  /// A claim in the text. `statement` is HTML.
  static func inline(_ claim: ClaimResult, statement: String, anchor: String) -> String {
    let surprise = claim.surprise.map { ", \($0)" } ?? ""
    let numbers = claim.finding.map { ": \(HTML.escape($0.numbers))" } ?? ""
    let strength = claim.isRequired ? "required claim" : "claim"
    return "<span class=\"claim\" id=\"\(HTML.escape(anchor))\" title=\"\(strength): \(HTML.escape(claim.code))\">"
      + "\(statement) (\(badge(claim))\(surprise)\(numbers))</span>"
  }

  /// All claims of a page as a section; empty without any.
  static func section(_ rows: [Row]) -> String {
    if rows.isEmpty { return "" }
    return "<section class=\"claims\">\n<h2 id=\"claims\">Claims</h2>\n<p>\(summary(rows.map(\.claim))) "
      + "\(explanation)</p>\n\(table(rows))</section>\n"
  }

  /// What the verdicts mean, in a sentence.
  package static let explanation =
    "Held and refuted are what the numbers decide, with their 95\u{A0}% intervals where they have some; undecided is what "
    + "these intervals allow both ways."

  /// Claims with verdict, numbers and a link to where they stand.
  package static func table(_ rows: [Row]) -> String {
    func small(_ text: String) -> String { "<span class=\"strength\">\(HTML.escape(text))</span>" }
    return HTML.table(
      ["Verdict", "Claim", "Numbers", "Place"],
      rows.map { row in
        let claim = row.claim
        let expectation = claim.surprise ?? (claim.isAsExpected == true ? "as expected" : nil)
        return [
          badge(claim) + (expectation.map { " " + small($0) } ?? ""),
          row.statement + (claim.isRequired ? " " + small("required") : ""),
          HTML.escape(claim.finding?.numbers ?? "–") + (claim.finding?.basis.map { " " + small($0) } ?? ""),
          "<a href=\"#\(HTML.escape(row.anchor))\">\(HTML.escape(row.place))</a>",
        ]
      }, label: "Claims")
  }

  /// "4 claims: 2 held, 1 refuted, 1 undecided. 1 was expected otherwise."
  package static func summary(_ claims: [ClaimResult]) -> String {
    let counts = ["held", "refuted", "failed", "undecided", "not reached"].compactMap { verdict in
      let count = claims.count { $0.verdict == verdict }
      return count > 0 ? "\(count) \(verdict)" : nil
    }
    let surprises = claims.count { $0.surprise != nil }
    return "\(claims.count) claim\(claims.count == 1 ? "" : "s"): \(counts.joined(separator: ", "))."
      + (surprises > 0 ? " \(surprises) \(surprises == 1 ? "was" : "were") expected otherwise." : "")
  }
}
