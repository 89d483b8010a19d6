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
/// An error thrown within is recorded with that place, and ends this loop. Returns how many values were gone through.
@discardableResult
public func withEvery<S: Sequence>(
  _ name: String, in values: S, sourceLocation: SourceLocation = #_sourceLocation, _ body: (S.Element) throws -> Void
) -> Int {
  var count = 0
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
    if !isDone { break }
    count += 1
  }
  return count
}

/// What a case of `withEvery` throws when what must hold does not.
package struct Counterexample: Error, CustomStringConvertible {
  package var description: String
}

/// Throws `Counterexample` unless `condition`: cheaper than an expectation where there are a hundred thousand of them.
package func hold(_ condition: Bool, _ words: @autoclosure () -> String) throws(Counterexample) {
  if !condition { throw Counterexample(description: words()) }
}

/// Every list of at most `length` of `letters`, the shorter ones first: `lettersⁿ` lists of each length n.
package func words<Letter>(of letters: [Letter], upTo length: Int) -> [[Letter]] {
  var result: [[Letter]] = [[]]
  var longest = result
  for _ in 0..<length {
    longest = longest.flatMap { word in letters.map { word + [$0] } }
    result += longest
  }
  return result
}

/// Every text of at most `length` of the scalars of `alphabet`.
package func texts(of alphabet: String, upTo length: Int) -> [String] {
  words(of: Array(alphabet.unicodeScalars), upTo: length).map { scalars in
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text)
  }
}
