internal import Basics
internal import Analysis
import Testing
import _TestSupport

struct MeasuredTests {
  @Test(arguments: [
    (0.5935, 0.0312, "0.59 ± 0.03"), (0.5935, 0.0149, "0.594 ± 0.015"), (0.5935, 0.0196, "0.59 ± 0.02"),
    (-3.14159, 0.2, "−3.1 ± 0.2"), (1234.5, 12, "1235 ± 12"), (2, 0, "2"), (0.5, 0.00098, "0.5000 ± 0.0010"),
  ])
  func `the uncertainty says how many digits a value has`(value: Double, uncertainty: Double, text: String) {
    #expect(Measured(value, uncertainty: uncertainty).description == text)
  }

  @Test func `unequal sides are told apart`() {
    #expect(Measured(0.98, low: 0.94, high: 0.99).description == "0.98 +0.01 −0.04")
    #expect(Measured(1, low: 0.963, high: 1).description == "1.00 +0.00 −0.04")
  }

  @Test func `a share has Wilson's interval, a mean has its standard error`() {
    let share = Measured(successes: 59, trials: 100)
    #expect(share.value == 0.59)
    // Wilson's interval of 59 of 100: [0.4920, 0.6813].
    #expect(abs(share.low - 0.4920) < 1e-4 && abs(share.high - 0.6813) < 1e-4)
    let mean = Measured(mean: [1, 2, 3, 4])
    #expect(mean.value == 2.5)
    // s = 1.2910, s/√4 = 0.6455, times 1.96.
    #expect(abs(mean.uncertainty - 1.2652) < 1e-4)
    #expect(share.scaled(by: 100).value == 59)
  }

  @Test func `a difference has Newcombe's interval`() {
    // 56 of 70 and 48 of 80, Newcombe's table II (a), method 10: 0.0524 to 0.3339.
    let difference = Measured(successes: 56, trials: 70).minus(Measured(successes: 48, trials: 80))
    expectClose([difference.value, difference.low, difference.high], [0.2, 0.0524, 0.3339], atol: 5e-5)
    // The other way around the ends change places.
    let other = Measured(successes: 48, trials: 80).minus(Measured(successes: 56, trials: 70))
    expectClose([other.low, other.high], [-difference.high, -difference.low], atol: 1e-12)
    #expect(Measured(3, uncertainty: 0).minus(Measured(1, uncertainty: 0)) == Measured(2, uncertainty: 0))
  }

  @Test func `long whole numbers are read in groups`() {
    #expect(
      [0, -999, 1000, 9999, 10_000, 691_674, -1_234_567].map { NumberText.text($0) } == [
        "0", "−999", "1000", "9999", "10\u{202F}000", "691\u{202F}674", "−1\u{202F}234\u{202F}567",
      ])
  }

  @Test(arguments: [
    (0.59354, "0.5935"), (12.3, "12.3"), (40, "40"), (1_000_000, "1×10⁶"), (0.000012, "1.2×10⁻⁵"), (-0.5, "−0.5"),
    (123456.7, "123457"), (0, "0"), (.infinity, "∞"), (-.infinity, "−∞"), (.nan, "not a number"), (999.96, "1000"),
    (0.1 + 0.2, "0.3"), (-0.00001, "−1×10⁻⁵"),
  ])
  func `numbers have the digits that a reader wants`(value: Double, text: String) {
    #expect(NumberText.text(value) == text)
  }
}
