// Progress of long work: at most ten messages a second, whatever the loop does.

internal import Channel
internal import Synchronization

/// Tells the runner how far a piece of work is. Safe to use from several threads.
public final class ProgressMeter: Sendable {
  private struct State {
    var done = 0
    var lastSent: ContinuousClock.Instant?
    /// When counting for the rate began, and at how many units: work may be told of after it has begun.
    var base: (time: ContinuousClock.Instant, done: Int)?
    var note = ""
  }

  /// Less time than this gives no rate worth telling.
  private static let least = Duration.milliseconds(50)

  private let session: NotebookSession
  private let title: String
  private let total: Int?
  private let unit: String
  private let start = ContinuousClock.now
  private let state = Mutex(State())

  init(session: NotebookSession, title: String, total: Int?, unit: String) {
    self.session = session
    self.title = title
    self.total = total
    self.unit = unit
  }

  /// Adds `count` finished units; `note` is free text such as the loss so far.
  public func advance(by count: Int = 1, note: String? = nil) {
    report(isFinished: false) {
      $0.done += count
      if let note { $0.note = note }
    }
  }

  /// Says that `done` units are finished in all.
  public func advance(to done: Int, note: String? = nil) {
    report(isFinished: false) {
      $0.done = done
      if let note { $0.note = note }
    }
  }

  /// Says that the work has ended, whether or not all units were done.
  public func finish(note: String? = nil) {
    report(isFinished: true) { if let note { $0.note = note } }
  }

  private func report(isFinished: Bool, _ change: (inout State) -> Void) {
    let now = ContinuousClock.now
    let interval: Duration = session.hasRunner ? .milliseconds(100) : .seconds(2)
    let progress: WorkProgress? = state.withLock {
      change(&$0)
      if !isFinished, let last = $0.lastSent, now - last < interval { return nil }
      $0.lastSent = now
      let base = $0.base ?? (now - start < Self.least ? (now, $0.done) : (start, 0))
      $0.base = base
      let rate = now - base.time < Self.least ? 0 : Double($0.done - base.done) / ((now - base.time) / .seconds(1))
      return WorkProgress(
        title: title, done: $0.done, total: total, unit: unit, rate: rate, note: $0.note, isFinished: isFinished)
    }
    if let progress { session.send(.progress(progress)) }
  }
}

extension NotebookSession {
  /// A meter for work that takes long: `let meter = notebook.progress("training", total: 5000, unit: "images")`.
  public func progress(_ title: String, total: Int? = nil, unit: String = "steps") -> ProgressMeter {
    ProgressMeter(session: self, title: title, total: total, unit: unit)
  }
}
