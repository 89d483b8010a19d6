// Ranks that are threads of one process: what is tested over them runs in milliseconds, and a debugger sees all of it.

internal import Foundation
package import Ranks
internal import Synchronization

/// One of several ranks that are threads. A rank that a test leaves waiting, since another made a call less, waits on.
package final class ThreadRank: Communicator, @unchecked Sendable {
  package let rank: Int
  package let size: Int
  package let transport = "threads"
  private let meeting: Meeting

  private init(_ rank: Int, of size: Int, _ meeting: Meeting) {
    (self.rank, self.size, self.meeting) = (rank, size, meeting)
  }

  /// Runs `body` on `count` ranks at once and returns what they return, in their order; throws the error of the lowest
  /// rank that threw one.
  package static func run<Value: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (any Communicator) throws -> Value
  ) throws -> [Value] {
    try outcomes(count, body).map { try $0.get() }
  }

  /// As above, with the errors of all ranks.
  package static func outcomes<Value: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (any Communicator) throws -> Value
  ) -> [Result<Value, any Error>] {
    let meeting = Meeting(count)
    let results = Mutex<[Int: Result<Value, any Error>]>([:])
    let threads = (0..<count).map { rank in
      let thread = Thread {
        let result = Result { try body(ThreadRank(rank, of: count, meeting)) }
        results.withLock { $0[rank] = result }
        meeting.done.signal()
      }
      thread.stackSize = 8 << 20
      return thread
    }
    for thread in threads { thread.start() }
    for _ in threads { meeting.done.wait() }
    return results.withLock { all in (0..<count).map { all[$0]! } }
  }

  package func broadcast(_ bytes: UnsafeMutableRawBufferPointer) {
    meeting.arrive(rank, bytes.baseAddress)
    if rank != 0, !bytes.isEmpty { bytes.baseAddress!.copyMemory(from: meeting.address(0)!, byteCount: bytes.count) }
    meeting.arrive(rank, nil)
  }

  package func gather(_ part: UnsafeRawBufferPointer, into all: UnsafeMutableRawBufferPointer) {
    precondition(all.count == part.count * size)
    meeting.arrive(rank, part.baseAddress)
    for other in 0..<size where part.count > 0 {
      (all.baseAddress! + other * part.count).copyMemory(from: meeting.address(other)!, byteCount: part.count)
    }
    meeting.arrive(rank, nil)
  }

  package func exchange(_ pieces: UnsafeRawBufferPointer, into: UnsafeMutableRawBufferPointer) {
    precondition(pieces.count == into.count && pieces.count % size == 0)
    let count = pieces.count / size
    meeting.arrive(rank, pieces.baseAddress)
    for other in 0..<size where count > 0 {
      (into.baseAddress! + other * count).copyMemory(
        from: meeting.address(other)! + rank * count, byteCount: count)
    }
    meeting.arrive(rank, nil)
  }

  package func abort(_ code: Int32) -> Never { fatalError("rank \(rank) of \(size) ends all with code \(code)") }

  package func finish() {}

  /// Where all ranks wait for each other.
  private final class Meeting: @unchecked Sendable {
    let done = DispatchSemaphore(value: 0)
    private let condition = NSCondition()
    private let size: Int
    private var arrived = 0, generation = 0
    private var addresses: [UnsafeRawPointer?]

    init(_ size: Int) {
      self.size = size
      addresses = [UnsafeRawPointer?](repeating: nil, count: size)
    }

    /// Waits until all have come; a rank that brings an address leaves it until all have come once more.
    func arrive(_ rank: Int, _ address: UnsafeRawPointer?) {
      condition.lock()
      if let address { addresses[rank] = address }
      arrived += 1
      if arrived == size {
        arrived = 0
        generation += 1
        condition.broadcast()
      } else {
        let mine = generation
        while mine == generation { condition.wait() }
      }
      condition.unlock()
    }

    func address(_ rank: Int) -> UnsafeRawPointer? { condition.withLock { addresses[rank] } }
  }
}
