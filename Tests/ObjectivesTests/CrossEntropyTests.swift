import Objectives
import Tensors
import Testing
import _TestSupport

struct CrossEntropyTests {
  @Test func isLogarithmOfTheClassCountOnEqualLogits() {
    let (losses, gradient) = CrossEntropy(labels: [2]).evaluate(logits: Tensor([3, 3, 3, 3], shape: [1, 4]))
    expectClose(losses, [1.3862944], atol: 1e-6)
    expectClose(gradient.elements, [0.25, 0.25, -0.75, 0.25], atol: 1e-7)
  }

  @Test func staysFiniteOnHugeLogits() {
    let (losses, gradient) = CrossEntropy(labels: [1, 0]).evaluate(
      logits: Tensor([1e30, -1e30, 200, 0], shape: [2, 2]))
    #expect(losses[0] > 1e30 && losses[0].isFinite)
    expectClose(gradient.elements, [1, -1, 0, 0], atol: 1e-7)
    #expect(losses[1] == 0)
  }

  @Test func gradientIsTheCentralDifference() {
    let z: [Double] = [0.3, -1.2, 2.2, 0.7, 0]
    let loss = CrossEntropy(labels: [3])
    let numeric = numericalGradient(
      of: { z in
        let sum = z.reduce(0) { $0 + Maths.exp($1) }
        return Maths.log(sum) - z[3]
      }, at: z)
    let mine = loss.evaluate(logits: Tensor(z.map { Float($0) }, shape: [1, 5]))
    expectClose(mine.gradient.elements, numeric, atol: 1e-6)
  }

  @Test(.requiresReference) func agreesWithTheReference() throws {
    let file = try SafetensorsFile(contentsOf: OutsideFiles.referenceDirectory() + "/objectives.safetensors")
    let labels = try file.int64s("labels").map(Int.init)
    let (losses, gradient) = CrossEntropy(labels: labels).evaluate(logits: try file.tensor("logits1"))
    expectClose(losses, try file.float64s("cross_entropy.value"), rtol: 1e-6, atol: 1e-6)
    expectClose(gradient.elements, try file.float64s("cross_entropy.dlogits1"), rtol: 1e-5, atol: 1e-6)
  }
}
