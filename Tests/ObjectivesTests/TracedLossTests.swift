import CAllocations
import Objectives
import Tensors
import Testing
import _TestSupport

struct TracedLossTests {
  @Test func theTapesCrossEntropyIsTheHandWrittenOne() {
    let logits = randomLogits([200, 10], scale: 8, seed: 3)
    let labels = (0..<200).map { $0 * 7 % 10 }
    let byHand = CrossEntropy(labels: labels).evaluate(logits: logits)
    let traced = TracedLoss.crossEntropy.labeled(labels).evaluate(logits: logits)
    expectClose(traced.losses, byHand.losses, rtol: 3e-7, atol: 1e-7)  // the one by hand adds two Floats
    expectClose(traced.gradient, byHand.gradient, rtol: 1e-6, atol: 1e-7)
  }

  @Test func marginAgainstTheLargestOther() {
    let margin = TracedLoss("margin") { z, y in largest(z, except: y) - z[y] }
    let (losses, gradient) = margin.labeled([1, 0, 2]).evaluate(
      logits: Tensor([3, 1, 2, 3, 1, 2, 5, 5, 5], shape: [3, 3]))
    #expect(losses == [2, -1, 0])
    #expect(gradient.elements == [1, -1, 0, -1, 0, 1, 1, 0, -1])
  }

  @Test func aLabelSelectsWithOneHotToo() {
    let logits = randomLogits([5, 4], seed: 2)
    let labels = [0, 3, 1, 1, 2]
    let selected = TracedLoss("a") { z, y in square(z[y]) }.labeled(labels).evaluate(logits: logits)
    let masked = TracedLoss("b") { z, y in square(sum(z * y.oneHot)) }.labeled(labels).evaluate(logits: logits)
    #expect(selected.losses == masked.losses)
    #expect(selected.gradient == masked.gradient)
  }

  @Test func examplesDoNotSeeEachOther() {
    let logits = randomLogits([6, 5], seed: 4)
    let loss = TracedLoss.crossEntropy.labeled([0, 1, 2, 3, 4, 0])
    let all = loss.evaluate(logits: logits)
    var losses: [Float] = [0, 0]
    var gradient = Tensor(shape: [2, 5])
    loss.evaluate(losses: &losses, gradient: &gradient, logits: logits[rows: 3..<5], examples: 3..<5)
    #expect(losses == Array(all.losses[3..<5]))
    #expect(gradient == all.gradient[rows: 3..<5])
  }

  @Test(arguments: [TracedPairLoss.trades(beta: 6), .mart(beta: 5)])
  func pairLossGradientsAreCentralDifferences(_ loss: TracedPairLoss) {
    let z: [Double] = [0.5, -1.25, 2, 0.75]
    let w: [Double] = [-0.5, 1, 1.5, -2]
    func evaluate(_ z: [Double], _ w: [Double]) -> (Double, Tensor, Tensor) {
      var losses = [0.0]
      var (dz, dw) = (Tensor(shape: [1, 4]), Tensor(shape: [1, 4]))
      var workspace = LossWorkspace()
      loss.evaluate(
        losses: &losses, dAdversarial: &dz, dNatural: &dw, adversarial: Tensor(z.map { Float($0) }, shape: [1, 4]),
        natural: Tensor(w.map { Float($0) }, shape: [1, 4]), labels: [3], workspace: &workspace)
      return (losses[0], dz, dw)
    }
    let (_, dz, dw) = evaluate(z, w)
    // Steps that Float represents; h² times a third derivative of the order of 10.
    expectClose(
      dz.elements, numericalGradient(of: { evaluate($0, w).0 }, at: z, step: 0x1p-11), rtol: 1e-5, atol: 1e-5)
    expectClose(
      dw.elements, numericalGradient(of: { evaluate(z, $0).0 }, at: w, step: 0x1p-11), rtol: 1e-5, atol: 1e-5)
  }

  @Test func aSecondCallAllocatesNothing() {
    let logits = randomLogits([6, 5], seed: 4)
    let loss = TracedLoss.crossEntropy.labeled([0, 1, 2, 3, 4, 0])
    var losses = [Float](repeating: 0, count: 6)
    var gradient = Tensor(shape: [6, 5])
    loss.evaluate(losses: &losses, gradient: &gradient, logits: logits, examples: 0..<6)
    let before = allocations_of_this_thread()
    loss.evaluate(losses: &losses, gradient: &gradient, logits: logits, examples: 0..<6)
    #expect(allocations_of_this_thread() == before)
  }
}
