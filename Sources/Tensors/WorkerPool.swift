// Threads that live as long as the process and sleep between pieces of work. The pool allocates nothing; a caller's
// closure is boxed once for each piece.

internal import Basics
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The process's helper threads. One caller at a time holds it.
final class WorkerPool: @unchecked Sendable {
  static let shared = WorkerPool()

  private let isHeld = Atomic<Bool>(false)
  private let next = Atomic<Int>(0)
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let wake: UnsafeMutablePointer<pthread_cond_t>, done: UnsafeMutablePointer<pthread_cond_t>
  // Under the mutex; tasks and body stay as they are while helpers run.
  private var started = 0
  private var generation = 0
  private var wanted = 0
  private var running = 0
  private var tasks = 0
  private var body: (@Sendable (Int, Int) -> Void)?

  private init() {
    mutex = .allocate(capacity: 1)
    wake = .allocate(capacity: 1)
    done = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(wake, nil)
    pthread_cond_init(done, nil)
  }

  /// Takes the pool, or says that another call has it.
  func tryAcquire() -> Bool {
    isHeld.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
  }

  func release() { isHeld.store(false, ordering: .releasing) }

  /// Runs the tasks on this thread, worker 0, and on `threads` − 1 helpers.
  func run(_ tasks: Int, threads: Int, _ body: @escaping @Sendable (Int, Int) -> Void) {
    pthread_mutex_lock(mutex)
    while started < threads - 1 {
      started += 1
      startHelper(started)
    }
    next.store(0, ordering: .relaxed)
    self.tasks = tasks
    self.body = body
    wanted = threads - 1
    running = threads - 1
    generation += 1
    pthread_cond_broadcast(wake)
    pthread_mutex_unlock(mutex)

    work(tasks, 0, body)

    pthread_mutex_lock(mutex)
    while running > 0 { pthread_cond_wait(done, mutex) }
    self.body = nil
    pthread_mutex_unlock(mutex)
  }

  private func work(_ tasks: Int, _ worker: Int, _ body: @Sendable (Int, Int) -> Void) {
    while true {
      let task = next.add(1, ordering: .relaxed).oldValue
      if task >= tasks { return }
      body(task, worker)
    }
  }

  /// One piece of work. In a function of its own, so that nothing holds the caller's closure afterwards.
  @inline(never) private func takePart(_ worker: Int) { work(tasks, worker, body!) }

  /// Helper `worker` takes part in every piece of work that wants at least that many helpers.
  private func helper(_ worker: Int) -> Never {
    var seen = 0
    while true {
      pthread_mutex_lock(mutex)
      while generation == seen || worker > wanted {
        seen = generation
        pthread_cond_wait(wake, mutex)
      }
      seen = generation
      pthread_mutex_unlock(mutex)

      takePart(worker)

      pthread_mutex_lock(mutex)
      running -= 1
      if running == 0 { pthread_cond_signal(done) }
      pthread_mutex_unlock(mutex)
    }
  }

  private func startHelper(_ worker: Int) {
    final class Start {
      let pool: WorkerPool, worker: Int
      init(_ pool: WorkerPool, _ worker: Int) { (self.pool, self.worker) = (pool, worker) }
    }
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, 8 << 20)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, &attributes,
      { context in
        let start = Unmanaged<Start>.fromOpaque(context!).takeRetainedValue()
        start.pool.helper(start.worker)
      }, Unmanaged.passRetained(Start(self, worker)).toOpaque())
    pthread_attr_destroy(&attributes)
    precondition(code == 0, "cannot start thread \(worker): error \(code)")
  }
}
