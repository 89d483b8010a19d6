// Threads that live as long as the process and look for work together. The pool allocates nothing; a caller's closure
// is boxed once for each piece of work.
//
//     session      one thread of the program holds the pool: `threads` threads may work, itself and helpers 1 … threads − 1
//       ├ piece    tasks 0 ..< n with a number of seats; whoever takes a seat takes tasks until there are none
//       └ piece    … and a task may itself offer a piece: helpers without a seat take one there
//
// So two shards keep three threads busy, and no more threads run than the session has, however deeply calls are nested.
// Whoever waits looks for a few microseconds, since the next piece is mostly near, and sleeps then.

internal import Basics
internal import CKernels
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The process's helper threads. One caller at a time holds them, and shares them with the calls within its own.
final class WorkerPool: @unchecked Sendable {
  static let shared = WorkerPool()

  /// Pieces of work that can be offered at once; a call that finds no place runs alone.
  private static let placeCount = 64

  private let isHeld = Atomic<Bool>(false)
  /// Helpers that may work: helper `i` does if i ≤ limit. 0 between sessions.
  private let limit = Atomic<Int>(0)
  /// Bit i is set while place i has seats and tasks, or so it seems.
  private let offers = Atomic<UInt64>(0)
  /// Bit i is set while place i is in use.
  private let taken = Atomic<UInt64>(0)
  /// Seats of all pieces of work.
  private let seats = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let started = Atomic<Int>(0)
  private let places: [Place]
  private let spin: Int
  private let session: pthread_key_t
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let wake: UnsafeMutablePointer<pthread_cond_t>, done: UnsafeMutablePointer<pthread_cond_t>

  private init() {
    mutex = .allocate(capacity: 1)
    wake = .allocate(capacity: 1)
    done = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(wake, nil)
    pthread_cond_init(done, nil)
    places = (0..<Self.placeCount).map { _ in Place() }
    var key = pthread_key_t()
    let code = pthread_key_create(&key, nil)
    precondition(code == 0, "no key for a thread's own value: error \(code)")
    session = key
    spin = Self.pauses(seconds: 30e-6)
  }

  /// Whether the calling thread works for the session that holds the pool.
  var isInSession: Bool { pthread_getspecific(session) != nil }

  /// Takes the pool for a session of `threads` threads, or says that another call has it.
  func tryBegin(threads: Int) -> Bool {
    guard isHeld.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged else { return false }
    pthread_setspecific(session, UnsafeRawPointer(mutex))
    limit.store(threads - 1, ordering: .sequentiallyConsistent)
    return true
  }

  func end() {
    limit.store(0, ordering: .sequentiallyConsistent)
    pthread_setspecific(session, nil)
    isHeld.store(false, ordering: .releasing)
  }

  /// Runs the tasks on this thread, worker 0, and on at most `threads` − 1 helpers of the session.
  func run(_ tasks: Int, threads: Int, _ body: @escaping @Sendable (Int, Int) -> Void) {
    guard let index = takePlace() else {
      for task in 0..<tasks { body(task, 0) }
      return
    }
    let place = places[index]
    var box = Place.Body(call: body)
    withUnsafePointer(to: &box) { box in
      place.open(tasks, seats: threads - 1, box)
      startHelpers(seats.add(threads - 1, ordering: .relaxed).newValue)
      offers.bitwiseOr(1 << UInt64(index), ordering: .sequentiallyConsistent)
      wakeHelpers(threads - 1)
      place.work(worker: 0)
      offers.bitwiseAnd(~(1 << UInt64(index)), ordering: .sequentiallyConsistent)
      seats.subtract(threads - 1, ordering: .relaxed)
      place.close()
      waitForHelpers(of: place)
    }
    taken.bitwiseAnd(~(1 << UInt64(index)), ordering: .releasing)
  }

  private func takePlace() -> Int? {
    var seen = taken.load(ordering: .relaxed)
    while seen != .max {
      let index = (~seen).trailingZeroBitCount
      let result = taken.compareExchange(
        expected: seen, desired: seen | 1 << UInt64(index), ordering: .acquiringAndReleasing)
      if result.exchanged { return index }
      seen = result.original
    }
    return nil
  }

  /// Waits until no helper has a seat: for as long as their last tasks take, so longer than for new work.
  private func waitForHelpers(of place: Place) {
    for _ in 0..<4 * spinNow {
      if place.isLeft { return }
      ck_pause()
    }
    pthread_mutex_lock(mutex)
    if !place.callerSleeps() { while !place.isLeft { pthread_cond_wait(done, mutex) } }
    pthread_mutex_unlock(mutex)
  }

  // ------------------------------------------------------------------------------------------------------- helpers

  /// Helper `me`: works for sessions of more than `me` threads.
  private func helper(_ me: Int) -> Never {
    pthread_setspecific(session, UnsafeRawPointer(mutex))
    while true {
      if takePart(me) { continue }
      var isBusy = false
      for _ in 0..<spinNow {
        ck_pause()
        if offers.load(ordering: .relaxed) != 0, takePart(me) {
          isBusy = true
          break
        }
      }
      if isBusy { continue }
      pthread_mutex_lock(mutex)
      sleepers.add(1, ordering: .sequentiallyConsistent)
      while !canTakePart(me) { pthread_cond_wait(wake, mutex) }
      sleepers.subtract(1, ordering: .sequentiallyConsistent)
      pthread_mutex_unlock(mutex)
    }
  }

  private func canTakePart(_ me: Int) -> Bool {
    if me > limit.load(ordering: .sequentiallyConsistent) { return false }
    var open = offers.load(ordering: .sequentiallyConsistent)
    while open != 0 {
      if places[open.trailingZeroBitCount].hasSeat { return true }
      open &= open - 1
    }
    return false
  }

  /// Takes a seat somewhere and works until the tasks there are gone; false if there is none.
  private func takePart(_ me: Int) -> Bool {
    if me > limit.load(ordering: .relaxed) { return false }
    // Helpers begin to look at unlike places.
    let offered = offers.load(ordering: .acquiring)
    for open in [offered & (.max << UInt64(me & 63)), offered & ~(.max << UInt64(me & 63))] {
      var open = open
      while open != 0 {
        let place = places[open.trailingZeroBitCount]
        if let worker = place.takeSeat() {
          place.work(worker: worker)
          if place.leave() {
            pthread_mutex_lock(mutex)
            pthread_cond_broadcast(done)
            pthread_mutex_unlock(mutex)
          }
          return true
        }
        open &= open - 1
      }
    }
    return false
  }

  private func wakeHelpers(_ wanted: Int) {
    let asleep = sleepers.load(ordering: .sequentiallyConsistent)
    if asleep == 0 { return }
    pthread_mutex_lock(mutex)
    // A signal could reach a helper that this session does not have.
    if started.load(ordering: .relaxed) > limit.load(ordering: .relaxed) {
      pthread_cond_broadcast(wake)
    } else {
      for _ in 0..<min(wanted, asleep) { pthread_cond_signal(wake) }
    }
    pthread_mutex_unlock(mutex)
  }

  /// Starts as many helpers as there are seats, and the session may have.
  private func startHelpers(_ seats: Int) {
    let wanted = min(seats, limit.load(ordering: .relaxed))
    if started.load(ordering: .relaxed) >= wanted { return }
    pthread_mutex_lock(mutex)
    while started.load(ordering: .relaxed) < wanted { startHelper(started.add(1, ordering: .relaxed).newValue) }
    pthread_mutex_unlock(mutex)
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

  // -------------------------------------------------------------------------------------------------------- waiting

  /// Pauses of a wait for new work; none where a session has more threads than there are processors, since then whoever
  /// waits keeps another from working.
  private var spinNow: Int { limit.load(ordering: .relaxed) < Self.processors ? spin : 0 }

  private static let processors = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))

  /// How many pauses of the processor take so long; they differ twentyfold between makes.
  private static func pauses(seconds: Double) -> Int {
    let count = 1000
    let time = ContinuousClock().measure { for _ in 0..<count { ck_pause() } }
    let each = Double(time.components.attoseconds) * 1e-18 / Double(count)
    return max(Int(seconds / max(each, 1e-9)), 1)
  }
}
