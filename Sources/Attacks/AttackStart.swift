// Where the attack of adversarial training starts, if its goal says so.

package import Objectives
package import Tensors

extension PGD {
  /// The start that `goal` asks for, else the attack's own; `state` holds the clean images before.
  ///
  /// x = P(x₀ + deviation·n) with the projection P of the threat model, n standard normal and drawn from the key of each
  /// image's index.
  package func start(
    _ state: inout PGDState, for goal: AttackGoal, clean: Tensor, key: RandomKey, indices: ArraySlice<Int>
  ) {
    guard let deviation = goal.noise else { return start(&state, clean: clean, key: key, indices: indices) }
    let d = clean.stride0
    state.images.elements.withUnsafeMutableBufferPointer { x in
      clean.elements.withUnsafeBufferPointer { clean in
        for (row, index) in indices.enumerated() {
          var stream = key.split(index).stream
          let x = x.baseAddress! + row * d
          for j in 0..<d { x[j] += deviation * stream.normal() }
          threatModel.project(x, clean: clean.baseAddress! + row * d, count: d)
        }
      }
    }
  }
}
