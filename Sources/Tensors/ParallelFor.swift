// The one place where threads are made. Work is cut into tasks by the caller; which thread runs a task never matters.

internal import Dispatch
internal import Synchronization

/// Runs `body(task, worker)` for every task in `0..<tasks` on at most `threads` threads.
///
/// `worker` is in `0..<threads` and is never used by two tasks at once: index scratch memory with it, and results with
/// `task`, and one thread gives the same bits as many. Tasks are handed out in order. Throws the error of the lowest
/// failing task after all threads have stopped.
public func parallelFor<E: Error>(
  _ tasks: Int, threads: Int, _ body: @Sendable (_ task: Int, _ worker: Int) throws(E) -> Void
) throws(E) {
  precondition(threads >= 1, "parallelFor: \(threads) threads")
  if threads == 1 || tasks <= 1 {
    for task in 0..<tasks { try body(task, 0) }
    return
  }
  let next = Atomic<Int>(0)
  let failure = Mutex<(task: Int, error: E)?>(nil)
  withoutActuallyEscaping(body) { body in
    DispatchQueue.concurrentPerform(iterations: min(threads, tasks)) { worker in
      while true {
        let task = next.add(1, ordering: .relaxed).oldValue
        if task >= tasks { return }
        do throws(E) {
          try body(task, worker)
        } catch {
          next.store(tasks, ordering: .relaxed)
          failure.withLock { if $0 == nil || task < $0!.task { $0 = (task, error) } }
        }
      }
    }
  }
  if let failure = failure.withLock({ $0 }) { throw failure.error }
}
