// Preconditions that say what is wrong in release builds too: Swift's own drop their message there.
//
// They have the names and the forms of Swift's, and stand before those wherever Basics is imported: in the library, and in
// a notebook's cells, whether these are optimised or not.

/// Ends the program with `message` unless `condition` holds, in release builds as in others.
///
/// The message is computed only where the condition fails.
@_transparent
public func precondition(
  _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String = String(), file: StaticString = #file,
  line: UInt = #line
) {
  if !condition() { endProgram("precondition failed", message(), file, line) }
}

/// Ends the program with `message`, in release builds as in others.
@_transparent
public func preconditionFailure(
  _ message: @autoclosure () -> String = String(), file: StaticString = #file, line: UInt = #line
) -> Never {
  endProgram("precondition failed", message(), file, line)
}

/// Ends the program with `message` unless `condition` holds. It is looked at in release builds as in others: what a
/// notebook checks does not depend on how its cells are compiled.
@_transparent
public func assert(
  _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String = String(), file: StaticString = #file,
  line: UInt = #line
) {
  if !condition() { endProgram("assertion failed", message(), file, line) }
}

/// Ends the program with `message`, in release builds as in others.
@_transparent
public func assertionFailure(
  _ message: @autoclosure () -> String = String(), file: StaticString = #file, line: UInt = #line
) {
  endProgram("assertion failed", message(), file, line)
}

/// Out of line, so that what calls it stays short.
@usableFromInline @inline(never)
func endProgram(_ what: String, _ message: String, _ file: StaticString, _ line: UInt) -> Never {
  let shown = message.count > 1000 ? message.prefix(1000) + " …" : message[...]
  fatalError(shown.isEmpty ? what : String(shown), file: file, line: line)
}
