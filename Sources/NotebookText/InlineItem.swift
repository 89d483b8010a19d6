// What stands in prose beside plain Markdown: values, claims, formulas, references, citations.
//
// The scanner takes each of them out of the Markdown and leaves a mark, so that neither `_` in a formula nor `|` in an
// expression is read as Markdown. The page puts what they became in the place of the marks.

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
    /// The beginning of a heading; its end is a mark of its own.
    case heading(Heading)
    case headingEnd(level: Int)
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

/// The marks that stand in a notebook's HTML for its items: two characters of Unicode's private area around a number.
package enum ItemMark {
  static let start: Unicode.Scalar = "\u{E000}"
  static let end: Unicode.Scalar = "\u{E001}"
  /// Stands on the further lines of an item, so that lines keep their numbers.
  static let filler: Unicode.Scalar = "\u{E002}"

  static func text(_ index: Int) -> String { "\(start)\(index)\(end)" }

  /// `text` without characters that would be taken for marks.
  static func cleaned(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { (0xE000...0xE002).contains($0.value) }) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append((0xE000...0xE002).contains(scalar.value) ? "\u{FFFD}" : scalar) }
    return String(result)
  }

  /// `html` with every mark replaced by what `resolve` makes of it. `isInTag` is true inside `<…>`, such as in an
  /// image's description, where only plain text may stand.
  package static func replace(in html: String, _ resolve: (_ index: Int, _ isInTag: Bool) -> String) -> String {
    var result = String.UnicodeScalarView()
    var number: Int?
    var isInTag = false
    for scalar in html.unicodeScalars {
      if scalar == start {
        number = 0
      } else if scalar == end, let index = number {
        result.append(contentsOf: resolve(index, isInTag).unicodeScalars)
        number = nil
      } else if let digits = number {
        number = 10 * digits + Int(scalar.value) - 48
      } else if scalar != filler {
        if scalar == "<" { isInTag = true }
        if scalar == ">" { isInTag = false }
        result.append(scalar)
      }
    }
    return String(result)
  }

  /// `html` without marks.
  static func removed(from html: String) -> String { replace(in: html) { _, _ in "" } }
}
