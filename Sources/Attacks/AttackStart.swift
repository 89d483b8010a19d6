// Where the attack of adversarial training starts, if its goal says so.

package import Objectives
package import Tensors

extension PGD {
  /// The start that `goal` asks for, else the attack's own; `state` holds the clean images before.
  ///
  /// x = clip(x₀ + deviation·n), n standard normal, drawn from the key of each image's index.
  package func start(
    _ state: inout PGDState, for goal: AttackGoal, clean: Tensor, key: RandomKey, indices: ArraySlice<Int>
  ) {
    guard let deviation = goal.noise else { return start(&state, clean: clean, key: key, indices: indices) }
    let d = clean.stride0
    state.images.elements.withUnsafeMutableBufferPointer { x in
      for (row, index) in indices.enumerated() {
        var stream = key.split(index).stream
        for j in row * d..<(row + 1) * d { x[j] = min(max(x[j] + deviation * stream.normal(), 0), 1) }
      }
    }
  }
}
