// One kind of work with two numbers of threads, in turn, so that what else the machine does meets both.

internal import Basics

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Two measurements, one right after the other.
public struct SpeedPair: Hashable, Sendable, Codable {
  /// Seconds of one repetition with the test's threads, and with the other number of them.
  public let seconds: Double, otherSeconds: Double
  /// Processor time of one repetition, over all threads; what it is more than the other's is waiting and work done twice.
  public let processorSeconds: Double, otherProcessorSeconds: Double

  /// How many times as fast the test's threads were.
  public var ratio: Double { otherSeconds / seconds }
}

extension SpeedTest {
  /// `count` pairs of measurements with `threads` and with `other` threads in one process, the order changing from pair to
  /// pair; each repeats the work for about `seconds`. Throws `RecipeError` as `seconds(runs:warmup:)`.
  public func pairs(withThreads other: Int, count: Int, seconds: Double = 0.5) throws -> [SpeedPair] {
    var beside = self
    beside.threads = other
    let (own, otherWork) = (try prepare(), try beside.prepare())
    own()
    otherWork()
    let once = ContinuousClock().measure(otherWork).seconds
    let repetitions = max(Int((seconds / max(once, 1e-9)).rounded(.up)), 1)
    return (0..<count).map { pair in
      let isFirst = pair % 2 == 0
      let early = Self.measure(isFirst ? own : otherWork, repetitions)
      let late = Self.measure(isFirst ? otherWork : own, repetitions)
      let (a, b) = isFirst ? (early, late) : (late, early)
      return SpeedPair(
        seconds: a.seconds, otherSeconds: b.seconds, processorSeconds: a.processor, otherProcessorSeconds: b.processor)
    }
  }

  /// Seconds, and processor time of the process, of one of several repetitions.
  private static func measure(_ body: () -> Void, _ repetitions: Int) -> (seconds: Double, processor: Double) {
    let before = processorSeconds()
    let time = ContinuousClock().measure { for _ in 0..<repetitions { body() } }.seconds
    return (time / Double(repetitions), (processorSeconds() - before) / Double(repetitions))
  }

  private static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
