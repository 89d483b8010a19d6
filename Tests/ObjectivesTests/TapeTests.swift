// What a formula is: its identity, its text, its derivatives, and what it refuses.

import Foundation
import Objectives
import Tensors
import Testing
import _TestSupport

struct TapeTests {
  @Test func aNewDivergenceIsOneLine() {
    let d = Divergence("h-max") { p, q in entropy((p + q) / 2) - max(entropy(p), entropy(q)) }
    // H(½, ½) − max(0, 0), and below H-JS in general.
    expectClose(d.value([1, 0], [0, 1]), Maths.log(2.0), atol: 1e-15)
    let (p, q) = ([0.7, 0.2, 0.1], [0.1, 0.1, 0.8])
    #expect(d.value(p, q) < Divergence.jensenShannon.value(p, q))
  }

  @Test func namesOfFormulasAndVariablesLeaveNoTrace() throws {
    let one = Divergence("one") { p, q in entropy((p + q) / 2) - min(entropy(p), entropy(q)) }
    let other = Divergence("other") { a, b in
      let unused = exp(a)
      _ = unused
      let hb = entropy(b)
      let ha = entropy(a)
      return entropy((a + b) / 2) - min(ha, hb)
    }
    #expect(one == other && one.hashValue == other.hashValue)
    #expect(try text(one) == text(other))
    #expect(one == .hMin)
  }

  @Test func aChangedFormulaIsAnotherValue() throws {
    let half = Divergence("d") { p, q in kl(p, (p + q) / 2) }
    let third = Divergence("d") { p, q in kl(p, (p + q) / 3) }
    let swapped = Divergence("d") { p, q in kl(q, (p + q) / 2) }
    #expect(Set([half, third, swapped]).count == 3)
    #expect(try Set([text(half), text(third), text(swapped)]).count == 3)
  }

  @Test func aDecodedFormulaIsTheSame() throws {
    for divergence in Divergence.builtIn {
      let back = try JSONDecoder().decode(Divergence.self, from: Data(text(divergence).utf8))
      #expect(back == divergence && back.name == divergence.name)
    }
    let custom = Divergence("mine") { p, q in largest(abs(p - q), rank: 2) + mean(square(softmax(p - q))) }
    let back = try JSONDecoder().decode(Divergence.self, from: Data(text(custom).utf8))
    #expect(back == custom && back.name == "custom")
    #expect(back.value([0.5, 0.3, 0.2], [0.1, 0.2, 0.7]) == custom.value([0.5, 0.3, 0.2], [0.1, 0.2, 0.7]))
    let mart = TracedPairLoss.mart()
    #expect(try JSONDecoder().decode(TracedPairLoss.self, from: JSONEncoder().encode(mart)) == mart)
    let entropyLoss = try JSONDecoder().decode(
      TracedLoss.self, from: JSONEncoder().encode(TracedLoss("ce") { z, y in -logSoftmax(z)[y] }))
    #expect(entropyLoss == .crossEntropy && entropyLoss.name == "cross-entropy")
  }

  @Test func theTextIsReadable() throws {
    let d = Divergence("d") { p, q in sum(square(p - 0.5)) }
    #expect(
      try text(d) == """
        {"formula":[{"do":"probabilities","number":0},{"do":"constant","number":0.5},{"do":"subtract","of":[0,1]},\
        {"do":"square","of":[2]},{"do":"sum","of":[3]}]}
        """)
  }

  @Test(arguments: [
    (#"[{"do":"cube","of":[0]}]"#, "no operation cube"),
    (#"[{"do":"probabilities","number":0}]"#, "one number a class"),
    (#"[{"do":"sum","of":[0]}]"#, "an operand comes later"),
    (#"[{"do":"probabilities","number":2},{"do":"sum","of":[0]}]"#, "no input 2"),
    (#"[{"do":"constant","number":1},{"do":"sum","of":[0]}]"#, "needs one number a class"),
    (#"[{"do":"probabilities","number":0},{"do":"add","of":[0]},{"do":"sum","of":[1]}]"#, "2 operands"),
    (#"[{"do":"oneHot","number":0},{"do":"sum","of":[0]}]"#, "no label"),
    (#"[]"#, "one number a class"),
  ])
  func aForeignFormulaIsRefused(_ formula: String, reason: String) {
    let data = Data(#"{"formula":\#(formula)}"#.utf8)
    let error = #expect(throws: DecodingError.self) { try JSONDecoder().decode(Divergence.self, from: data) }
    #expect(error.map { "\($0)".contains(reason) } ?? false, "\(String(describing: error))")
  }

  @Test func aFormulaOfOneNumberAClassStops() async {
    await #expect(processExitsWith: .failure) { _ = Divergence("d") { p, q in p - q } }
  }

  @Test func aValueOfAnotherFormulaStops() async {
    await #expect(processExitsWith: .failure) {
      _ = Divergence("d") { p, _ in
        var inner = p
        _ = Divergence("e") { a, _ in
          inner = a
          return sum(a)
        }
        return sum(p * inner)
      }
    }
  }

  // MARK: Derivatives, operation by operation

  /// Formulas of logits that between them hold every operation; smooth at the point of the test.
  static let formulas: [(String, @Sendable (Traced, Traced) -> Traced)] = [
    ("add, divide", { u, v in sum((u + 2) / (v + 5)) }),
    ("multiply, subtract", { u, v in sum(u * v - 3 * u) + mean(1 - v) }),
    ("one number with one a class", { u, v in sum(sum(u) * v / (mean(v) + 4)) }),
    ("max, min", { u, v in sum(max(u, v) * 2 - min(v, 0.1)) + min(sum(u), sum(v)) }),
    ("exp, log", { u, v in sum(log(exp(u) + exp(v))) }),
    ("log with a floor", { u, v in sum(log(exp(u), atLeast: 1)) + sum(log(exp(v), atLeast: 0.01)) }),
    ("square, absolute", { u, v in mean(square(u - v)) + sum(abs(u)) - sum(-abs(v)) }),
    ("softmax", { u, v in sum(softmax(u, temperature: 0.5) * v) + sum(square(softmax(u * v))) }),
    ("log-softmax", { u, v in sum(logSoftmax(u, temperature: 2) * v) + sum(log(softmax(v - u)) * u) }),
    ("ranks", { u, v in largest(u) * largest(v, rank: 3) - largest(u * v, rank: 2) }),
    ("division by a number", { u, v in 2 / (3 + sum(square(u))) + sum(u / 7 - v) }),
  ]

  @Test(arguments: formulas.indices) func theGradientIsTheCentralDifference(_ index: Int) {
    let (name, formula) = Self.formulas[index]
    let z: [Double] = [0.5, -1.25, 2, 0.75, -0.375]
    let w: [Double] = [-0.5, 1, 1.5, -2, 0.25]
    // Logits pass as Float, so differences are taken on multiples of 2⁻⁸, at which Float is exact.
    let divergence = Divergence.ofLogits(name, formula)
    func value(_ z: [Double], _ w: [Double]) -> Double {
      ConsistencyLoss(divergence, temperature: 1).evaluate(
        Tensor(z.map { Float($0) }, shape: [1, 5]), Tensor(w.map { Float($0) }, shape: [1, 5])
      ).losses[0]
    }
    let h = 0x1p-11
    let (_, dFirst, dSecond) = ConsistencyLoss(divergence, temperature: 1).evaluate(
      Tensor(z.map { Float($0) }, shape: [1, 5]), Tensor(w.map { Float($0) }, shape: [1, 5]))
    // h² times a third derivative of the order of 10.
    expectClose(
      dFirst.elements, numericalGradient(of: { value($0, w) }, at: z, step: h), rtol: 1e-5, atol: 1e-5, name)
    expectClose(
      dSecond.elements, numericalGradient(of: { value(z, $0) }, at: w, step: h), rtol: 1e-5, atol: 1e-5, name)
  }

  @Test func tiesShareTheDerivative() {
    let larger = Divergence("max") { p, q in sum(max(p, q)) }
    let smaller = Divergence("min") { p, q in sum(min(p, q)) }
    for divergence in [larger, smaller] {
      let gradient = divergence.gradient([0.5, 0.5], [0.5, 0.5])
      #expect(gradient.p == [0.5, 0.5] && gradient.q == [0.5, 0.5])
    }
    #expect(
      Divergence("top") { p, _ in largest(p) }.gradient([0.25, 0.25, 0.25, 0.25], [1, 0, 0, 0]).p == [1, 0, 0, 0])
    #expect(Divergence("abs") { p, q in sum(abs(p - q)) }.gradient([0.5, 0.5], [0.5, 0.5]).p == [0, 0])
  }

  private func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
