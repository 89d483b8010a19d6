// Values in the text of a notebook: `{swift} expression`.

internal import Basics
public import Analysis
internal import Channel

/// A type that says itself how it stands in a sentence.
public protocol InlineTextConvertible {
  /// A few words or a number.
  var inlineText: String { get }
}

extension Double: InlineTextConvertible { public var inlineText: String { NumberText.text(self) } }
extension Float: InlineTextConvertible { public var inlineText: String { NumberText.text(Double(self)) } }
extension Int: InlineTextConvertible { public var inlineText: String { NumberText.text(self) } }
extension Measured: InlineTextConvertible { public var inlineText: String { description } }
extension Optional: InlineTextConvertible {
  /// The value in words, or "none".
  public var inlineText: String { map { words(for: $0) } ?? "none" }
}
extension Array: InlineTextConvertible {
  /// The elements in words, with commas between them.
  public var inlineText: String { map { words(for: $0) }.joined(separator: ", ") }
}

private func words(for value: Any) -> String {
  (value as? any InlineTextConvertible)?.inlineText ?? String(describing: value).replacing("\n", with: " ")
}

extension NotebookSession {
  /// Called by the generated program for `{swift} expression` in the text.
  public func value<Value>(item: Int, _ compute: () throws -> Value) throws {
    send(.value(item: item, text: words(for: try compute())))
  }

  /// Called by the generated program for a claim that compares.
  public func claim(item: Int, _ compute: () throws -> Claim) throws {
    send(.claim(item: item, try compute().finding))
  }

  /// Called by the generated program for a claim that is a condition.
  public func condition(item: Int, _ compute: () throws -> Bool) throws {
    send(.claim(item: item, holds(try compute()).finding))
  }
}

/// A measured share as a percentage: "67.6 ± 4.1 %".
public func percent(_ share: Measured) -> String { "\(share.scaled(by: 100)) %" }
