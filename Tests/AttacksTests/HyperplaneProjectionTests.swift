import Attacks
import Tensors
import Testing
import _TestSupport

struct HyperplaneProjectionTests {
  /// The same by sorting the breakpoints, in Double: pixel i is at its wall from r = roomᵢ (linf) or roomᵢ/|wᵢ| (l2) on.
  static func bySorting(_ norm: Norm, x: [Double], w: [Double], c: Double) -> [Double] {
    let sign = c >= 0 ? 1.0 : -1.0
    let moving = w.indices.filter { w[$0] != 0 }
    let room = w.indices.map { sign * w[$0] > 0 ? x[$0] : 1 - x[$0] }
    let weight = { (i: Int) in norm == .linf ? abs(w[i]) : w[i] * w[i] }
    let wall = { (i: Int) in norm == .linf ? room[i] : room[i] / abs(w[i]) }
    let order = moving.sorted { wall($0) < wall($1) }
    var clamped = 0.0
    var slope = order.reduce(0) { $0 + weight($1) }
    var r = Double.infinity
    for i in order {
      let candidate = (abs(c) - clamped) / slope
      if candidate <= wall(i) {
        r = candidate
        break
      }
      clamped += abs(w[i]) * room[i]
      slope -= weight(i)
    }
    return w.indices.map { i in
      if w[i] == 0 { return 0 }
      let reach = min(norm == .linf ? r : r * abs(w[i]), room[i])
      return sign * w[i] > 0 ? -reach : reach
    }
  }

  @Test(arguments: [Norm.linf, .l2]) func agreesWithSorting(_ norm: Norm) {
    var stream = RandomKey(seed: 21).stream
    for trial in 0..<300 {
      let count = 1 + trial % 40
      // A third of the pixels at a wall, some weights 0, values up to out of reach.
      let x = (0..<count).map { _ in min(max(stream.uniform(-0.25, 1.25), 0), 1) }
      let w = (0..<count).map { _ in stream.uniform() < 0.1 ? 0 : stream.normal() }
      let c = Double(stream.normal()) * Double(count) * 0.2
      var d = [Float](repeating: .nan, count: count)
      let length = norm.stepToHyperplane(&d, x: x, w: w, c: c, count: count)
      let expected = Self.bySorting(norm, x: x.map(Double.init), w: w.map(Double.init), c: c)
      expectClose(d, expected, atol: 2e-6, "\(norm), trial \(trial)")  // Float32 steps in [−1, 1]
      let expectedLength =
        norm == .linf ? expected.map(abs).max()! : expected.reduce(0) { $0 + $1 * $1 }.squareRoot()
      expectClose(length, expectedLength, atol: 1e-5)
    }
  }

  @Test(arguments: [Norm.linf, .l2]) func aPlaneThatCannotBeReachedIsApproachedAsFarAsTheBoxAllows(_ norm: Norm) {
    var d = [Float](repeating: 0, count: 3)
    norm.stepToHyperplane(&d, x: [0.25, 0.5, 1], w: [1, -2, 0], c: 100, count: 3)
    #expect(d == [-0.25, 0.5, 0])
    norm.stepToHyperplane(&d, x: [0.25, 0.5, 1], w: [0, 0, 0], c: 1, count: 3)
    #expect(d == [0, 0, 0])
  }
}
