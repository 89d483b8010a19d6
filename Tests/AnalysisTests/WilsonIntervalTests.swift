internal import Attacks
internal import Testing
internal import _TestSupport

struct WilsonIntervalTests {
  /// The bounds are the two p with (p̂ − p)²·n = z²·p(1 − p).
  @Test func `the bounds of every count up to 60 solve Wilson's equation and mirror each other`() {
    let z = 1.959963984540054
    let count = withEvery("trials", in: 1...60) { trials in
      for successes in 0...trials {
        let interval = WilsonInterval(successes: successes, trials: trials, z: z)
        let share = Double(successes) / Double(trials)
        try hold(0 <= interval.low && interval.low <= share, "\(successes): low is \(interval.low)")
        try hold(share <= interval.high && interval.high <= 1, "\(successes): high is \(interval.high)")
        for p in interval.bounds where p > 0 && p < 1 {
          let left = (share - p) * (share - p) * Double(trials)
          // Both sides are below 4; a few roundings of Double.
          try hold(abs(left - z * z * p * (1 - p)) < 1e-12, "\(successes): \(p) does not solve the equation")
        }
        let mirror = WilsonInterval(successes: trials - successes, trials: trials, z: z)
        try hold(abs(mirror.low - (1 - interval.high)) < 1e-14, "\(successes): \(mirror.low) is not the mirror")
        if successes > 0 {
          let fewer = WilsonInterval(successes: successes - 1, trials: trials, z: z)
          try hold(fewer.low < interval.low && fewer.high <= interval.high, "\(successes): bounds do not rise")
        }
      }
    }
    #expect(count == 60)
  }
}
