// How much time and memory a cell may use.

/// What a cell may use: `//| budget: 60`, or `//| budget: { seconds: 60, memory: 2048 }`.
package struct Budget: Sendable, Equatable {
  /// Seconds by the clock, above 0.
  package var seconds: Double?
  /// MiB of memory that are resident, of the program and of all processes it started, at least 1.
  package var memory: Int?

  package init(seconds: Double? = nil, memory: Int? = nil) {
    self.seconds = seconds
    self.memory = memory
  }
}
