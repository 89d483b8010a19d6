// Where was the error thrown that reached the top level? The runtime calls a hook at every throw; the hook keeps the
// return addresses of the last few. The runner turns them into lines of the notebook.

internal import Channel
internal import FoundationEssentials
internal import Glibc
internal import Synchronization

enum ThrownErrors {
  private struct Record: Sendable {
    var error: UInt
    var addresses: [UInt]
  }

  /// The last throws, newest last.
  private static let records = Mutex<[Record]>([])
  private static let kept = 16

  private typealias Backtrace = @convention(c) (UnsafeMutablePointer<UnsafeMutableRawPointer?>, Int32) -> Int32
  /// The C library's `backtrace`: unlike the Swift one it throws nothing itself, so the hook may call it.
  private static let backtrace = dlsym(nil, "backtrace").map { unsafeBitCast($0, to: Backtrace.self) }

  /// Begins to note where errors are thrown.
  static func watch() {
    var warmUp = [UnsafeMutableRawPointer?](repeating: nil, count: 4)
    _ = backtrace?(&warmUp, 4)  // loads the unwinder now rather than inside a throw
    typealias Untyped = @convention(c) (UnsafeRawPointer?) -> Void
    typealias Typed = @convention(c) (UnsafeRawPointer?, UnsafeRawPointer?, UnsafeRawPointer?) -> Void
    if let hook = dlsym(nil, "_swift_willThrow") {
      hook.assumingMemoryBound(to: Untyped?.self).pointee = { ThrownErrors.note(UInt(bitPattern: $0)) }
    }
    if let hook = dlsym(nil, "_swift_willThrowTypedImpl") {
      hook.assumingMemoryBound(to: Typed?.self).pointee = { value, _, _ in ThrownErrors.note(UInt(bitPattern: value)) }
    }
  }

  private static func note(_ error: UInt) {
    guard let backtrace else { return }
    var frames = [UnsafeMutableRawPointer?](repeating: nil, count: 48)
    let count = Int(backtrace(&frames, 48))
    let record = Record(error: error, addresses: frames.prefix(count).map { UInt(bitPattern: $0) })
    records.withLock {
      if $0.count == kept { $0.removeFirst() }
      $0.append(record)
    }
  }

  /// The program's own return addresses of the throw of `error`, innermost first, relative to its load address.
  static func addresses(of error: any Error) -> [UInt] {
    // An array keeps the existential closed: its one word is the address of the error's box.
    let box = [error].withUnsafeBytes { $0.load(as: UInt.self) }
    let record = records.withLock { records in records.last { $0.error == box } ?? records.last }
    guard let record, let program = programRange() else { return [] }
    return record.addresses.filter(program.contains).map { $0 - program.lowerBound }
  }

  /// Where this process's executable lies in memory.
  private static func programRange() -> Range<UInt>? {
    guard let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
      let maps = try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
    else { return nil }
    var range: Range<UInt>?
    for line in maps.split(separator: "\n") where line.hasSuffix(" " + path) {
      let ends = line.prefix { $0 != " " }.split(separator: "-").compactMap { UInt($0, radix: 16) }
      guard ends.count == 2 else { continue }
      range = min(range?.lowerBound ?? ends[0], ends[0])..<max(range?.upperBound ?? ends[1], ends[1])
    }
    return range
  }
}

/// Stands in for the runtime's `swift_errorInMain` in a notebook's program (the linker is told to `--wrap` that symbol):
/// an error that reaches the top level is reported with its place instead of ending in a trap.
@_silgen_name("__wrap_swift_errorInMain")
public func errorAtTopLevel(_ error: any Error) -> Never {
  notebook.giveUp(
    ProgramFailure(kind: .thrown, message: String(describing: error), addresses: ThrownErrors.addresses(of: error)))
}
