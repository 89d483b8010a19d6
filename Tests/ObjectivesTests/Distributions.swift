// Random distributions and logits for property tests.

import Tensors

/// A distribution over `classes` drawn from `random`: mostly spread out, some with exact zeros, some one-hot, some nearly
/// so.
func randomDistribution(_ classes: Int, _ random: inout RandomStream) -> [Double] {
  let kind = random.int(below: 5)
  if kind == 0 {
    let top = random.int(below: classes)
    return (0..<classes).map { $0 == top ? 1 : 0 }
  }
  var p = (0..<classes).map { _ in -Maths.log(Double(1 - random.uniform())) }
  if kind == 1 { for j in 0..<classes where random.int(below: 2) == 1 { p[j] = 0 } }
  if kind == 2 { for j in 0..<classes { p[j] = Maths.exp(30 * Double(random.normal())) } }
  let sum = p.reduce(0, +)
  return sum > 0 ? p.map { $0 / sum } : [1] + [Double](repeating: 0, count: classes - 1)
}

/// Standard normal logits times `scale`.
func randomLogits(_ shape: Shape, scale: Float = 2, seed: UInt64) -> Tensor {
  var random = RandomKey(seed: seed).stream
  return Tensor((0..<shape.count).map { _ in scale * random.normal() }, shape: shape)
}
