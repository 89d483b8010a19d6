// The one place where threads are made. Work is cut into tasks by the caller; which thread runs a task never matters.

internal import Basics
internal import Synchronization

/// Runs `body(task, worker)` for every task in `0..<tasks` on at most `threads` threads.
///
/// `worker` is in `0..<threads` and is never used by two tasks of this call at once: index scratch memory with it, and
/// results with `task`, and one thread gives the same bits as many. Tasks are handed out in order. A call within a call
/// gets those of the outer call's threads that have nothing to do, so that never more of them work than the outer call
/// asked for; one beside another runs on the calling thread alone.
public func parallelFor(
  _ tasks: Int, threads: Int, _ body: @Sendable (_ task: Int, _ worker: Int) -> Void
) {
  precondition(threads >= 1, "parallelFor: \(threads) threads")
  let pool = WorkerPool.shared
  let isNested = pool.isInSession
  guard threads > 1, tasks > 1, isNested || pool.tryBegin(threads: threads) else {
    for task in 0..<tasks { body(task, 0) }
    return
  }
  defer { if !isNested { pool.end() } }
  withoutActuallyEscaping(body) { pool.run(tasks, threads: min(threads, tasks), $0) }
}

/// As above, for tasks that can fail: throws the error of the lowest failing task after all threads have stopped.
public func parallelFor<E: Error>(
  _ tasks: Int, threads: Int, _ body: @Sendable (_ task: Int, _ worker: Int) throws(E) -> Void
) throws(E) {
  let failure = Mutex<(task: Int, error: E)?>(nil)
  parallelFor(tasks, threads: threads) { task, worker in
    // Tasks after a failed one need not run; those before it must, for theirs may be the lowest.
    if let failed = failure.withLock({ $0?.task }), failed < task { return }
    do throws(E) {
      try body(task, worker)
    } catch {
      failure.withLock { if $0 == nil || task < $0!.task { $0 = (task, error) } }
    }
  }
  if let failure = failure.withLock({ $0 }) { throw failure.error }
}
