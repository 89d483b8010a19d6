// Small spaces gone through as a whole, as swift-collections' tests do: what holds for every small case says more than
// examples, and a case that fails is named.

package import Testing

/// Calls `body` with every value of `values`, in order. What `body` throws, and whatever case it was at, is recorded as
/// one issue with the case's name; the cases after it are left out. Returns how many were gone through.
@discardableResult
package func withEvery<Value>(
  _ label: String, in values: some Sequence<Value>, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: (Value) throws -> Void
) -> Int {
  var count = 0
  for value in values {
    do { try body(value) } catch {
      Issue.record("\(label) = \(value): \(error)", sourceLocation: sourceLocation)
      return count
    }
    count += 1
  }
  if count == 0 { Issue.record("there is no \(label) to go through", sourceLocation: sourceLocation) }
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
