import Basics
import CAllocations
import Objectives
import Tensors
import Testing
import _TestSupport

struct ConsistencyLossTests {
  let logits = randomLogits([6, 4], seed: 1)

  @Test func addsItsGradientToWhatIsThere() {
    let loss = ConsistencyLoss(.jensenShannon, temperature: 0.5, weight: 2)
    let (losses, dFirst, dSecond) = loss.evaluate(logits[rows: 0..<3], logits[rows: 3..<6])
    var gradient = Tensor(repeating: 1, shape: [6, 4])
    var sums = [Double](repeating: 0, count: 3)
    var workspace = LossWorkspace()
    loss.add(losses: &sums, gradient: &gradient, logits: logits, pairs: 3, scale: 0.25, workspace: &workspace)
    #expect(sums == losses)
    // One Float32 rounding near 1 more.
    expectClose(gradient.elements, (dFirst.elements + dSecond.elements).map { 1 + $0 / 4 }, atol: 1.2e-7)
  }

  @Test func weightScalesValueAndGradient() {
    let one = ConsistencyLoss(.hMin).evaluate(logits[rows: 0..<3], logits[rows: 3..<6])
    let four = ConsistencyLoss(.hMin, weight: 4).evaluate(logits[rows: 0..<3], logits[rows: 3..<6])
    let none = ConsistencyLoss(.hMin, weight: 0).evaluate(logits[rows: 0..<3], logits[rows: 3..<6])
    #expect(four.losses == one.losses.map { 4 * $0 })
    #expect(four.dFirst.elements == one.dFirst.elements.map { 4 * $0 })
    #expect(none.losses == [0, 0, 0] && none.dSecond.elements.allSatisfy { $0 == 0 })
  }

  @Test func temperatureDividesTheLogits() {
    let halved = Tensor(logits.elements.map { $0 / 2 }, shape: logits.shape)
    let warm = ConsistencyLoss(.jensenShannon, temperature: 2).evaluate(logits[rows: 0..<3], logits[rows: 3..<6])
    let plain = ConsistencyLoss(.jensenShannon, temperature: 1).evaluate(halved[rows: 0..<3], halved[rows: 3..<6])
    #expect(warm.losses == plain.losses)
    #expect(warm.dFirst.elements == plain.dFirst.elements.map { $0 / 2 })
  }

  @Test func aPairDoesNotSeeTheOthers() {
    let loss = ConsistencyLoss(.hMinAsReleased)
    let all = loss.evaluate(logits[rows: 0..<3], logits[rows: 3..<6])
    let second = loss.evaluate(logits[rows: 1..<2], logits[rows: 4..<5])
    #expect(second.losses == [all.losses[1]])
    #expect(second.dFirst == all.dFirst[rows: 1..<2])
  }

  @Test(arguments: [
    (ConsistencyLoss(.hMin, temperature: -0.5), "temperature", "-0.5"),
    (ConsistencyLoss(.hMin, temperature: 0), "temperature", "0.0"),
    (ConsistencyLoss(.hMin, temperature: .nan), "temperature", "nan"),
    (ConsistencyLoss(.hMin, weight: -1), "weight", "-1.0"),
    (ConsistencyLoss(.hMin, weight: .infinity), "weight", "inf"),
  ])
  func numbersThatCannotWorkAreNamed(_ wrong: (ConsistencyLoss, field: String, value: String)) {
    let error = #expect(throws: FieldError.self) { try wrong.0.validate() }
    #expect(error?.field == wrong.field && error?.value == wrong.value)
  }

  @Test func theReleasedNumbersAreTheDefault() throws {
    let loss = ConsistencyLoss(.jensenShannon)
    #expect(loss.temperature == 0.5 && loss.weight == 1)
    try loss.validate()
  }

  @Test(arguments: Divergence.builtIn) func aSecondCallAllocatesNothing(_ divergence: Divergence) {
    let loss = ConsistencyLoss(divergence)
    var gradient = Tensor(shape: [6, 4])
    var losses = [Double](repeating: 0, count: 3)
    var workspace = LossWorkspace()
    loss.add(losses: &losses, gradient: &gradient, logits: logits, pairs: 3, workspace: &workspace)
    let before = allocations_of_this_thread()
    loss.add(losses: &losses, gradient: &gradient, logits: logits, pairs: 3, workspace: &workspace)
    #expect(allocations_of_this_thread() == before)
  }
}
