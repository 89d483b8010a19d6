import Tensors
import Testing
import Training
import _TestSupport

struct SGDTests {
  /// `optimizers` of the outside numbers: four steps on Σ cᵢpᵢ², c = 0.1 … 0.5, from p = 0 … 4.
  @Test(.requiresReference, arguments: [false, true])
  func agreesWithTheReference(_ nesterov: Bool) throws {
    let file = try SafetensorsFile(contentsOf: OutsideFiles.referenceDirectory() + "/optimizers.safetensors")
    let expected = try file.tensor("sgd_nesterov\(nesterov ? 1 : 0)")
    let sgd = SGD(learningRate: 0.1, momentum: 0.9, weightDecay: 5e-4, nesterov: nesterov)
    var p: [Float] = [0, 1, 2, 3, 4]
    var v = [Float](repeating: 0, count: 5)
    expectClose(p, expected[rows: 0..<1].elements, atol: 1e-7)
    for step in 1..<expected.shape[0] {
      let gradient = p.enumerated().map { i, p in 2 * Float(i + 1) / 10 * p }
      sgd.step(&p, velocity: &v, gradient: gradient, learningRate: 0.1, threads: 2)
      expectClose(p, expected[rows: step..<step + 1].elements, rtol: 1e-6, "step \(step)")
    }
  }

  @Test(arguments: [false, true], [1, 2])
  func takesTheSumOfShardsInTheirOrderAndLeavesZeros(_ nesterov: Bool, _ threads: Int) {
    // More than two of the parts that go through the cache together, and an odd rest.
    let count = 40_001
    var stream = RandomKey(seed: 3).stream
    func numbers() -> [Float] { (0..<count).map { _ in stream.normal() } }
    let gradients = ShardGradients(shards: 3, count: count)
    var sum = [Float](repeating: 0, count: count)
    for buffer in gradients.buffers {
      for (i, g) in numbers().enumerated() {
        buffer.pointer[i] = g
        sum[i] += g
      }
    }
    let sgd = SGD(learningRate: 0.1, momentum: 0.9, weightDecay: 5e-4, nesterov: nesterov)
    var (p, v) = (numbers(), numbers())
    var (q, u) = (p, v)
    sgd.step(&p, velocity: &v, taking: gradients, learningRate: 0.1, threads: threads)
    sgd.step(&q, velocity: &u, gradient: sum, learningRate: 0.1)
    #expect(p == q && v == u)
    for buffer in gradients.buffers { #expect((0..<count).allSatisfy { buffer.pointer[$0] == 0 }) }
  }

  @Test func milestonesMultiplyFromTheirEpochOn() {
    let schedule = Schedule.multiStep(milestones: [2, 4])
    let factors = (0..<6).map { schedule.factor(epoch: $0) }
    expectClose(factors, [1, 1, 0.1, 0.1, 0.01, 0.01], rtol: 1e-6)
    #expect(Schedule.constant.factor(epoch: 99) == 1)
    let cosine = [0, 5, 10, 11].map { Schedule.cosine(epochs: 10).factor(epoch: $0) }
    expectClose(cosine, [1, 0.5, 0, 0], atol: 1e-7)
  }
}
