// How far an output that was made anew is from the committed one: five words, from nothing to everything.

package import Execution

/// The verdict on an output, mildest first.
package enum Verdict: String, Codable, CaseIterable, Sendable, Comparable {
  /// The same bytes.
  case identical
  /// Numbers within the tolerance, and a picture that looks the same.
  case equivalent
  /// The same numbers, drawn or set in another way.
  case restyled
  /// Numbers beyond the tolerance.
  case drifted
  /// Missing, not made, or of other series than before.
  case broken

  package static func < (a: Verdict, b: Verdict) -> Bool { a.rank < b.rank }

  private var rank: Int {
    switch self {
    case .identical: 0
    case .equivalent: 1
    case .restyled: 2
    case .drifted: 3
    case .broken: 4
    }
  }

  /// What `workbench check` ends with when this is the worst verdict.
  package var exitCode: ExitStatus {
    switch self {
    case .identical, .equivalent: .ok
    case .restyled: .restyled
    case .drifted: .drifted
    case .broken: .broken
    }
  }

  /// One line for the help text and the page.
  package var explanation: String {
    switch self {
    case .identical: "the same bytes"
    case .equivalent: "numbers within the tolerance, and it looks the same"
    case .restyled: "the same numbers, another look"
    case .drifted: "numbers beyond the tolerance"
    case .broken: "missing, not made, or of other series"
    }
  }
}
