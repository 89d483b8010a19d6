import Analysis
import Tensors
import Testing
import _TestSupport

/// Means over few seeds, their tests and what they could find. Numbers to compare with are SciPy's.
struct SeedStatisticsTests {
  @Test func `Student's distribution is that of the tables`() {
    let cases: [(freedom: Int, t: Double, p: Double)] = [
      (1, -3, 0.10241638234956672), (4, 2, 0.9419417382415922), (9, -0.5, 0.31453564991301314),
      (30, 1.7, 0.9502610622057416), (2, 40, 0.9996877926639076),
    ]
    for (freedom, t, p) in cases {
      expectClose(StudentT(freedom: freedom).cumulative(t), p, rtol: 1e-12)
      expectClose(StudentT(freedom: freedom).cumulative(-t), 1 - p, rtol: 1e-9)
    }
    // With one degree of freedom it is Cauchy's: ½ + arctan(t)/π, ¾ at 1.
    expectClose(StudentT(freedom: 1).cumulative(1), 0.75, rtol: 1e-14)
    // With two: ½ + t/(2√(2 + t²)).
    for t in [-5.0, -0.3, 0, 2, 100] {
      expectClose(StudentT(freedom: 2).cumulative(t), 0.5 + t / (2 * (2 + t * t).squareRoot()), rtol: 1e-12)
    }
    #expect(StudentT(freedom: 3).cumulative(.infinity) == 1 && StudentT(freedom: 3).cumulative(-.infinity) == 0)
    let quantiles: [(freedom: Int, p: Double, t: Double)] = [
      (1, 0.975, 12.706204736174694), (2, 0.975, 4.302652729749462), (4, 0.975, 2.7764451051977934),
      (4, 0.95, 2.1318467863266495), (9, 0.995, 3.249835541592126), (100, 0.975, 1.9839715185235518),
    ]
    for (freedom, p, t) in quantiles {
      expectClose(StudentT(freedom: freedom).quantile(p), t, rtol: 1e-12)
      expectClose(StudentT(freedom: freedom).quantile(1 - p), -t, rtol: 1e-12)
    }
    expectClose(StudentT(freedom: 4).twoSided(-2.7764451051977934), 0.05, rtol: 1e-12)
    #expect(StudentT(freedom: 7).quantile(0.5) == 0)
  }

  @Test func `the power of a t-test is that of the non-central distribution`() {
    let cases: [(freedom: Int, shift: Double, power: Double)] = [
      (1, 5, 0.30516010273515626), (1, 20, 0.8833944429330352), (2, 3, 0.38740012852597105),
      (4, 2, 0.3359651039111674), (4, 4, 0.8432964389085801), (9, 2.8, 0.70330000928424), (50, 2.8, 0.7840354086540477),
    ]
    for (freedom, shift, power) in cases {
      expectClose(StudentT(freedom: freedom).power(shift: shift), power, rtol: 1e-8)  // Simpson's rule, 2000 parts
      expectClose(StudentT(freedom: freedom).power(shift: -shift), power, rtol: 1e-8)
    }
    // Without a difference the test is wrong as often as its level says.
    for freedom in [1, 2, 4, 29] {
      expectClose(StudentT(freedom: freedom).power(shift: 0), 0.05, rtol: 1e-8)
      expectClose(StudentT(freedom: freedom).power(shift: 0, level: 0.01), 0.01, rtol: 1e-6)
    }
    for (freedom, shift) in [(2, 5.653489266197307), (4, 3.7610595538247424), (9, 3.1496328864506182)] {
      expectClose(StudentT(freedom: freedom).detectableShift(), shift, rtol: 1e-7)
    }
  }

  @Test func `five seeds, by hand and by SciPy`() {
    // ttest_1samp([0.8, −0.3, 1.1, 0.4, 0.9], 0), and its one-sided forms at ±1.
    let seeds = PairedDifferences([0.8, -0.3, 1.1, 0.4, 0.9])
    expectClose(seeds.mean, 0.58, rtol: 1e-14)
    expectClose(seeds.deviation, 0.5540758070878027, rtol: 1e-14)
    expectClose(seeds.pValue, 0.07931850978536036, rtol: 1e-11)
    expectClose(
      [seeds.interval().low, seeds.interval().high], [-0.10797598193661873, 1.2679759819366185], rtol: 1e-11)
    expectClose(seeds.equivalence(within: 1), 0.08266220493303124, rtol: 1e-11)
    expectClose(seeds.detectable(), 0.9319538264310592, rtol: 1e-7)
    // At most 5 % exactly where the interval at 90 % lies within the margin.
    let edge = abs(seeds.interval(level: 0.9).high)
    expectClose(seeds.equivalence(within: edge), 0.05, rtol: 1e-9)
    // The order of the two methods changes signs and nothing else.
    let turned = PairedDifferences([0, 0, 0, 0, 0], minus: [0.8, -0.3, 1.1, 0.4, 0.9])
    #expect(turned.mean == -seeds.mean && turned.pValue == seeds.pValue)
    #expect(turned.equivalence(within: 1) == seeds.equivalence(within: 1))
  }

  @Test func `seeds that agree to the last bit leave nothing undecided`() {
    let same = PairedDifferences([2, 3], minus: [2, 3])
    #expect(same.pValue == 1 && same.interval() == Measured(0, uncertainty: 0) && same.detectable() == 0)
    #expect(same.equivalence(within: 1) == 0)
    let apart = PairedDifferences([3, 4, 5], minus: [1, 2, 3])
    #expect(apart.mean == 2 && apart.pValue == 0 && apart.equivalence(within: 1) == 1)
  }

  @Test func `the interval covers the mean as often as it says`() {
    // 4,000 sets of five normal numbers; 95 % ± 3 standard errors of 0.34 points.
    var stream = RandomKey(seed: 7).stream
    var covered = 0
    for _ in 0..<4000 {
      let interval = PairedDifferences((0..<5).map { _ in 1 + Double(stream.normal()) }).interval()
      if interval.low <= 1 && 1 <= interval.high { covered += 1 }
    }
    #expect(abs(Double(covered) / 4000 - 0.95) < 0.0104)
  }
}

struct PairedPowerTests {
  @Test func `what 512 images and 8,061 can see`() {
    // A standard error of 1.04 points on 512 images.
    let few = PairedPower(images: 512, discordance: 0.0554)
    expectClose(100 * few.standardError, 1.04, atol: 0.001)
    expectClose(few.power(of: 0.0076), 0.10935196936918645, rtol: 1e-10)
    expectClose(few.power(of: -0.0076), 0.10935196936918645, rtol: 1e-10)
    expectClose(few.detectable() ?? 0, 0.02907524255643536, rtol: 1e-9)
    expectClose(
      PairedPower(images: 512, discordance: 0.0554, level: 0.05 / 8).detectable() ?? 0, 0.03708834096950874, rtol: 1e-9)
    expectClose(PairedPower(images: 8061, discordance: 0.06).detectable() ?? 0, 0.007642254282575704, rtol: 1e-9)
    #expect(few.imagesNeeded(toFind: 0.0076) == 7526)
    // As many images as that are enough, and one less is not.
    #expect(PairedPower(images: 7526, discordance: 0.0554).power(of: 0.0076) >= 0.8)
    #expect(PairedPower(images: 7525, discordance: 0.0554).power(of: 0.0076) < 0.8)
  }

  @Test func `too few images find no difference at all`() {
    let tiny = PairedPower(images: 10, discordance: 0.1)
    #expect(tiny.detectable() == nil && tiny.power(of: 0.1) < 0.8)
    #expect(PairedPower(images: 10, discordance: 0).power(of: 0) == 0)
    // Where all differ in one direction, the difference is certain, and found if it is beyond the level's quantile.
    #expect(PairedPower(images: 100, discordance: 1).power(of: 1) == 1)
    #expect(PairedPower(images: 3, discordance: 1).power(of: 1) == 0)
    let found = PairedPower(McNemarTest(onlyFirst: 30, onlySecond: 20), images: 1000)
    expectClose(found.discordance, 0.05, rtol: 1e-14)
  }

  @Test func `the approximation is near the exact test's power`() {
    // 1,000 images, 12.5 % right in the first alone and 7.5 % in the second: 94.4 % by the formula, 94.0 % of 6,000 exact
    // tests in SciPy; here 1,000 of them, ± 3 standard errors.
    expectClose(PairedPower(images: 1000, discordance: 0.2).power(of: 0.05), 0.9435748061612207, rtol: 1e-10)
    var stream = RandomKey(seed: 3).stream
    let found = (0..<1000).count { _ in
      var (first, second) = (0, 0)
      for _ in 0..<1000 {
        let u = stream.uniform()
        if u < 0.125 { first += 1 } else if u < 0.2 { second += 1 }
      }
      return McNemarTest(onlyFirst: first, onlySecond: second).pValue < 0.05
    }
    #expect(abs(Double(found) / 1000 - 0.94) < 0.025)
  }
}

struct RankCorrelationTests {
  @Test func `equal numbers share their ranks, as in SciPy`() {
    let (x, y): ([Double], [Double]) = ([1, 2, 2, 4, 5, 6, 7, 9], [2, 1, 3, 3, 6, 5, 9, 9])
    let found = RankCorrelation(x, y)
    expectClose(found.value, 0.9151683228048982, rtol: 1e-13)
    expectClose([found.interval.low, found.interval.high], [0.47336829049295887, 0.9890815969995571], rtol: 1e-10)
    // Any rising function of either leaves it as it is; a falling one turns it around.
    #expect(RankCorrelation(x.map { $0 * $0 }, y).value == found.value)
    #expect(RankCorrelation(x.map { -$0 }, y).value == -found.value)
    #expect(RankCorrelation([1, 2, 3], [10, 20, 30]).value == 1)
    #expect(RankCorrelation([1, 1, 1], [10, 20, 30]).value.isNaN)
  }

  @Test func `groups are drawn whole`() {
    let x = (0..<40).map { Double($0 / 2) + ($0 % 2 == 0 ? 0 : 0.1) }
    var stream = RandomKey(seed: 1).stream
    let noise = (0..<20).map { _ in 12 * Double(stream.normal()) }
    let y = (0..<40).map { Double($0 / 2) + noise[$0 / 2] }
    let pairs = RankCorrelation.interval(x, y, groups: Array(0..<40))
    let groups = RankCorrelation.interval(x, y, groups: (0..<40).map { $0 / 2 })
    #expect(groups == RankCorrelation.interval(x, y, groups: (0..<40).map { $0 / 2 }))
    #expect(groups.value == pairs.value && groups.value == RankCorrelation(x, y).value)
    // Twins say nothing new: their interval is about √2 times as long.
    let ratio = (groups.high - groups.low) / (pairs.high - pairs.low)
    #expect(ratio > 1.2 && ratio < 1.7, "\(ratio)")
  }
}

struct ContrastFamilyTests {
  /// Differences with this mean and a standard error of `error`, three seeds.
  private func contrast(_ mean: Double, error: Double, imageError: Double? = nil) -> SeedContrast {
    let step = error * 3.0.squareRoot()
    return SeedContrast(
      "a − b", PairedDifferences([mean - step, mean, mean + step]), imageError: imageError)
  }

  @Test func `verdicts are the corrected test, the images and the margin`() {
    // With two degrees of freedom: t = 8 has p = 0.0153, three times that is below 5 %; t = 5 has p = 0.0377.
    let family = ContrastFamily(
      [
        contrast(4, error: 0.5), contrast(-2.5, error: 0.5), contrast(0.1, error: 0.1),
        contrast(4, error: 0.5, imageError: 2.1), contrast(0.4, error: 0.05),
      ], margin: 1)
    expectClose(family.contrasts[0].differences.pValue, 0.015268072165338, rtol: 1e-6)
    #expect(
      (0..<5).map { family.verdict($0).text } == ["undecided", "undecided", "equivalent", "undecided", "equivalent"])
    let alone = ContrastFamily([contrast(4, error: 0.5)], margin: 1)
    #expect(alone.verdict(0).isHigher && alone.verdict(0).text == "higher")
    #expect(ContrastFamily([contrast(-4, error: 0.5)], margin: 1).verdict(0).text == "lower")
    // What chance may do with the images takes the verdict back: 4 ± 4.1 holds 0.
    #expect(ContrastFamily([contrast(4, error: 0.5, imageError: 2.1)], margin: 1).verdict(0).text == "undecided")
    #expect(ContrastFamily([contrast(0.4, error: 0.05)], margin: 1).verdict(0).text == "higher, equivalent")
  }

  @Test func `flags give differences over seeds and an error over images`() {
    // Two seeds, four images: differences +1/4 and 0; averaged over seeds the images differ by 1, 0, 0 and −½.
    let contrast = SeedContrast(
      "a − b", first: [[true, true, false, false], [true, false, false, false]],
      second: [[false, true, false, false], [false, false, false, true]])
    #expect(contrast.differences.values == [25, 0])
    // Variance with n − 1: ((1 − 1/8)² + 2·(1/8)² + (5/8)²)/3 = 0.3958333…
    expectClose(contrast.imageError ?? 0, 100 * (0.3958333333333333 / 4).squareRoot(), rtol: 1e-12)
    expectClose(contrast.imageInterval?.low ?? 0, 12.5 - 1.959963984540054 * 31.457643480294790, rtol: 1e-9)
  }
}
