// One piece of work of the pool: its tasks, and who takes part.

internal import Synchronization

/// Where one call of `parallelFor` offers its tasks to the helpers of the pool.
///
/// `state` is one number, so that a helper takes a seat, or finds the piece closed, in one step:
///
///     bits 0 … 15    helpers that have a seat
///     bits 16 … 31   seats that are left
///     bit 32         the piece is open
///     bit 33         the caller sleeps until the last helper leaves
final class Place: @unchecked Sendable {
  /// A closure at an address; a bare one would be boxed once more there.
  struct Body { let call: @Sendable (Int, Int) -> Void }

  private static let seat = 1 << 16, open = 1 << 32, sleeps = 1 << 33
  private static let helpers = seat - 1

  private let state = Atomic<Int>(0)
  private let next = Atomic<Int>(0)
  // Set while the piece is closed and nobody has a seat.
  private var tasks = 0
  private var seats = 0
  private var body: UnsafePointer<Body>?

  /// Offers the tasks. `body` stays where it is until all have left.
  func open(_ tasks: Int, seats: Int, _ body: UnsafePointer<Body>) {
    self.tasks = tasks
    self.seats = min(seats, Self.helpers)
    self.body = body
    next.store(0, ordering: .relaxed)
    state.store(Self.open + self.seats * Self.seat, ordering: .releasing)
  }

  /// Nobody can take a seat any more.
  func close() { state.bitwiseAnd(~Self.open, ordering: .acquiringAndReleasing) }

  /// Whether nobody has a seat, in a closed piece.
  var isLeft: Bool { state.load(ordering: .acquiring) & Self.helpers == 0 }

  var hasSeat: Bool {
    let now = state.load(ordering: .sequentiallyConsistent)
    return now & Self.open != 0 && (now & (Self.open - 1)) >= Self.seat && next.load(ordering: .relaxed) < tasks
  }

  /// The worker that a helper is from now on, 1 …; nil if there is no seat, or nothing left to do.
  func takeSeat() -> Int? {
    var now = state.load(ordering: .acquiring)
    while now & Self.open != 0, (now & (Self.open - 1)) >= Self.seat {
      let result = state.compareExchange(
        expected: now, desired: now - Self.seat + 1, ordering: .acquiringAndReleasing)
      if result.exchanged { return seats - (now & (Self.open - 1)) / Self.seat + 1 }
      now = result.original
    }
    return nil
  }

  /// Gives the seat back for good; true if the caller sleeps and must be woken.
  func leave() -> Bool {
    let old = state.subtract(1, ordering: .acquiringAndReleasing).oldValue
    return old & Self.sleeps != 0 && old & Self.helpers == 1
  }

  /// Says that the caller will sleep; true if all have left.
  func callerSleeps() -> Bool {
    state.bitwiseOr(Self.sleeps, ordering: .acquiringAndReleasing).oldValue & Self.helpers == 0
  }

  /// Takes tasks in their order until there are none.
  func work(worker: Int) {
    let body = body!.pointee
    while true {
      let task = next.add(1, ordering: .relaxed).oldValue
      if task >= tasks { return }
      body.call(task, worker)
    }
  }
}
