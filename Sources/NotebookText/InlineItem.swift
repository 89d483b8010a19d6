// What stands in prose beside plain Markdown: values, claims, formulas, references, citations. In the tree each is a node
// of its own, `MarkdownInline.Content.item`.

/// Something in prose that the page resolves.
public struct InlineItem: Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// `{swift} expression`: a value of the program.
    case value(code: String)
    /// `{claim} a > b`: what the author says of the numbers.
    case claim(code: String, isRequired: Bool)
    /// TeX between dollars; only a display formula can have a label.
    case formula(tex: String, isDisplay: Bool, label: String?)
    /// `@fig-a`.
    case reference(label: String)
    /// `@key` in the sentence (narrative), or `[see @a; @b, p. 3]` in brackets.
    case citation([Citation], isNarrative: Bool)
  }

  public var kind: Kind
  /// Where the expression, formula, label or key begins.
  public var location: SourceLocation
  /// How it was written, for places that can hold plain text only.
  public var source: String

  /// Whether the program computes it.
  public var isComputed: Bool {
    switch kind {
    case .value, .claim: true
    default: false
    }
  }
}

/// One work that is cited at one place.
public struct Citation: Sendable, Equatable {
  public var key: String
  public var location: SourceLocation
  /// What stands before and after the key in the brackets: "see ", ", p. 3".
  public var prefix = ""
  public var suffix = ""
}

/// A heading of a notebook's text.
public struct Heading: Sendable, Equatable {
  /// 1…6, as the number of `#`.
  public var level: Int
  /// `sec-…` of `{#sec-…}`.
  public var label: String?
  /// What links point to: the label, else a name made of the words. Unique within the notebook.
  public var anchor: String
  /// The words, without markup.
  public var title: String
  public var location: SourceLocation
}
