import Synchronization
import Tensors
import Testing

private struct Failed: Error, Equatable { let task: Int }

/// How often each of `count` things happened.
private final class Tally: Sendable {
  private let counts: Mutex<[Int]>
  init(_ count: Int) { counts = Mutex([Int](repeating: 0, count: count)) }
  @discardableResult func add(_ i: Int, _ n: Int = 1) -> Int {
    counts.withLock {
      $0[i] += n
      return $0[i]
    }
  }
  var all: [Int] { counts.withLock { $0 } }
}

@Suite struct ParallelFor {
  @Test(arguments: [1, 2, 5]) func `every task runs once`(threads: Int) {
    for tasks in [0, 1, 3, 1000] {
      let tally = Tally(tasks)
      parallelFor(tasks, threads: threads) { task, worker in
        #expect(worker >= 0 && worker < threads)
        tally.add(task)
      }
      #expect(tally.all == [Int](repeating: 1, count: tasks))
    }
  }

  @Test func `a worker is never used by two tasks at once`() {
    let busy = Tally(3)
    parallelFor(3000, threads: 3) { task, worker in
      #expect(busy.add(worker) == 1)
      var x = UInt64(task)
      for _ in 0..<200 { x = x &* 6_364_136_223_846_793_005 &+ 1 }
      busy.add(worker, x == 0 ? -1 : -1)
    }
    #expect(busy.all == [0, 0, 0])
  }

  @Test(arguments: [1, 2, 4]) func `the error of the lowest failing task is thrown`(threads: Int) {
    for _ in 0..<50 {
      #expect(throws: Failed(task: 10)) {
        try parallelFor(100, threads: threads) { (task, _) throws(Failed) in
          if task >= 10 { throw Failed(task: task) }
        }
      }
    }
  }

  @Test(arguments: [2, 3, 4, 8]) func `calls within calls run every task once, on no more threads than were asked for`(
    threads: Int
  ) {
    let (outer, inner) = (3, 40)
    for _ in 0..<200 {
      let tally = Tally(outer * inner)
      let working = Tally(1)
      parallelFor(outer, threads: threads) { task, _ in
        let busy = Tally(2)
        parallelFor(inner, threads: 2) { part, worker in
          #expect(working.add(0) <= threads)
          #expect(busy.add(worker) == 1)
          tally.add(task * inner + part)
          busy.add(worker, -1)
          working.add(0, -1)
        }
      }
      #expect(tally.all == [Int](repeating: 1, count: outer * inner))
    }
  }

  @Test func `a thread without a task of its own helps within another's`() {
    let workers = Mutex<Set<Int>>([])
    // Another test may hold the threads for a moment.
    for _ in 0..<100_000 where workers.withLock({ $0.count }) < 2 {
      parallelFor(2, threads: 3) { _, _ in
        parallelFor(1000, threads: 2) { part, worker in
          var x = UInt64(part)
          for _ in 0..<200 { x = x &* 6_364_136_223_846_793_005 &+ 1 }
          if x != 0 { workers.withLock { _ = $0.insert(worker) } }
        }
      }
    }
    #expect(workers.withLock { $0 } == [0, 1])
  }

  @Test func `three levels, more places than the pool has, and errors come back`() {
    let tally = Tally(1)
    parallelFor(40, threads: 8) { _, _ in
      parallelFor(3, threads: 8) { _, _ in
        parallelFor(5, threads: 8) { _, _ in tally.add(0) }
      }
    }
    #expect(tally.all == [40 * 3 * 5])
    #expect(throws: Failed(task: 7)) {
      try parallelFor(20, threads: 4) { (task, _) throws(Failed) in
        try parallelFor(2, threads: 2) { (_, _) throws(Failed) in if task >= 7 { throw Failed(task: task) } }
      }
    }
  }

  @Test func `results indexed by task have the same bits for any number of threads`() {
    func sums(threads: Int) -> [Float] {
      let out = Mutex([Float](repeating: 0, count: 64))
      parallelFor(64, threads: threads) { task, _ in
        var stream = RandomKey(seed: 9).split(task).stream
        var sum: Float = 0
        for _ in 0..<100 { sum += stream.normal() }
        out.withLock { $0[task] = sum }
      }
      return out.withLock { $0 }
    }
    #expect(sums(threads: 1) == sums(threads: 2))
    #expect(sums(threads: 1) == sums(threads: 7))
  }
}
