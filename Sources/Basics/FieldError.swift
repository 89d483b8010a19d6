// The one form of "this field holds what it must not".

/// A field of a description (a recipe, a network, an objective) with a value that cannot be.
public struct FieldError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The path of the field, as in the description's JSON: `averaging.start`.
  public let field: String
  /// What the field holds.
  public let value: String
  /// What it may hold, in words.
  public let allowed: String

  /// An error of a field.
  public init(field: String, value: String, allowed: String) {
    (self.field, self.value, self.allowed) = (field, value, allowed)
  }

  /// "depth: 11 is not possible; allowed: 6n + 4, …".
  public var description: String { "\(field): \(value) is not possible; allowed: \(allowed)" }

  /// The same error seen from the description that holds the field's own under the name `outer`.
  package func inside(_ outer: String) -> FieldError {
    FieldError(field: "\(outer).\(field)", value: value, allowed: allowed)
  }
}
