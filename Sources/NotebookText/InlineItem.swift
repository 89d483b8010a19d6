// What stands in prose beside plain Markdown: values, claims, formulas, references, citations. In the tree each is a node
// of its own, `MarkdownInline.Content.item`.

/// Something in prose that the page resolves.
package struct InlineItem: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    /// `{swift} expression`: a value of the program.
    case value(code: String)
    /// `{claim "A is above B"} a > b`: what the author says of the numbers.
    case claim(ClaimStatement)
    /// TeX between dollars; only a display formula can have a label.
    case formula(tex: String, isDisplay: Bool, label: String?)
    /// `@fig-a`.
    case reference(label: String)
    /// `@key` in the sentence (narrative), or `[see @a; @b, p. 3]` in brackets.
    case citation([Citation], isNarrative: Bool)
  }

  package var kind: Kind
  /// Where the expression, formula, label or key begins.
  package var location: SourceLocation
  /// How it was written, for places that can hold plain text only.
  package var source: String

  /// Whether the program computes it.
  package var isComputed: Bool {
    switch kind {
    case .value, .claim: true
    default: false
    }
  }

  /// What the program computes for it; the words of a claim are prose.
  package var computation: String {
    if case .claim(let claim) = kind { return Self.claimMark + claim.code }
    return source
  }

  private static let claimMark = "{claim} "

  /// The code of a claim of which `computation` says what is computed; nil if it is none of a claim.
  package static func claimCode(ofComputation computation: String) -> String? {
    computation.hasPrefix(claimMark) ? String(computation.dropFirst(claimMark.count)) : nil
  }
}

/// One work that is cited at one place.
package struct Citation: Sendable, Equatable {
  package var key: String
  package var location: SourceLocation
  /// What stands before and after the key in the brackets: "see ", ", p. 3".
  package var prefix = ""
  package var suffix = ""
  /// Whether the sentence names the authors itself: `[-@key]`.
  package var hidesAuthors = false
}

/// A heading of a notebook's text.
package struct Heading: Sendable, Equatable {
  /// 1…6, as the number of `#`.
  package var level: Int
  /// `sec-…` of `{#sec-…}`.
  package var label: String?
  /// What links point to: the label, else a name made of the words. Unique within the notebook.
  package var anchor: String
  /// The words, without markup.
  package var title: String
  package var location: SourceLocation
}
