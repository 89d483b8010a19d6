// Where attacks start. Each row draws from its own key.

package import Objectives
package import Tensors

extension PGD {
  /// The start that `goal` asks for, else the attack's own; `state` holds the clean images before.
  package func start(
    _ state: inout PGDState, for goal: AttackGoal, clean: Tensor, key: RandomKey, indices: ArraySlice<Int>
  ) {
    if let deviation = goal.noise {
      threatModel.addNoise(to: &state.images, deviation: deviation, clean: clean, key: key, indices: indices)
    } else {
      start(&state, clean: clean, key: key, indices: indices)
    }
  }
}

extension ThreatModel {
  /// x = P(x₀ + deviation·n) with the projection P, n standard normal and drawn from the key of each image's index;
  /// `images` holds the clean images before.
  package func addNoise(
    to images: inout Tensor, deviation: Float, clean: Tensor, key: RandomKey, indices: ArraySlice<Int>
  ) {
    let d = clean.stride0
    images.elements.withUnsafeMutableBufferPointer { x in
      clean.elements.withUnsafeBufferPointer { clean in
        for (row, index) in indices.enumerated() {
          var stream = key.split(index).stream
          let x = x.baseAddress! + row * d
          for j in 0..<d { x[j] += deviation * stream.normal() }
          project(x, clean: clean.baseAddress! + row * d, count: d)
        }
      }
    }
  }

  /// A uniform start in the ball, clipped to [0, 1].
  ///
  ///     linf   x = clip(x₀ + ε·(2U − 1))
  ///     l2     a direction of normals, length ε·U^(1/d)
  func startInBall(_ images: inout Tensor, clean: Tensor, row: Int, _ key: RandomKey) {
    let d = clean.stride0
    var stream = key.stream
    images.elements.withUnsafeMutableBufferPointer { x in
      clean.elements.withUnsafeBufferPointer { clean in
        let x = x.baseAddress! + row * d
        let x0 = clean.baseAddress! + row * d
        switch norm {
        case .linf:
          for j in 0..<d { x[j] = min(max(x0[j] + stream.uniform(-epsilon, epsilon), 0), 1) }
        case .l2:
          var square = 0.0
          for j in 0..<d {
            x[j] = stream.normal()
            square += Double(x[j] * x[j])
          }
          let radius = Double(epsilon) * Maths.pow(Double(stream.uniform()), 1 / Double(d))
          let factor = square > 0 ? Float(radius / square.squareRoot()) : 0
          for j in 0..<d { x[j] = min(max(x0[j] + x[j] * factor, 0), 1) }
        }
      }
    }
  }

  /// A random start on the surface of the ball, clipped to [0, 1].
  ///
  ///     linf   t = 2U − 1;        x = clip(x₀ + ε·t/max|t|)
  ///     l2     t = normal draws;  x = clip(x₀ + ε·t/‖t‖)
  ///
  /// - Parameter scale: factor on ε.
  func startOnSurface(_ images: inout Tensor, clean: Tensor, row: Int, _ key: RandomKey, scale: Float = 1) {
    let d = clean.stride0
    var stream = key.stream
    images.elements.withUnsafeMutableBufferPointer { x in
      clean.elements.withUnsafeBufferPointer { x0 in
        let x = x.baseAddress! + row * d
        let x0 = x0.baseAddress! + row * d
        var length = 0.0
        for j in 0..<d {
          x[j] = norm == .linf ? stream.uniform(-1, 1) : stream.normal()
          length = norm == .linf ? max(length, Double(abs(x[j]))) : length + Double(x[j]) * Double(x[j])
        }
        if norm == .l2 { length = length.squareRoot() }
        let factor = epsilon * scale / Float(length + 1e-12)
        for j in 0..<d { x[j] = min(max(x0[j] + factor * x[j], 0), 1) }
        project(x, clean: x0, count: d)
      }
    }
  }
}
