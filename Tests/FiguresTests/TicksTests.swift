import Basics
import Figures
import Testing

@Suite struct TicksTests {
  @Test func linearTicksAreCorrectlyRoundedMultiples() {
    let ticks = Ticks.linear(in: 0...1, intervals: 10)
    #expect(ticks.map(\.value) == [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1])
    #expect(ticks.map(\.label).first == "0.0" && ticks.map(\.label).last == "1.0")
  }

  @Test func stepsAreOneTwoTwoAndAHalfOrFive() {
    func values(_ range: ClosedRange<Double>, _ intervals: Int) -> [Double] {
      Ticks.linear(in: range, intervals: intervals).map(\.value)
    }
    #expect(values(0...100, 4) == [0, 25, 50, 75, 100])
    #expect(values(0...100, 5) == [0, 20, 40, 60, 80, 100])
    #expect(values(0...100, 2) == [0, 50, 100])
    #expect(values(-1.08...1.08, 5) == [-1, -0.5, 0, 0.5, 1])
    #expect(values(3...4, 1) == [3, 4])
    #expect(values(0.06...0.94, 4) == [0.25, 0.5, 0.75])
  }

  @Test func labelsUseTheMinusSignAndAsManyDecimalsAsTheStep() {
    #expect(Ticks.linear(in: -1...1, intervals: 4).map(\.label) == ["−1.0", "−0.5", "0.0", "0.5", "1.0"])
    #expect(Ticks.linear(in: -50...50, intervals: 2).map(\.label) == ["−50", "0", "50"])
    #expect(Ticks.linear(in: 0...1, intervals: 2, format: .percent(0)).map(\.label) == ["0%", "50%", "100%"])
  }

  @Test func largeAndSmallNumbersArePowersOfTen() {
    #expect(Ticks.linear(in: 0...2e6, intervals: 4).map(\.label) == ["0", "0.5×10⁶", "1.0×10⁶", "1.5×10⁶", "2.0×10⁶"])
    #expect(Ticks.linear(in: 0...2e-5, intervals: 2).map(\.label) == ["0", "10⁻⁵", "2×10⁻⁵"])
  }

  @Test func logTicksAreDecadesWithMinorTicksBetween() {
    let ticks = Ticks.log(in: 0.1...100, intervals: 6)
    let major = ticks.filter(\.isMajor)
    #expect(major.map(\.value) == [0.1, 1, 10, 100])
    #expect(major.map(\.label) == ["10⁻¹", "10⁰", "10¹", "10²"])
    #expect(ticks.count == 4 + 3 * 8)
    #expect(ticks.first { $0.value == 0.3 } != nil, "0.3 is the correctly rounded number, not 3 · 0.1")
  }

  @Test func manyDecadesAreThinnedAndKeepTheOne() {
    let ticks = Ticks.log(in: 1e-12...1e12, intervals: 6)
    #expect(ticks.filter(\.isMajor).map(\.label) == ["10⁻¹⁰", "10⁻⁵", "10⁰", "10⁵", "10¹⁰"])
    #expect(ticks.count == 25)
  }

  @Test func aShortLogRangeLabelsOneTwoFive() {
    let ticks = Ticks.log(in: 0.4...6, intervals: 6).filter(\.isMajor)
    #expect(ticks.map(\.label) == ["0.5", "1", "2", "5"])
    #expect(Ticks.log(in: 2.1...2.9, intervals: 4).map(\.value) == [2.2, 2.4, 2.6, 2.8])
  }

  @Test func theScaleAndItsInverseAgree() throws {
    #expect(AxisScale.log10.fraction(of: 1, in: 0.01...100) == 0.5)
    #expect(AxisScale.linear.fraction(of: -0.5, in: -1...1) == 0.25)
    #expect(AxisScale.log10.fraction(of: 0, in: 0.01...100) == nil)
    #expect(AxisScale.linear.fraction(of: .nan, in: 0...1) == nil)
    #expect(AxisScale.linear.fraction(of: 1e300, in: 0...1) == 50, "cut, so that Cairo's coordinates do not overflow")
    for scale in [AxisScale.linear, .log10] {
      for fraction in [0, 0.1, 0.5, 0.9, 1] {
        let back = try #require(scale.fraction(of: scale.value(at: fraction, in: 0.02...70), in: 0.02...70))
        #expect(abs(back - fraction) < 1e-12)  // a few roundings of log10 and pow
      }
    }
  }

  @Test func automaticRangesLeaveFourPercentOfAir() {
    #expect(AxisScale.linear.range(showing: [0, 100, .nan], minimum: nil, maximum: nil) == -4...104)
    #expect(AxisScale.linear.range(showing: [0, 100], minimum: 0, maximum: nil) == 0...104)
    #expect(AxisScale.linear.range(showing: [5], minimum: nil, maximum: nil) == 4.5...5.5)
    #expect(AxisScale.linear.range(showing: [], minimum: nil, maximum: nil) == 0...1)
    #expect(AxisScale.log10.range(showing: [], minimum: nil, maximum: nil)?.contains(5) == true)
    #expect(AxisScale.linear.range(showing: [1], minimum: 3, maximum: 3) == nil)
  }

  @Test(arguments: [
    (0.5, 2, "0.50"), (-0.004, 2, "0.00"), (-0.005, 2, "−0.01"), (12.0, 0, "12"), (0.05, 3, "0.050"),
    (-1234.5, 1, "−1234.5"),
  ]) func fixedDecimals(value: Double, decimals: Int, text: String) {
    #expect(NumberText.fixed(value, decimals: decimals) == text)
  }
}
