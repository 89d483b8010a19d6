import Networks
import Testing
import Training
import _TestSupport

struct ScalingForecastTests {
  /// WRN-28-4 in numbers of this size.
  private let forecast = ScalingForecast(
    batch: 512, fixedSeconds: 0.02, secondsPerImage: 0.1, gradientBytes: 24_000_000, sumSeconds: 0.01,
    bandwidth: 1.2e9, latency: 2e-5)

  @Test func aStepIsTheSumOfItsParts() {
    #expect(forecast.exchangeSeconds(ranks: 1) == 0)
    expectClose(forecast.stepSeconds(ranks: 1), 51.22, rtol: 1e-6)
    // 24 MB out and in again, of which half stays with two; 6,000,000 numbers are 12 slices of two to a call.
    let two: Double = 0.02 + 24 * 2e-5 + 0.01
    expectClose(forecast.exchangeSeconds(ranks: 2), two, rtol: 1e-6)
    let many: Double = 0.04 * 63 / 64 + 126 * 2e-5 + 0.01
    expectClose(forecast.exchangeSeconds(ranks: 64), many, rtol: 1e-6)
    expectClose(forecast.stepSeconds(ranks: 64), 0.871895, rtol: 1e-5)
  }

  @Test func efficiencyFallsWithRanksAndWithASecondExchange() {
    let shares = [1, 2, 4, 8, 16, 32, 64].map(forecast.efficiency)
    #expect(shares[0] == 1 && zip(shares, shares.dropFirst()).allSatisfy { $0 > $1 } && shares.allSatisfy { $0 > 0.9 })
    var perturbed = forecast
    perturbed.exchanges = 2
    #expect(perturbed.efficiency(ranks: 64) < forecast.efficiency(ranks: 64))
    var slow = forecast
    slow.bandwidth /= 100
    #expect(slow.efficiency(ranks: 64) < 0.3)
  }

  @Test func aMeasuredExchangeGivesTheBandwidth() {
    let fitted = forecast.fitted(exchangeSeconds: 0.05, ranks: 4)
    expectClose(fitted.exchangeSeconds(ranks: 4), 0.05, rtol: 1e-6)
    // What is shorter than the parts that are known is as if bytes cost nothing.
    #expect(forecast.fitted(exchangeSeconds: 0, ranks: 2).exchangeSeconds(ranks: 2) < 0.011)
  }

  @Test func anExchangeIsMeasured() throws {
    let times = try ThreadRank.run(2) { ranks in
      ScalingForecast.measureExchange(try WideResNet(depth: 10, widenFactor: 1, imageShape: [3, 16, 16]), among: ranks)
    }
    #expect(times.allSatisfy { $0 > 0 })
  }

  @Test func aNodeIsMeasured() throws {
    let network = try WideResNet(depth: 10, widenFactor: 1, imageShape: [3, 16, 16])
    let measured = try ScalingForecast(
      measuring: network, batch: 64, threads: 1, measured: 8, bandwidth: 1e9, latency: 1e-5)
    #expect(measured.secondsPerImage > 0 && measured.sumSeconds > 0 && measured.fixedSeconds >= 0)
    #expect(measured.gradientBytes == 4 * network.layout.parameters.count)
  }
}
