// Results of parallel tasks, in task order.

internal import Synchronization

/// One slot a task; tasks may finish in any order.
final class Collected<Value: Sendable>: Sendable {
  private let slots: Mutex<[Value?]>

  init(_ count: Int) { slots = Mutex([Value?](repeating: nil, count: count)) }

  func set(_ index: Int, _ value: Value) { slots.withLock { $0[index] = value } }

  /// The values in task order; every slot must have been set.
  var values: [Value] { slots.withLock { $0.map { $0! } } }
}
