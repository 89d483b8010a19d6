// Exhaustive tests of small spaces: every value of a few, and of their combinations.

public import Testing

/// Where a test of all combinations is.
public enum Every {
  @TaskLocal fileprivate static var trail: [String] = []

  /// The values of all loops around, for the comment of an expectation: `#expect(a == b, Every.place)`.
  public static var place: Comment { Comment(rawValue: trail.joined(separator: ", ")) }
}

/// Runs `body` with every value in turn. Loops nest; `Every.place` names the values of all of them.
///
/// An error thrown within is recorded with that place, and ends this loop.
public func withEvery<S: Sequence>(
  _ name: String, in values: S, sourceLocation: SourceLocation = #_sourceLocation, _ body: (S.Element) throws -> Void
) {
  for value in values {
    let isDone = Every.$trail.withValue(Every.trail + ["\(name): \(value)"]) {
      do {
        try body(value)
        return true
      } catch {
        Issue.record(error, Every.place, sourceLocation: sourceLocation)
        return false
      }
    }
    if !isDone { return }
  }
}
