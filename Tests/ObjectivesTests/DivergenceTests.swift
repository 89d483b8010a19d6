// Propositions 3.6 and 3.7 on random distributions, and what the divergences do where logarithms end.

import Objectives
import Tensors
import Testing
import _TestSupport

/// A sum of ten terms of at most log 10 in Double.
private let rounding = 1e-14

private func pairs(_ count: Int = 2000, seed: UInt64 = 1) -> [(p: [Double], q: [Double])] {
  var random = RandomKey(seed: seed).stream
  return (0..<count).map { _ in
    let classes = 2 + random.int(below: 9)
    return (randomDistribution(classes, &random), randomDistribution(classes, &random))
  }
}

/// Σ p log(p / m) with 0 log 0 = 0.
private func plainKL(_ p: [Double], _ m: [Double]) -> Double {
  zip(p, m).reduce(0) { $0 + ($1.0 > 0 ? $1.0 * Maths.log($1.0 / $1.1) : 0) }
}

struct DivergenceTests {
  @Test(arguments: [Divergence.jensenShannon, .hMin, .kullbackLeibler])
  func isNeverNegative(_ divergence: Divergence) {
    for (p, q) in pairs() { #expect(divergence.value(p, q) >= -rounding) }
  }

  @Test(arguments: [Divergence.jensenShannon, .hMin, .hMinAsReleased, .kullbackLeibler])
  func isZeroBetweenEqualDistributions(_ divergence: Divergence) {
    for (p, _) in pairs() { #expect(abs(divergence.value(p, p)) <= rounding) }
  }

  @Test(arguments: [Divergence.jensenShannon, .hMin, .kullbackLeibler])
  func isAboveZeroBetweenDifferentDistributions(_ divergence: Divergence) {
    for (p, q) in pairs() {
      // By Pinsker and 2·JS ≥ KL(p‖m) ≥ ½‖p − m‖₁² each of them is at least ⅛‖p − q‖₁².
      let distance = zip(p, q).reduce(0) { $0 + abs($1.0 - $1.1) }
      #expect(divergence.value(p, q) >= distance * distance / 8 - rounding)
    }
  }

  @Test(arguments: [Divergence.jensenShannon, .hMin, .hMinAsReleased])
  func isSymmetric(_ divergence: Divergence) {
    for (p, q) in pairs() { expectClose(divergence.value(p, q), divergence.value(q, p), atol: rounding) }
  }

  @Test func jensenShannonIsTheMeanOfTheDivergencesFromTheMiddle() {
    for (p, q) in pairs() {
      let m = zip(p, q).map { ($0 + $1) / 2 }
      expectClose(Divergence.jensenShannon.value(p, q), (plainKL(p, m) + plainKL(q, m)) / 2, atol: rounding)
    }
  }

  @Test func jensenShannonIsAtMostLogTwoAndReachesItOnDisjointDistributions() {
    for (p, q) in pairs() { #expect(Divergence.jensenShannon.value(p, q) <= Maths.log(2.0) + rounding) }
    expectClose(Divergence.jensenShannon.value([1, 0, 0], [0, 0.25, 0.75]), Maths.log(2.0), atol: rounding)
  }

  @Test func hMinIsAtLeastJensenShannon() {
    for (p, q) in pairs() {
      #expect(Divergence.hMin.value(p, q) >= Divergence.jensenShannon.value(p, q) - rounding)
    }
  }

  @Test func hMinByHand() {
    // H(½, ½) − min(H(1, 0), H(0, 1)); H(¾, ¼) − min(0, log 2).
    expectClose(Divergence.hMin.value([1, 0], [0, 1]), Maths.log(2.0), atol: rounding)
    let mixed = -(0.75 * Maths.log(0.75) + 0.25 * Maths.log(0.25))
    expectClose(Divergence.hMin.value([1, 0], [0.5, 0.5]), mixed, atol: rounding)
    // Mean over classes: ½((log ½ − log 1e-8) + (log ½ − log 1e-8)).
    expectClose(
      Divergence.hMinAsReleased.value([1, 0], [0, 1]), Maths.log(0.5) - Maths.log(1e-8), atol: rounding)
  }

  @Test(arguments: Divergence.builtIn, [0.5, 1.0])
  func oneHotPredictionsHaveFiniteValuesAndGradients(_ divergence: Divergence, temperature: Double) {
    // In Double, softmax of ±1000 is exactly 0 and 1.
    let first = Tensor([1000, 0, -1000, 1000, 0, 0, 3e30, 0, 1, 0, 0, 0], shape: [4, 3])
    let second = Tensor([-1000, 0, 1000, 1000, 0, 0, 0, 3e30, 1, 5, -1, 0], shape: [4, 3])
    var values = [Double](repeating: 0, count: 4)
    var dFirst = Tensor(shape: [4, 3])
    var dSecond = Tensor(shape: [4, 3])
    var workspace = LossWorkspace()
    divergence.evaluate(
      values: &values, dFirst: &dFirst, dSecond: &dSecond, first: first, second: second, temperature: temperature,
      workspace: &workspace)
    #expect(values.allSatisfy { $0.isFinite })
    #expect((dFirst.elements + dSecond.elements).allSatisfy { $0.isFinite })
    #expect(abs(values[1]) <= rounding)
  }

  @Test(arguments: [Divergence.jensenShannon, .hMin, .hMinAsReleased, .kullbackLeibler])
  func exactZerosHaveFiniteValuesAndGradients(_ divergence: Divergence) {
    for (p, q) in pairs() {
      let gradient = divergence.gradient(p, q)
      #expect(divergence.value(p, q).isFinite && (gradient.p + gradient.q).allSatisfy { $0.isFinite })
    }
  }

  @Test(arguments: [Divergence.jensenShannon, .hMin, .hMinAsReleased, .kullbackLeibler])
  func gradientByTheDistributionsIsTheCentralDifference(_ divergence: Divergence) {
    let p = [0.1, 0.25, 0.6, 0.05]
    let q = [0.3, 0.2, 0.1, 0.4]
    let gradient = divergence.gradient(p, q)
    // Steps of 1e-5 at probabilities of 0.05: h²·f‴ ≈ 1e-10/0.05².
    expectClose(gradient.p, numericalGradient(of: { divergence.value($0, q) }, at: p), rtol: 1e-7, atol: 1e-7)
    expectClose(gradient.q, numericalGradient(of: { divergence.value(p, $0) }, at: q), rtol: 1e-7, atol: 1e-7)
  }

  @Test(arguments: [Divergence.jensenShannon, .hMin, .hMinAsReleased, .kullbackLeibler], [0.5, 1, 3.0])
  func gradientByTheLogitsIsTheCentralDifference(_ divergence: Divergence, temperature: Double) {
    let z: [Double] = [0.5, -1.25, 2, 0.75, 0]
    let w: [Double] = [-0.5, 1, 1.5, -2, 0.25]
    func softmax(_ z: [Double]) -> [Double] {
      let e = z.map { Maths.exp($0 / temperature) }
      return e.map { $0 / e.reduce(0, +) }
    }
    let (_, dFirst, dSecond) = ConsistencyLoss(divergence, temperature: temperature).evaluate(
      Tensor(z.map { Float($0) }, shape: [1, 5]), Tensor(w.map { Float($0) }, shape: [1, 5]))
    let numericFirst = numericalGradient(of: { divergence.value(softmax($0), softmax(w)) }, at: z)
    let numericSecond = numericalGradient(of: { divergence.value(softmax(z), softmax($0)) }, at: w)
    expectClose(dFirst.elements, numericFirst, rtol: 2e-7, atol: 1e-8)  // Float32 gradients, h = 1e-5
    expectClose(dSecond.elements, numericSecond, rtol: 2e-7, atol: 1e-8)
  }

  @Test func builtInsAreFoundByName() {
    for divergence in Divergence.builtIn { #expect(Divergence(named: divergence.name) == divergence) }
    #expect(Divergence(named: "h-jss") == nil)
    #expect(Set(Divergence.builtIn).count == 5)
  }
}
