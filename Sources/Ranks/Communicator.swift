// Processes that work on one thing together. What they say to each other is bytes, in collective calls that all of them
// make in the same order; there is no sum among the calls, since whose order the bits of a sum have is not for a library
// to choose.

/// The ranks of one job, as one of them sees it. MPI's words: a rank is a process, a communicator is all of them.
///
/// Every rank makes the same calls in the same order; each waits for all others. They are made on one thread at a time.
package protocol Communicator: AnyObject, Sendable {
  /// This process, in 0 ..< `size`.
  var rank: Int { get }
  /// How many processes there are, at least 1.
  var size: Int { get }
  /// What connects the ranks, for people: a library's name and version.
  var transport: String { get }

  /// Overwrites `bytes`, of one length everywhere, with those of rank 0.
  func broadcast(_ bytes: UnsafeMutableRawBufferPointer)
  /// Writes the `part` of every rank into `all`, one after another. Parts have one length; the memory does not overlap.
  func gather(_ part: UnsafeRawBufferPointer, into all: UnsafeMutableRawBufferPointer)
  /// Sends the r-th of `size` equal pieces of `pieces` to rank r and writes what came from rank r to the r-th of `into`.
  /// The memory does not overlap.
  func exchange(_ pieces: UnsafeRawBufferPointer, into: UnsafeMutableRawBufferPointer)
  /// Ends all ranks at once, with `code`; for what no other rank can know of.
  func abort(_ code: Int32) -> Never
  /// The last call: the process may end afterwards without the others taking it for a failure.
  func finish()
}

extension Communicator {
  /// Whether this is rank 0, which alone looks up, locks, saves and prints.
  package var isFirst: Bool { rank == 0 }

  /// The part of 0 ..< `count` that is this rank's: contiguous, in the order of ranks, as equal as can be.
  package func part(of count: Int) -> Range<Int> { part(of: count, rank: rank) }

  /// The part of 0 ..< `count` that is the rank's.
  package func part(of count: Int, rank: Int) -> Range<Int> { count * rank / size..<count * (rank + 1) / size }

  /// The bytes of rank 0, of any length; those of other ranks do not matter.
  package func broadcast(_ bytes: [UInt8]) -> [UInt8] {
    if size == 1 { return bytes }
    var count = Int64(bytes.count)
    withUnsafeMutableBytes(of: &count) { broadcast($0) }
    var all = isFirst ? bytes : [UInt8](repeating: 0, count: Int(count))
    all.withUnsafeMutableBytes { broadcast($0) }
    return all
  }

  /// The bytes of every rank, of any length each, in the order of ranks.
  package func gather(_ bytes: [UInt8]) -> [[UInt8]] {
    if size == 1 { return [bytes] }
    let counts = gatherValues(Int64(bytes.count)).map(Int.init)
    let length = counts.max()!
    if length == 0 { return counts.map { _ in [] } }
    let part = bytes + [UInt8](repeating: 0, count: length - bytes.count)
    var all = [UInt8](repeating: 0, count: length * size)
    part.withUnsafeBytes { part in all.withUnsafeMutableBytes { gather(part, into: $0) } }
    return counts.enumerated().map { r, count in Array(all[r * length..<r * length + count]) }
  }

  /// A number of every rank, in the order of ranks.
  package func gatherValues<Value: BitwiseCopyable>(_ value: Value) -> [Value] {
    var all = [Value](repeating: value, count: size)
    withUnsafeBytes(of: value) { part in all.withUnsafeMutableBytes { gather(part, into: $0) } }
    return all
  }

  /// Whether `flag` is true on any rank.
  package func any(_ flag: Bool) -> Bool { size == 1 ? flag : gatherValues(flag ? UInt8(1) : 0).contains(1) }

  /// What every rank's `body` returns; if it throws on any, all ranks throw.
  ///
  /// A rank throws its own error if it has one, and else `RankFailure` with the message of the lowest rank that has one:
  /// what rank 0 throws is worth printing.
  package func together<Value>(_ body: () throws -> Value) throws -> Value {
    let result = Result { try body() }
    if size == 1 { return try result.get() }
    var message: [UInt8] = []
    if case .failure(let error) = result { message = [1] + Array("\(error)".utf8) }
    let messages = gather(message)
    let value = try result.get()
    if let failed = messages.firstIndex(where: { !$0.isEmpty }) {
      throw RankFailure(rank: failed, message: String(decoding: messages[failed].dropFirst(), as: UTF8.self))
    }
    return value
  }

  /// What `body` returns on rank 0, the only one that runs it, and nil on all others; if it throws, all ranks throw, the
  /// others `RankFailure` with its message.
  @discardableResult
  package func first<Value>(_ body: () throws -> Value) throws -> Value? {
    if size == 1 { return try body() }
    let result = isFirst ? Result { try body() } : nil
    var message: [UInt8] = []
    if case .failure(let error) = result { message = [1] + Array("\(error)".utf8) }
    let told = broadcast(message)
    if let result { return try result.get() }
    if told.isEmpty { return nil }
    throw RankFailure(rank: 0, message: String(decoding: told.dropFirst(), as: UTF8.self))
  }

  /// Throws `RanksDiffer`, on all ranks, for the first of `fields` whose text is not the same everywhere.
  package func requireSame(_ fields: [(name: String, value: String)]) throws(RanksDiffer) {
    if size == 1 { return }
    for (name, value) in fields {
      let values = gather(Array(value.utf8)).map { String(decoding: $0, as: UTF8.self) }
      if let other = values.firstIndex(where: { $0 != values[0] }) {
        throw RanksDiffer(field: name, first: values[0], rank: other, other: values[other])
      }
    }
  }
}
