import Analysis
import Attacks
import Tensors
import Testing
import _TestSupport

struct StatisticsTests {
  @Test func wilsonIntervalsAreTheTables() {
    // Agresti & Coull 1998 and R's prop.test(correct = FALSE).
    expectClose(WilsonInterval(successes: 0, trials: 10).bounds, [0, 0.277533], atol: 1e-6)
    expectClose(WilsonInterval(successes: 10, trials: 10).bounds, [0.722467, 1], atol: 1e-6)
    expectClose(WilsonInterval(successes: 5, trials: 10).bounds, [0.236593, 0.763407], atol: 1e-6)
    // 1000 images: ±3 points, as in the paper's table.
    let interval = WilsonInterval(successes: 595, trials: 1000)
    expectClose((interval.high - interval.low) / 2, 0.0304, atol: 1e-4)
    #expect(WilsonInterval(successes: 0, trials: 0).bounds == [0, 1])
  }

  @Test func mcNemarIsTheBinomialSum() {
    // n = 10, 1 against 9: 2·(1 + 10)/2¹⁰.
    expectClose(McNemarTest(onlyFirst: 1, onlySecond: 9).pValue, 22.0 / 1024, rtol: 1e-12)
    expectClose(McNemarTest(onlyFirst: 9, onlySecond: 1).pValue, 22.0 / 1024, rtol: 1e-12)
    // 2·(1 + 8 + 28)/2⁸
    expectClose(McNemarTest(onlyFirst: 6, onlySecond: 2).pValue, 74.0 / 256, rtol: 1e-12)
    #expect(McNemarTest(onlyFirst: 4, onlySecond: 4).pValue == 1)
    #expect(McNemarTest(onlyFirst: 0, onlySecond: 0).pValue == 1)
    // No underflow where ½ⁿ is 0 in Double: 4500 against 5500 of 10,000 is ten standard deviations.
    let far = McNemarTest(onlyFirst: 4500, onlySecond: 5500).pValue
    #expect(far > 1e-24 && far < 1e-22)
  }

  @Test func mcNemarCountsTheImagesThatDiffer() {
    let test = McNemarTest([true, true, false, false, true], [true, false, true, false, false])
    #expect(test.onlyFirst == 2 && test.onlySecond == 1)
  }

  @Test func holmsCorrectionStepsDownFromTheSmallest() {
    // 4·0.005; 3·0.01; 2·0.03; 1·0.04 is below the one before and takes its value.
    expectClose(HolmCorrection([0.01, 0.04, 0.03, 0.005]).adjusted, [0.03, 0.06, 0.06, 0.02], rtol: 1e-12)
    // Equal values stay equal, and none goes beyond 1.
    expectClose(HolmCorrection([0.02, 0.02]).adjusted, [0.04, 0.04], rtol: 1e-12)
    #expect(HolmCorrection([0.5, 0.9, 0.6]).adjusted == [1, 1, 1])
    #expect(HolmCorrection([0.2]).adjusted == [0.2] && HolmCorrection([]).adjusted.isEmpty)
  }

  @Test func theBootstrapIsSeededAndMatchesTheNormalInterval() {
    // 400 images, 60 only the first, 20 only the second: mean 0.1, variance (0.2 − 0.01)/400.
    let first = (0..<400).map { $0 < 60 || $0 >= 80 }
    let second = (0..<400).map { $0 >= 60 }
    let found = PairedBootstrap(first, second)
    #expect(found == PairedBootstrap(first, second))
    #expect(found != PairedBootstrap(first, second, key: RandomKey(seed: 1)))
    expectClose(found.difference, 0.1, atol: 1e-12)
    let half = 1.96 * (0.19 / 400).squareRoot()
    expectClose([found.low, found.high], [0.1 - half, 0.1 + half], atol: 0.006)  // steps of 1/400, 10,000 samples
    let same = PairedBootstrap(first, first)
    #expect(same.low == 0 && same.high == 0)
  }
}
