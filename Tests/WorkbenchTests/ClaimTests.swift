internal import Analysis
internal import Channel
import Testing
internal import Workbench

struct ClaimTests {
  private func claim(_ claim: Claim) -> Claim { claim }

  @Test func `exact numbers hold or are refuted`() {
    #expect(claim(0.6 > 0.5) == Claim(.held, numbers: "0.6 > 0.5", basis: "no interval"))
    #expect(claim(0.5 > 0.5).verdict == .refuted)
    #expect(claim(0.5 >= 0.5) == Claim(.held, numbers: "0.5 ≥ 0.5", basis: "no interval"))
    #expect(claim(3 < 2.5) == Claim(.refuted, numbers: "3 < 2.5", basis: "no interval"))
    #expect(claim(2 <= 2).verdict == .held)
    #expect(claim(Double.nan > 0).verdict == .refuted)
  }

  @Test func `intervals that overlap leave a comparison undecided`() {
    let (low, high) = (0.5 ± 0.04, 0.6 ± 0.05)
    #expect(claim(high > low).verdict == .held)
    #expect(claim(low > high).verdict == .refuted)
    #expect(claim((0.55 ± 0.06) > low) == Claim(.undecided, numbers: "0.55 ± 0.06 > 0.50 ± 0.04"))
    #expect(claim(low < 0.53).verdict == .undecided)
    #expect(claim(low < 0.55).verdict == .held)
    #expect(claim(low >= 0.54).verdict == .undecided)
  }

  @Test func `about means within the tolerance`() {
    #expect(claim(0.6 ≈ 0.59 ± 0.03) == Claim(.held, numbers: "0.6 ≈ 0.59 ± 0.03", basis: "no interval"))
    #expect(claim(0.63 ≈ 0.59 ± 0.03).verdict == .refuted)
    #expect(claim((0.63 ± 0.02) ≈ 0.59 ± 0.03).verdict == .undecided)
    #expect(claim((0.59 ± 0.01) ≈ 0.59 ± 0.03).verdict == .held)
    // The tolerance and the interval: what is measured this roughly may lie on both sides.
    #expect(claim((0.59 ± 0.2) ≈ 0.59 ± 0.03).verdict == .undecided)
    #expect(claim((0.7 ± 0.02) ≈ 0.59 ± 0.03).verdict == .refuted)
  }

  @Test func `several claims in one are as strong as the weakest`() {
    #expect(claim(2 > 1 && 3 > 2) == Claim(.held, numbers: "2 > 1 and 3 > 2", basis: "no interval"))
    #expect(claim(2 > 1 && (0.5 ± 0.1) > 0.5).verdict == .undecided)
    #expect(claim((0.5 ± 0.1) > 0.5 && 1 > 2).verdict == .refuted)
    #expect(claim(holds([1].isEmpty) && 2 > 1).verdict == .refuted)
  }

  @Test func `paired outcomes are tested by McNemar`() {
    // 30 cases that only the first has right, 5 that only the second has: p = 2·P(Bin(35, ½) ≤ 5) = 2.3e-5.
    let both = [Bool](repeating: true, count: 65)
    let a = both + [Bool](repeating: true, count: 30) + [Bool](repeating: false, count: 5)
    let b = both + [Bool](repeating: false, count: 30) + [Bool](repeating: true, count: 5)
    #expect(significantly(a, above: b).verdict == .held)
    #expect(significantly(b, above: a).verdict == .refuted)
    #expect(significantly(a, above: a).verdict == .undecided)
    let numbers = significantly(a, above: b).numbers
    #expect(numbers.hasPrefix("0.95 +0.03 −0.06 against 0.70 ± 0.09, difference 0.25"), "\(numbers)")
    #expect(numbers.hasSuffix("McNemar p < 0.0001"), "\(numbers)")
  }

  @Test func `numbers of different cases are compared by the interval of their difference`() {
    // Differences: 0.10 ± √(0.05² + 0.05²) = 0.10 ± 0.07, though the intervals touch.
    #expect(significantly(0.60 ± 0.05, above: 0.50 ± 0.05).verdict == .held)
    #expect(significantly(0.50 ± 0.05, above: 0.60 ± 0.05).verdict == .refuted)
    #expect(significantly(0.55 ± 0.05, above: 0.50 ± 0.05).verdict == .undecided)
    #expect(
      significantly(0.60 ± 0.05, above: 0.50 ± 0.05).numbers
        == "0.60 ± 0.05 against 0.50 ± 0.05, difference 0.10 ± 0.07")
  }

  @Test func `ranges and differences are compared by their intervals`() {
    #expect(claim(0.5...0.6 > 0.4).verdict == .held)
    #expect(claim(0.5...0.6 > 0.55).verdict == .undecided)
    #expect(claim(0.5...0.6 < 0.1...0.4).verdict == .refuted)
    let wins = PairedBootstrap([true, true, true, true], [false, false, false, false])
    #expect(claim(wins > 0).verdict == .held && claim(wins < 0.5).verdict == .refuted)
  }

  @Test func `a finding says what it rests on`() {
    let (a, b) = (Measured(successes: 59, trials: 100), Measured(successes: 23_000, trials: 100_000))
    #expect(claim(a > b).basis == "n = 100 and 100\u{202F}000")
    #expect(claim(a > a).basis == "n = 100" && claim(percentages(a) > 50).basis == "n = 100")
    #expect(claim(Measured(mean: [1, 2, 3]) > 0).basis == "n = 3")
    #expect(claim((0.5 ± 0.1) > 0.2).basis == nil && claim(3 > 2).basis == "no interval")
    #expect(significantly([true, false], above: [true, true]).basis == "2 pairs")
    #expect(significantly(a, above: b).basis == "n = 100 and 100\u{202F}000")
    #expect(claim(a > b && 3 > 2).basis == "n = 100 and 100\u{202F}000; no interval")
    #expect(claim(holds(true) && a > 0.1).basis == "n = 100" && holds(true).basis == nil)
  }

  private func percentages(_ share: Measured) -> Measured { share.scaled(by: 100) }

  @Test func `comparisons elsewhere are what they were`() {
    let (a, b) = (1.5, 2)
    let isLess = a < 2.0
    #expect(isLess)
    if b > 1 && a <= 1.5 { return }
    Issue.record("a Bool comparison changed")
  }

  @Test func `a network's layers add up to its parameters`() throws {
    let model = Model(try WideResNet(depth: 16, widenFactor: 2, imageShape: [3, 16, 16]), key: RandomKey(seed: 0))
    let summary = ModelSummary(model)
    #expect(summary.rows.map(\.parameters).reduce(0, +) == model.parameterCount)
    #expect(summary.rows.map(\.layer).first == "conv1" && summary.rows.count == 9)
    #expect(summary.rows[3].kind == "residual block, 32 → 64, stride 2, 1×1 shortcut")
    #expect(summary.rows[3].output == [64, 8, 8])
    #expect(summary.rows.last?.output == [10])
    #expect(summary.table.rows.last?.first == "wrn-16-2")
  }
}
