// Claims on the page: a word and a sign, never colour alone, with the numbers.

package import Channel
package import Execution
package import NotebookText

/// A claim of a notebook and what became of it.
package struct ClaimResult: Sendable, Equatable {
  /// As it was written: "robust > plain".
  package var code: String
  package var isRequired: Bool
  package var location: SourceLocation
  /// The number of the item in the notebook's text.
  package var item: Int
  /// Nil when the notebook stopped before it.
  package var finding: ClaimFinding?

  /// Whether a build must fail: a required claim that failed.
  package var failsBuild: Bool { isRequired && finding?.verdict == .failed }

  /// "held", "failed", "undecided" or "not reached".
  package var verdict: String { finding?.verdict.rawValue ?? "not reached" }
}

extension Notebook {
  /// The claims in the order of the text, with their findings.
  package func claims(_ values: [Int: InlineResult]) -> [ClaimResult] {
    computedItems.compactMap { index, item in
      guard case .claim(let code, let isRequired) = item.kind else { return nil }
      var result = ClaimResult(code: code, isRequired: isRequired, location: item.location, item: index)
      if case .claim(let finding) = values[index] { result.finding = finding }
      return result
    }
  }
}

package enum ClaimText {
  static func sign(_ finding: ClaimFinding?) -> String {
    switch finding?.verdict {
    case .held: "✓"
    case .failed: "✗"
    case .undecided: "?"
    case nil: "–"
    }
  }

  /// The verdict as it stands in the text, and in the list at the end.
  package static func badge(_ finding: ClaimFinding?) -> String {
    let word = finding?.verdict.rawValue ?? "not reached"
    return "<b class=\"verdict \(finding?.verdict.rawValue ?? "open")\">\(sign(finding))\u{A0}\(word)</b>"
  }

  static func inline(_ code: String, isRequired: Bool, _ finding: ClaimFinding?, anchor: String) -> String {
    let numbers = finding.map { ": \(HTML.escape($0.numbers))" } ?? ""
    let strength = isRequired ? "required claim" : "claim"
    return "<span class=\"claim\" id=\"\(HTML.escape(anchor))\" title=\"\(strength): \(HTML.escape(code))\">"
      + "<code>\(HTML.escape(code))</code> (\(badge(finding))\(numbers))</span>"
  }

  /// All claims of a page as a section.
  static func section(_ claims: [ClaimResult], anchor: (ClaimResult) -> String) -> String {
    if claims.isEmpty { return "" }
    let rows = claims.map { (claim: $0, anchor: anchor($0), place: "line\u{A0}\($0.location.line)") }
    return
      "<section class=\"claims\">\n<h2 id=\"claims\">Claims</h2>\n<p>\(summary(claims))</p>\n\(table(rows))</section>\n"
  }

  /// Claims with verdict, numbers and a link to where they stand.
  package static func table(_ rows: [(claim: ClaimResult, anchor: String, place: String)]) -> String {
    HTML.table(
      ["Verdict", "Claim", "Numbers", "Place"],
      rows.map { claim, anchor, place in
        [
          badge(claim.finding),
          "<code>\(HTML.escape(claim.code))</code>"
            + (claim.isRequired ? " <span class=\"strength\">required</span>" : ""),
          HTML.escape(claim.finding?.numbers ?? "–"), "<a href=\"#\(HTML.escape(anchor))\">\(HTML.escape(place))</a>",
        ]
      }, label: "Claims")
  }

  /// "3 of 4 claims held, 1 is undecided."
  package static func summary(_ claims: [ClaimResult]) -> String {
    func count(_ verdict: ClaimFinding.Verdict?) -> Int { claims.count { $0.finding?.verdict == verdict } }
    var parts = ["\(count(.held)) of \(claims.count) claim\(claims.count == 1 ? "" : "s") held"]
    if count(.failed) > 0 { parts.append("\(count(.failed)) failed") }
    if count(.undecided) > 0 { parts.append("\(count(.undecided)) undecided") }
    if count(nil) > 0 { parts.append("\(count(nil)) not reached") }
    return parts.joined(separator: ", ") + "."
  }
}
